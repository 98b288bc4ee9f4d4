# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and writes classic pcap files, so that tests can take captures apart."""

import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MAGIC_MICROSECONDS = 0xA1B2C3D4
SNAPLEN = 262144


class Frame(NamedTuple):
    seconds: int
    microseconds: int
    length: int  # bytes on the wire
    captured: bytes


def read(path):
    """The link type and the frames of a capture of any format; editcap converts."""
    with tempfile.TemporaryDirectory() as directory:
        plain = Path(directory) / "plain.pcap"
        subprocess.run(["editcap", "-F", "pcap", path, plain], check=True, capture_output=True)
        content = plain.read_bytes()
    magic, *_, link_type = HEADER.unpack_from(content)
    assert magic == MAGIC_MICROSECONDS
    frames = []
    offset = HEADER.size
    while offset < len(content):
        seconds, microseconds, captured, length = RECORD.unpack_from(content, offset)
        offset += RECORD.size
        frames.append(Frame(seconds, microseconds, length, content[offset : offset + captured]))
        offset += captured
    return link_type, frames


def write(path, link_type, frames):
    with open(path, "wb") as file:
        file.write(HEADER.pack(MAGIC_MICROSECONDS, 2, 4, 0, 0, SNAPLEN, link_type))
        for frame in frames:
            file.write(
                RECORD.pack(frame.seconds, frame.microseconds, len(frame.captured), frame.length)
            )
            file.write(frame.captured)
