# SPDX-License-Identifier: GPL-2.0-or-later
"""A real source: Open vSwitch mirrors an iperf, and what arrives is held against iperf's own report."""

import json
import subprocess

import pytest
from openvswitch import HOSTS, OpenVswitch
from receiver import DELIVERY_TCPDUMP_S, wait_until_idle

EACH_KIND = pytest.mark.parametrize(
    "version, ipv6",
    [
        pytest.param(1, False, id="type2-ipv4"),
        pytest.param(1, True, id="type2-ipv6", marks=pytest.mark.thorough),
        pytest.param(2, False, id="type3-ipv4", marks=pytest.mark.thorough),
        pytest.param(2, True, id="type3-ipv6"),
    ],
)

SECONDS = 2


def iperf(switch):
    """Two TCP flows from host1 to host2, for some seconds; iperf3's own report."""
    server = switch.net.start("host2", "iperf3", "-s", "-1", "--forceflush", stdout=subprocess.PIPE)
    assert any("listening" in line for line in server.stdout)
    done = switch.net.run(
        "host1", "iperf3", "-c", HOSTS["host2"], "-P", 2, "-b", "40M", "-t", SECONDS, "-J"
    )
    switch.net.stop(server)
    return json.loads(done.stdout)


def assert_delivered(session, measured):
    """As many bytes as iperf3 carried. Some are acknowledged that its receiver has not read when the time
    is over: on a busy machine many."""
    received, sent = (measured["end"][which]["bytes"] for which in ("sum_received", "sum_sent"))
    assert 0.99 * received <= session["tcp"]["delivered_bytes"] <= 1.01 * sent


@pytest.fixture
def capture(tmp_path):
    """Captures what reaches the collector while an iperf runs."""

    def run(switch):
        path = tmp_path / "collector.pcap"
        tcpdump = switch.net.start(
            "collector", "tcpdump", "-i", "e0", "-B", 65536, "-s", 160, "-Z", "root", "-U", "-w", path,
            "proto gre", stderr=subprocess.PIPE,
        )  # fmt: skip
        assert any("listening on" in line for line in tcpdump.stderr)
        report = iperf(switch)
        wait_until_idle(tcpdump, DELIVERY_TCPDUMP_S)
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


@pytest.mark.parametrize("ipv6", [pytest.param(False, marks=pytest.mark.thorough), True], ids=["ipv4", "ipv6"])
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


def report(erspanrate, path):
    """The report of erspanrate on a capture."""
    done = subprocess.run(
        [erspanrate, "-r", path, "--json"], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@EACH_KIND
def test_whole(switch, capture, erspanrate, version, ipv6):
    """A way that is wide enough: nothing is lost, and every byte of iperf's is seen."""
    source = switch(mtu=9000)
    source.mirror("all", 7, version=version, ipv6=ipv6)
    path, measured = capture(source)
    found = report(erspanrate, path)
    (session,) = found["sessions"]
    assert session["session_id"] == 7
    assert session["types"] == [version + 1]
    assert session["sequence"]["lost"] == session["sequence"]["late"] == 0
    assert session["tcp"]["visibility"] > 0.999
    assert_delivered(session, measured)
    assert session["verdicts"] == []


@EACH_KIND
def test_too_narrow(switch, capture, erspanrate, version, ipv6):
    """A way for 1500 bytes: not one full-size frame arrives, no counter moves, and yet the verdict
    knows how much iperf sent, and at which size the way ends."""
    source = switch(mtu=1500)
    source.mirror("all", 7, version=version, ipv6=ipv6)
    path, measured = capture(source)
    found = report(erspanrate, path)
    (session,) = found["sessions"]
    assert session["sequence"]["lost"] > session["copies"]
    assert session["tcp"]["visibility"] < 0.01
    assert_delivered(session, measured)
    (verdict,) = session["verdicts"]
    assert verdict["cause"] == "mtu"
    # The outer packet is IP, GRE of 8 bytes, the ERSPAN header, and the frame.
    assert verdict["cliff"] == 1500 - (40 if ipv6 else 20) - 8 - (8 if version == 1 else 12)


def test_shared_counter(switch, capture, erspanrate):
    """Three sessions over one tunnel type share one counter (quirk Q1): nothing is lost, although the
    numbers of no session are whole."""
    source = switch(mtu=9000)
    source.mirror("one", 1, ports=["p1"])
    source.mirror("two", 2, ports=["p2"])
    source.mirror("three", 3, version=2)
    path, _ = capture(source)
    found = report(erspanrate, path)
    assert {session["session_id"] for session in found["sessions"]} == {1, 2, 3}
    (domain,) = found["domains"]
    assert domain["kind"] == "source"
    assert (domain["sequence"]["lost"], domain["sequence"]["late"]) == (0, 0)
