# SPDX-License-Identifier: GPL-2.0-or-later
"""The analysis equals the truth in every counter, over 2,000 random scenarios: in the collector, and in
tshark in one pass and in two. A failing one is named by its seed."""

import json
import subprocess

import pytest
import random_scenarios

pytestmark = pytest.mark.thorough

CAPTURES = 40
FAST = ("-o", "erspan.dissect_inner:FALSE", "-q", "-z", "erspan,json")


def engine_of(name):
    """The Hw ID of a session, which random_scenarios puts last into its name."""
    return int(name.split("-")[2])


def heard(session):
    return session["delivered"]["copies"] > 0


def expected(truth):
    """By source, kind, session and engine: what a reader must find of each counter that has a copy; None
    where nobody can tell."""
    sessions = {session["name"]: session for session in truth["sessions"]}
    counters = {}
    for domain in truth["domains"]:
        # Of a session of which nothing came nobody knows.
        came = [name for name in domain["sessions"] if heard(sessions[name])]
        if not came:
            continue
        session = sessions[came[0]]
        alone = sum(heard(other) and other["source"] == session["source"] for other in truth["sessions"]) == 1
        # With one session, whether it counts alone or with all of its source makes no difference.
        kind = "session" if alone else domain["kind"]
        key = (
            session["source"],
            kind,
            None if kind == "source" else session["session_id"],
            engine_of(came[0]) if kind == "hw-id" else None,
        )
        if not random_scenarios.can_be_told(domain):
            counters[key] = None
            continue
        # A first number alone shows no loss, and no order.
        known = sum(sessions[name]["delivered"]["copies"] for name in came) > 1
        duplicates = sum(sessions[name]["duplicates"]["copies"] for name in domain["sessions"])
        counters[key] = {
            "copies": sum(
                sessions[name][what]["copies"]
                for name in domain["sessions"]
                for what in ("delivered", "duplicates")
            ),
            "lost": domain["missing"] if known else None,
            "late": domain["late"] if known else None,
            "extent_max": domain["extent_max"],
            "duplicates": duplicates if known or duplicates else None,
            "restarts": random_scenarios.restarts(domain) if known else None,
            "strays": 0,
            "constants": 0,
        }
    return counters


def found(report):
    return {
        (domain["source"], domain["kind"], domain.get("session_id"), domain.get("hw_id")): domain["sequence"]
        for domain in report["domains"]
    }


def captured(seed, directory, erspangen):
    """The capture of many random scenarios, and its truth."""
    scenario, capture, truth = (directory / name for name in ("x.ini", "x.pcap", "x.json"))
    scenario.write_text(random_scenarios.draw(seed))
    subprocess.run([erspangen, "write", scenario, "-o", capture, "--truth", truth], check=True)
    return capture, json.loads(truth.read_text())


def collected(erspanrate, capture):
    done = subprocess.run([erspanrate, "-r", capture, "--json"], check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("seed", range(1, CAPTURES + 1))
def test_counters(seed, tmp_path, erspangen, erspanrate, tshark):
    capture, truth = captured(seed, tmp_path, erspangen)
    want = expected(truth)
    read = {
        "erspanrate": collected(erspanrate, capture),
        "tshark": json.loads(tshark.run(capture, *FAST).stdout),
        "tshark -2": json.loads(tshark.run(capture, "-2", *FAST).stdout),
    }
    for reader, report in read.items():
        got = found(report)
        assert got.keys() == want.keys(), f"seed {seed}: {reader}"
        wrong = {counter: got[counter] for counter in got if want[counter] not in (None, got[counter])}
        assert wrong == {counter: want[counter] for counter in wrong}, f"seed {seed}: {reader}"
    capture.unlink()
