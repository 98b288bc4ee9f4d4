# SPDX-License-Identifier: GPL-2.0-or-later
"""What a hostile capture can cost: memory has limits, time per copy stays what it is.

tests/bench/bounds.py measures the same with more of everything.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

import bounds  # noqa: E402
import hostile  # noqa: E402
from programs import measured  # noqa: E402
from time_limit import wait_until  # noqa: E402

pytestmark = pytest.mark.thorough

COPIES = 100_000
FEW, MANY = 10, 100_000
SLOWER = 12  # the caches hold the few and not the many; a quadratic cost would be thousands
SCENARIO_S = 20  # seconds of a processor; one takes most of the time
# docs/security.md: the analysis, a report, sessions, and the program itself
LIMIT_MIB = 256 + 256 + 200 + 64


@pytest.fixture(name="capture")
def fixture_capture(tmp_path):
    def make(kind, count, copies=COPIES):
        path = tmp_path / "hostile.pcap"
        hostile.write(path, kind, count, copies)
        return path

    return make


@pytest.mark.parametrize("kind", sorted(hostile.COUNTED))
def test_time_per_copy(capture, kind):
    few, many = (bounds.erspanrate(capture(kind, count)) for count in (FEW, MANY))
    assert many.seconds < SLOWER * few.seconds + 1
    assert many.mebibytes < LIMIT_MIB


@pytest.mark.parametrize("kind", sorted(set(hostile.KINDS) - hostile.COUNTED))
def test_no_more_than_any_capture(capture, kind):
    cost = bounds.erspanrate(capture(kind, 1, COPIES // 10))
    assert cost.seconds < 10
    assert cost.mebibytes < 100


def test_sessions_without_room(capture):
    """Each of so many sessions has one copy: those that made room are in the sums, and counted."""
    sessions = 200_000
    path = capture("sessions", sessions, sessions)
    assert bounds.erspanrate(path).mebibytes < LIMIT_MIB
    assert bounds.erspanrate(path, "--json", "--interval", "0.2").mebibytes < LIMIT_MIB
    total = json.loads(bounds.erspanrate_text(path, "--json").splitlines()[-1])
    assert total["totals"]["frames"] == sessions
    assert total["all"]["copies"] == sessions
    assert len(total["sessions"]) == 1000
    assert len(total["sessions"]) + total["other"]["sessions"] == sessions
    assert total["other"]["made_room"] > 0


@pytest.mark.parametrize("more", [(), ("--interval", "0.2")], ids=["end", "intervals"])
def test_the_bound_can_be_set(capture, more):
    """In little memory, every copy is still in the sum."""
    copies = 100_000
    path = capture("sessions", copies, copies)
    cost = bounds.erspanrate(path, "--json", "--memory", "32", *more)
    assert cost.mebibytes < 32 * 2 + 64
    total = json.loads(bounds.erspanrate_text(path, "--json", "--memory", "32").splitlines()[-1])
    assert total["all"]["copies"] == copies
    assert total["other"]["made_room"] > copies / 2


def limited(mebibytes, path, *more):
    """Runs erspanrate with so much address space."""
    command = [str(bounds.BUILD / "collector" / "erspanrate"), "-r", str(path), "--json", *more]
    limit = f"ulimit -v {mebibytes * 1024} && exec \"$@\""
    return subprocess.run(["sh", "-c", limit, "sh", *command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", ["sessions", "flows with holes", "shuffled sessions", "clocks"])
def test_short_memory_ends_with_a_report(capture, kind):
    path = capture(kind, MANY)
    for more in ((), ("--interval", "0.2")):
        done = limited(400, path, *more)
        assert done.returncode == 0, done.stderr
        total = json.loads(done.stdout.splitlines()[-1])
        assert total["totals"]["frames"] == total["all"]["copies"] == COPIES


GROUPS = [Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")]  # versions 1 and 2
LIMITS = ["memory.limit_in_bytes", "memory.max"]


def is_removed(group):
    """A group that a process has just left may be busy for a moment."""
    try:
        group.rmdir()
    except OSError:
        return False
    return True


@pytest.fixture
def small_group():
    """A control group of 400 MB, as a list of commands that enters it."""
    for top, limit in zip(GROUPS, LIMITS):
        group = top / f"erspan-{os.getpid()}"
        if not (top / "cgroup.procs").exists():
            continue
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text("400000000")
        except OSError:
            group.rmdir()
            continue
        yield ["sh", "-c", f'echo $$ >{group}/cgroup.procs && exec "$@"', "sh"]
        wait_until(lambda: is_removed(group))
        return
    pytest.skip("no control group with a limit of memory can be made here")


@pytest.mark.parametrize("kind", ["sessions", "flows with holes", "shuffled sessions", "clocks"])
def test_a_small_group_ends_with_a_report(capture, small_group, kind):
    path = capture(kind, 2 * MANY, 2 * COPIES)
    command = [str(bounds.BUILD / "collector" / "erspanrate"), "-r", str(path), "--json"]
    done = subprocess.run([*small_group, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    total = json.loads(done.stdout.splitlines()[-1])
    assert total["totals"]["frames"] == total["all"]["copies"] == 2 * COPIES


def test_no_memory_is_said(capture):
    path = capture("sessions", 10, 100)
    sizes = [limited(mebibytes, path) for mebibytes in (200, 250, 300)]
    for done in sizes:
        assert done.returncode in (0, 1, 127), done.stderr  # 127: the libraries themselves do not fit
        assert done.returncode != 1 or "ulimit -v" in done.stderr


def test_late_copies_of_the_generator(erspangen):
    """Whatever a copy's bytes, what it takes while it is under way counts."""
    command = [erspangen, "write", "--type", "1", "--inner", "none", "--link", "raw", "--snap", "0"]
    late = ["--count", "9000000000", "--interval", "1ns", "--late", "100%", "--late-by", "4294967295"]
    done, _, mebibytes = measured([*map(str, command), *late, "-o", "/dev/null"], stderr=subprocess.PIPE)
    assert done.returncode == 1 and b"than 1 GiB of memory holds" in done.stderr
    assert 500 < mebibytes < 1024 + 64


