# SPDX-License-Identifier: GPL-2.0-or-later
"""All that was captured, as it is and with bytes changed at random, does no harm to either program.

ERSPAN_ROUNDS is how many changed captures there are for each rate.
"""

import os
import subprocess

import captures_table
import pytest
from time_limit import TIME_LIMIT
from programs import UNDER

ROUNDS = int(os.environ.get("ERSPAN_ROUNDS", "3"))
RATES = ("0.02", "0.1")  # of the bytes
OUTER_IP = "34"  # bytes in front, which are left alone half the time: else few frames get to ERSPAN


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """All captures in one file."""
    merged = tmp_path_factory.mktemp("merged") / "all.pcapng"
    subprocess.run(["mergecap", "-a", "-w", merged, *captures_table.FILES], check=True)
    return merged


def survive(tshark, erspanrate, capture):
    statistics = ("sessions", "loss", "bandwidth", "json", "tree", "table")
    tshark.survive(capture, *(word for name in statistics for word in ("-z", f"erspan,{name}")))
    tshark.staged(capture).unlink()
    for how in (["--top", "1000"], ["--json", "--interval", "0.01"]):
        done = subprocess.run(
            [*UNDER, erspanrate, "-r", capture, *how], capture_output=True, text=True, check=False, timeout=TIME_LIMIT
        )
        assert done.returncode == 0, done.stderr
        assert "runtime error" not in done.stderr, done.stderr


def test_as_captured(tshark, erspanrate, everything):
    survive(tshark, erspanrate, everything)


@pytest.mark.parametrize("seed", range(1, ROUNDS + 1))
@pytest.mark.parametrize("rate", RATES)
def test_changed(tshark, erspanrate, everything, tmp_path, rate, seed):
    changed = tmp_path / "changed.pcapng"
    left_alone = OUTER_IP if seed % 2 == 0 else "0"
    errors = ["-E", rate, "-o", left_alone, "--seed", str(seed)]
    subprocess.run(["editcap", *errors, everything, changed], check=True, stderr=subprocess.DEVNULL)
    survive(tshark, erspanrate, changed)
