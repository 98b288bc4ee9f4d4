# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP through the mirror of a kernel: what erspanrate says is lost, late and visible is what netem, tbf and iperf3 counted,
and the verdict is the cause that was set.
"""

import json
from collections import Counter

import pytest
from draft_decoder import copies, sequence_counts
from linux import collected, read, require, tried

JOB = "traffic"

CONTROL_BYTES = 4000  # of iperf3's own connections, at most, each way

# What was done to the uplink, and the one cause to be named; None: any, or none.
CASES = {
    "clean": set(),
    "loss": None,
    "reorder": set(),
    "policed": {"policer"},
    "one-direction": {"one-direction"},
    "two-devices": set(),
    "mtu": {"mtu"},
    "cut": {"cut"},
}


# Of the other kernels.
SHORT = ["clean", "policed"]


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1, only=tried(kernel, [*CASES, "loop"], SHORT))


@pytest.fixture(params=CASES)
def name(request, kernel):
    require(kernel, request.param, SHORT)
    return request.param


def dropped(result, name):
    """By the queue of the case; 0 without one."""
    queues = json.loads((result / f"{name}.qdisc.json").read_text())
    return sum(queue["drops"] for queue in queues if queue["kind"] in ("netem", "tbf"))


def transferred(result, name, side):
    """The bytes that iperf3's receivers had, or its senders gave, of both transfers. A paced sender gives more than what
    was asked for, which nobody reads, though TCP delivers it."""
    ends = [json.loads((result / f"{name}.{way}.json").read_text())["end"] for way in ("down", "up")]
    return sum(end[f"sum_{side}"]["bytes"] for end in ends)


def test_lost_is_what_the_queue_dropped(result, erspanrate, name):
    report = collected(erspanrate, result / f"{name}.pcap")
    found = {}
    for copy in copies(read(result / f"{name}.pcap")):
        found.setdefault(copy["session"], []).append(copy["seq"])
    counts = [sequence_counts(numbers) for numbers in found.values()]
    assert Counter({s["session_id"]: s["copies"] for s in report["sessions"]}) == Counter(
        {session: len(numbers) for session, numbers in found.items()}
    )
    assert report["totals"]["lost"] == sum(count["lost"] for count in counts)
    if name == "mtu":  # no queue drops what is too long
        assert report["totals"]["lost"] > 20
    elif name == "loss":  # by chance also of what came last: no later number tells
        assert dropped(result, name) - 3 <= report["totals"]["lost"] <= dropped(result, name)
    else:
        assert report["totals"]["lost"] == dropped(result, name)
    late = sum(s["sequence"]["late"] for s in report["sessions"])
    assert late == sum(count["late"] for count in counts)
    assert (late > 0) == (name == "reorder")


def test_visible_is_what_iperf_received(result, erspanrate, name):
    tcp = collected(erspanrate, result / f"{name}.pcap")["totals"]["tcp"]
    if name == "one-direction":  # the ACKs of the other end did not come
        return
    assert transferred(result, name, "received") <= tcp["delivered_bytes"]
    assert tcp["delivered_bytes"] <= transferred(result, name, "sent") + CONTROL_BYTES
    if name not in ("loss", "policed", "mtu"):
        assert tcp["visibility"] == 1


def test_verdict_is_the_cause(result, erspanrate, name):
    if CASES[name] is None:
        pytest.skip("loss by chance has no cause that a verdict could know")
    report = collected(erspanrate, result / f"{name}.pcap")
    for session in report["sessions"]:
        assert {v["cause"] for v in session["verdicts"]} == CASES[name]


def test_mirror_of_itself_is_a_loop(kernel, result, erspanrate):
    require(kernel, "loop", SHORT)
    report = collected(erspanrate, result / "loop.pcap")
    assert "loop" in {v["cause"] for session in report["sessions"] for v in session["verdicts"]}
