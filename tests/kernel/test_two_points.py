# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrors on both sides of a network that delays and loses: what erspanrate says of it, against the counts of the
network itself and what ping and iperf3 saw."""

import json
import re
import subprocess

import pytest

JOB = "points"

BEFORE, BEHIND = 51, 52
SPARE_US = 50


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1)


def pairs(erspanrate, path):
    """The report, and its pairs by the session IDs of their points."""
    done = subprocess.run([erspanrate, "-q", "-j", "--paths", "-r", path], check=True, capture_output=True, text=True)
    report = json.loads(done.stdout.splitlines()[-1])
    ids = {point["point"]: point["session_id"] for point in report["paths"]["points"]}
    return report, {(ids[pair["from"]], ids[pair["to"]]): pair for pair in report["paths"]["pairs"]}


def dropped(result, name, port):
    (netem,) = [queue for queue in json.loads((result / f"{name}.{port}.json").read_text()) if queue["kind"] == "netem"]
    return netem["drops"]


@pytest.mark.parametrize("name", ["datagrams", "segments"])
def test_lost_is_what_the_network_dropped(result, erspanrate, name):
    """Each way for itself. In a guest that stood still for a while, a frame comes too late to be known again: then each
    point has one that the other lacks."""
    report, found = pairs(erspanrate, result / f"{name}.pcap")
    assert report["totals"]["lost"] == 0
    assert found.keys() == {(BEFORE, BEHIND), (BEHIND, BEFORE)}
    for ends, port in (((BEFORE, BEHIND), "x0"), ((BEHIND, BEFORE), "x1")):
        pair, drops = found[ends], dropped(result, name, port)
        assert pair["only_from"] - pair["only_to"] == drops
        assert pair["lost"] <= drops
    pair = found[BEFORE, BEHIND]
    assert pair["only_to"] > 0 or pair["lost"] >= dropped(result, name, "x0") / 2
    assert dropped(result, name, "x0") > 10


def test_datagrams_that_iperf_missed(result, erspanrate):
    """iperf3 cannot miss what comes behind the last that it received."""
    _, found = pairs(erspanrate, result / "datagrams.pcap")
    total = json.loads((result / "datagrams.iperf.json").read_text())["end"]["sum"]
    pair = found[BEFORE, BEHIND]
    assert total["lost_packets"] <= pair["only_from"] - pair["only_to"] <= total["lost_packets"] + 3
    assert pair["lost"] <= total["lost_packets"] + 3


def test_segments_that_iperf_sent_again(result, erspanrate):
    """Each lost segment is sent again, but perhaps the last, and lost acknowledgements are not."""
    _, found = pairs(erspanrate, result / "segments.pcap")
    sent = json.loads((result / "segments.iperf.json").read_text())["end"]["sum_sent"]
    assert found[BEFORE, BEHIND]["lost"] <= sent["retransmits"] + 8


def test_delays(result, erspanrate):
    """The network takes its time, and there and back take no longer than ping says. Where the guest stood still, some
    frames are not known again."""
    _, found = pairs(erspanrate, result / "echoes.pcap")
    there, back = found[BEFORE, BEHIND]["delay"], found[BEHIND, BEFORE]["delay"]
    for delay in (there, back):
        assert delay["max_ns"] >= 1e6 * int((result / "delay_ms").read_text())
    said = re.search(r"min/avg/max = ([\d.]+)/", (result / "echoes.said").read_text())
    assert there["min_ns"] + back["min_ns"] <= 1e6 * float(said[1]) + 1000 * SPARE_US
