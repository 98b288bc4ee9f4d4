# SPDX-License-Identifier: GPL-2.0-or-later
"""Real encoders of other tunnels: copies that Linux sends through VXLAN, mirrors of Open vSwitch in VXLAN,
Geneve and GRE. Each back-end counts them, or says that it did not."""

import json
import subprocess

import pytest
from openvswitch import HOSTS, OpenVswitch
from receiver import DELIVERY_TCPDUMP_S, Receiver, each, wait_until_idle

SENT = 500


@pytest.fixture
def vxlan(net, capture):
    """Copies go through a VXLAN device of Linux."""

    def send(running):
        net.ip("source", "addr", "add", "192.0.2.1/24", "dev", "out0")
        net.ip("collector", "addr", "add", "192.0.2.2/24", "dev", "in0")
        # A neighbour that is not known yet has room for some of the first copies only.
        net.ip("source", "neigh", "add", "192.0.2.2", "lladdr", net.mac("collector", "in0"), "dev", "out0")
        tunnel = ["id", "5", "remote", "192.0.2.2", "dev", "out0", "dstport", "4789"]
        if net.run("source", "ip", "link", "add", "vx0", "type", "vxlan", *tunnel, check=False).returncode != 0:
            pytest.skip("this kernel has no VXLAN")
        net.ip("source", "link", "set", "vx0", "up")
        running.send_through("vx0", capture, 0, SENT)

    return send


@each("pcap", "packet")
def test_copies_behind_vxlan(receiver, vxlan, backend):
    running = receiver("-b", backend)
    vxlan(running)
    total = running.finish()[-1]
    (session,) = total["sessions"]
    assert session["copies"] == SENT
    assert session["sequence"]["lost"] == 0
    assert total["counters"]["unread"] == 0


@each("xdp", "count")
def test_what_xdp_does_not_read(receiver, vxlan, backend):
    """They are no copies for it, but no silence either."""
    running = receiver("-b", backend)
    vxlan(running)
    total = running.finish()[-1]
    assert total["all"]["copies"] == 0
    assert total["counters"]["unread"] >= SENT


@each("count")
def test_the_sentence(net, erspanrate, vxlan, capture, backend):
    running = Receiver(net, erspanrate, "-b", backend, as_json=False)
    running.send(capture, 0, 100)
    vxlan(running)
    said = running.finish_text()
    assert "packets are behind other headers" in said and "--backend=count does not read" in said
    assert "Nothing was lost" not in said


@pytest.mark.parametrize(
    "kind, key",
    [
        ("vxlan", "5001"),
        pytest.param("geneve", "5002", marks=pytest.mark.thorough),
        pytest.param("gre", "86", marks=pytest.mark.thorough),
    ],
)
def test_mirrors_of_open_vswitch(stage, tmp_path, erspanrate, kind, key):
    """An iperf, mirrored: nothing is missing, and both a rule and the directions of its flows tell the mirror."""
    path = tmp_path / "collector.pcap"
    with OpenVswitch(stage(), 9000) as switch:
        switch.tunnel(kind, "m0", key)
        tcpdump = switch.net.start(
            "collector", "tcpdump", "-i", "e0", "-B", 65536, "-s", 160, "-Z", "root", "-U", "-w", path,
            "proto gre or udp", stderr=subprocess.PIPE,
        )  # fmt: skip
        assert any("listening on" in line for line in tcpdump.stderr)
        server = switch.net.start("host2", "iperf3", "-s", "-1", "--forceflush", stdout=subprocess.PIPE)
        assert any("listening" in line for line in server.stdout)
        done = switch.net.run("host1", "iperf3", "-c", HOSTS["host2"], "-b", "40M", "-t", 1, "-J")
        switch.net.stop(server)
        wait_until_idle(tcpdump, DELIVERY_TCPDUMP_S)
        switch.net.stop(tcpdump)
    end = json.loads(done.stdout)["end"]
    # What a busy receiver has not read when its time is over was acknowledged, too.
    received, sent = (end[which]["bytes"] for which in ("sum_received", "sum_sent"))
    for rule, reason in ((["--mirror", kind], "user"), ([], "directions")):
        said = subprocess.run([erspanrate, "-r", path, "-j", *rule], check=True, capture_output=True, text=True)
        (session,) = json.loads(said.stdout.splitlines()[-1])["sessions"]
        assert (session["mirror"], session["mirror_by"], session["session_id"]) == (kind, reason, int(key))
        assert 0.99 * received < session["tcp"]["delivered_bytes"] < 1.01 * sent
        assert session["tcp"]["visibility"] > 0.999
        assert session["verdicts"] == []


@pytest.mark.parametrize("backend, rule", [("count", "gre"), ("xdp", "vxlan")])
def test_rules_that_a_back_end_cannot_follow(erspanrate, backend, rule):
    done = subprocess.run([erspanrate, "-i", "lo", "-b", backend, "--mirror", rule], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"--backend={backend}" in done.stderr or "must be one of" in done.stderr