def test_tshark(tshark, capture):
    path = capture("sessions", MANY)
    path.chmod(0o644)
    cost = bounds.tshark_sessions(tshark, tshark.staged(path))
    assert cost.mebibytes < LIMIT_MIB + 250  # tshark itself, and what it keeps of each frame


def many_sections(count):
    return "".join(f"[session s{n}]\nsource = 10.{n >> 16}.{n >> 8 & 255}.{n & 255}\ncount = 1\n" for n in range(count))


# Of each, many times as much as anybody writes; name by name, the last three took hours or all memory.
SCENARIOS = {
    "sessions": (many_sections(50_000), 0, ""),
    "one path": (
        "[traffic t]\nkind = rate\nduration = 1ms\n[session s0]\nmirror = t\n"
        + "".join(f"[session s{n}]\nafter = s{n - 1}\n" for n in range(1, 30_000)),
        2, "a path has 16 points at most",
    ),
    "a circle": (
        "[traffic t]\nkind = rate\nduration = 1ms\n[session x]\nmirror = t\n"
        + "".join(f"[session s{n}]\nafter = s{(n + 1) % 30_000}\n" for n in range(30_000)),
        2, "a path has 16 points at most",
    ),
    "paths": (
        "[traffic t]\nkind = rate\nduration = 1ms\n"
        + "".join(f"[session s{n}]\nmirror = t\n[session r{n}]\nafter = s{n}\n" for n in range(20_000)),
        2, "has more than 1000 paths",
    ),
    "impairments": (
        "".join(f"[session s{n}]\ncount = 1\n[impairment i{n}]\nloss = 1%\nsessions = s{n}\n" for n in range(20_000)),
        2, "has more than 1000 [impairment NAME]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_of_any_size_is_read_in_seconds(erspangen, tmp_path, name):
    text, status, said = SCENARIOS[name]
    (tmp_path / "s.ini").write_text(text)
    done = subprocess.run(
        ["prlimit", f"--cpu={SCENARIO_S}", erspangen, "write", "s.ini", "-o", "x.pcap"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, said in done.stderr) == (status, True), done.stderr[:300]


def test_a_report_of_all_sessions_is_made_in_seconds(erspangen, erspanrate, tmp_path):
    """No session's report looks at all others."""
    (tmp_path / "s.ini").write_text(many_sections(50_000))
    subprocess.run([erspangen, "write", "s.ini", "-o", "x.pcap"], cwd=tmp_path, check=True)
    command = ["prlimit", f"--cpu={SCENARIO_S}", erspanrate, "-r", "x.pcap", "-j", "-n", "100000"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert len(json.loads(done.stdout)["sessions"]) == 50_000
