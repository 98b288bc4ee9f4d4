# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that ask for as much memory and time as they can: one function for each kind.

Each yields outer frames. They are patched copies of one packet, without right checksums, so that a
million of them is a matter of seconds.
"""

import random
import struct
from pathlib import Path

import packets
import pcapfile

MICROSECOND = 1000
INTERVAL = 10 * MICROSECOND  # between copies
LOST_EVERY = 10  # frames whose other fragments never come

OUTER_ID, OUTER_FRAGMENT, OUTER_SOURCE = 14 + 4, 14 + 6, 14 + 12
SEQUENCE = 14 + 20 + 4
ERSPAN = 14 + 20 + 8
INNER = ERSPAN + 8
INNER_TCP = INNER + 14 + 20
JUMBO = 9000


def tcp(sequence=0, acknowledgement=0, payload=100):
    head = struct.pack(">HHIIBBHHH", 1024, 5201, sequence, acknowledgement, 5 << 4, 0x10, 65535, 0, 0)
    hosts = {"source": bytes([10, 0, 0, 1]), "destination": bytes([10, 0, 0, 2])}
    return packets.ethernet(0x0800, packets.ipv4(6, head + bytes(payload), **hosts))


def template():
    return bytearray(packets.copy(packets.type2(session=1) + tcp()))


def set_session(frame, session):
    """The 1024 IDs of a source, then the next source."""
    struct.pack_into(">I", frame, OUTER_SOURCE, 0x0A000000 + session // 1024)
    struct.pack_into(">H", frame, ERSPAN + 2, session % 1024)


def sessions(count, copies):
    """Copies of so many sessions in turn, each in order and with a connection of its own."""
    frame = template()
    for number in range(copies):
        session, turn = number % count, number // count
        set_session(frame, session)
        struct.pack_into(">I", frame, SEQUENCE, turn)
        struct.pack_into(">I", frame, INNER_TCP + 4, turn * 100)
        yield frame


def openings(count, copies):
    """The sessions in turn, each of which shows the same connection begin."""
    for frame in sessions(count, copies):
        frame[INNER_TCP + 13] = 0x02  # SYN
        yield frame


def shuffled_sessions(count, copies):
    """The same in no order at all, and with numbers that jump: each session has gaps and late copies."""
    frame = template()
    draw = random.Random(1)
    for _ in range(copies):
        set_session(frame, draw.randrange(count))
        struct.pack_into(">I", frame, SEQUENCE, draw.randrange(1 << 16))
        struct.pack_into(">I", frame, INNER_TCP + 4, draw.randrange(1 << 20))
        yield frame


def flows(count, copies):
    """One session, and so many TCP connections in turn: data that way, acknowledgements this way."""
    frame = template()
    server = bytes([10, 0, 0, 1])
    for number in range(copies):
        flow, turn = number // 2 % count, number // 2 // count
        host = struct.pack(">I", 0x0A800000 + flow // 60000)
        port = struct.pack(">H", 1024 + flow % 60000)
        addresses, ports = (host + server, port + b"\x14\x51")
        sequence, acknowledged = turn * 100, 0
        if number % 2 == 1:
            addresses, ports = (server + host, b"\x14\x51" + port)
            sequence, acknowledged = 0, turn * 100 + 100
        struct.pack_into(">I", frame, SEQUENCE, number)
        frame[INNER + 14 + 12 : INNER + 14 + 24] = addresses + ports
        struct.pack_into(">II", frame, INNER_TCP + 4, sequence, acknowledged)
        yield frame


def holes(count, copies):
    """The same connections, of whose data every other segment is missing, in no order."""
    draw = random.Random(2)
    for frame in flows(count, copies):
        struct.pack_into(">I", frame, INNER_TCP + 4, draw.randrange(1 << 12) * 200)
        yield frame


def jumps(_, copies):
    """One session whose sequence number is random in all its 32 bits."""
    frame = template()
    draw = random.Random(3)
    for _ in range(copies):
        struct.pack_into(">I", frame, SEQUENCE, draw.getrandbits(32))
        yield frame


def scattered(_, copies):
    """One session whose sequence number is random inside what can still be late."""
    frame = template()
    draw = random.Random(4)
    for number in range(copies):
        struct.pack_into(">I", frame, SEQUENCE, number * 2 + draw.randrange(1 << 16))
        yield frame


def clocks(count, copies):
    """Type III: so many sources, each with a clock that ticks at random."""
    frame = bytearray(packets.copy(packets.type3() + tcp(), protocol=0x22EB))
    draw = random.Random(5)
    for number in range(copies):
        struct.pack_into(">I", frame, OUTER_SOURCE, 0x0A000000 + number % count)
        struct.pack_into(">I", frame, SEQUENCE, number // count)
        struct.pack_into(">I", frame, ERSPAN + 4, draw.getrandbits(32))
        yield frame


def nested(_, copies):
    """Each frame holds as many copies of copies as nine kilobytes do, of sessions of their own."""
    draw = random.Random(6)
    frame = tcp()
    while len(frame) + INNER < JUMBO:
        frame = packets.copy(packets.type2(session=draw.randrange(1024)) + frame, sequence=len(frame))
    frame = bytearray(frame)
    for number in range(copies):
        struct.pack_into(">I", frame, SEQUENCE, number)
        yield frame


def fragments(_, copies):
    """Outer packets in two fragments each; of some the second never comes."""
    whole = bytes(template())
    split = 14 + 20 + 64
    first, second = bytearray(whole[:split]), bytearray(whole[:34] + whole[split:])
    for part, offset in ((first, 0x2000), (second, (split - 34) // 8)):
        struct.pack_into(">H", part, 14 + 2, len(part) - 14)
        struct.pack_into(">H", part, OUTER_FRAGMENT, offset)
    for number in range(copies):
        for part in (first, second):
            struct.pack_into(">H", part, OUTER_ID, number & 0xFFFF)
        struct.pack_into(">I", first, SEQUENCE, number)
        yield first
        if number % LOST_EVERY != 0:
            yield second


# Name, what makes it, and whether the first number means something.
KINDS = {
    "sessions": sessions,
    "openings of a connection": openings,
    "shuffled sessions": shuffled_sessions,
    "flows": flows,
    "flows with holes": holes,
    "clocks": clocks,
    "jumping sequence": jumps,
    "scattered sequence": scattered,
    "nested copies": nested,
    "fragmented copies": fragments,
}
COUNTED = {"sessions", "openings of a connection", "shuffled sessions", "flows", "flows with holes", "clocks"}


def write(path: Path, kind, count, copies):
    """Writes the capture; returns its bytes."""
    header = pcapfile.FILE_HEADER.pack(
        pcapfile.MAGIC_NANOSECONDS, 2, 4, 0, 0, pcapfile.SNAPLEN, packets.ETHERNET
    )
    with open(path, "wb", buffering=1 << 20) as file:
        file.write(header)
        for number, frame in enumerate(KINDS[kind](count, copies)):
            seconds, nanoseconds = divmod(number * INTERVAL, 10**9)
            record = pcapfile.RECORD_HEADER.pack(seconds, nanoseconds, len(frame), len(frame))
            file.write(record + frame)
    return path.stat().st_size
