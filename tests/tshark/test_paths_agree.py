# SPDX-License-Identifier: GPL-2.0-or-later
"""Two mirrors around a lossy network: what --paths says, against the truth of the generator, and tshark against erspanrate."""

import json
import subprocess

SCENARIO = """
[capture]
time-precision = ns
[traffic t]
kind = rate
rate = 10kpps
count = 2000
flows = 4
inner-size = 100
[sessions]
type = 3
gra = 1
seed = 5
[session a]
session = 1
mirror = t
loss = 0.2%
[session b]
session = 2
after = a
path-delay = 50us
path-jitter = 10us
path-loss = 1%
path-hops = 1
"""


def test_truth_and_both_programs(tshark, erspangen, erspanrate, tmp_path):
    capture, truth = tmp_path / "two.pcap", tmp_path / "truth.json"
    subprocess.run([erspangen, "write", "-", "-o", capture, "--truth", truth], input=SCENARIO, text=True, check=True)
    expected = json.loads(truth.read_text())["paths"][0]
    done = subprocess.run([erspanrate, "-r", capture, "--paths", "-j"], capture_output=True, text=True, check=True)
    (pair,) = json.loads(done.stdout)["paths"]["pairs"]
    for key in ("both", "only_from", "only_to", "reordered"):
        assert pair[key] == expected[key], key
    assert 0 < pair["lost"] <= expected["lost"] <= pair["lost"] + pair["unknown"]
    assert (pair["hops"], pair["order"], pair["delay"]["basis"]) == (1, "ttl", "one_clock")
    for key, delay in expected["delay"].items():
        assert abs(pair["delay"][key] - delay) <= pair["delay"]["uncertainty_ns"], key

    text = subprocess.run([erspanrate, "-r", capture, "--paths"], capture_output=True, text=True, check=True).stdout
    said = tshark.run(capture, "-q", "-z", "erspan,paths").stdout
    assert "Between " in said
    assert text.endswith(said)
