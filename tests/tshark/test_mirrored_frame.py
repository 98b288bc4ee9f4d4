# SPDX-License-Identifier: GPL-2.0-or-later
"""The mirrored frame is handed on whole, cut or with an FCS as what it is."""

import struct

import pytest

import packets
from packets import COLLECTOR, SOURCE, copy, fcs, ping, type2, type3

# Chassis and port are MAC addresses, time to live 120 s, a system description of 100 bytes, the end.
LLDP = bytes.fromhex("0207040200000000010407030200000000020602 0078".replace(" ", "")) + b"\x0c\x64" + b"x" * 100 + b"\0\0"

BROKEN = "_ws.malformed || ip.bogus_ip_length"


def lengths(tshark, path, options=()):
    return tshark.fields(path, ["erspan.inner.len", "erspan.inner.mirrored_len"], options=options)


@pytest.mark.parametrize("left", [14, 20, 33, 34, 40, 60, 97])
@pytest.mark.parametrize("header", [b"", type2(), type2(truncated=1)], ids=["I", "II", "II-T"])
def test_cut_by_the_source(tshark, tmp_path, left, header):
    """The mirrored echo of 98 bytes loses its end; the outer lengths are those of what is left."""
    sequence = 0 if header else None
    path = packets.capture(tmp_path / "cut.pcap", [copy(header + ping()[:left], sequence=sequence)])
    assert tshark.frames(path, BROKEN) == []
    # Without the total length, all that is known is that an IPv4 header has 20 bytes.
    assert lengths(tshark, path) == [(str(left), "98" if left >= 18 else "34")]
    assert tshark.frames(path, "erspan.copy.cut || erspan.copy.truncated") == [1]
    if 34 < left < 42:
        assert "[Packet size limited during capture: ICMP truncated]" in tshark.verbose(path)


def test_cut_on_the_way(tshark, tmp_path):
    """Open vSwitch's snaplen: the outer IP length still promises what is gone (Q14)."""
    whole = copy(type2() + ping())
    path = packets.capture(tmp_path / "snaplen.pcap", [whole[:96]])
    assert lengths(tshark, path) == [("46", "98")]
    assert tshark.frames(path, "erspan.copy.cut && icmp && !_ws.malformed") == [1]


def test_cut_on_the_way_without_inner_length(tshark, tmp_path):
    """The mirrored frame does not state its length, the outer IP header does."""
    lldp = packets.ethernet(0x88CC, LLDP)
    path = packets.capture(tmp_path / "lldp.pcap", [copy(type2() + lldp)[:96]])
    assert lengths(tshark, path) == [("46", str(len(lldp)))]
    assert tshark.frames(path, "erspan.copy.cut && !_ws.malformed") == [1]


def test_snapped_capture_is_no_cut_copy(tshark, tmp_path):
    path = packets.capture(tmp_path / "snap.pcap", [copy(type2() + ping())], snap=100)
    assert lengths(tshark, path) == [("98", "98")]
    assert tshark.frames(path, "erspan.copy.cut || erspan.copy.truncated") == []


def test_truncated_without_inner_length(tshark, tmp_path):
    """T on a frame whose length nobody states: it is at least what is left."""
    lldp = packets.ethernet(0x88CC, LLDP)
    path = packets.capture(tmp_path / "t.pcap", [copy(type2(truncated=1) + lldp[:60])])
    assert tshark.frames(path, "_ws.malformed") == []
    assert "bytes or more" in tshark.verbose(path)


@pytest.mark.parametrize(
    "frame",
    [ping(), ping(size=0) + bytes(18), ping(vlan=10), packets.ethernet(0x88CC, bytes(80))],
    ids=["ip", "padded-ip", "tagged-ip", "no-length"],
)
def test_fcs(tshark, tmp_path, frame):
    """Four bytes that are the CRC of the frame before them are its FCS, and not its payload (Q17)."""
    path = packets.capture(tmp_path / "fcs.pcap", [copy(type2() + frame + fcs(frame))])
    wanted = f"{struct.unpack('<I', fcs(frame))[0]:#010x}"
    assert tshark.fields(path, ["erspan.fcs", "erspan.inner.len"]) == [(wanted, str(len(frame)))]
    assert tshark.frames(path, 'erspan.fcs.status == "Good" && erspan.fcs.inner') == [1]
    assert tshark.frames(path, "eth.fcs || erspan.fcs.bad") == []


