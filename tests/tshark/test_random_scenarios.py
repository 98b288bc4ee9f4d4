# SPDX-License-Identifier: GPL-2.0-or-later
"""The analysis equals the truth in every counter, over 2,000 random scenarios: in the collector, and in
tshark in one pass and in two. A failing one is named by its seed."""

import json
import subprocess

import pytest
import random_scenarios

CAPTURES = 40
FAST = ("-o", "erspan.dissect_inner:FALSE", "-q", "-z", "erspan,json")


@pytest.fixture(scope="module", params=range(1, CAPTURES + 1))
def drawn(request, tmp_path_factory, erspangen):
    """A capture of many random scenarios, and its truth."""
    directory = tmp_path_factory.mktemp("random")
    scenario, capture, truth = (directory / name for name in ("x.ini", "x.pcap", "x.json"))
    scenario.write_text(random_scenarios.draw(request.param))
    subprocess.run([erspangen, "write", scenario, "-o", capture, "--truth", truth], check=True)
    yield capture, json.loads(truth.read_text())
    capture.unlink()


def engine_of(name):
    """The Hw ID of a session, which random_scenarios puts last into its name."""
    return int(name.split("-")[2])


def expected(truth):
    """By source, kind, session and engine: what a reader must find of each counter."""
    sessions = {session["name"]: session for session in truth["sessions"]}
    counters = {}
    for domain in truth["domains"]:
        name = domain["sessions"][0]
        session = sessions[name]
        alone = sum(other["source"] == session["source"] for other in truth["sessions"]) == 1
        # With one session, whether it counts alone or with all of its source makes no difference.
        kind = "session" if alone else domain["kind"]
        key = (
            session["source"],
            kind,
            None if kind == "source" else session["session_id"],
            engine_of(name) if kind == "hw-id" else None,
        )
        counters[key] = {
            "copies": sum(
                sessions[name][what]["copies"]
                for name in domain["sessions"]
                for what in ("delivered", "duplicates")
            ),
            "lost": domain["missing"],
            "late": domain["late"],
            "extent_max": domain["extent_max"],
            "duplicates": sum(sessions[name]["duplicates"]["copies"] for name in domain["sessions"]),
            "restarts": domain["restarts"],
            "strays": 0,
            "constants": 0,
        }
    return counters


def found(report):
    return {
        (domain["source"], domain["kind"], domain.get("session_id"), domain.get("hw_id")): domain["sequence"]
        for domain in report["domains"]
    }


def test_collector(drawn, erspanrate):
    capture, truth = drawn
    done = subprocess.run([erspanrate, "-r", capture, "--json"], check=True, capture_output=True)
    assert found(json.loads(done.stdout.splitlines()[-1])) == expected(truth)


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_tshark(drawn, tshark, passes):
    capture, truth = drawn
    printed = tshark.run(capture, *passes, *FAST).stdout
    assert found(json.loads(printed)) == expected(truth)
