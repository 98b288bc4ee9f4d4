# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources that send something else than they declare are read by their bytes, session by session."""

import struct

import pytest

import packets
from packets import copy, ping, type2, type3

# A frame that could be anything: an EtherType that nobody registered.
ODD = packets.ethernet(0x1234, bytes(46))
SUBHEADER = struct.pack(">II", 0x000ABC5, 0x4B87)


def types(tshark, path, options=()):
    return [kind for (kind,) in tshark.fields(path, ["erspan.type"], options=options)]


def test_type_2_without_sequence(tshark, tmp_path):
    """A Type II header under a GRE header that declares Type I (Q6)."""
    path = packets.capture(tmp_path / "q6.pcap", [copy(type2(session=1, index=0x380) + ping(), sequence=None)])
    assert tshark.fields(path, ["erspan.type", "erspan.session", "erspan.index"]) == [("2", "1", "896")]
    assert tshark.frames(path, "erspan.type.undeclared && erspan.seq.absent && icmp") == [1]
    assert "read as Type II: at offset 8 it checks out as a frame" in tshark.verbose(path)


def test_type_2_without_gre(tshark, tmp_path):
    """A Linux cooked capture of a GRE device holds no GRE header (Q20): hatype 778, protocol 0x88BE."""
    cooked = struct.pack(">HHH8sH", 0, 778, 4, packets.SOURCE, 0x88BE)
    path = packets.capture(tmp_path / "q20.pcap", [cooked + type2(session=1) + ping(), cooked + ping()], 113)
    assert types(tshark, path) == ["2", "1"]
    assert tshark.frames(path, "erspan && icmp") == [1, 2]
    assert tshark.frames(path, "erspan.seq.absent") == []


def test_type_1_whose_address_looks_like_a_header(tshark, tmp_path):
    """A destination address that begins with 10 00 00 is not a Type II header."""
    frame = bytes.fromhex("100000010002") + ping()[6:]
    path = packets.capture(tmp_path / "mac.pcap", [copy(frame, sequence=None)])
    assert types(tshark, path) == ["1"]
    assert tshark.frames(path, "eth.dst == 10:00:00:01:00:02 && icmp") == [1]


@pytest.mark.parametrize("options", [(), ("-2",)], ids=["one-pass", "two-pass"])
def test_the_session_decides_for_odd_frames(tshark, tmp_path, options):
    """A frame that alone says nothing is read as the source's others are; before them, as declared."""
    odd = copy(type2() + ODD, sequence=None)
    clear = copy(type2() + ping(), sequence=None)
    elsewhere = copy(type2() + ODD, sequence=None, source=bytes([192, 0, 2, 77]))
    path = packets.capture(tmp_path / "odd.pcap", [odd, clear, odd, elsewhere])
    assert types(tshark, path, options) == ["1", "2", "2", "1"]


@pytest.mark.parametrize("options", [(), ("-2",)], ids=["one-pass", "two-pass"])
def test_hidden_subheader(tshark, tmp_path, options):
    """O is 0 and eight bytes follow all the same (Q8)."""
    header = type3(session=101, timestamp=7, ft=7, bso=3, p=0)
    path = packets.capture(
        tmp_path / "q8.pcap",
        [
            copy(header + SUBHEADER + ping(), 0x22EB),
            copy(header + SUBHEADER + ODD, 0x22EB),
            copy(type3(session=102) + ODD, 0x22EB),
        ],
    )
    rows = tshark.fields(path, ["erspan.port", "erspan.timestamp64", "erspan.inner.len"], options=options)
    assert rows == [("43973", str(0x4B87 << 32 | 7), "98"), ("43973", str(0x4B87 << 32 | 7), "60"), ("", "", "60")]
    assert tshark.frames(path, "erspan.subheader.hidden", options) == [1, 2]


def test_missing_subheader(tshark, tmp_path):
    path = packets.capture(tmp_path / "o.pcap", [copy(type3(o=1) + ping(), 0x22EB)])
    assert tshark.frames(path, "erspan.subheader.missing && icmp && erspan.inner.len == 98") == [1]


