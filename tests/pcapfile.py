# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes captures apart into frames and writes frames as a capture. Times are not kept."""

import struct
from pathlib import Path
from typing import NamedTuple

FILE_HEADER = struct.Struct("<IHHiIII")
RECORD_HEADER = struct.Struct("<IIII")
MAGIC_MICROSECONDS = 0xA1B2C3D4
MAGIC_NANOSECONDS = 0xA1B23C4D
SNAPLEN = 262144

BLOCK_HEADER = struct.Struct("<II")
SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
PACKET_HEADER = struct.Struct("<IIIII")


class Frame(NamedTuple):
    link_type: int
    length: int  # bytes on the wire
    captured: bytes


def pcap_frames(content):
    link_type = FILE_HEADER.unpack_from(content)[-1]
    offset = FILE_HEADER.size
    while offset < len(content):
        _, _, captured, length = RECORD_HEADER.unpack_from(content, offset)
        offset += RECORD_HEADER.size
        yield Frame(link_type, length, content[offset : offset + captured])
        offset += captured


def pcapng_frames(content):
    link_types = []
    offset = 0
    while offset < len(content):
        kind, size = BLOCK_HEADER.unpack_from(content, offset)
        body = offset + BLOCK_HEADER.size
        if kind == SECTION:
            link_types = []
        elif kind == INTERFACE:
            link_types += struct.unpack_from("<H", content, body)
        elif kind == PACKET:
            interface, _, _, captured, length = PACKET_HEADER.unpack_from(content, body)
            start = body + PACKET_HEADER.size
            yield Frame(link_types[interface], length, content[start : start + captured])
        offset += size


def read(path):
    """The frames of a little-endian pcap or pcapng file."""
    content = Path(path).read_bytes()
    (magic,) = struct.unpack_from("<I", content)
    if magic == SECTION:
        return list(pcapng_frames(content))
    assert magic in (MAGIC_MICROSECONDS, MAGIC_NANOSECONDS), f"{path}: {magic:#x} is no pcap"
    return list(pcap_frames(content))


def write(path, link_type, frames):
    """One millisecond apart; all frames are of the link type."""
    with open(path, "wb") as file:
        file.write(FILE_HEADER.pack(MAGIC_MICROSECONDS, 2, 4, 0, 0, SNAPLEN, link_type))
        for number, frame in enumerate(frames):
            seconds, milliseconds = divmod(number, 1000)
            file.write(
                RECORD_HEADER.pack(
                    seconds, milliseconds * 1000, len(frame.captured), frame.length
                )
            )
            file.write(frame.captured)