def test_wrong_fcs_is_known_by_the_session(tshark, tmp_path):
    """In a session that sends FCS a wrong one is an error; alone, four bytes more are padding."""
    good = ping() + fcs(ping())
    wrong = ping() + bytes(4)
    path = packets.capture(
        tmp_path / "bad.pcap",
        [
            copy(type2(session=1) + good),
            copy(type2(session=1) + wrong),
            copy(type2(session=2) + wrong),
        ],
    )
    for options in ((), ("-2",)):
        assert tshark.frames(path, "erspan.fcs.bad", options) == [2]
        assert lengths(tshark, path, options) == [("98", "98"), ("98", "98"), ("102", "102")]


def test_fcs_preference(tshark, tmp_path):
    path = packets.capture(tmp_path / "p.pcap", [copy(type2() + ping() + fcs(ping())), copy(type2() + ping())])
    never = ("-o", "erspan.fcs:never")
    always = ("-o", "erspan.fcs:always")
    assert lengths(tshark, path, never) == [("102", "102"), ("98", "98")]
    assert tshark.frames(path, "erspan.fcs", never) == []
    assert tshark.frames(path, "erspan.fcs.bad", always) == [2]


def test_outer_fcs(tshark, tmp_path):
    """A capture card keeps the FCS of the packet that carries the copy."""
    packet = copy(type2() + ping())
    path = packets.capture(tmp_path / "outer.pcap", [packet + fcs(packet), packet + b"abcd", packet])
    assert tshark.frames(path, "erspan.fcs.outer") == [1]
    assert lengths(tshark, path) == [("98", "98")] * 3


@pytest.mark.parametrize(
    "ft, inner, protocol, expert",
    [
        (0, ping(), "eth", None),
        (2, ping()[14:], "ip", None),
        (7, ping(), "eth", "erspan.ft.reserved"),
        (7, ping()[14:], "ip", "erspan.ft.reserved"),
        (7, b"\xff" * 13, "data", "erspan.ft.reserved"),
        (2, ping(), "eth", "erspan.ft.contradiction"),
        (0, ping()[14:], "ip", "erspan.ft.contradiction"),
    ],
)
def test_frame_type(tshark, tmp_path, ft, inner, protocol, expert):
    path = packets.capture(tmp_path / "ft.pcap", [copy(type3(ft=ft) + inner, 0x22EB)])
    ((path_of_protocols,),) = tshark.fields(path, ["frame.protocols"])
    assert path_of_protocols.split(":erspan:")[1].startswith(protocol)
    wrong = [name for name in ("erspan.ft.reserved", "erspan.ft.contradiction") if name != expert]
    assert tshark.frames(path, " || ".join(wrong)) == []
    if expert:
        assert tshark.frames(path, expert) == [1]


def test_vlan_of_the_header_leaves_the_frame_alone(tshark, tmp_path):
    path = packets.capture(
        tmp_path / "vlan.pcap",
        [
            copy(type2(vlan=30, en=2) + ping()),
            copy(type2(vlan=30, en=2) + ping(vlan=20)),
            copy(type2(vlan=30, en=2) + ping(vlan=30)),
            copy(type2() + ping(vlan=30)),
            copy(type2(en=3) + ping(vlan=30)),
            copy(type2(en=3) + ping()),
            copy(type2(en=1) + ping()),
        ],
    )
    assert tshark.fields(path, ["erspan.vlan", "vlan.id"]) == [
        ("30", ""), ("30", "20"), ("30", "30"), ("0", "30"), ("0", "30"), ("0", ""), ("0", "")]
    assert tshark.frames(path, "erspan.vlan.kept") == [3, 4]
    assert tshark.frames(path, "erspan.vlan.missing") == [6]
    assert tshark.frames(path, "erspan.encap.isl") == [7]


