# SPDX-License-Identifier: GPL-2.0-or-later
"""The Wireshark profile "ERSPAN": columns, colours and filters that work."""

import re
import shutil
from pathlib import Path

import captures_table
import pytest

CAPTURES = captures_table.CAPTURES
PROFILE = Path(__file__).resolve().parents[2] / "plugin" / "profile" / "ERSPAN"


@pytest.fixture(scope="module")
def profiled(tshark):
    """tshark with the profile where scripts/install-plugin puts it: in the configuration."""
    folders = tshark.call("-G", "folders").stdout
    configuration = Path(re.search(r"^Personal configuration:\s*(.*)$", folders, re.M).group(1))
    target = configuration / "profiles" / "ERSPAN"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(PROFILE, target)
    for path in [configuration, configuration / "profiles", target, *target.iterdir()]:
        path.chmod(0o777)
    return tshark


def test_columns(profiled):
    """Session, number, what is missing, when the source saw the frame, its size; then the frame."""
    text = profiled.run(CAPTURES / "loss-runs.pcap", "-C", "ERSPAN", "-Y", "frame.number == 7").stdout
    assert re.split(r"\s+", text.strip())[:6] == ["7", "0.008000", "71", "8", "2", "100"]
    assert "UDP" in text
    (line,) = profiled.run(CAPTURES / "q11-unix-100us.pcap", "-C", "ERSPAN", "-Y", "frame.number == 2").stdout.splitlines()
    # 2023-11-14 22:13:20.001 UTC; a frame of 60 bytes, without its unit; the tests run in UTC.
    assert line.split()[:6] == ["2", "0.001000", "1", "1", "22:13:20.001000", "60"]


def test_source_time_of_day_is_in_the_readers_time_zone(profiled):
    """Beside the whole time, which has the date."""
    fields = ["erspan.time.of_day", "erspan.time"]
    (row,) = profiled.fields(CAPTURES / "q11-unix-100us.pcap", fields, "frame.number == 2")
    assert row[0] == "22:13:20.001000" and row[0] in row[1]
    assert profiled.frames(CAPTURES / "loss-runs.pcap", "erspan.time.of_day") == []


COLOURED = [
    ("loss-runs.pcap", "ERSPAN copies missing", [7, 13, 15]),
    ("late-by-copies.pcap", "ERSPAN late", [5, 9, 11]),
    ("duplicates.pcap", "ERSPAN duplicate", [3, 8]),
    ("q21-both-directions.pcap", "ERSPAN mirrored twice", [2, 4, 6, 8]),
    ("q27-restart.pcap", "ERSPAN restart", [4, 5]),
    ("truncated.pcap", "ERSPAN cut", [1, 2, 3, 4]),
    ("q22-nested.pcap", "ERSPAN mirror loop", [1, 2, 3]),
    ("q23-fragmentation-needed.pcap", "ERSPAN quoted in an error", [2]),
]


@pytest.mark.parametrize("name, rule, frames", COLOURED, ids=lambda value: str(value))
def test_colours(profiled, name, rule, frames):
    rows = profiled.fields(CAPTURES / name, ["frame.number", "frame.coloring_rule.name"],
                           options=["-C", "ERSPAN", "--color"])
    assert [int(number) for number, found in rows if found == rule] == frames


def quoted(line):
    """The values of a line of a table that Wireshark keeps in a file."""
    return [value.replace("\\x22", '"') for value in re.findall(r'"([^"]*)"', line)]


def table(name):
    lines = (PROFILE / name).read_text(encoding="utf-8").splitlines()
    return [quoted(line) for line in lines if line and not line.startswith("#")]


def test_filters_of_buttons_and_graphs(profiled):
    """Each is a filter that tshark takes, about fields that exist."""
    filters = [row[2] for row in table("dfilter_buttons")] + [row[2] for row in table("io_graphs")]
    assert filters
    for text in filters:
        profiled.frames(CAPTURES / "loss-runs.pcap", text)
    assert all(len(row) == 4 for row in table("dfilter_buttons"))
    graphed = {row[6] for row in table("io_graphs")} - {""}
    for field in graphed:
        assert profiled.frames(CAPTURES / "loss-runs.pcap", field) == [7, 13, 15]


def test_each_column_has_a_width():
    """The packet list shows the whole of a source time."""
    preferences = (PROFILE / "preferences").read_text(encoding="utf-8")
    formats = re.findall(r'^\t"[^"]+", "(.*)"', preferences, re.M)
    widths = re.findall(r'^\t"?(.*?)"?, (\d+),?$', (PROFILE / "recent").read_text(encoding="utf-8"), re.M)
    assert [re.sub(r":.*", "", form.replace("Cus:", "Cus=")) for form in formats] == [
        form.replace("Cus:", "Cus=") for form, _ in widths
    ]
    assert int(dict(widths)["%Cus:erspan.time.of_day"]) >= 8 * len("22:13:20.000000")


def test_of_nested_copies_the_outermost_is_shown(profiled):
    text = profiled.run(CAPTURES / "q22-nested.pcap", "-C", "ERSPAN", "-Y", "frame.number == 1").stdout
    assert re.match(r" *1 +0\.000000 +\d+ +\d+ +\d+", text) and not re.search(r"\d,\d", text.split("→")[0])


def test_no_maker_is_named_before_an_address(profiled):
    text = profiled.run(CAPTURES / "type2-ipv4.pcap", "-C", "ERSPAN", "-V").stdout
    assert "Src: 02:00:00:00:00:01" in text


def test_button_of_contradictions_finds_no_gap(profiled):
    (text,) = [row[2] for row in table("dfilter_buttons") if row[1] == "Contradictions"]
    assert profiled.frames(CAPTURES / "loss-runs.pcap", text) == []
    assert profiled.frames(CAPTURES / "q6-undeclared-header.pcap", text) == [1, 2, 3, 4]
    assert profiled.frames(CAPTURES / "q7-version-contradiction.pcap", text) == [1, 2, 3, 4]
