# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of captures/README.md, read."""

import re
from dataclasses import dataclass
from pathlib import Path

CAPTURES = Path(__file__).resolve().parent.parent / "captures"
FILES = sorted(CAPTURES.glob("*.pcap*"))
assert FILES

# The plugin takes a tunnel for a mirror only if it is told to.
MIRRORS = {"mirror-gre.pcap": "gre", "mirror-vxlan.pcap": "vxlan"}


def plugin_rule(capture):
    """The options by which tshark takes the capture's tunnel for a mirror."""
    return ["-o", f"erspan.mirrors:{MIRRORS[capture.name]}"] if capture.name in MIRRORS else []


def collector_rule(capture):
    """... and erspanrate."""
    return ["--mirror", MIRRORS[capture.name]] if capture.name in MIRRORS else []
# Wireshark does not check these unless told.
CHECKSUMS = [
    word
    for name in ("ip.check_checksum", "tcp.check_checksum", "udp.check_checksum")
    for word in ("-o", f"{name}:TRUE")
]

COLUMNS = ["capture", "what it is", "quirk", "filter", "must show"]


@dataclass
class Row:
    capture: str
    display_filter: str
    frames: int
    values: dict  # field -> what it is on each of the frames, in their order

    def __str__(self):
        return f"{self.capture}: {self.display_filter}"


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def parse_must_show(text):
    """"N frames; field=v1,v2,...; field=v" as N and a list of N values for each field."""
    first, *rest = [part.strip() for part in text.split(";")]
    frames = int(re.fullmatch(r"(\d+) frames", first).group(1))
    values = {}
    for part in rest:
        field, _, listed = part.partition("=")
        found = listed.split(",")
        assert len(found) in (1, frames), f"{part}: one value, or one for each of {frames} frames"
        values[field] = found * frames if len(found) == 1 else found
    return frames, values


def rows():
    """The rows of the one table of the page, in order."""
    lines = iter((CAPTURES / "README.md").read_text(encoding="utf-8").splitlines())
    for line in lines:
        if cells(line) == COLUMNS:
            break
    assert set(next(lines)) <= set("|- "), "the line below the table's head"
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        capture, _, _, display_filter, must_show = cells(line)
        frames, values = parse_must_show(must_show)
        found.append(Row(capture, display_filter.strip("`"), frames, values))
    return found
