# SPDX-License-Identifier: GPL-2.0-or-later
"""Two mirrors around a lossy network: what --paths says, against the truth of the generator, and tshark against erspanrate."""

import json
import subprocess

import two_points


def test_truth_and_both_programs(tshark, erspangen, erspanrate, tmp_path):
    capture, truth = two_points.write(erspangen, tmp_path)
    expected = truth["paths"][0]
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


LONGER = """
[traffic t]
kind = imix
rate = 10kpps
count = 3000
flows = 2
[session a]
session = 1
mirror = t
[session b]
session = 2
after = a
path-hops = 1
mirror-up-to = 700
"""


def test_frames_that_a_mirror_leaves_out(tshark, erspangen, erspanrate, tmp_path):
    """The second source mirrors no frame of more than 700 bytes, and numbers what it mirrors: nothing is lost, and
    no loss is claimed. Where it mirrors them, what the network loses of them is."""
    capture, truth = tmp_path / "two.pcap", tmp_path / "truth.json"

    def paths(scenario):
        write = [erspangen, "write", "-", "-o", capture, "--truth", truth]
        subprocess.run(write, input=scenario, text=True, check=True)
        done = subprocess.run([erspanrate, "-r", capture, "--paths", "-j"], capture_output=True, text=True, check=True)
        (pair,) = json.loads(done.stdout)["paths"]["pairs"]
        return pair, json.loads(truth.read_text())["paths"][0]

    pair, expected = paths(LONGER)
    assert expected["lost"] == 0 < expected["unseen"] == pair["only_from"]
    assert (pair["lost"], pair["loss"], pair["unknown"]) == (0, None, expected["unseen"])
    assert 0.9 * expected["unseen"] < pair["unknown_longer"] <= expected["unseen"]
    assert "longer than all IP packets that it showed" in pair["sentence"]
    said = tshark.run(capture, "-q", "-z", "erspan,paths").stdout
    row = next(line for line in said.splitlines() if line.startswith("192.0.2.1 session 1"))
    assert row.split()[6:10] == [f"{pair['both']:,}", "0", "-", f"{pair['unknown']:,}"]
    assert "Lost: " not in said

    pair, expected = paths(LONGER.replace("mirror-up-to = 700", "path-loss = 5%\npath-loss-above = 700\nseed = 1"))
    assert pair["unknown_longer"] == 0
    assert 0.8 * expected["lost"] < pair["lost"] <= expected["lost"]
