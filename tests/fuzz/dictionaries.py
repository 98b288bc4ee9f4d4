# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a dictionary for each harness that has words: dictionaries.py DIRECTORY.

Scenarios have the words of captures/*.ini. Packets have the numbers by which one header leads to the next.
"""

import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]

ETHER_TYPES = [
    0x0800, 0x86DD, 0x8100, 0x88A8, 0x9100, 0x8847, 0x8848, 0x8864, 0x88BE, 0x22EB, 0x88E7, 0x6558, 0x8909,
    0x8926, 0x893F, 0x8988, 0xD28B, 0x894F,
]  # fmt: skip
PORTS = [1701, 3544, 4341, 4754, 4789, 4790, 6081, 6635, 8880, 8472]
BLOCKS = [0x0A0D0D0A, 0x1A2B3C4D, 0xA1B2C3D4, 0xA1B23C4D, 1, 2, 3, 5, 6]


def quoted(word):
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"'


def scenario_words():
    words = set()
    for path in (TESTS.parent / "captures").glob("*.ini"):
        words |= set(re.findall(r"[a-z][a-z0-9-]+ =|\[[a-z]+|\b\d+[a-zA-Z%]+\b|\b[a-z-]+$", path.read_text("utf-8"), re.MULTILINE))
    return [word.encode() for word in sorted(words)]


def packet_words():
    gre = [bytes([flags, 0]) + number.to_bytes(2, "big") for flags in (0, 0x10, 0x20, 0x30) for number in (0x88BE, 0x22EB)]
    return [number.to_bytes(2, "big") for number in ETHER_TYPES + PORTS] + gre + [b"\xa5\xa5\xa5\xa5"]


def file_words():
    return [number.to_bytes(4, order) for number in BLOCKS for order in ("little", "big")]


WORDS = {
    "fuzz_scenario": scenario_words,
    **dict.fromkeys(("fuzz_walk", "fuzz_decode", "fuzz_session", "fuzz_plugin"), packet_words),
    **dict.fromkeys(("fuzz_capture", "fuzz_wrap"), lambda: file_words() + packet_words()),
}


def main(directory):
    for harness, words in WORDS.items():
        (directory / f"{harness}.dict").write_text("".join(f"{quoted(word)}\n" for word in words()), "ascii")


main(Path(sys.argv[1]))
