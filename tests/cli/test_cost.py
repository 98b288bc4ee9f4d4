# SPDX-License-Identifier: GPL-2.0-or-later
"""What reading and writing cost: instructions per copy, counted by valgrind, against the figures in cost.json.

Instructions are the same on a busy machine; only another compiler or another processor family needs figures
of its own. Figures that changed for a reason are measured and written anew by

    ERSPAN_RECORD_COST=yes /usr/bin/python3 -m pytest tests/cli/test_cost.py

which adds those of this compiler where the file has none. The change belongs into the same commit as its
reason.
"""

import json
import os
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest
from programs import BUILD

RECORDED = Path(__file__).with_name("cost.json")
LIMIT = 1.03  # times the recorded figure
FEW, MANY = 1000, 7000  # copies: the difference of two runs has no part that starts and ends the program

# For each workload of reading: sessions, and keys that all have.
WORKLOADS = {
    "UDP, 64 bytes": (4, "type = 2\ninner = udp\ninner-size = 64"),
    "UDP, 1400 bytes": (4, "type = 2\ninner = udp\ninner-size = 1400"),
    "TCP both ways": (4, "type = 2\nflows = 250\ninner-size = 64"),
    "Type III": (4, "type = 3\ninner = udp\ninner-size = 64"),
    "200 sessions": (200, "type = 2\ninner = udp\ninner-size = 64"),
    "each frame twice": (2, "type = 2\ninner = udp\ninner-size = 64\nnetwork = 1"),
}

# Where frames are followed from point to point: the workload, and how many times its instructions that may take.
FOLLOWED = {
    "TCP both ways": (WORKLOADS["TCP both ways"], 1.3),
    "TCP both ways, at two points": ((2, "type = 2\nflows = 250\ninner-size = 64\nnetwork = 1"), 1.3),
    "UDP, 1400 bytes": (WORKLOADS["UDP, 1400 bytes"], 1.34),
    "Type III": (WORKLOADS["Type III"], 1.3),
    "each frame twice": (WORKLOADS["each frame twice"], 1.35),
}

# ... of writing: bytes of a mirrored frame.
WRITTEN = {"writing, 64 bytes": 64, "writing, 1400 bytes": 1400}


def cached(name):
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1) if found else ""


def build_kind():
    """The compiler and its target, or None if what was built is not what users run."""
    flags = cached("CMAKE_C_FLAGS") + " ".join(cached(name) for name in ("ERSPAN_SANITIZE", "ERSPAN_FUZZ", "ERSPAN_COVERAGE"))
    if cached("ERSPAN_WHOLE_PROGRAM") == "OFF" or cached("CMAKE_BUILD_TYPE") not in ("", "RelWithDebInfo") or re.search(r"ON|-f|-O", flags):
        return None
    compiler = cached("CMAKE_C_COMPILER")

    def ask(*options):
        return subprocess.run([compiler, *options], check=True, capture_output=True, text=True).stdout.strip()

    name = "clang" if "clang" in ask("--version") else "gcc"
    return f"{name} {ask('-dumpversion')}, {ask('-dumpmachine')}"


def write(erspangen, path, sessions, keys, copies):
    sections = "".join(f"[session {number}]\nsession = {number}\n" for number in range(1, sessions + 1))
    scenario = f"[sessions]\n{keys}\ncount = {copies // sessions}\n{sections}"
    subprocess.run([erspangen, "write", "-", "-o", path], input=scenario, text=True, check=True)


def instructions(*command):
    counted = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command]
    done = subprocess.run(list(map(str, counted)), capture_output=True, text=True, check=True)
    each = re.findall(r"I +refs: +([\d,]+)", done.stderr)  # of a process: erspangen has a second one
    return sum(int(count.replace(",", "")) for count in each)


def instructions_of_reading(erspangen, erspanrate, path, workload, copies, *options):
    write(erspangen, path, *workload, copies)
    return instructions(erspanrate, "-r", path, *options)


def instructions_of_writing(erspangen, path, size, copies):
    keys = ["--inner", "udp", "--inner-size", size, "--interval", "1us", "--count", copies]
    return instructions(erspangen, "write", *keys, "-o", path)


def per_copy(count):
    return round((count(MANY) - count(FEW)) / (MANY - FEW))


@pytest.fixture
def kind():
    """The compiler of a build that users run."""
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed: scripts/install-dependencies check")
    kind = build_kind()
    if kind is None:
        pytest.skip("this build is no optimised one, or one with sanitizers")
    return kind


@pytest.mark.thorough
@pytest.mark.usefixtures("kind")
@pytest.mark.parametrize("name", FOLLOWED)
def test_following_frames_from_point_to_point(erspangen, erspanrate, tmp_path, name):
    """What --paths adds, whatever the compiler. Most frames of "each frame twice" and of its like are at two points."""
    workload, most = FOLLOWED[name]
    path = tmp_path / "x.pcap"
    alone, followed = (
        per_copy(lambda copies: instructions_of_reading(erspangen, erspanrate, path, workload, copies, *options))
        for options in ([], ["--paths"])
    )
    print(name, alone, followed, round(followed / alone, 3))
    assert followed <= most * alone


@pytest.mark.thorough
def test_instructions_per_copy(erspangen, erspanrate, tmp_path, kind):
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    record = os.environ.get("ERSPAN_RECORD_COST")
    if kind not in recorded and not record:
        pytest.skip(f"cost.json has no figures of {kind}: see {Path(__file__).name}")
    path = tmp_path / "x.pcap"
    measured = {
        name: per_copy(partial(instructions_of_reading, erspangen, erspanrate, path, workload))
        for name, workload in WORKLOADS.items()
    } | {name: per_copy(partial(instructions_of_writing, erspangen, path, size)) for name, size in WRITTEN.items()}
    print(kind, measured)
    if record:
        text = json.dumps({**recorded, kind: measured}, indent=4, sort_keys=True)
        RECORDED.write_text(text + "\n", encoding="utf-8")
        return
    costly = {
        name: f"{count} instead of {recorded[kind].get(name)}"
        for name, count in measured.items()
        if count > LIMIT * recorded[kind].get(name, 0)
    }
    assert not costly, f"instructions per copy, by more than 3 %: {costly}"
