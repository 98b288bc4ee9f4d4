# SPDX-License-Identifier: GPL-2.0-or-later
"""openvswitch.ko as a source: flows of ovs-dpctl, and mirrors of ovs-vsctl whose datapath is the kernel's."""

import odd_frames
import pytest
from draft_decoder import copies
from linux import collected, read

JOB = "switch"

TAGS = 0x8100, 0x88A8
CARRIED = 1464  # by an external device: openvswitch.ko drops what is longer before it is numbered


def is_tagged(frame):
    return int.from_bytes(frame[12:14], "big") in TAGS


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1)


def test_a_flow_of_the_port_alone_is_refused(result):
    assert (result / "port-alone.status").read_text().strip() != "0"
    assert "Invalid argument" in (result / "port-alone.said").read_text()


def test_a_flow_with_an_ethernet_key_takes_what_has_no_tag(result):
    sent = list(copies(read(result / "bare.pcap")))
    assert {copy["session"] for copy in sent} == {23}
    expected = [frame for frame in odd_frames.frames() if not is_tagged(frame) and len(frame) <= CARRIED]
    assert [copy["inner"] for copy in sent] == expected


def test_flows_of_one_tunnel_share_a_counter(result, erspanrate):
    """Types II and III of two sessions, a direction in each."""
    sent = list(copies(read(result / "flows.pcap")))
    assert [copy["seq"] for copy in sent] == list(range(sent[0]["seq"], sent[0]["seq"] + len(sent)))
    kinds = {copy["session"]: copy["type"] for copy in sent}
    assert kinds == {21: 2, 22: 3}
    assert {copy["index"] for copy in sent if copy["type"] == 2} == {5}
    assert {(copy["hw"], copy["d"]) for copy in sent if copy["type"] == 3} == {(4, 1)}
    report = collected(erspanrate, result / "flows.pcap")
    assert {s["session_id"]: s["sequence_domain"] for s in report["sessions"]} == {21: "source", 22: "source"}
    assert report["totals"]["lost"] == 0


def test_mirrors_share_a_counter_for_each_family(result, erspanrate):
    sent = list(copies(read(result / "mirrors.pcap")))
    for over_ipv6 in (False, True):
        numbers = [copy["seq"] for copy in sent if (":" in copy["source"]) == over_ipv6]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    fields = {copy["session"]: (copy["type"], copy.get("index"), copy.get("hw"), copy.get("d")) for copy in sent}
    assert fields == {31: (2, 0x31, None, None), 32: (3, None, 0x12, 1), 36: (3, None, 0x3A, 0)}
    report = collected(erspanrate, result / "mirrors.pcap")
    assert report["totals"]["lost"] == 0
    pings = {
        session: [copy["inner"] for copy in sent if copy["session"] == session and copy["inner"][12:14] == b"\x08\0"]
        for session in fields
    }
    assert pings[31] == pings[32] == pings[36] and len(pings[31]) == 6


def test_a_mirror_with_a_snap_length_cuts(result, erspanrate):
    """The others do not."""
    sent = list(copies(read(result / "snapped.pcap")))
    longest = {session: max(c["length"] for c in sent if c["session"] == session) for session in (31, 32, 36)}
    assert longest == {31: 96, 32: 1514, 36: 1514}
    found = {s["session_id"]: s for s in collected(erspanrate, result / "snapped.pcap")["sessions"]}
    causes = {session: {v["cause"] for v in found[session]["verdicts"]} for session in longest}
    assert causes == {31: {"cut"}, 32: set(), 36: set()}


def test_the_datapath_was_the_kernels(result):
    assert (result / "datapath").read_text().startswith("system@")
