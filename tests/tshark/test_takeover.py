# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin takes ERSPAN over from the built-in dissector, and gives it back when told."""

import pytest

import packets

GIVEN_BACK = ("-o", "erspan.override:FALSE")


def glossary(tshark):
    """Name and type of every field of the built-in's two protocols."""
    rows = (line.split("\t") for line in tshark.call("-G", "fields").stdout.splitlines())
    return {row[2]: row[3] for row in rows if row[0] == "F" and row[4] in ("erspan", "erspan-marker")}


@pytest.fixture(scope="module")
def both_types(tmp_path_factory):
    return packets.capture(
        tmp_path_factory.mktemp("takeover") / "both.pcap",
        [
            packets.copy(packets.type2(session=5, vlan=10, cos=3, en=2, index=0x12345) + packets.ping()),
            packets.copy(packets.type3(session=6, hw=9, gra=1) + packets.ping(), 0x22EB),
            packets.copy(packets.ping(), sequence=None),
        ],
    )


def test_old_fields_keep_their_names_and_types(tshark, builtin_tshark):
    old = glossary(builtin_tshark)
    assert len([name for name in old if name.startswith("erspan.")]) == 35
    new = glossary(tshark)
    assert {name: new.get(name) for name in old} == old


def test_old_fields_keep_their_values(tshark, builtin_tshark, both_types):
    """Where the built-in reads a copy rightly, every old field says the same."""
    old = [name for name in glossary(builtin_tshark) if name.startswith("erspan.")]
    assert tshark.fields(both_types, old) == builtin_tshark.fields(both_types, old)


@pytest.mark.parametrize(
    "display_filter, frames",
    [
        ("erspan", [1, 2, 3]),
        ("erspan.spanid == 5", [1]),
        ("erspan.session == 5", [1]),
        ("erspan.session in {5, 6}", [1, 2]),
        ('erspan.version == "Type II"', [1]),
        ('erspan.version == "Type III"', [2]),
        ('erspan.gra == "100 nanoseconds"', [2]),
        ("erspan.direction == 0", [2]),
        ("erspan.type == 1", [3]),
        ('erspan.type == "Type I"', [3]),
        ("erspan.stream == 2", [3]),
        ("erspan.seq", [1, 2]),
        ("erspan && icmp", [1, 2, 3]),
    ],
)
def test_filters(tshark, both_types, display_filter, frames):
    assert tshark.frames(both_types, display_filter) == frames


def test_disable_protocol(tshark, both_types):
    assert tshark.frames(both_types, "erspan", ("--disable-protocol", "erspan")) == []
    assert tshark.frames(both_types, "gre && data", ("--disable-protocol", "erspan")) == [1, 2, 3]


def test_preference_gives_the_traffic_back(tshark, both_types):
    assert tshark.frames(both_types, "erspan.type", GIVEN_BACK) == []
    assert tshark.frames(both_types, "erspan.spanid == 5 && icmp", GIVEN_BACK) == [1]
    protocols = tshark.fields(both_types, ["frame.protocols"], options=GIVEN_BACK)
    assert all(path.count("erspan") == 1 for (path,) in protocols)


def test_old_name_of_the_session_is_hidden_in_the_tree(tshark, both_types):
    tree = tshark.verbose(both_types, "erspan.session == 5")
    assert "Session ID: 5" in tree
    assert "SpanID" not in tree


def test_inner_frame_left_undissected(tshark, both_types):
    options = ("-o", "erspan.dissect_inner:FALSE")
    assert tshark.frames(both_types, "icmp", options) == []
    assert tshark.fields(both_types, ["erspan.inner.len", "data.len"], options=options) == [("98", "98")] * 3


def test_decode_as(tshark, tmp_path):
    """A bare IP packet behind Type II, which declares Ethernet, forced to what it is not."""
    bare = packets.ipv4(1, packets.icmp(8, 0, b"\0\1\0\1", b"x" * 20))
    path = packets.capture(tmp_path / "ip.pcap", [packets.copy(packets.type2() + bare)])
    assert tshark.frames(path, "erspan.ft.contradiction && icmp") == [1]
    assert tshark.frames(path, "icmp", ("-d", "erspan.payload,eth")) == []
