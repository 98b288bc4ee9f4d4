# SPDX-License-Identifier: GPL-2.0-or-later
"""A real source: Open vSwitch mirrors an iperf, and what arrives is held against iperf's own report."""

import json
import time

import pytest
from openvswitch import HOSTS, OpenVswitch

SECONDS = 2


def iperf(switch):
    """Two TCP flows from host1 to host2, for some seconds; iperf3's own report."""
    server = switch.net.start("host2", "iperf3", "-s", "-1", stdout=-3)
    time.sleep(0.3)
    done = switch.net.run(
        "host1", "iperf3", "-c", HOSTS["host2"], "-P", 2, "-b", "40M", "-t", SECONDS, "-J"
    )
    switch.net.stop(server)
    return json.loads(done.stdout)


@pytest.fixture
def capture(tmp_path):
    """Captures what reaches the collector while an iperf runs."""

    def run(switch):
        path = tmp_path / "collector.pcap"
        tcpdump = switch.net.start(
            "collector", "tcpdump", "-i", "e0", "-B", 65536, "-s", 160, "-Z", "root", "-U", "-w", path,
            "proto gre", stderr=-3,
        )  # fmt: skip
        time.sleep(1)
        report = iperf(switch)
        time.sleep(1)
        switch.net.stop(tcpdump)
        return path, report

    return run


@pytest.fixture
def switch(stage):
    """Makes a switch; its directory must be short enough for a socket's name."""
    made = []

    def make(mtu):
        opened = OpenVswitch(stage(), mtu)
        made.append(opened)
        return opened.__enter__()

    yield make
    for opened in made:
        opened.__exit__()


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
def test_fields(switch, capture, tshark, ipv6):
    """Type II and III side by side: what was configured is what is decoded, under one counter."""
    source = switch(mtu=9000)
    source.mirror("two", 100, ports=["p1"], ipv6=ipv6, version=1, erspan_idx="0x12345")
    source.mirror("three", 1023, ports=["p2"], ipv6=ipv6, version=2, erspan_dir=1, erspan_hwid="0x2a")
    path, _ = capture(source)
    rows = tshark.fields(
        path,
        ["erspan.session", "erspan.type", "erspan.index", "erspan.direction", "erspan.hw",
         "erspan.sequence_domain"],
        "erspan and not erspan.quoted and not icmp",
    )  # fmt: skip
    assert set(row[:5] for row in rows) == {
        ("100", "2", str(0x12345), "", ""),
        ("1023", "3", "", "1", str(0x2A)),
    }
