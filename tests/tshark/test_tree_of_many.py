# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree of statistics has a row for each session, and takes the same time for each, however many."""

import sys
from pathlib import Path

import pytest
from programs import measured

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

import hostile  # noqa: E402

pytestmark = pytest.mark.thorough

MANY = 200_000
MORE = 3  # times what dissection alone takes; if each row were looked for from the first, ten times
# All sessions mirror one connection: Wireshark's analysis of it compares each segment with all before, whatever
# mirrors it, and takes three quarters of the time of dissection.
NO_TCP_ANALYSIS = ["-o", "tcp.analyze_sequence_numbers:FALSE"]


def test_many_sessions(tshark, tmp_path):
    path = tmp_path / "many.pcap"
    hostile.write(path, "sessions", MANY, MANY)

    def run(statistic):
        command = [*tshark.drop, "tshark", "-n", "-q", *NO_TCP_ANALYSIS, "-z", statistic, "-r", str(tshark.staged(path))]
        options = {"capture_output": True, "text": True, "env": tshark.environment, "cwd": tshark.stage}
        done, seconds, _ = measured(command, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout, seconds

    (_, alone), (text, seconds) = run("io,stat,0"), run("erspan,tree")
    rows = [line for line in text.splitlines() if ", session " in line or " to " in line]
    assert len(rows) == MANY
    assert seconds < MORE * alone
