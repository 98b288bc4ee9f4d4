# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate reads every kind of capture file that Wireshark reads, and finds the same in it.

Each file holds the same ten copies; what a file cannot say (a time, whole packets) is missing from both
programs' reports alike.
"""

import json
import struct
import subprocess

import pcapfile
import pytest
import reports

COPIES = 10
MICROSECONDS, NANOSECONDS, MODIFIED = 0xA1B2C3D4, 0xA1B23C4D, 0xA1B2CD34
LINK_ETHERNET = 1
START = 1_700_000_000


@pytest.fixture(name="frames", scope="module")
def fixture_frames(erspangen, tmp_path_factory):
    """Frames of one session, number 4 of them lost."""
    path = tmp_path_factory.mktemp("frames") / "x.pcap"
    command = [erspangen, "write", "--count", COPIES + 1, "--drop-copies", "4", "--inner", "udp", "-o", path]
    subprocess.run([str(word) for word in command], check=True)
    frames = pcapfile.read(path)
    assert len(frames) == COPIES
    return frames


def header(order, magic=MICROSECONDS, version=(2, 4), snap=262144, link=LINK_ETHERNET):
    return struct.pack(order + "IHHiIII", magic, *version, 0, 0, snap, link)


def records(order, frames, more=b"", unit=1000, swapped_lengths=False, keep=None):
    """Records of pcap, each with more bytes than the standard has behind its header."""
    out = b""
    for i, frame in enumerate(frames):
        captured = frame.captured[:keep]
        lengths = (len(captured), frame.length)
        if swapped_lengths:
            lengths = lengths[::-1]
        out += struct.pack(order + "IIII", START, i * 1_000_000 // unit, *lengths) + more + captured
    return out


# Which program wrote it, and the bytes that it puts behind each record's header.
RED_HAT = struct.pack("<iHBB", 2, 0x0800, 0, 0)  # interface, protocol, packet type, filler
SUSE = struct.pack("<iHBBBBH", 2, 0x0800, 0, 0, 0, 0, 0)  # and four bytes more
NOKIA = struct.pack("<I", 7)


VARIANTS = {
    "little-endian": lambda frames: header("<") + records("<", frames),
    "big-endian": lambda frames: header(">") + records(">", frames),
    "nanoseconds": lambda frames: header("<", NANOSECONDS) + records("<", frames, unit=1),
    "nanoseconds, big-endian": lambda frames: header(">", NANOSECONDS) + records(">", frames, unit=1),
    "Red Hat 6.1": lambda frames: header("<") + records("<", frames, RED_HAT),
    "modified": lambda frames: header("<", MODIFIED) + records("<", frames, RED_HAT),
    "SuSE 6.3": lambda frames: header("<", MODIFIED) + records("<", frames, SUSE),
    "Nokia": lambda frames: header("<") + records("<", frames, NOKIA),
    "version 2.3": lambda frames: header("<", version=(2, 3)) + records("<", frames),
    "version 2.2": lambda frames: header("<", version=(2, 2)) + records("<", frames, swapped_lengths=True),
    "AIX": lambda frames: header(">", version=(2, 2), link=6) + records(">", frames, unit=1, swapped_lengths=True),
    "snap length 60 from the first record on": lambda frames: header("<", snap=60) + records("<", frames),
    "lengths below what is there": lambda frames: header("<")
    + b"".join(struct.pack("<IIII", START, i, len(one.captured), i % 2 * 20) + one.captured for i, one in enumerate(frames)),
    "modified, big-endian": lambda frames: header(">", MODIFIED) + records(">", frames, struct.pack(">iHBB", 2, 2048, 0, 0)),
    "fractions that are none": lambda frames: header("<")
    + b"".join(
        struct.pack("<IIII", START, 0xFFFFFFFF if i == 5 else i, len(one.captured), one.length) + one.captured
        for i, one in enumerate(frames)
    ),
    "snap length 0": lambda frames: header("<", snap=0) + records("<", frames),
    "fractions of more than a second": lambda frames: header("<")
    + records("<", frames[:1])
    + struct.pack("<IIII", START, 1_999_999, len(frames[1].captured), frames[1].length)
    + frames[1].captured
    + records("<", frames[2:]),
    "cut at 60": lambda frames: header("<", snap=60) + records("<", frames, keep=60),
}


def late_snap(frames):
    """Small frames for longer than any reader looks ahead, then one above the snap length."""
    small = [frame._replace(captured=frame.captured[:60]) for frame in frames]
    many = records("<", small[:-1] * 100)
    return header("<", snap=60) + many + records("<", frames[-1:])


def block(kind, body):
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
INTERFACE = block(1, struct.pack("<HHI", LINK_ETHERNET, 0, 0))


def padded(captured):
    return captured + bytes(-len(captured) % 4)


def simple(frame):
    return block(3, struct.pack("<I", frame.length) + padded(frame.captured))


def enhanced(frame, ticks):
    body = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame.captured), frame.length)
    return block(6, body + padded(frame.captured))


def old_packet(frame, ticks):
    body = struct.pack("<HHIIII", 0, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame.captured), frame.length)
    return block(2, body + padded(frame.captured))


def blocks(*packets):
    return SECTION + INTERFACE + b"".join(packets)


NG = {
    "simple packets": lambda frames: blocks(*map(simple, frames)),
    "a simple packet among others": lambda frames: blocks(
        *(simple(frame) if i == 5 else enhanced(frame, (START + i) * 10**6) for i, frame in enumerate(frames))
    ),
    "a simple packet first": lambda frames: blocks(
        *(simple(frame) if i == 0 else enhanced(frame, (START + i) * 10**6) for i, frame in enumerate(frames))
    ),
    "packet blocks": lambda frames: blocks(*(old_packet(frame, (START + i) * 10**6) for i, frame in enumerate(frames))),
    "simple packets cut at 60": lambda frames: SECTION
    + block(1, struct.pack("<HHI", LINK_ETHERNET, 0, 60))
    + b"".join(simple(frame._replace(captured=frame.captured[:60])) for frame in frames),
    "a time beyond all": lambda frames: blocks(
        *(enhanced(frame, 2**64 - 1 if i == 5 else (START + i) * 10**6) for i, frame in enumerate(frames))
    ),
}

LATE_SNAP = "snap length 60, seen late"
FILES = {**VARIANTS, LATE_SNAP: late_snap, **NG}


def collector_report(erspanrate, path):
    done = subprocess.run([erspanrate, "-r", path, "-j"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", FILES)
def test_both_find_the_same(tshark, erspanrate, frames, tmp_path, name):
    path = tmp_path / "x.cap"
    path.write_bytes(FILES[name](frames))
    plugin = reports.report(tshark, path, "-q")
    collector = collector_report(erspanrate, path)
    for part in ("sessions", "domains", "gaps"):
        assert collector[part] == plugin[part]
    if name != LATE_SNAP:
        assert collector["all"]["copies"] == COPIES
        assert collector["totals"]["lost"] == 1
    else:
        assert max(session["inner_max"] for session in collector["sessions"]) > 60


def read_through_a_pipe(erspanrate, path):
    with path.open("rb") as opened, subprocess.Popen(["cat"], stdin=opened, stdout=subprocess.PIPE) as pipe:
        return subprocess.run(
            [erspanrate, "-r", "-", "-j"], stdin=pipe.stdout, capture_output=True, text=True, check=False
        )


@pytest.mark.parametrize("name", ["little-endian", "big-endian", "nanoseconds", "nanoseconds, big-endian", LATE_SNAP])
def test_through_a_pipe(erspanrate, frames, tmp_path, name):
    path = tmp_path / "x.cap"
    path.write_bytes(FILES[name](frames))
    done = read_through_a_pipe(erspanrate, path)
    assert json.loads(done.stdout)["sessions"] == collector_report(erspanrate, path)["sessions"]


@pytest.mark.parametrize("name", ["Red Hat 6.1", "modified", "Nokia"])
def test_a_pipe_that_must_be_read_twice(erspanrate, frames, tmp_path, name):
    """Only several records tell such a variant: it is not read from a pipe, and that is said."""
    path = tmp_path / "x.cap"
    path.write_bytes(FILES[name](frames))
    done = read_through_a_pipe(erspanrate, path)
    assert done.returncode == 1
    assert "can't be read from a pipe" in done.stderr or "can be read twice" in done.stderr


def test_frames_without_a_time_are_said(erspanrate, frames, tmp_path):
    path = tmp_path / "x.pcapng"
    path.write_bytes(FILES["a simple packet among others"](frames))
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, text=True, check=True)
    assert "x.pcapng: frame 6 has no time" in done.stderr
    assert json.loads(done.stdout)["seconds"] == pytest.approx(COPIES - 1)


def test_where_a_damaged_file_stops(erspanrate, frames, tmp_path):
    """What came before is reported, and where the reading stopped is said."""
    path = tmp_path / "x.pcap"
    path.write_bytes(header("<") + records("<", frames[:3]) + struct.pack("<IIII", START, 0, 2**31, 2**31) + b"x" * 64)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["all"]["copies"] == 3
    assert "after frame 3" in done.stderr
