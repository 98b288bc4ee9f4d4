#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the fuzzers' seeds: seeds.py DIRECTORY writes DIRECTORY/HARNESS/... from captures/."""

import hashlib
import struct
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))
import pcapfile  # noqa: E402

# As fuzz_plugin.c has them.
MAX_PACKETS = 16
LINK_SELECTOR = {1: 0, 113: 1, 101: 2, 276: 3}


def plugin_seeds(link_type, frames):
    """As many packets as one input takes, each with the three bytes before it."""
    for start in range(0, len(frames), MAX_PACKETS):
        yield b"".join(
            struct.pack(">BH", LINK_SELECTOR[link_type], len(frame.captured)) + frame.captured
            for frame in frames[start : start + MAX_PACKETS]
        )
    for frame in frames:
        yield struct.pack(">BH", LINK_SELECTOR[link_type], len(frame.captured)) + frame.captured


SEEDS = {"fuzz_plugin": plugin_seeds}


def main():
    directory = Path(sys.argv[1])
    captures = sorted((TESTS.parent / "captures").glob("*.pcap*"))
    for harness, seeds in SEEDS.items():
        (directory / harness).mkdir(parents=True, exist_ok=True)
        for capture in captures:
            for seed in seeds(*pcapfile.read(capture)):
                name = hashlib.sha256(seed).hexdigest()[:16]
                (directory / harness / name).write_bytes(seed)


main()