@pytest.mark.parametrize(
    "preference, wanted",
    [
        ("header:auto", "2"),
        ("header:gre", "1"),
        ("header:always", "2"),
    ],
)
def test_header_preference(tshark, tmp_path, preference, wanted):
    path = packets.capture(tmp_path / "p.pcap", [copy(type2() + ping(), sequence=None)])
    assert types(tshark, path, ("-o", f"erspan.{preference}")) == [wanted]


@pytest.mark.parametrize(
    "preference, o, present, wanted",
    [
        ("auto", 0, True, "98"),
        ("declared", 0, True, "106"),
        ("declared", 1, True, "98"),
        ("always", 0, True, "98"),
        ("never", 1, True, "106"),
        ("never", 1, False, "98"),
    ],
)
def test_subheader_preference(tshark, tmp_path, preference, o, present, wanted):
    payload = type3(o=o) + (SUBHEADER if present else b"") + ping()
    path = packets.capture(tmp_path / "s.pcap", [copy(payload, 0x22EB)])
    options = ("-o", f"erspan.subheader:{preference}", "-o", "erspan.fcs:never")
    assert tshark.fields(path, ["erspan.inner.len"], options=options) == [(wanted,)]


def test_versions(tshark, tmp_path):
    """Each version nibble under 0x88BE with a sequence number; no frame could begin where they stand."""
    path = packets.capture(
        tmp_path / "v.pcap", [copy(bytes([version << 4, 0, 0, 100]) + b"\xff" * 20) for version in range(16)]
    )
    assert tshark.frames(path, "erspan.version.unknown") == list(range(4, 17))
    assert tshark.frames(path, "erspan.version.obsolete") == [1]
    assert tshark.frames(path, "erspan.version.contradiction") == [3]


def test_both_readings_of_the_protocol_type(tshark, tmp_path):
    """Version 2 under 0x88BE and version 1 under 0x22EB (Q7): the version is followed."""
    path = packets.capture(tmp_path / "q7.pcap", [copy(type3() + ping()), copy(type2() + ping(), 0x22EB)])
    assert types(tshark, path) == ["3", "2"]
    assert tshark.frames(path, "erspan.version.contradiction && icmp") == [1, 2]


@pytest.mark.parametrize("options", [(), ("-2",)], ids=["one-pass", "two-pass"])
def test_a_source_that_changes(tshark, tmp_path, options):
    """Frames beyond doubt are read by their own bytes, however long the source sent something else."""
    type1 = copy(bytes.fromhex("1c0000000002") + ping()[6:], sequence=None)
    path = packets.capture(
        tmp_path / "change.pcap", [copy(type2() + ping(), sequence=None)] * 70 + [type1] * 5
    )
    assert types(tshark, path, options) == ["2"] * 70 + ["1"] * 5


def test_headerless_with_sequence(tshark, tmp_path):
    """Type I with a sequence number (Q19), whether or not its address looks like a header."""
    plain = copy(ping())
    looking = copy(bytes.fromhex("1c0000000002") + ping()[6:])
    path = packets.capture(tmp_path / "s1.pcap", [plain, looking, plain])
    assert types(tshark, path) == ["1"] * 3
    assert tshark.frames(path, "erspan.type.headerless && icmp") == [1, 2, 3]


def test_vn_tag_is_no_type_3(tshark, tmp_path):
    """Six bytes of tag put IP where it would stand behind a Type III header that asks for IP."""
    macs = bytes.fromhex("280000000002 020000000801")
    frame = macs + bytes.fromhex("8926 00010002") + ping()[12:]
    path = packets.capture(tmp_path / "vntag.pcap", [copy(frame, sequence=None)])
    assert types(tshark, path) == ["1"]


def test_forced_header_says_so(tshark, tmp_path):
    path = packets.capture(tmp_path / "forced.pcap", [copy(type2() + ODD, sequence=None)])
    options = ("-o", "erspan.header:always")
    assert tshark.frames(path, "erspan.type == 2 && erspan.type.undeclared", options) == [1]
