# SPDX-License-Identifier: GPL-2.0-or-later
"""A router on the way carries 1500 bytes: with its ICMP errors, without them, and where it may fragment."""

import pytest
from draft_decoder import copies, sequence_counts
from linux import collected, read, require, tried

JOB = "paths"

MTU, CLIFF = 1500, 1464


CASES = ["told", "silent", "fragmented"]
SHORT = ["told"]  # of the other kernels


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1, only=tried(kernel, CASES, SHORT))


@pytest.mark.parametrize("name", ["told", "told.router", "silent"])
def test_verdict_is_the_mtu(kernel, result, erspanrate, name):
    require(kernel, name.removesuffix(".router"), SHORT)
    (session,) = collected(erspanrate, result / f"{name}.pcap")["sessions"]
    assert [v["cause"] for v in session["verdicts"]] == ["mtu"]
    (verdict,) = session["verdicts"]
    # Where something says which MTU it is, that is the right one.
    if "MTU of 1,500 bytes" in verdict["summary"]:
        assert verdict["cliff"] == CLIFF
    assert "1,500" in verdict["summary"] + " ".join(verdict["evidence"])


@pytest.mark.parametrize("name", ["told", "told.router", "silent"])
def test_lost_is_what_the_decoder_misses(kernel, result, erspanrate, name):
    require(kernel, name.removesuffix(".router"), SHORT)
    numbers = [copy["seq"] for copy in copies(read(result / f"{name}.pcap"))]
    report = collected(erspanrate, result / f"{name}.pcap")
    assert report["totals"]["lost"] == sequence_counts(numbers)["lost"] > 20


def test_fragmented_copies_count_once(kernel, result, erspanrate):
    require(kernel, "fragmented", SHORT)
    (session,) = collected(erspanrate, result / "fragmented.pcap")["sessions"]
    before = list(copies(read(result / "fragmented.router.pcap")))
    assert session["copies"] == len(before)
    assert session["sequence"]["lost"] == 0
