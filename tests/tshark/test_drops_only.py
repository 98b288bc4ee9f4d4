# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions that mirror dropped packets alone: the user says so, and both programs label them and judge no loss by them."""

import json
import subprocess

import pytest
import reports

# A port's mirror and the session of what its device drops, one frame in twenty.
SCENARIO = """
[traffic iperf]
kind = iperf
flows = 2
bytes = 9MB

[session port]
session = 1
mirror = iperf
sequence-domain = session

[session drops]
session = 12
mirror = iperf
drops-only = 5%
sequence-domain = session
"""
ALONE = SCENARIO.replace("[session port]\nsession = 1\nmirror = iperf\nsequence-domain = session\n", "")
RULES = ["12", "id=12,from=192.0.2.1", "to=192.0.2.2,12"]


@pytest.fixture(name="made", scope="module")
def made_fixture(erspangen, tmp_path_factory):
    return reports.generate(erspangen, tmp_path_factory.mktemp("drops"), SCENARIO)


def collected(erspanrate, path, *options):
    done = subprocess.run([erspanrate, "-r", path, "-j", *options], capture_output=True, check=True)
    return json.loads(done.stdout)


def by_id(report):
    return {session["session_id"]: session for session in report["sessions"]}


def test_the_truth_says_which(made):
    _, truth = made
    assert [session.get("drops_only") for session in truth["sessions"]] == [None, True]


def test_unsaid_it_looks_sampled(erspangen, erspanrate, tmp_path):
    """So without the user's word it is told as something else: the word is needed."""
    path, _ = reports.generate(erspangen, tmp_path, ALONE)
    [session] = collected(erspanrate, path)["sessions"]
    assert [verdict["cause"] for verdict in session["verdicts"]] == ["sampling"]
    assert "drops_only" not in session
    [session] = collected(erspanrate, path, "--drops-only", "12")["sessions"]
    assert session["verdicts"] == [] and session["drops_only"]


@pytest.mark.parametrize("rule", RULES)
def test_both_programs_label_it_and_judge_no_loss(made, tshark, erspanrate, rule):
    path, truth = made
    found = by_id(collected(erspanrate, path, "--drops-only", rule))
    plugin = by_id(reports.report(tshark, path, "-q", "-o", f"erspan.drops_only:{rule}"))
    assert found == plugin
    assert found[12]["drops_only"] is True and "drops_only" not in found[1]
    assert found[12]["verdicts"] == found[1]["verdicts"] == []
    assert found[12]["tcp"]["visibility"] is None
    assert found[1]["tcp"]["visibility"] == 1
    assert found[12]["copies"] == truth["sessions"][1]["delivered"]["copies"]


def test_missing_copies_are_counted_as_ever(erspangen, erspanrate, tmp_path):
    path, truth = reports.generate(erspangen, tmp_path, SCENARIO + "loss = 20%\n")
    found = by_id(collected(erspanrate, path, "--drops-only", "12"))
    assert found[12]["sequence"]["lost"] == truth["domains"][1]["missing"] > 0
    assert found[12]["verdicts"] == []


def test_what_is_cut_is_still_said(erspangen, erspanrate, tmp_path):
    path, _ = reports.generate(erspangen, tmp_path, SCENARIO + "truncate = 128\n")
    found = by_id(collected(erspanrate, path, "--drops-only", "12"))
    assert [verdict["cause"] for verdict in found[12]["verdicts"]] == ["cut"]


def test_visibility_of_all_leaves_it_out(erspangen, erspanrate, tmp_path):
    """The session of drops alone shows nothing of the traffic."""
    path, _ = reports.generate(erspangen, tmp_path, ALONE)
    report = collected(erspanrate, path, "--drops-only", "12")
    assert report["totals"]["tcp"]["visibility"] is None and report["totals"]["tcp"]["delivered_bytes"] == 0


def test_tables_say_so(made, tshark, erspanrate):
    path, _ = made
    command = [erspanrate, "-r", path, "--drops-only", "12"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "192.0.2.1 > 192.0.2.2, 12 (drops)" in said
    assert "the session mirrors dropped packets alone" in said
    text = tshark.run(path, "-q", "-o", "erspan.drops_only:12", "-z", "erspan,sessions").stdout
    assert "Stream 1 mirrors dropped packets alone" in text
    assert "dropped packets" not in tshark.run(path, "-q", "-z", "erspan,sessions").stdout


@pytest.mark.parametrize("rule, why", [
    ("", "from=ADDRESS"),
    ("twelve", "takes id=ID, from=ADDRESS and to=ADDRESS"),
    ("12,13", "takes one ID"),
    ("from=here", "requires an IPv4 or IPv6 address"),
])  # fmt: skip
def test_wrong_rules(erspanrate, rule, why):
    done = subprocess.run(
        [erspanrate, "-r", "/dev/null", "--drops-only", rule], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert why in done.stderr