def test_nested(tshark, tmp_path):
    """A mirror session that mirrors its own output (Q22): each level is its own copy and stream."""
    packet = copy(type2(session=1) + ping())
    for level in (2, 3):
        packet = copy(type2(session=level) + packet, sequence=level)
    path = packets.capture(tmp_path / "nested.pcap", [packet])
    assert tshark.fields(path, ["erspan.depth", "erspan.session", "erspan.stream"], occurrence="a") == [
        ("1,2,3", "3,2,1", "0,1,2")]
    assert tshark.frames(path, "erspan.nested") == [1]


def test_quoted(tshark, tmp_path):
    """An ICMP error quotes a copy (Q23): it is shown, but it starts no session of its own."""
    sent = copy(type2(session=9) + ping(), sequence=41)
    error = packets.icmp(3, 2, bytes(4), sent[14 : 14 + 20 + 8 + 8 + 40])
    back = packets.ethernet(0x0800, packets.ipv4(1, error, source=COLLECTOR, destination=SOURCE))
    path = packets.capture(tmp_path / "quoted.pcap", [back, copy(type2(session=8) + ping()), sent, back])
    assert tshark.frames(path, "erspan.quoted") == [1, 4]
    assert tshark.fields(path, ["erspan.session", "erspan.stream"]) == [
        ("9", ""), ("8", "0"), ("9", "1"), ("9", "")]
    assert tshark.frames(path, "erspan.seq == 41") == [1, 3, 4]
    assert tshark.frames(path, "erspan.copy.cut || erspan.nested || _ws.malformed") == []


def test_short_quote_is_not_malformed(tshark, tmp_path):
    """RFC 792 quotes eight bytes behind the IP header, less than any ERSPAN header."""
    sent = copy(type2(session=9) + ping())
    error = packets.icmp(3, 4, bytes(4), sent[14 : 14 + 20 + 8])
    path = packets.capture(
        tmp_path / "short.pcap",
        [packets.ethernet(0x0800, packets.ipv4(1, error, source=COLLECTOR, destination=SOURCE))],
    )
    assert tshark.frames(path, "erspan.quoted") == [1]
    assert tshark.frames(path, "erspan.header.cut || _ws.malformed") == []


def test_fcs_of_a_cut_frame(tshark, tmp_path):
    """A source cuts the frame, leaves T at 0, and computes an FCS over what is left."""
    left = ping()[:60]
    path = packets.capture(tmp_path / "cutfcs.pcap", [copy(type2() + left + fcs(left))])
    assert lengths(tshark, path) == [("60", "98")]
    assert tshark.frames(path, 'erspan.copy.cut && erspan.fcs.status == "Good"') == [1]


@pytest.mark.parametrize("tag", ["892600010002", "8909010100010064", "893f000000000000", "88a80064"])
def test_cut_behind_other_tags(tshark, tmp_path, tag):
    """VN-Tag, Cisco metadata, E-Tag, provider tag: the IP length behind them is found."""
    frame = ping()[:12] + bytes.fromhex(tag) + ping()[12:]
    path = packets.capture(tmp_path / "tag.pcap", [copy(type2() + frame[:60])])
    assert lengths(tshark, path) == [("60", str(len(frame)))]
    assert tshark.frames(path, "erspan.copy.cut") == [1]


def test_nesting_ends_before_tshark_does(tshark, tmp_path):
    packet = ping(size=4)
    for level in range(90):
        packet = copy(type2(session=level) + packet)
    path = packets.capture(tmp_path / "deep.pcap", [packet])
    assert tshark.fields(path, ["erspan.depth"], occurrence="l") == [("64",)]
