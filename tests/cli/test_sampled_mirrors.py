# SPDX-License-Identifier: GPL-2.0-or-later
"""A source that mirrors one frame in N: N is found within a tenth, whatever else cuts or loses copies, and nothing
else that goes wrong is called sampling."""

import itertools
import json
import subprocess

import pytest

SAMPLES = 1000  # segments with payload that are mirrored of each: chance moves N by 3 %
SEGMENT = 1460

# Beside `sample`: what the connections and the session have. The losses are those that sampling far exceeds.
BESIDE = {
    "alone": ("", ""),
    "by-chance": ("", "sample-by = chance\n"),
    "cut": ("", "sample-by = chance\ntruncate = 96\n"),
    "cut-without-flag": ("", "truncate = 128\ntruncate-flag = no\n"),
    "few-lost": ("", "sample-by = chance\nloss = 2%\n"),
    "lost-and-cut": ("", "sample-by = chance\nloss = 10%\ntruncate = 128\n"),
    "slow-link": ("rate = 1Gbit\n", "sample-by = chance\n"),
    "jumbo-frames": ("inner-mtu = 9000\n", "sample-by = chance\n"),
    "ipv6": ("inner-ip = 6\n", "sample-by = chance\n"),
}
INTERVALS = (5, 10, 32, 100, 256)

# What goes wrong with other sources, without any sampling.
OTHERS = {
    "nothing": ("", ""),
    "policer": ("", "police-rate = 100Mbit\npolice-burst = 16384\n"),
    "policer-and-cut": ("", "police-rate = 20Mbit\npolice-burst = 16384\ntruncate = 128\n"),
    "cut": ("", "truncate = 96\n"),
    "forward-alone": ("", "mirror-direction = forward\n"),
    "reverse-alone": ("", "mirror-direction = reverse\n"),
    "reverse-alone-and-cut": ("", "mirror-direction = reverse\ntruncate = 64\n"),
    "loss": ("", "loss = 30%\n"),
    "nearly-all-lost": ("", "loss = 90%\n"),
    "runs": ("", "run-start = 3%\nrun-end = 10%\n"),
    "mtu": ("", "drop-above = 1500\n"),
    "mtu-and-cut": ("", "drop-above = 100\ntruncate = 64\n"),
    "super-frames": ("tso = 64KiB\n", "mirror-up-to = 1518\n"),
    "some-flows": ("", "mirror-share = 1/4\n"),
}


def section(place, payload, of_traffic, of_session):
    flows = "" if "flows" in of_traffic else "flows = 4\n"
    return (
        f"[traffic t{place}]\nkind = iperf\n{flows}network = {place}\nbytes = {payload}\n{of_traffic}\n"
        f"[session s{place}]\ntype = 2\nsession = {place}\nsource = 192.0.2.{place}\nmirror = t{place}\n{of_session}\n"
    )


def sessions(erspangen, erspanrate, directory, sections):
    """The report's sessions, by their source's last byte."""
    scenario, capture = directory / "made.ini", directory / "made.pcap"
    scenario.write_text("".join(sections), encoding="utf-8")
    subprocess.run([erspangen, "write", scenario, "-o", capture], check=True)
    done = subprocess.run([erspanrate, "-r", capture, "-j"], capture_output=True, check=True)
    return {int(found["source"].split(".")[3]): found for found in json.loads(done.stdout)["sessions"]}


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_interval_is_found(erspangen, erspanrate, tmp_path, interval):
    sections = []
    for place, (of_traffic, of_session) in enumerate(BESIDE.values(), start=1):
        segment = 8960 if "9000" in of_traffic else SEGMENT
        of_session = f"sample = {interval}\n{of_session}"
        sections.append(section(place, interval * SAMPLES * segment, of_traffic, of_session))
    found = sessions(erspangen, erspanrate, tmp_path, sections)
    for place, name in enumerate(BESIDE, start=1):
        [verdict] = [verdict for verdict in found[place]["verdicts"] if verdict["cause"] == "sampling"]
        assert abs(verdict["one_in"] / interval - 1) <= 0.1, name
        assert verdict["one_in_least"] <= verdict["one_in"] <= verdict["one_in_most"], name


@pytest.mark.parametrize("flows, loss", [(1, "0%"), (2, "0%"), (8, "0%"), (1, "20%"), (3, "20%"), (30, "20%")])
def test_every_interval_is_found(erspangen, erspanrate, tmp_path, flows, loss):
    """A source that counts goes in step with connections that send two segments for each ACK: every interval that
    three divides. The identifications of the packets tell of all frames."""
    intervals = (2, 3, 4, 6, 7)
    sections = []
    for place, interval in enumerate(intervals, start=1):
        keys = f"sample = {interval}\n" + ("" if loss == "0%" else f"loss = {loss}\n")
        sections.append(section(place, interval * SAMPLES * SEGMENT, f"flows = {flows}\n", keys))
    found = sessions(erspangen, erspanrate, tmp_path, sections)
    for place, interval in enumerate(intervals, start=1):
        [verdict] = [verdict for verdict in found[place]["verdicts"] if verdict["cause"] == "sampling"]
        assert abs(verdict["one_in"] / interval - 1) <= 0.1, interval


def test_a_mirror_that_pauses_does_not_sample(erspangen, erspanrate, tmp_path):
    """Half of one connection comes: all of it, while the mirror is on."""
    made = section(1, 5_000_000, "flows = 1\nrate = 1Gbit\n", "")
    made += "[impairment pause]\nsample = 0xffffffff\nfrom = 10ms\nto = 35ms\n"
    found = sessions(erspangen, erspanrate, tmp_path, [made])
    assert found[1]["tcp"]["visibility"] < 0.6
    assert [verdict["cause"] for verdict in found[1]["verdicts"]] == ["undetermined"]


def test_nothing_else_is_sampling(erspangen, erspanrate, tmp_path):
    made = [section(place, 3_000_000, *keys) for place, keys in enumerate(OTHERS.values(), start=1)]
    found = sessions(erspangen, erspanrate, tmp_path, made)
    for place, name in enumerate(OTHERS, start=1):
        causes = [verdict["cause"] for verdict in found[place]["verdicts"]]
        assert found[place]["copies"] > 0 and "sampling" not in causes, (name, causes)
        assert bool(causes) == (name not in ("nothing", "some-flows")), (name, causes)


def test_pairs_of_what_goes_wrong_are_no_sampling(erspangen, erspanrate, tmp_path):
    """Every two of them that the generator takes together."""
    pairs = []
    for (one, other) in itertools.combinations(OTHERS.values(), 2):
        keys = "".join(one[1] + other[1]).splitlines()
        names = [line.split(" =")[0] for line in keys]
        if len(set(names)) == len(names) and len(set((one[0], other[0])) - {""}) < 2:
            pairs.append((one[0] + other[0], "\n".join(keys) + "\n"))
    assert len(pairs) > 40
    for batch in (pairs[:40], pairs[40:]):
        made = [section(place, 1_500_000, *keys) for place, keys in enumerate(batch, start=1)]
        found = sessions(erspangen, erspanrate, tmp_path, made)
        for place, keys in enumerate(batch, start=1):
            verdicts = found[place]["verdicts"] if place in found else []
            assert "sampling" not in [verdict["cause"] for verdict in verdicts], keys
