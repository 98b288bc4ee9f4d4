# SPDX-License-Identifier: GPL-2.0-or-later
"""A router's link of MTU 1500 drops what is longer; the verdict names the cliff, to the byte."""

import itertools
import json

import pytest
from cable import check_sent
from namespaces import Namespaces
from receiver import Receiver

MTU = 1500
# What a sender that was kept waiting catches up with, 100 ms, fits into the kernel's queue of 1000 packets.
RATE = "60Mbit"
NETWORKS = {"ipv4": ("192.0.2.{}", "198.51.100.{}", 24), "ipv6": ("2001:db8:1::{}", "2001:db8:2::{}", 64)}
IP_HEADER = {"ipv4": 20, "ipv6": 40}
ERSPAN_HEADER = {"2": 8, "3": 12}
GRE_HEADER, ETHERNET_HEADER = 8, 14
SOURCE, COLLECTOR, ROUTER = 1, 2, 254

# A session for each: the type, the outer IP, and by how much its longest copies are too long.
CASES = list(itertools.product(ERSPAN_HEADER, NETWORKS, (0, 1)))


def cliff(kind, version):
    """The longest frame whose copy fits."""
    return MTU - IP_HEADER[version] - GRE_HEADER - ERSPAN_HEADER[kind]


def connect(net):
    """A source that may send what is long, a router, and a collector behind its narrow link."""
    net.link("source", "out0", "router", "wide", mtu=9000)
    net.link("router", "narrow", "collector", "in0", mtu=MTU)
    net.run("router", "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    for near, far, prefix in NETWORKS.values():
        for name, device, network, host in (
            ("source", "out0", near, SOURCE),
            ("router", "wide", near, ROUTER),
            ("router", "narrow", far, ROUTER),
        ):
            at_once = ["nodad"] if prefix > 32 else []
            net.ip(name, "addr", "add", f"{network.format(host)}/{prefix}", "dev", device, *at_once)
        net.ip("source", "route", "add", far.format(COLLECTOR), "via", near.format(ROUTER))
        mac = net.mac("collector", "in0")
        net.ip("router", "neigh", "add", far.format(COLLECTOR), "lladdr", mac, "dev", "narrow")


@pytest.fixture(scope="module")
def heard(erspangen, erspanrate, tmp_path_factory):
    """By case, how many copies were sent and what the report says of the session."""
    truth = tmp_path_factory.mktemp("narrow") / "truth.json"
    sent = []
    with Namespaces("source", "router", "collector") as net:
        connect(net)
        running = Receiver(net, erspanrate, "-q")
        for number, (kind, version, beyond) in enumerate(CASES):
            near, far, _ = NETWORKS[version]
            done = net.run(
                "source", erspangen, "send", "-i", "out0", "--truth", truth, "--type", kind, "--session", number,
                "--source", near.format(SOURCE), "--destination", far.format(COLLECTOR),
                "--kind", "iperf", "--flows", 2, "--bytes", "1MB", "--rate", RATE,
                "--inner-mtu", cliff(kind, version) + beyond - ETHERNET_HEADER, check=False,
            )  # fmt: skip
            check_sent(done)
            (session,) = json.loads(truth.read_text())["sessions"]
            sent.append(session["sent"]["copies"])
        (total,) = running.finish()
    found = {session["session_id"]: session for session in total["sessions"]}
    return {case: (sent[number], found[number]) for number, case in enumerate(CASES)}


@pytest.mark.parametrize("kind, version, beyond", CASES)
def test_cliff(heard, kind, version, beyond):
    sent, session = heard[kind, version, beyond]
    # The handshake comes first and the farewell last: both are short.
    lost = sent - session["copies"]
    assert session["sequence"]["lost"] == lost
    assert session["mirrored_max"] <= cliff(kind, version)
    verdicts = [(verdict["cause"], verdict["cliff"]) for verdict in session["verdicts"]]
    if beyond:
        assert lost > session["copies"]
        assert session["tcp"]["visibility"] < 0.01
        assert verdicts == [("mtu", cliff(kind, version))]
    else:
        assert lost == 0
        assert session["tcp"]["visibility"] == 1
        assert verdicts == []
