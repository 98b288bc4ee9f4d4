# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen limit can still do once it hears the collector: nothing but send and count. Each is tried from inside."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import attempts
import pytest
from backends import senders
from limits import SHORT, LimitTest
from processes import stat_fields
from receiver import DEFAULT_USER, user_of
from time_limit import TIME_LIMIT, wait_until

RATE, SIZE = 30000, 250
TOO_SLOW = "less than 10000 frames a second: use another back-end"
SCENARIO = "[traffic one]\nkind = capture\nfile = in.pcap\nloops = 3\n[session 1]\nmirror = one\n"


@pytest.fixture
def net(erspanrate, erspangen):
    with LimitTest(erspanrate, erspangen) as namespaces:
        namespaces.run("way", "ethtool", "-K", "from0", "gro", "on")
        yield namespaces


@pytest.fixture
def place(erspangen, tmp_path):
    """A directory that is root's alone, with a scenario that replays a capture."""
    tmp_path.chmod(0o700)
    subprocess.run([erspangen, "write", "--count", "3", "-o", tmp_path / "in.pcap"], check=True)
    (tmp_path / "mine.ini").write_text(SCENARIO)
    return tmp_path


def outcome_of(net, *options, before=()):
    """The status of a test, and what it said."""
    command = [*before, net.erspangen, "limit", "--collector", "192.0.2.1", "-i", "out0", *SHORT, *options]
    process = net.start("source", "env", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIME_LIMIT)
    return process.returncode, said


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
@pytest.mark.parametrize("backend", ["packet", "pcap", "af-xdp", "live-frames"])
def test_nothing_can_be_done_from_inside(net, world, place, backend):
    """And each trial sends what root alone may read, and the plot is where root alone may write."""
    if backend not in senders(net.erspangen):
        pytest.skip(f"erspangen was built without {backend}")
    traffic = ["--sizes", SIZE] if backend == "live-frames" else ["--sizes", SIZE, place / "mine.ini"]
    if backend == "live-frames":  # sends no longer ones
        net.ip("source", "link", "set", "out0", "mtu", "1500")
    net.shape(SIZE, RATE, 0.05)
    environment = ["ATTEMPT_AT_END=yes", *(f"{name}={value}" for name, value in world.items())]
    with net.serve():
        status, said = outcome_of(net, "-b", backend, "--plot", place / "limit.svg", *traffic, before=environment)
    came = attempts.outcomes(said)
    assert attempts.done(came) == {}
    version = subprocess.run([net.erspangen, "--version"], capture_output=True, text=True, check=True).stdout
    if "Landlock" in version:
        assert attempts.done(came, attempts.FILES) == {}
    if backend == "live-frames" and TOO_SLOW in said:  # a machine that is busy lowers the rate so far
        return
    assert status == 0, said
    assert ElementTree.parse(place / "limit.svg").getroot().tag.endswith("svg")


def senders_niceness(process):
    """Of the thread that sends, while there is one."""
    found = set()
    for task in Path(f"/proc/{process.pid}/task").glob("*"):
        try:
            if (task / "comm").read_text("ascii") == "departures\n":
                found.add(stat_fields(task)[16])
        except OSError:
            pass  # it has ended
    return found


def may_go_first():
    """Root of a container may not always, and with one processor no thread does."""
    tried = subprocess.run(["nice", "-n", "-10", "true"], capture_output=True, check=False)
    return tried.stderr == b"" and len(os.sched_getaffinity(0)) > 1


@pytest.mark.skipif(not may_go_first(), reason="this root may not raise a priority")
def test_its_sender_goes_first(net):
    """In a trial at a rate, though root is root no more; the first trial has none."""
    net.shape(SIZE, 1000, 0.05)
    with net.serve():
        process = net.start_limit("--sizes", SIZE, "--trial", 1, stderr=subprocess.DEVNULL)
        wait_until(lambda: senders_niceness(process) == {"-10"} and user_of(process) == {str(DEFAULT_USER.pw_uid)}, process)
        process.kill()
        process.wait()
