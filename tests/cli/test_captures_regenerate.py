# SPDX-License-Identifier: GPL-2.0-or-later
"""The committed captures are what erspangen makes of the committed scenarios, to the byte."""

import subprocess

import captures_table
import pytest

CAPTURES = captures_table.CAPTURES
FILES = captures_table.FILES
LARGEST = 64 * 1024


@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.name)
def test_scenario_makes_the_same_bytes(erspangen, tmp_path, capture):
    made = tmp_path / capture.name
    scenario = capture.with_suffix(".ini")
    subprocess.run([erspangen, "write", scenario, "-o", made], check=True)
    assert made.read_bytes() == capture.read_bytes()
    assert capture.stat().st_size < LARGEST


def test_table_scenarios_and_captures_are_the_same_set():
    listed = {row.capture for row in captures_table.rows()}
    assert listed == {path.name for path in FILES}
    assert {path.stem for path in FILES} == {path.stem for path in CAPTURES.glob("*.ini")}
    assert len(FILES) == len({path.stem for path in FILES})
