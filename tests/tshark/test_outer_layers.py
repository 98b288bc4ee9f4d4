# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever stands around a copy, both programs find it and read the same."""

import gzip
import json
import random
import struct
import subprocess

import pytest

import outer_layers
import packets
import reports

COPIES = 12
CASES = {
    **{name: (packets.ETHERNET, wrap) for name, wrap in outer_layers.OUTERS.items()},
    **outer_layers.LINKS,
}
SESSION = ("source", "destination", "session", "copies", "inner_bytes")


def inner_packets():
    """The IP packets that hold copies: without the Ethernet header before them."""
    for number in range(COPIES):
        yield packets.copy(packets.type2() + packets.ping(400, sequence=number), sequence=number)[14:]


def all_but_outer_sizes(session):
    """From Wireshark 4.4 on, what MACsec carries is a packet of its own: the plugin counts the bytes of that."""
    sizes = ("outer_bytes", "peak_1ms_bps", "peak_100us_bps")
    return {name: value for name, value in session.items() if name not in sizes}


def said(erspanrate, path):
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(name="made", params=CASES.items(), ids=CASES)
def made_fixture(request, tmp_path):
    link_type, wrap = request.param[1]
    return packets.capture(tmp_path / "made.pcap", [wrap(packet) for packet in inner_packets()], link_type)


def test_both_find_all(tshark, erspanrate, made, request):
    plugin = reports.report(tshark, made, "-q")
    collector = said(erspanrate, made)
    assert collector["all"]["copies"] == COPIES
    [session] = collector["sessions"]
    assert (session["source"], session["destination"]) == ("192.0.2.1", "192.0.2.2")
    assert session["inner_bytes"] == COPIES * len(packets.ping(400))
    [shown] = plugin["sessions"]
    if "macsec" in request.node.name:
        assert all_but_outer_sizes(session) == all_but_outer_sizes(shown)
    else:
        assert session == shown
    assert session["verdicts"] == []


def over_ipv6(session, number):
    """An IPv6 packet that holds a copy."""
    gre = struct.pack(">HHI", 0x1000, 0x88BE, number)
    return outer_layers.ipv6(47, gre + packets.type2(session) + packets.ping(400, sequence=number))


def over_ipv4(session, number):
    return packets.copy(packets.type2(session) + packets.ping(400, sequence=number), sequence=number)[14:]


@pytest.mark.parametrize("seed", [1, 2])
def test_one_in_another(tshark, erspanrate, tmp_path, seed):
    """Up to four of them at a time, drawn at random; each session has others, and three copies. MACsec is not drawn: the
    programs count outer bytes of it differently."""
    draw, drawn, made = random.Random(seed), [], []
    outermosts = [name for name in outer_layers.OUTERS if not name.startswith("macsec")]
    names = outer_layers.tunnels(over_ipv4(1, 0))
    assert len(names) > 15
    for session in range(1, 201):
        inner = draw.choice([over_ipv4, over_ipv6])
        around = [draw.choice(names) for _ in range(draw.choice([1, 2, 3]))]
        outermost = draw.choice(outermosts)
        drawn.append((inner.__name__, *around, outermost))
        for number in range(3):
            packet = inner(session, number)
            for name in around:
                packet = outer_layers.content_of(outer_layers.OUTERS[name](packet))
            made.append(outer_layers.OUTERS[outermost](packet))
    path = packets.capture(tmp_path / "made.pcap", made)
    collector, plugin = said(erspanrate, path), reports.report(tshark, path, "-q")
    copies = {session["session_id"]: session["copies"] for session in collector["sessions"]}
    assert {drawn[session - 1]: copies.get(session) for session in range(1, 201) if copies.get(session) != 3} == {}
    assert collector["sessions"] == plugin["sessions"]


IPV4_ALONE = (228, lambda packet: packet)


@pytest.mark.parametrize("link", ["null", "ppp", "cisco-hdlc", "nflog", "erf-ethernet", "erf-ipv4", "raw", "ipv4"])
def test_ipv6_on_a_link(tshark, erspanrate, tmp_path, link):
    """Also on a link that says IPv4, as ERF's records of type 22 do: the packet's own version decides."""
    link_type, wrap = outer_layers.LINKS.get(link, IPV4_ALONE)
    made = [wrap(make(session, number)) for number in range(COPIES)
            for session, make in ((4, over_ipv4), (6, over_ipv6))]
    path = packets.capture(tmp_path / "made.pcap", made, link_type)
    collector = said(erspanrate, path)
    found = {session["session_id"]: (session["source"], session["copies"]) for session in collector["sessions"]}
    assert found == {4: ("192.0.2.1", COPIES), 6: ("2001:db8::11", COPIES)}
    assert collector["sessions"] == reports.report(tshark, path, "-q")["sessions"]


def test_ethertype_of_ipv4_before_ipv6(tshark, erspanrate, tmp_path):
    """Wireshark's dissector of IPv4 goes by the version too; the other way round there is none."""
    made = [packets.ethernet(0x0800, over_ipv6(6, number)) for number in range(3)]
    made += [packets.ethernet(0x86DD, over_ipv4(4, number)) for number in range(3)]
    path = packets.capture(tmp_path / "made.pcap", made)
    for report in (said(erspanrate, path), reports.report(tshark, path, "-q")):
        assert [(session["session_id"], session["copies"]) for session in report["sessions"]] == [(6, 3)]


def test_libwiretap_reads_the_same(erspanrate, made):
    """Compressed, it is libwiretap that reads it; it takes some link layers off."""
    packed = made.with_suffix(".pcap.gz")
    packed.write_bytes(gzip.compress(made.read_bytes()))
    with_pcap, with_wiretap = said(erspanrate, made), said(erspanrate, packed)
    assert {name: with_wiretap["sessions"][0][name] for name in SESSION if name in with_pcap["sessions"][0]} == {
        name: with_pcap["sessions"][0][name] for name in SESSION if name in with_pcap["sessions"][0]}


def test_a_tunnel_without_copies_is_named(erspanrate, tmp_path):
    """What is in the tunnel is ordinary; the report names the tunnel, not what is in it."""
    path = packets.capture(tmp_path / "plain.pcap", [outer_layers.OUTERS["vxlan"](packets.ping()[14:])] * 3)
    found = said(erspanrate, path)
    assert found["all"]["copies"] == 0
    assert [(row["kind"], row["number"], row["packets"]) for row in found["arrived_instead"]] == [("udp", 4789, 3)]


def test_an_error_in_a_tunnel_quotes_a_copy(tshark, erspanrate, tmp_path):
    quoted = next(inner_packets())[:64]
    error = packets.ipv4(1, packets.icmp(3, 4, struct.pack(">HH", 0, 1400), quoted))
    path = packets.capture(tmp_path / "error.pcap", [outer_layers.OUTERS["vxlan"](error)])
    assert said(erspanrate, path)["totals"]["icmp_errors"] == 1
    assert reports.report(tshark, path, "-q")["totals"]["icmp_errors"] == 1
