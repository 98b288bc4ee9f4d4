# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that this project did not write: what their own documents and bytes say, tshark shows.

They are not part of the tree; ERSPAN_THIRD_PARTY_CAPTURES names their directory. Every expected
value was read from the bytes, or is stated by those who published the capture.
"""

import collections
import subprocess

import pytest
from shows import Shows

PEERS = {
    "hexdump__erspan-rs-crate-typeII": 1,
    "hexdump__fmadio-pcap_decap-issue1": 1,
    "hexdump__wireshark-dev-2007-mayer-sll-gretype": 1,
    "ovs__tests-hex": 12,
    "suricata-verify__decode-erspan-typeI-02": 42,
    "suricata-verify__decode-erspan-typeII-01": 6,
    "tcpdump__erspan-type-i-1": 2,
    "tcpdump__erspan-type-i-2": 2,
    "tcpdump__erspan-type-i-3": 1,
    "tcpdump__erspan-type-i-4": 119,
    "tcpdump__erspan-type-ii-1": 1,
    "tcpdump__erspan-type-iii-ft-7": 58,
    "tcpdump__erspan-type-iii-pb-1": 1,
    "zeek__erspan": 287,
    "zeek__erspanI": 10,
    "zeek__erspanII": 4,
    "zeek__erspanIII": 2,
}
OVS = {
    "ovs31-inner-vlan-qinq-runt-bpdu": 14,
    "ovs31-mtu1500-fullsize-inner": 9,
    "ovs31-router-mtu1500-df-true-collector": 13,
    "ovs31-v1-ipv4-s100-idx74565": 19,
    "ovs31-v1-ipv4-snaplen96": 18,
    "ovs31-v1-ipv6-s300-idx1": 18,
    "ovs31-v2-ipv4-s200-dir0-hw7": 9,
    "ovs31-v2-ipv6-s513-dir1-hw16": 18,
}
FRAMES = {**PEERS, **OVS}

# A payload of one byte sent to the port of ICQ: malformed as ICQ, mirrored or not.
MALFORMED_ON_THE_WIRE = {"ovs31-inner-vlan-qinq-runt-bpdu": [13, 14]}


def path_of(third_party, name):
    return third_party / (f"peers/{name}.pcap" if name in PEERS else f"ovs/{name}.pcapng")


def upto(last, first=1):
    return list(range(first, last + 1))


SHOWS = [
    # Type I: no header, so no session and no sequence number.
    Shows("tcpdump__erspan-type-i-1", "erspan.type == 1 && icmp", [1, 2], {
        "erspan.session": "", "erspan.seq": "", "erspan.version": "",
        "erspan.inner.len": "102", "erspan.inner.mirrored_len": "102",
        "vlan.id": "101", "vlan.priority": ["6", "0"], "icmp.type": ["8", "0"],
    }),
    # The first byte of frame 2's inner address, 0x10, would pass for a Type II header.
    Shows("tcpdump__erspan-type-i-2", "erspan.type == 1 && icmp", [1, 2], {
        "erspan.session": "", "vlan.id": "101", "vlan.priority": ["6", "0"],
    }),
    # The inner address is broadcast: 0xf would be version 15.
    Shows("tcpdump__erspan-type-i-3", "erspan.type == 1 && vlan.id == 1", [1], {
        "erspan.session": "", "arp.src.proto_ipv4": "192.168.90.100", "erspan.inner.len": "64",
    }),
    Shows("zeek__erspanI", "erspan.type == 1 && icmp", upto(10), {"erspan.session": ""}),
    Shows("suricata-verify__decode-erspan-typeI-02", "erspan.type == 1 && icmp", upto(42), {
        "erspan.session": "", "vlan.id": ["1011", "999"] * 21,
    }),
    # Type II
    Shows("tcpdump__erspan-type-ii-1", "erspan.type == 2 && pim", [1], {
        "erspan.session": "666", "erspan.spanid": "666", "erspan.seq": "171", "erspan.vlan": "342",
        "erspan.cos": "6", "erspan.index": "32760",
    }),
    Shows("suricata-verify__decode-erspan-typeII-01", "erspan.type == 2", upto(6), {
        "erspan.session": "100", "erspan.vlan": "23", "erspan.encap": "1", "vlan.id": "",
        "erspan.seq": [str(seq) for seq in range(1794, 1800)],
    }),
    Shows("suricata-verify__decode-erspan-typeII-01", "erspan && cdp", [1, 2]),
    Shows("suricata-verify__decode-erspan-typeII-01", "erspan && icmp", [3, 4, 5, 6]),
    Shows("zeek__erspanII", "erspan.type == 2 && icmp", upto(4), {
        "erspan.session": "100", "erspan.vlan": "23", "erspan.encap": "1",
        "erspan.seq": [str(seq) for seq in range(1796, 1800)],
    }),
    Shows("hexdump__erspan-rs-crate-typeII", "erspan.type == 2", [1], {
        "erspan.session": "1", "erspan.vlan": "1", "erspan.seq": "2114488375",
        "udp.dstport": "57846",
    }),
    # No GRE header in the file; the Linux cooked header names the type.
    Shows("hexdump__wireshark-dev-2007-mayer-sll-gretype",
          "erspan.type == 2 && erspan.type.undeclared && icmp", [1], {
              "erspan.session": "1", "erspan.vlan": "2", "erspan.index": str(0x380),
              "erspan.seq": "", "ip.checksum.status": "1", "icmp.checksum.status": "1",
          }),
    # Type III
    Shows("zeek__erspanIII", "erspan.type == 3 && icmp", [1, 2], {
        "erspan.session": "0", "erspan.vlan": "20", "erspan.p": "1", "erspan.hw": "3",
        "erspan.direction": ["0", "1"], "erspan.gra": "0", "erspan.timestamp": ["5208", "5251"],
        "erspan.seq": ["62123356", "62123357"],
    }),
    Shows("hexdump__fmadio-pcap_decap-issue1", "erspan.type == 3 && tcp", [1], {
        "erspan.session": "1", "erspan.sgt": "1", "erspan.hw": "39", "erspan.gra": "3",
        "erspan.o": "0", "erspan.seq": "872644064", "erspan.inner.len": "60",
    }),
    # The frame is four bytes longer than its outer IP packet: the FCS that the card kept.
    Shows("hexdump__fmadio-pcap_decap-issue1", "erspan.fcs.outer && !erspan.fcs.inner", [1]),
    # O is clear and yet a sub-header stands there; FT is reserved and yet the frame is Ethernet.
    Shows("tcpdump__erspan-type-iii-ft-7",
          "erspan.type == 3 && erspan.subheader.hidden && erspan.ft.reserved && erspan.frame.bad",
          upto(58), {
              "erspan.session": "101", "erspan.ft": "7", "erspan.o": "0", "erspan.port": "43973",
              "erspan.platid": "0", "erspan.pid7.source_index": "43973",
              "erspan.seq": [str(seq) for seq in range(47838, 47896)],
          }),
    Shows("tcpdump__erspan-type-iii-ft-7", "erspan.vlan == 865 && arp",
          [18, 43, 49, 50, 52, 55, 56]),
    # An IPv6 header with lies in it and the capture's end right after the ERSPAN header.
    # The capture ends in the header, which is not the copy's doing.
    Shows("tcpdump__erspan-type-iii-pb-1", "erspan.type == 3 && !erspan.header.cut && !eth", [1], {
        "frame.len": "188109", "frame.cap_len": "79", "erspan.session": "0",
        "erspan.timestamp": str(0x48000846), "erspan.o": "1",
    }),
    # Open vSwitch
    Shows("ovs__tests-hex", "erspan.type == 2", [1, 3, 5, 6, 9, 10], {
        "erspan.session": ["123", "123", "1", "1", "123", "123"],
    }),
    Shows("ovs__tests-hex", "erspan.type == 3", [2, 4, 7, 8, 11, 12], {
        "erspan.session": ["567", "567", "1", "1", "121", "121"], "erspan.hw": "7",
    }),
    Shows("ovs__tests-hex", "erspan.version.contradiction", [7, 8, 11, 12]),
    Shows("ovs__tests-hex", "erspan && ipv6.dstopts", [10, 12]),
    Shows("ovs31-v1-ipv4-s100-idx74565", "erspan.type == 2", upto(19), {
        "erspan.session": "100", "erspan.index": "74565",
        "erspan.seq": [str(seq) for seq in range(19)],
    }),
    Shows("ovs31-v1-ipv6-s300-idx1", "erspan.type == 2 && gre", upto(18), {
        "erspan.session": "300", "erspan.index": "1", "ipv6.version": "6",
        "erspan.seq": [str(seq) for seq in range(18)],
    }),
    Shows("ovs31-v2-ipv4-s200-dir0-hw7", "erspan.type == 3", upto(9), {
        "erspan.session": "200", "erspan.direction": "0", "erspan.hw": "7", "erspan.p": "0",
        "erspan.seq": [str(seq) for seq in range(9)],
    }),
    Shows("ovs31-v2-ipv6-s513-dir1-hw16", "erspan.type == 3 && ipv6", upto(18), {
        "erspan.session": "513", "erspan.direction": "1", "erspan.hw": "16",
        "erspan.seq": [str(seq) for seq in range(18)],
    }),
    # The copy is cut although T is clear: only the outer IP length tells.
    Shows("ovs31-v1-ipv4-snaplen96",
          "erspan.copy.cut && !erspan.copy.truncated && !_ws.malformed", upto(18), {
              "frame.cap_len": "96", "ip.len": ["134"] * 10 + ["1550"] * 4 + ["198"] * 4,
              "erspan.truncated": "0", "erspan.inner.len": "46",
              "erspan.inner.mirrored_len": ["98"] * 10 + ["1514"] * 4 + ["162"] * 4,
          }),
    # One counter for two sessions and two types.
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "erspan", upto(14), {
        "erspan.type": ["2", "3"] * 7, "erspan.session": ["100", "200"] * 7,
        "erspan.seq": [str(seq) for seq in range(14)], "erspan.vlan": "0",
    }),
    # The header says VLAN 0 and the tag is in the frame.
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "erspan.vlan == 0 && vlan.id == 100", upto(4), {
        "erspan.encap": ["0", "", "0", ""],
    }),
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "ieee8021ad", [3, 4]),
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "vlan.id == 0", [7, 8]),
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "stp", [9, 10]),
    Shows("ovs31-inner-vlan-qinq-runt-bpdu", "erspan.inner.len < 60", [9, 10, 13, 14]),
    Shows("ovs31-mtu1500-fullsize-inner", "erspan", upto(9), {
        "erspan.session": ["100", "200", "300"] * 3,
        "erspan.seq": [str(seq) for seq in range(33, 42)],
    }),
    Shows("ovs31-mtu1500-fullsize-inner", "erspan.inner.len > 98", []),
    Shows("ovs31-router-mtu1500-df-true-collector", "erspan", upto(13), {
        "erspan.session": "42",
        "erspan.seq": [str(seq) for seq in [*range(7), *range(13, 19)]],
    }),
    # GRE of another protocol is no ERSPAN.
    Shows("zeek__erspan", "erspan", []),
]


@pytest.mark.parametrize("shows", SHOWS, ids=str)
def test_capture_shows(tshark, third_party, shows):
    fields = ["frame.number", *shows.values]
    checksums = ["-o", "ip.check_checksum:TRUE"]
    rows = tshark.fields(path_of(third_party, shows.capture), fields, shows.display_filter, checksums)
    columns = list(zip(*rows)) or [()] * len(fields)
    assert [int(number) for number in columns[0]] == shows.frames
    for field, found in zip(shows.values, columns[1:]):
        assert (field, list(found)) == (field, shows.wanted(field))


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_is_read_and_nothing_good_is_malformed(tshark, third_party, name):
    capture = path_of(third_party, name)
    assert len(tshark.frames(capture)) == FRAMES[name]
    assert tshark.frames(capture, "_ws.malformed") == MALFORMED_ON_THE_WIRE.get(name, [])
    tshark.survive(capture)


def test_directory_holds_no_capture_that_is_not_tested(third_party):
    there = {path.stem for path in third_party.glob("*/*.pcap*")}
    assert there == set(FRAMES)


def test_type_i_among_plain_gre(tshark, third_party):
    """88 copies among 8 frames of GRE with IP inside and 23 others."""
    capture = path_of(third_party, "tcpdump__erspan-type-i-4")
    copies = tshark.frames(capture, "erspan.type == 1")
    assert copies == tshark.frames(capture, "gre.proto == 0x88be")
    assert len(copies) == 88
    assert len(tshark.frames(capture, "gre.proto == 0x0800 && !erspan")) == 8
    assert len(tshark.frames(capture, "!gre && !erspan")) == 23
    assert len(tshark.frames(capture, "erspan && icmp")) == 80
    assert len(tshark.frames(capture, "erspan && ospf && vlan.id == 10")) == 8


def test_transparent_bridging_stays_what_it_is(tshark, builtin_tshark, third_party):
    capture = path_of(third_party, "zeek__erspan")
    rows = tshark.fields(capture, ["frame.protocols"])
    assert rows == builtin_tshark.fields(capture, ["frame.protocols"])
    assert len(tshark.frames(capture, "gre.proto == 0x6558 && eth.type && gre.key")) == 248


@pytest.mark.parametrize(
    "protocol, count", [("stp", 30), ("ndp", 14), ("arp", 7), ("llmnr", 4), ("nbns", 3)]
)
def test_all_inner_frames_behind_the_hidden_subheader(tshark, third_party, protocol, count):
    capture = path_of(third_party, "tcpdump__erspan-type-iii-ft-7")
    assert len(tshark.frames(capture, protocol)) == count


def seconds(text):
    """Seconds since the epoch as whole nanoseconds: a float would lose them."""
    whole, fraction = text.split(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0"))


def test_the_hidden_64_bit_time_counts_100_ps(tshark, third_party):
    """The straight line through (time, arrival) has that slope, and no frame leaves it by 125 µs."""
    capture = path_of(third_party, "tcpdump__erspan-type-iii-ft-7")
    rows = tshark.fields(capture, ["frame.time_epoch", "erspan.timestamp64"])
    first_arrival, first_tick = seconds(rows[0][0]), int(rows[0][1])
    arrival = [(seconds(row[0]) - first_arrival) / 1e9 for row in rows]
    source = [(int(row[1]) - first_tick) * 100e-12 for row in rows]
    mean_x, mean_y = sum(source) / len(rows), sum(arrival) / len(rows)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(source, arrival)) / sum(
        (x - mean_x) ** 2 for x in source
    )
    assert abs(slope - 1) < 100e-6
    assert source[-1] > 59
    for x, y in zip(source, arrival):
        assert abs(mean_y + slope * (x - mean_x) - y) <= 125e-6


def test_100_us_ticks_agree_with_the_arrival(tshark, third_party):
    """43 ticks of 100 µs between the frames: 4.3 ms, as in the capture."""
    capture = path_of(third_party, "zeek__erspanIII")
    (a, first), (b, second) = tshark.fields(capture, ["frame.time_epoch", "erspan.timestamp"])
    assert abs((seconds(b) - seconds(a)) - (int(second) - int(first)) * 100_000) < 100_000


@pytest.mark.parametrize("name", ["ovs31-v2-ipv4-s200-dir0-hw7", "ovs31-v2-ipv6-s513-dir1-hw16"])
def test_time_is_unix_time_in_100_us_modulo_32_bits(tshark, third_party, name):
    """Stamped and rounded down, then captured: late by less than the unit and the way to the tap."""
    for arrival, stamp in tshark.fields(
        path_of(third_party, name), ["frame.time_epoch", "erspan.timestamp"]
    ):
        late_ns = (seconds(arrival) - int(stamp) * 100_000) % (2**32 * 100_000)
        assert late_ns < 100_000 + 30_000


# Bytes before the mirrored frame (and, negative, after it), the same in every frame of the capture.
OUTER_LENGTH = {
    "tcpdump__erspan-type-i-1": [38],
    "tcpdump__erspan-type-i-2": [38],
    "tcpdump__erspan-type-i-3": [38],
    "zeek__erspanI": [38],
    "suricata-verify__decode-erspan-typeI-02": [38],
    "tcpdump__erspan-type-ii-1": [50],
    "suricata-verify__decode-erspan-typeII-01": [50],
    "zeek__erspanII": [50],
    "hexdump__erspan-rs-crate-typeII": [50],
    "hexdump__wireshark-dev-2007-mayer-sll-gretype": [24],
    "zeek__erspanIII": [54],
    "hexdump__fmadio-pcap_decap-issue1": [54, -4],
    "tcpdump__erspan-type-iii-ft-7": [62],
    "ovs31-router-mtu1500-df-true-collector": [50],
    "ovs31-v1-ipv4-s100-idx74565": [50],
    "ovs31-v1-ipv6-s300-idx1": [70],
    "ovs31-v2-ipv4-s200-dir0-hw7": [54],
    "ovs31-v2-ipv6-s513-dir1-hw16": [74],
}


@pytest.mark.parametrize("name", OUTER_LENGTH)
def test_inner_frame_is_dissected_as_on_the_wire(tshark, builtin_tshark, third_party, tmp_path, name):
    """Cut out of its copy, the mirrored frame must look to a plain tshark as it does inside."""
    capture = path_of(third_party, name)
    bare = tmp_path / f"{name}.pcap"
    chops = [word for bytes_off in OUTER_LENGTH[name] for word in ("-C", str(bytes_off))]
    subprocess.run(
        ["editcap", "-F", "pcap", "-T", "ether", *chops, capture, bare],
        check=True,
        capture_output=True,
    )
    inside = [row[0].split(":erspan:")[1] for row in tshark.fields(capture, ["frame.protocols"])]
    outside = [row[0] for row in builtin_tshark.fields(bare, ["frame.protocols"])]
    assert inside == outside


def told_once_the_domain_is_known(name):
    return name.startswith("erspan.analysis")


def earlier_than(name, value):
    """What one pass may say where two passes say that. Of the way of a frame it does not know yet what later copies tell."""
    return ("", value) if name.startswith("erspan.path") else (value,)


@pytest.mark.parametrize("name", FRAMES)
def test_one_pass_and_two_passes_agree(tshark, third_party, name):
    """Every field of every copy. Only whose the counter is may be known later in one pass than in two,
    and with it what the first numbers meant: of these copies the other fields must agree."""
    capture = path_of(third_party, name)
    rows = (line.split("\t") for line in tshark.call("-G", "fields").stdout.splitlines())
    names = sorted({row[2] for row in rows if row[0] == "F" and row[2].startswith("erspan.")})
    domain = names.index("erspan.sequence_domain")
    stream = names.index("erspan.stream")

    def agree(one, two):
        known = one[domain] == two[domain]
        compared = [
            index
            for index, field in enumerate(names)
            if known or (index != domain and not told_once_the_domain_is_known(field))
        ]
        return all(one[index] in earlier_than(names[index], two[index]) for index in compared)

    once = tshark.fields(capture, names, "erspan", occurrence="a")
    for twice in (
        tshark.fields(capture, names, "erspan", ["-2"], occurrence="a"),
        tshark.fields(capture, names, None, ["-2", "-R", "erspan"], occurrence="a"),
    ):
        assert len(twice) == len(once)
        for one, two in zip(once, twice):
            assert agree(one, two), (one, two)
        # Once one pass knows whose the counter is, it stays with it.
        known = collections.defaultdict(list)
        for one, two in zip(once, twice):
            known[two[stream]].append(one[domain] == two[domain])
        assert all(each == sorted(each) for each in known.values())
