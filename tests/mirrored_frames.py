# SPDX-License-Identifier: GPL-2.0-or-later
"""The frames that erspangen mirrored, taken out of its copies."""

import struct
from typing import NamedTuple

import pcapfile

OUTER_LENGTH = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with sequence number, type 2


class Copy(NamedTuple):
    time_ns: int
    frame: bytes


def bare(copies, path):
    """A capture of the mirrored frames themselves, as pairs of time and bytes."""
    frames = [pcapfile.Frame(1, len(frame), frame, time_ns) for time_ns, frame in copies]
    pcapfile.write(path, 1, frames, pcapfile.MAGIC_NANOSECONDS)
    return path


class Segment(NamedTuple):
    time_ns: int
    length: int  # of the frame
    port: int  # the client's
    reverse: bool
    flags: int
    sequence: int
    acknowledgement: int
    data: int


def segments(copies):
    """IPv4 without tags; data by the length of the frame."""
    for time_ns, frame in copies:
        source, destination, sequence, acknowledgement, offset = struct.unpack_from(
            ">HHIIH", frame, 34
        )
        reverse = source == 5201
        yield Segment(
            time_ns,
            len(frame),
            destination if reverse else source,
            reverse,
            offset & 0x1FF,
            sequence,
            acknowledgement,
            len(frame) - 34 - (offset >> 12) * 4,
        )
