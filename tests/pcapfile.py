# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes captures apart into frames and writes frames as a capture."""

import gzip
import struct
from pathlib import Path
from typing import NamedTuple

FILE_HEADER = struct.Struct("<IHHiIII")
RECORD_HEADER = struct.Struct("<IIII")
MAGIC_MICROSECONDS = 0xA1B2C3D4
MAGIC_NANOSECONDS = 0xA1B23C4D
SNAPLEN = 262144

BLOCK_HEADER = struct.Struct("<II")
SECTION, INTERFACE, STATISTICS, PACKET = 0x0A0D0D0A, 1, 5, 6
PACKET_HEADER = struct.Struct("<IIIII")
COMMENT, INTERFACE_NAME, TIME_RESOLUTION = 1, 2, 9


class Frame(NamedTuple):
    link_type: int
    length: int  # bytes on the wire
    captured: bytes
    time_ns: int = 0
    interface: str = ""  # its name, in pcapng
    comment: str = ""


def pcap_frames(content):
    unit = 1 if struct.unpack_from("<I", content)[0] == MAGIC_NANOSECONDS else 1000
    link_type = FILE_HEADER.unpack_from(content)[-1]
    offset = FILE_HEADER.size
    while offset < len(content):
        seconds, fraction, captured, length = RECORD_HEADER.unpack_from(content, offset)
        offset += RECORD_HEADER.size
        time_ns = seconds * 10**9 + fraction * unit
        yield Frame(link_type, length, content[offset : offset + captured], time_ns)
        offset += captured


def options(content, offset, end):
    """The options of a pcapng block, each of which stands once in what is written here."""
    found = {}
    while offset + 4 <= end:
        code, length = struct.unpack_from("<HH", content, offset)
        found[code] = content[offset + 4 : offset + 4 + length]
        offset += 4 + (length + 3) // 4 * 4
    return found


def pcapng_frames(content):
    interfaces = []
    offset = 0
    while offset < len(content):
        kind, size = BLOCK_HEADER.unpack_from(content, offset)
        body, end = offset + BLOCK_HEADER.size, offset + size - 4
        if kind == SECTION:
            interfaces = []
        elif kind == INTERFACE:
            found = options(content, body + 8, end)
            digits = found.get(TIME_RESOLUTION, b"\6")[0]
            name = found.get(INTERFACE_NAME, b"").decode()
            interfaces.append((*struct.unpack_from("<H", content, body), name, 10 ** (9 - digits)))
        elif kind == PACKET:
            number, high, low, captured, length = PACKET_HEADER.unpack_from(content, body)
            link_type, name, unit = interfaces[number]
            start = body + PACKET_HEADER.size
            comment = options(content, start + (captured + 3) // 4 * 4, end).get(COMMENT, b"").decode()
            data = content[start : start + captured]
            yield Frame(link_type, length, data, (high << 32 | low) * unit, name, comment)
        offset += size


def statistics(path):
    """The last statistics of each interface of a pcapng file: {its name: {option: number or text}}."""
    content = Path(path).read_bytes()
    names, found, offset = [], {}, 0
    while offset < len(content):
        kind, size = BLOCK_HEADER.unpack_from(content, offset)
        body, end = offset + BLOCK_HEADER.size, offset + size - 4
        if kind == INTERFACE:
            names.append(options(content, body + 8, end)[INTERFACE_NAME].decode())
        elif kind == STATISTICS:
            (number,) = struct.unpack_from("<I", content, body)
            found[names[number]] = {
                code: value.decode() if code == COMMENT else int.from_bytes(value, "little")
                for code, value in options(content, body + 12, end).items()
                if code != 0
            }
        offset += size
    return found


def read(path):
    """The frames of a little-endian pcap or pcapng file, through gzip if its name ends in .gz."""
    content = Path(path).read_bytes()
    if str(path).endswith(".gz"):
        content = gzip.decompress(content)
    (magic,) = struct.unpack_from("<I", content)
    if magic == SECTION:
        return list(pcapng_frames(content))
    assert magic in (MAGIC_MICROSECONDS, MAGIC_NANOSECONDS), f"{path}: {magic:#x} is no pcap"
    return list(pcap_frames(content))


def apart(frames, step_ns=10**6):
    """The frames with times that far from each other."""
    return (frame._replace(time_ns=number * step_ns) for number, frame in enumerate(frames))


def write(path, link_type, frames, magic=MAGIC_MICROSECONDS):
    """All frames are of the link type. Their times are cut to what the magic number stands for."""
    unit = 1 if magic == MAGIC_NANOSECONDS else 1000
    with open(path, "wb") as file:
        file.write(FILE_HEADER.pack(magic, 2, 4, 0, 0, SNAPLEN, link_type))
        for frame in frames:
            seconds, rest = divmod(frame.time_ns, 10**9)
            file.write(RECORD_HEADER.pack(seconds, rest // unit, len(frame.captured), frame.length))
            file.write(frame.captured)
