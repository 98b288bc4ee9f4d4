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

ETHERNET, RAW_IP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 = 1, 101, 113, 228, 229, 276

# How the harnesses choose a link type: the places in their tables.
PLUGIN_CHOICE = {ETHERNET: 0, LINUX_SLL: 1, RAW_IP: 2, IPV4: 2, IPV6: 2, LINUX_SLL2: 3}
WALK_CHOICE = {ETHERNET: 0, RAW_IP: 1, LINUX_SLL: 4, IPV4: 5, IPV6: 6, LINUX_SLL2: 7}

PLUGIN_PACKETS = 16
WRAP_SESSIONS = 8
GRE_PROTOCOLS = (b"\x88\xbe", b"\x22\xeb")


def plugin_packet(frame):
    return struct.pack(">BH", PLUGIN_CHOICE[frame.link_type], len(frame.captured)) + frame.captured


def plugin_seeds(frames):
    """Single packets, and as many together as one input takes."""
    packets = [plugin_packet(frame) for frame in frames]
    yield from packets
    for start in range(0, len(packets), PLUGIN_PACKETS):
        yield b"".join(packets[start : start + PLUGIN_PACKETS])


def walk_seeds(frames):
    for frame in frames:
        yield struct.pack(">H", WALK_CHOICE[frame.link_type]) + frame.captured


def decode_seeds(frames):
    """From the GRE header on, and from behind it without and with a sequence number."""
    for frame in frames:
        for protocol in GRE_PROTOCOLS:
            at = frame.captured.find(protocol)
            if at >= 2:
                yield from (frame.captured[at + step :] for step in (-2, 2, 6))


def wrap_seeds(capture):
    """Captures that are small, for each way to wrap them."""
    content = capture.read_bytes()
    if len(content) < 1500:
        yield from (bytes([choice]) + content for choice in range(WRAP_SESSIONS))


def scenario_seeds(capture):
    yield capture.with_suffix(".ini").read_bytes()


def clock_run(kind, detail, begin_ns, ticks, step_ticks):
    """100 copies or markers, 6.4 ms apart; the step is shifted by the upper half of the detail."""
    return struct.pack(">BBHQQHH", kind, detail, 100, begin_ns, ticks, 64, step_ticks)


def clock_seeds(_capture):
    """Counters of 1 ns, 8 ns and 0.1 ns, Unix time in 100 us, and markers beside copies."""
    begin_ns = 1700000000 * 10**9
    sub_header, markers = 0x20, 0x80
    yield clock_run(3, 0xA0, begin_ns, 0xFFFFFF00, 6250)
    yield clock_run(3, 0x40, begin_ns, 0, 50000)
    yield clock_run(sub_header, 0xA7, begin_ns, 0, 62500)
    yield clock_run(0, 0, begin_ns, begin_ns // 100000, 64)
    yield clock_run(markers, 0xA4, begin_ns, 1, 62500) + clock_run(3, 0xA0, begin_ns, 1, 62500)


# From the frames of a capture, and from its file.
SEEDS = {"fuzz_plugin": plugin_seeds, "fuzz_walk": walk_seeds, "fuzz_decode": decode_seeds}
FILE_SEEDS = {"fuzz_clock": clock_seeds, "fuzz_scenario": scenario_seeds, "fuzz_wrap": wrap_seeds}


def main(directory):
    captures = sorted((TESTS.parent / "captures").glob("*.pcap*"))
    frames = {capture: pcapfile.read(capture) for capture in captures}
    for harness in [*SEEDS, *FILE_SEEDS]:
        (directory / harness).mkdir(parents=True, exist_ok=True)
        for capture in captures:
            of_file = FILE_SEEDS.get(harness)
            for seed in of_file(capture) if of_file else SEEDS[harness](frames[capture]):
                name = hashlib.sha256(seed).hexdigest()[:16]
                (directory / harness / name).write_bytes(seed)


main(Path(sys.argv[1]))
