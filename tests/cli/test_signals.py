# SPDX-License-Identifier: GPL-2.0-or-later
"""What signals do to erspanrate: none kills it without a report."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import long_filter
import pytest
from pipes import waiting_in
from processes import state_of
from time_limit import TIME_LIMIT, wait_until

ENDS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU", "SIGUSR2"]


@pytest.fixture
def capture(erspangen):
    command = [erspangen, "write", "--count", "20000", "--session", "77", "-o", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture
def reading(erspanrate, capture):
    """erspanrate has read all of a capture from a pipe that stays open."""
    process = subprocess.Popen(
        [erspanrate, "-r", "-", "--interval", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdin.write(capture)
    process.stdin.flush()
    yield process
    process.kill()
    process.communicate()


def lines_until(stream, what):
    """All that comes, to the line that holds this."""
    text = b""
    watch = threading.Timer(TIME_LIMIT, stream.close)
    watch.start()
    for line in stream:
        text += line
        if what in line:
            break
    watch.cancel()
    return text


@pytest.mark.parametrize("name", ENDS)
def test_a_signal_ends_it_with_a_report(reading, name):
    reading.send_signal(getattr(signal, name))
    text, _ = reading.communicate(timeout=TIME_LIMIT)
    assert b"77" in text and b"copies" in text


def test_two_signals_end_it_with_a_report_too(reading):
    """Both have come before the program can do anything: it is stopped meanwhile."""
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGCONT):
        reading.send_signal(number)
    text, _ = reading.communicate(timeout=TIME_LIMIT)
    assert b"77" in text and b"copies" in text


def test_sigusr1_asks_for_a_report(reading, capture):
    """On standard error; then it goes on as if nothing had been asked."""
    reading.send_signal(signal.SIGUSR1)
    reading.stdin.write(capture[24:])
    reading.stdin.flush()
    assert b"copies" in lines_until(reading.stderr, b"copies")
    text, _ = reading.communicate(timeout=TIME_LIMIT)
    assert reading.returncode == 0
    assert b"copies 40,000" in text


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="/proc is not mounted")
def test_a_stop_at_the_terminal_loses_nothing(erspanrate, capture):
    """Ctrl-Z stops it, as every program; what comes meanwhile waits, and when it goes on it has missed nothing."""
    running = subprocess.Popen(
        [erspanrate, "-r", "-", "--interval", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=os.setpgrp,  # as a shell does: the signal stops no process of a group that no shell looks after
    )  # fmt: skip
    running.stdin.write(capture)
    running.stdin.flush()
    wait_until(lambda: waiting_in(running.stdin) == 0, running)  # what is written below must find room
    running.send_signal(signal.SIGTSTP)
    wait_until(lambda: state_of(Path(f"/proc/{running.pid}")) == "T", running)
    running.stdin.write(capture[24:10000])
    running.stdin.flush()
    assert state_of(Path(f"/proc/{running.pid}")) == "T"
    running.send_signal(signal.SIGCONT)
    text, _ = running.communicate(capture[10000:], timeout=TIME_LIMIT)
    assert b"copies 40,000" in text


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="/proc is not mounted")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_long_filter_can_be_interrupted(erspanrate, tmp_path, name):
    (tmp_path / "x.pcap").touch()
    command = [erspanrate, "-r", tmp_path / "x.pcap", "-f", long_filter.EXPRESSION]
    running = subprocess.Popen(command, stderr=subprocess.PIPE)
    long_filter.wait_until_compiling(running)
    running.send_signal(getattr(signal, name))
    running.communicate(timeout=TIME_LIMIT)
    assert running.returncode == -getattr(signal, name)
