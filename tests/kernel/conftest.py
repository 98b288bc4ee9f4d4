# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests against real Linux kernels: each guest is made once, and each job runs once on a kernel.

What neither package nor network provides is said, and the tests are skipped.
"""

import subprocess
import sys
from pathlib import Path

import pcapfile
import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "live")]

# pylint: disable=wrong-import-position
import odd_frames  # noqa: E402
from guest import Guest, Unavailable  # noqa: E402
from linux import SUITES, kernels_of  # noqa: E402


HERE = Path(__file__).parent
JOBS = HERE / "jobs"
METADATA = ["clang", "-O2", "-g", "-target", "bpf", "-I/usr/include/x86_64-linux-gnu", "-c", HERE / "metadata.bpf.c"]


def pytest_generate_tests(metafunc):
    """Each test of a module runs on the kernels on which the module's job does."""
    if "kernel" in metafunc.fixturenames:
        metafunc.parametrize("kernel", kernels_of(metafunc.module.JOB), scope="module")


@pytest.fixture(scope="session")
def guests(tmp_path_factory):
    """Makes the guest of a suite, once."""
    made = {}

    def make(suite):
        if suite not in made:
            try:
                made[suite] = Guest(suite, tmp_path_factory.mktemp("guest"))
            except Unavailable as reason:
                made[suite] = str(reason)
        if isinstance(made[suite], str):
            pytest.skip(made[suite])
        return made[suite]

    return make


@pytest.fixture(scope="session")
def common_files(tmp_path_factory):
    """What jobs find beside themselves: their bench, what sends frames, and those frames."""
    directory = tmp_path_factory.mktemp("job")
    subprocess.run(["gcc", "-O1", HERE / "send-frames.c", "-o", directory / "send-frames"], check=True)
    subprocess.run([*METADATA, "-o", directory / "metadata.o"], check=True)
    odd = (pcapfile.Frame(1, len(frame), frame) for frame in odd_frames.frames())
    pcapfile.write(directory / "odd.pcap", 1, odd)
    made = {path.name: path.read_bytes() for path in directory.iterdir()}
    return {"bench.sh": (JOBS / "bench.sh").read_bytes(), **made}


@pytest.fixture(scope="session")
def run_job(guests, common_files, tmp_path_factory):
    """Runs a job on a kernel, once; the folder of its results. only: of its cases, these alone."""
    results = {}

    def run(kernel, job, files=None, only=(), **options):
        if (kernel, job) not in results:
            guest = guests(SUITES[kernel])
            text = f"ONLY='{' '.join(only)}'\n" + (JOBS / f"{job}.sh").read_text(encoding="utf-8")
            directory = tmp_path_factory.mktemp(f"{job}-{kernel}")
            results[kernel, job] = guest.run(text, {**common_files, **(files or {})}, directory, **options)
        return results[kernel, job]

    return run
