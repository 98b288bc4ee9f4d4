# SPDX-License-Identifier: GPL-2.0-or-later
"""Delays between two switches whose clocks know nothing of each other: bounded by traffic both ways, against the truth."""

import json
import subprocess

import pytest

SCENARIO = """
[capture]
time-precision = ns
[traffic t]
kind = {kind}
[session a]
session = 1
source = 192.0.2.1
type = 3
gra = 1
timestamp = 12345678
drift = {drift}ppm
mirror = t
[session b]
session = 2
source = 192.0.2.2
type = 3
gra = 1
timestamp = 3012345678
after = a
path-delay = 300us
path-jitter = {jitter}us
path-hops = 1
seed = 3
"""

BOTH_WAYS = "iperf\nflows = 2\nrate = 20Mbit\nbytes = 2MB\nrtt = 5ms"
ONE_WAY = "rate\nrate = 10kpps\ncount = 2000"
FASTEST_NS = 300_000


def pairs(erspangen, erspanrate, tmp_path, scenario=SCENARIO, **what):
    capture, truth = tmp_path / "two.pcap", tmp_path / "truth.json"
    write = [erspangen, "write", "-", "-o", capture, "--truth", truth]
    subprocess.run(write, input=scenario.format(**what), text=True, check=True)
    done = subprocess.run([erspanrate, "-r", capture, "--paths", "-j"], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)["paths"]
    names = {point["point"]: "ab"[point["session_id"] - 1] for point in report["points"]}
    expected = {pair["from"] + pair["to"]: pair for pair in json.loads(truth.read_text())["paths"]}
    return {names[pair["from"]] + names[pair["to"]]: pair for pair in report["pairs"]}, expected


@pytest.mark.parametrize("drift", [-150, 0, 150])
@pytest.mark.parametrize("jitter", [1, 2000])
def test_traffic_both_ways_bounds_the_offset(erspangen, erspanrate, tmp_path, drift, jitter):
    told, expected = pairs(erspangen, erspanrate, tmp_path, kind=BOTH_WAYS, drift=drift, jitter=jitter)
    assert told.keys() == expected.keys() == {"ab", "ba"}
    for name, pair in told.items():
        delay = pair["delay"]
        assert delay["basis"] == "free_clocks"
        # Half of there and back, twice at most, with the ticks and the bins.
        assert FASTEST_NS <= delay["uncertainty_ns"] <= 2.2 * (FASTEST_NS + jitter * 1000 / 4) + 20_000
        assert 0.5 * pair["both"] <= delay["frames"] <= pair["both"]
        assert "two free clocks" in pair["sentence"]
        if delay["frames"] >= 0.9 * pair["both"]:  # else they are others than those of the truth
            for key, truth in expected[name]["delay"].items():
                if key not in ("min_ns", "max_ns"):
                    assert abs(delay[key] - truth) <= delay["uncertainty_ns"] + 0.1 * jitter * 1000, key
        assert delay["min_ns"] >= FASTEST_NS - delay["uncertainty_ns"]
        assert delay["max_ns"] <= FASTEST_NS + jitter * 1000 + delay["uncertainty_ns"]


def test_traffic_one_way_does_not(erspangen, erspanrate, tmp_path):
    told, _ = pairs(erspangen, erspanrate, tmp_path, kind=ONE_WAY, drift=0, jitter=10)
    delay = told["ab"]["delay"]
    assert (delay["basis"], delay["uncertainty_ns"]) == ("arrival", None)


@pytest.mark.parametrize("drift", [-20000, 20000])
def test_clocks_that_disagree_are_known_by_the_way_back(erspangen, erspanrate, tmp_path, drift):
    """Both state the time of day, and one is up to 16 ms wrong: frames of one direction seem to arrive before they are sent.
    That bounds what is known of the other direction, too."""
    stated = SCENARIO.replace("gra = 1", "gra = 2\nplatform = 5")
    for unset in ("12345678", "3012345678"):
        stated = stated.replace(f"timestamp = {unset}\n", "timestamp = unix\n")
    told, expected = pairs(erspangen, erspanrate, tmp_path, stated, kind=BOTH_WAYS, drift=drift, jitter=1)
    assert told.keys() == {"ab", "ba"}
    for name, pair in told.items():
        assert pair["delay"]["basis"] == "time_of_day"
        for key, truth in expected[name]["delay"].items():
            assert abs(pair["delay"][key] - truth) <= pair["delay"]["uncertainty_ns"]
