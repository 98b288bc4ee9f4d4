# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever stands around a copy, both programs find it and read the same."""

import gzip
import json
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


def said(erspanrate, path):
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(name="made", params=CASES.items(), ids=CASES)
def made_fixture(request, tmp_path):
    link_type, wrap = request.param[1]
    return packets.capture(tmp_path / "made.pcap", [wrap(packet) for packet in inner_packets()], link_type)


def test_both_find_all(tshark, erspanrate, made):
    plugin = reports.report(tshark, made, "-q")
    collector = said(erspanrate, made)
    assert collector["all"]["copies"] == COPIES
    [session] = collector["sessions"]
    assert (session["source"], session["destination"]) == ("192.0.2.1", "192.0.2.2")
    assert session["inner_bytes"] == COPIES * len(packets.ping(400))
    assert collector["sessions"] == plugin["sessions"]
    assert session["verdicts"] == []



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
