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
    """Each way for itself. All that the second point lacks is what the network dropped; of most it is certain."""
    report, found = pairs(erspanrate, result / f"{name}.pcap")
    assert report["totals"]["lost"] == 0
    assert found.keys() == {(BEFORE, BEHIND), (BEHIND, BEFORE)}
    for ends, port in (((BEFORE, BEHIND), "x0"), ((BEHIND, BEFORE), "x1")):
        pair, drops = found[ends], dropped(result, name, port)
        assert pair["only_from"] == drops
        assert 0.9 * drops - 2 <= pair["lost"] <= drops
        assert pair["only_to"] == 0
    assert dropped(result, name, "x0") > 10


def test_datagrams_that_iperf_missed(result, erspanrate):
    """iperf3 cannot miss what comes behind the last that it received."""
    _, found = pairs(erspanrate, result / "datagrams.pcap")
    total = json.loads((result / "datagrams.iperf.json").read_text())["end"]["sum"]
    assert total["lost_packets"] <= found[BEFORE, BEHIND]["only_from"] <= total["lost_packets"] + 3
    assert found[BEFORE, BEHIND]["lost_shortest"] == 1000 + 42


def test_segments_that_iperf_sent_again(result, erspanrate):
    """Each lost segment is sent again, but perhaps the last; what was not lost may be, too."""
    _, found = pairs(erspanrate, result / "segments.pcap")
    sent = json.loads((result / "segments.iperf.json").read_text())["end"]["sum_sent"]
    assert found[BEFORE, BEHIND]["lost"] <= sent["retransmits"] + 3


def test_no_delay_is_shorter_than_the_network_s(result, erspanrate):
    """Nor do there and back take longer than ping says. On a machine that is busy, a copy may wait."""
    _, found = pairs(erspanrate, result / "echoes.pcap")
    delay_us = 1000 * int((result / "delay_ms").read_text())
    there, back = found[BEFORE, BEHIND]["delay"], found[BEHIND, BEFORE]["delay"]
    for delay in (there, back):
        assert delay["frames"] == 100
        assert delay["p50_ns"] >= 1000 * (delay_us - SPARE_US)
    least, mean, most = map(float, re.search(r"min/avg/max = ([\d.]+)/([\d.]+)/([\d.]+) ms",
                                             (result / "echoes.said").read_text()).groups())
    print(f"there {there}, back {back}, ping {least} {mean} {most} ms")
    assert there["min_ns"] + back["min_ns"] <= 1e6 * least + 1000 * SPARE_US
