# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of sessions: outputs hold the busiest, and the sum of the others."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from packets import capture, copy, ping, type2

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "erspanrate.schema.json").read_text("utf-8"))
SHOWN = 1000
SOURCES, PER_SOURCE = 3, 500  # sessions: each has a copy, and the first of each source two more


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    copies = [
        copy(type2(session=session) + ping(), sequence=number, source=bytes([192, 0, 2, 1 + source]))
        for source in range(SOURCES)
        for session in range(PER_SOURCE)
        for number in ((1, 3, 4) if session == 0 else (1,))
    ]
    return capture(tmp_path_factory.mktemp("flood") / "flood.pcap", copies)


def run(erspanrate, flood, *more):
    command = [erspanrate, "-r", flood, "--domain=session", *map(str, more)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_json(erspanrate, flood):
    lines = [json.loads(line) for line in run(erspanrate, flood, "-j", "-t", "0.5").splitlines()]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    total = lines[-1]
    assert len(total["sessions"]) == len(total["domains"]) == SHOWN
    assert [session["copies"] for session in total["sessions"]].count(3) == SOURCES
    assert total["other"]["sessions"] == SOURCES * PER_SOURCE - SHOWN
    assert total["other"]["copies"] == total["other"]["sessions"]
    assert total["all"]["copies"] == SOURCES * (PER_SOURCE + 2)
    assert total["all"]["lost"] == SOURCES


def test_more_on_demand(erspanrate, flood):
    total = json.loads(run(erspanrate, flood, "-j", "--top", SOURCES * PER_SOURCE).splitlines()[-1])
    assert len(total["sessions"]) == SOURCES * PER_SOURCE
    assert "other" not in total


def test_prometheus(erspanrate, flood, tmp_path):
    run(erspanrate, flood, "--prometheus", tmp_path / "metrics")
    metrics = (tmp_path / "metrics").read_text("utf-8")
    assert len(re.findall("^erspan_copies_total{", metrics, re.M)) == SHOWN
    others = dict(re.findall(r"^(erspan_other_\w+)\{.*\} (.*)$", metrics, re.M))
    hidden = SOURCES * PER_SOURCE - SHOWN
    assert int(others["erspan_other_sessions"]) == int(others["erspan_other_copies"]) == hidden
    assert "erspan_other_lost" not in others  # of one copy each it cannot be known


def test_text(erspanrate, flood):
    said = run(erspanrate, flood, "--top", "2")
    rows = [re.split(" {2,}", line) for line in said.splitlines() if re.match(r"other, |all, ", line)]
    assert [(row[0], row[1]) for row in rows] == [
        (f"other, {SOURCES * PER_SOURCE - 2:,} sessions", f"{SOURCES * (PER_SOURCE + 2) - 6:,}"),
        (f"all, {SOURCES * PER_SOURCE:,} sessions", f"{SOURCES * (PER_SOURCE + 2):,}"),
    ]
