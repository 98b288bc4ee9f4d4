# SPDX-License-Identifier: GPL-2.0-or-later
"""Jumbo frames at the mirrored port, and hosts that leave segmentation to hardware: what the port carried is what is visible,
and what the device cut is said to be cut.
"""

import json

import pytest
from draft_decoder import copies
from linux import collected, read, require, tried

JOB = "offloads"

CONTROL_BYTES = 4000  # of iperf3's own connections, at most, each way
JUMBO = 9014

# The longest copy, the longest frame, and the one cause to be named.
CASES = {
    "jumbo": (JUMBO, JUMBO, set()),
    "jumbo-cut": (2964, JUMBO, {"cut"}),  # 3000 less IP, GRE and ERSPAN II
    # Linux cuts super-frames into frames before its device copies them.
    "super": (1514, 1514, set()),
    "super-v6": (1514, 1514, set()),
}


SHORT = ["jumbo", "super"]  # of the other kernels


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1, only=tried(kernel, CASES, SHORT))


@pytest.mark.parametrize("name", CASES)
def test_every_frame_is_copied(kernel, result, erspanrate, name):
    require(kernel, name, SHORT)
    longest, frame, causes = CASES[name]
    sent = list(copies(read(result / f"{name}.pcap")))
    assert [copy["seq"] for copy in sent] == list(range(len(sent)))
    assert max(copy["length"] for copy in sent) == longest
    report = collected(erspanrate, result / f"{name}.pcap")
    (session,) = report["sessions"]
    assert (session["copies"], session["sequence"]["lost"]) == (len(sent), 0)
    assert (session["inner_max"], session["mirrored_max"]) == (longest, frame)
    assert session["cut"] == sum(copy["t"] for copy in sent)
    assert {verdict["cause"] for verdict in session["verdicts"]} == causes


@pytest.mark.parametrize("name", CASES)
def test_visible_is_what_iperf_received(kernel, result, erspanrate, name):
    require(kernel, name, SHORT)
    ends = [json.loads((result / f"{name}.{way}.json").read_text())["end"] for way in ("down", "up")]
    received = sum(end["sum_received"]["bytes"] for end in ends)
    tcp = collected(erspanrate, result / f"{name}.pcap")["totals"]["tcp"]
    assert tcp["visibility"] == 1
    assert 0 <= tcp["delivered_bytes"] - received <= CONTROL_BYTES
