# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate's text and the tables of -z erspan,sessions and -z erspan,bandwidth say the same."""

import os
import re
import subprocess
from pathlib import Path

import captures_table
import pytest

pytestmark = pytest.mark.thorough

# erspanrate does not put fragments together: the plugin shall not either.
UNASSEMBLED = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]
THIRD_PARTY = os.environ.get("ERSPAN_THIRD_PARTY_CAPTURES")
CASES = sorted((Path(THIRD_PARTY).parent / "cases").glob("*.pcap*")) if THIRD_PARTY else []
DETAIL = re.compile(r"  (sequence|sizes|peaks|time|visible|headers|mirror) {2,}")


def cells(line):
    return re.split(r" {2,}", line.strip())


def table(lines, *titles):
    """The rows of the table that begins with these titles, as {title: cell}."""
    for start, line in enumerate(lines):
        head = cells(line)
        if head[: len(titles)] == list(titles):
            rows = []
            for row in lines[start + 1 :]:
                if len(cells(row)) != len(head):
                    break
                rows.append(dict(zip(head, cells(row), strict=True)))
            return rows
    return []


def numbers(row):
    return [row[name].replace(",", "") for name in ("lost", "late", "dup", "cut")]


def rate_text(erspanrate, capture):
    command = [erspanrate, "-r", capture, "--top=1000000", *captures_table.collector_rule(capture)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()


def rate_sessions(lines):
    """{session as erspanrate calls it: its row}."""
    rows = table(lines, "session", "type")
    return {row["session"]: row for row in rows if not row["session"].startswith("all, ")}


def rate_verdicts(lines, sessions):
    """{session: sentences and the lines of evidence below them}."""
    said, at = {name: [] for name in sessions}, None
    for line in lines:
        if line in sessions:
            at = line
        elif not line.startswith("  "):
            at = None
        elif at and not DETAIL.match(line):
            said[at].append(re.sub(r"^ +(- )?", "", line))
    return said


def tshark_name(row):
    name = f"{row['Source']} > {row['Destination']}"
    return name if row["Session"] == "-" else f"{name}, {row['Session']}"


def tshark_verdicts(lines, names):
    said, at = {name: [] for name in names.values()}, None
    for line in lines:
        begun = re.match(r"Stream (\d+): where the rest went", line)
        if begun:
            at = names[begun[1]]
        elif not line.startswith("  "):
            at = None
        elif at:
            said[at].append(re.sub(r"^ +(- |\d+\. )", "", line))
    return said


def assert_same_percent(rough, exact):
    """rough: as erspanrate writes it, of three digits; exact: the number in tshark's table."""
    if rough == "-" or exact == "-":
        assert rough == exact
    elif rough.startswith("<"):
        assert 0 < float(exact) < 0.0105
    elif rough.startswith(">"):
        assert 99.9 <= float(exact) <= 100
    else:
        digits = len(rough.split()[0].partition(".")[2])
        assert float(rough.split()[0]) == pytest.approx(float(exact), abs=0.501 * 10**-digits + 0.005)


@pytest.mark.parametrize("capture", captures_table.FILES + CASES, ids=lambda path: path.name)
def test_every_capture(tshark, erspanrate, capture):
    statistics = ["-z", "erspan,sessions", "-z", "erspan,bandwidth"]
    rule = captures_table.plugin_rule(capture)
    shown = tshark.run(capture, "-q", *UNASSEMBLED, *rule, *statistics).stdout.splitlines()
    told = rate_text(erspanrate, capture)
    ours = {tshark_name(row): row for row in table(shown, "Stream", "Source", "Destination")}
    theirs = rate_sessions(told)
    assert theirs.keys() == ours.keys()
    for name, row in theirs.items():
        other = ours[name]
        assert row["type"].replace("+", ",") == other["Type"]
        assert row["copies"].replace(",", "") == other["Copies"]
        assert numbers(row) == [other[title] for title in ("Lost", "Late", "Dup", "Cut")]
        assert_same_percent(row["%"], other["Lost %"])
    visible = {row["Stream"]: row["%"] for row in table(shown, "Stream", "Source", "Session")}
    names = {row["Stream"]: name for name, row in ours.items()}
    for stream, name in names.items():
        assert_same_percent(theirs[name]["visible"], visible[stream])
    assert rate_verdicts(told, theirs) == tshark_verdicts(shown, names)
