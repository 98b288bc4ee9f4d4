# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen can still do once its captures and outputs are open. Each is tried from inside."""

import os
import signal
import subprocess
from pathlib import Path

import attempts
import pytest
from time_limit import TIME_LIMIT, wait_until

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has what it could give up")
unsanitized = pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
COMMANDS = {
    "write": ["write", "--count", "3", "-o", "out.pcap", "--truth", "truth.json"],
    "wrap": ["wrap", "in.pcap", "-o", "out.pcapng"],
    "replay": ["write", "mine.ini", "-o", "out.pcap.gz"],
    "check": ["check", "mine.ini"],
}


@pytest.fixture
def place(erspangen, tmp_path):
    """A directory that is its user's alone, with a capture and a scenario that replays it."""
    tmp_path.chmod(0o700)
    subprocess.run([erspangen, "write", "--count", "3", "-o", tmp_path / "in.pcap"], check=True)
    (tmp_path / "mine.ini").write_text(
        f"[traffic one]\nkind = capture\nfile = {tmp_path}/in.pcap\nloops = 3\n[session 1]\nmirror = one\n"
    )
    return tmp_path


def run(erspangen, place, *options, status=0, **environment):
    done = subprocess.run(
        [erspangen, *options], cwd=place, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=TIME_LIMIT,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done


@unsanitized
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_nothing_can_be_done_from_inside(erspangen, place, world, command):
    came = attempts.outcomes(run(erspangen, place, *command, ATTEMPT_AT_END="yes", **world).stderr)
    refused = set(attempts.REFUSED) if os.geteuid() == 0 else set(attempts.REFUSED) - {"root"}
    assert attempts.done(came, refused) == {}
    if "Landlock" in run(erspangen, place, "--version").stdout:
        assert attempts.done(came, attempts.FILES) == {}
    for name in ("out.pcap", "out.pcapng", "out.pcap.gz", "truth.json"):
        assert (place / name).exists() == (name in command)


@needs_root
@unsanitized
def test_it_can_be_turned_off_and_says_so(erspangen, place, world):
    done = run(erspangen, place, "wrap", "in.pcap", "-o", "x", "--no-confinement", ATTEMPT_AT_END="yes", **world)
    came = attempts.outcomes(done.stderr)
    assert came["file"] == "done"
    assert came["root"] in attempts.DENIED  # the user changes
    assert "this run is not confined" in done.stderr


@needs_root
@unsanitized
def test_root_can_stay(erspangen, place, world):
    came = attempts.outcomes(
        run(erspangen, place, "wrap", "in.pcap", "-o", "x", "--user", "root", ATTEMPT_AT_END="yes", **world).stderr
    )
    assert came["passwords"] == "done"


@needs_root
def test_an_unknown_user_is_an_error(erspangen, place):
    said = run(erspangen, place, "wrap", "in.pcap", "-o", "x", "--user", "of-no-such-name", status=2).stderr
    assert "there is no such user" in said
    assert not (place / "x").exists()


def test_each_reader_of_a_capture_reads_all_of_it(erspangen, place):
    """Two that are read at the same time, of one file, with one right to open it."""
    both = (place / "mine.ini").read_text() + "[traffic two]\nkind = capture\nfile = in.pcap\n[session 2]\nmirror = two\n"
    (place / "both.ini").write_text(both)
    run(erspangen, place, "write", "both.ini", "-o", "x.pcap")
    frames = subprocess.run(["capinfos", "-Mc", place / "x.pcap"], capture_output=True, text=True, check=True).stdout
    assert frames.split()[-1] == str(3 * 3 + 3)


def keeper_of(process):
    """The process that names the files of this one."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"\nPPid:\t{process.pid}\n" in status.read_text("ascii"):
                return status
        except OSError:
            pass  # it has ended
    return None


def is_over(status):
    try:
        return "\nState:\tZ" in status.read_text("ascii")
    except OSError:
        return True


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="/proc is not mounted")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_of_what_is_killed(erspangen, place, number):
    """Neither a file nor a process."""
    before = sorted(place.iterdir())
    command = [erspangen, "write", "--count", "1000000000", "-o", "big.pcap", "--truth", "big.json"]
    running = subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE)
    wait_until(lambda: keeper_of(running), running)
    keeper = keeper_of(running)
    running.send_signal(number)
    running.communicate(timeout=TIME_LIMIT)
    wait_until(lambda: is_over(keeper))
    assert sorted(place.iterdir()) == before
