# SPDX-License-Identifier: GPL-2.0-or-later
"""The outer bytes of a copy are those of all frames that its fragments came in, whether the reader puts them together or
not, in whatever order they came. Expected values are the lengths of the frames below.
"""

import json
import struct
import subprocess
from typing import NamedTuple

import pcapfile
import pytest
from packets import ETHERNET, capture, checksum, copy, ethernet, ping, type2
from reports import report

UNASSEMBLED = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
GRE = 47
HEADERS = 8 + 8  # GRE with a number, ERSPAN II
IPV6_ENDS = bytes.fromhex("20010db8000000000000000000000001" "20010db8000000000000000000000002")
DESTINATION_OPTIONS = bytes([GRE, 0, 1, 4, 0, 0, 0, 0])  # before GRE
OTHER_SOURCE = bytes([192, 0, 2, 9])


def inside(frame, sequence=0):
    """GRE, ERSPAN and the mirrored frame."""
    return copy(type2() + frame, sequence=sequence)[34:]


def fragments(payload, ends, ident=1, source=bytes([192, 0, 2, 1]), protocol=GRE):
    """Frames with the parts of an IPv4 payload up to each of these ends."""
    made = []
    for start, end in zip([0, *ends], [*ends, len(payload)]):
        word = start // 8 | (0x2000 if end < len(payload) else 0)
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + end - start, ident, word, 64, protocol, 0)
        head += source + bytes([192, 0, 2, 2])
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        made.append(ethernet(0x0800, head + payload[start:end]))
    return made


def ipv6_fragments(payload, end, ident=1):
    """The same of an IPv6 payload with destination options, in two."""
    payload = DESTINATION_OPTIONS + payload
    made = []
    for start, stop in ((0, end), (end, len(payload))):
        word = start | (1 if stop < len(payload) else 0)
        rest = struct.pack(">BBHI", 60, 0, word, ident) + payload[start:stop]
        made.append(ethernet(0x86DD, struct.pack(">IHBB", 6 << 28, len(rest), 44, 64) + IPV6_ENDS + rest))
    return made


def large(number=0, size=1000):
    return inside(ping(size, sequence=number), number)


def unknown(size=1000):
    """Around a frame whose length nothing tells."""
    return inside(ethernet(0x88B5, bytes(size)))


class Case(NamedTuple):
    frames: list
    outer: int  # bytes
    inner: int
    copies: int = 1
    whole: bool = True  # Wireshark can put all copies together


A, B, C = fragments(large(), [400, 800])
FIRST, LAST = fragments(large(1), [600], ident=2)
SIX = ipv6_fragments(large(), 504)
ODD = fragments(unknown(), [600])
FRAME = len(ping(1000))


def size(*frames):
    return sum(map(len, frames))


CASES = {
    "in order": Case([A, B, C], size(A, B, C), FRAME),
    "the middle comes last": Case([A, C, B], size(A, B, C), FRAME),
    "backwards": Case([C, B, A], size(A, B, C), FRAME),
    "two packets at a time": Case([A, FIRST, B, LAST, C], size(A, B, C, FIRST, LAST), 2 * FRAME, 2),
    "IPv6": Case(SIX, size(*SIX), FRAME),
    "IPv6 backwards": Case(SIX[::-1], size(*SIX), FRAME),
    "a frame of unknown length": Case(ODD, size(*ODD), len(ethernet(0x88B5, bytes(1000)))),
    "the same identification again": Case(
        [*fragments(large(0), [400]), *fragments(large(1), [400])], 2 * size(*fragments(large(), [400])), 2 * FRAME, 2
    ),
    "the last is lost": Case([A, B], size(A, B), 400 - HEADERS, whole=False),
    "the middle is lost": Case([A, C], size(A, C), 400 - HEADERS, whole=False),
    "of another source": Case(
        [A, *fragments(large(), [400, 800], source=OTHER_SOURCE)[1:]], size(A), 400 - HEADERS, whole=False
    ),
    "of no GRE": Case([A, *fragments(large(), [400, 800], protocol=17)[1:]], size(A), 400 - HEADERS, whole=False),
}


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


@pytest.fixture
def path(case, tmp_path):
    return capture(tmp_path / "fragments.pcap", case.frames)


def collected(erspanrate, path):
    done = subprocess.run([erspanrate, "-q", "-j", "-r", path], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def summed(sessions):
    names = "outer_bytes", "inner_bytes", "copies"
    return tuple(sum(session[name] for session in sessions) for name in names)


def test_erspanrate_counts_every_fragment(case, path, erspanrate):
    sessions = collected(erspanrate, path)["sessions"]
    assert summed(sessions) == (case.outer, case.inner, case.copies)
    if case.whole:
        assert summed([{**s, "inner_bytes": s["mirrored_bytes"]} for s in sessions]) == summed(sessions)
        assert sessions[0]["inner_max"] == case.inner // case.copies


def test_tshark_counts_every_fragment(case, path, tshark):
    if case.whole:
        assert summed(report(tshark, path, "-q")["sessions"]) == (case.outer, case.inner, case.copies)


def test_programs_agree_where_nothing_is_put_together(path, tshark, erspanrate):
    assert report(tshark, path, "-q", *UNASSEMBLED)["sessions"] == collected(erspanrate, path)["sessions"]


def test_an_identification_comes_again(tmp_path, erspanrate):
    """A later fragment that comes seconds after is one of another packet."""
    frames = [pcapfile.Frame(ETHERNET, len(data), data, 10**18 + at) for data, at in ((A, 0), (B, 3 * 10**9))]
    pcapfile.write(tmp_path / "late.pcap", ETHERNET, frames)
    assert summed(collected(erspanrate, tmp_path / "late.pcap")["sessions"])[0] == len(A)
