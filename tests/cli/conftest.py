# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways to run the programs that several files of tests use."""

import json
import subprocess

import pcapfile
import pytest
from mirrored_frames import OUTER_LENGTH, Copy
from time_limit import TIME_LIMIT


@pytest.fixture
def rate(erspanrate):
    """Runs it; the exit status must be as told."""

    def run(*arguments, status=0, **options):
        options = {"capture_output": True, "text": True, "timeout": TIME_LIMIT, **options}
        done = subprocess.run([erspanrate, *map(str, arguments)], check=False, **options)
        assert done.returncode == status, done.stderr
        return done

    return run


@pytest.fixture
def total(rate):
    return lambda *arguments, **options: json.loads(
        rate(*arguments, "-j", **options).stdout.splitlines()[-1]
    )


@pytest.fixture
def generated(erspangen, tmp_path):
    """A capture of one session of 1000 numbered copies, and its truth."""

    def make(*options, name="x.pcap"):
        path, truth = tmp_path / name, tmp_path / "truth.json"
        session = ["--type", "2", "--session", "5", "--inner", "udp", "--inner-size", "100"]
        subprocess.run(
            [erspangen, "write", *session, "--count", "1000", *options, "-o", path, "-t", truth],
            check=True,
        )
        return path, json.loads(truth.read_text(encoding="utf-8"))

    return make


@pytest.fixture
def write(erspangen, tmp_path):
    """Writes a capture, or fails with the error as the exception's text."""

    def write(*arguments, scenario=None, name="out.pcap"):
        path = tmp_path / name
        if scenario is not None:
            source = tmp_path / "scenario.ini"
            source.write_text(scenario, encoding="utf-8")
            arguments = (str(source), *arguments)
        done = subprocess.run(
            [erspangen, "write", *arguments, "-o", path], capture_output=True, check=False, timeout=TIME_LIMIT
        )
        if done.returncode != 0:
            raise ValueError(done.stderr.decode())
        return path

    return write


@pytest.fixture
def mirrored(write):
    """The mirrored frames and their times since the first, in nanoseconds."""

    def mirrored(*arguments, scenario=None):
        made = pcapfile.read(write(*arguments, "--time-precision", "ns", scenario=scenario))
        start = made[0].time_ns if made else 0
        return [Copy(frame.time_ns - start, frame.captured[OUTER_LENGTH:]) for frame in made]

    return mirrored
