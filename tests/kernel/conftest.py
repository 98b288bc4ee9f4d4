# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests against real Linux kernels: each guest is made once, and each job runs once on a kernel.

What neither package nor network provides is said, and the tests are skipped.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

# pylint: disable=wrong-import-position
from guest import Guest, Unavailable  # noqa: E402

# Where each kernel comes from: Debian 12's own, its newer one, and the newest that Debian has.
SUITES = {"6.1": "bookworm", "6.12": "bookworm-backports", "newest": "trixie-backports"}

JOBS = Path(__file__).parent / "jobs"


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
def run_job(guests, tmp_path_factory):
    """Runs a job on a kernel, once; the folder of its results."""
    results = {}

    def run(kernel, job, files=None, **options):
        if (kernel, job) not in results:
            guest = guests(SUITES[kernel])
            text = (JOBS / f"{job}.sh").read_text(encoding="utf-8")
            common = {"bench.sh": (JOBS / "bench.sh").read_bytes()}
            directory = tmp_path_factory.mktemp(f"{job}-{kernel}")
            results[kernel, job] = guest.run(text, {**common, **(files or {})}, directory, **options)
        return results[kernel, job]

    return run


def pytest_collection_modifyitems(items):
    """All tests of one kernel in one module go to one worker: the job runs once."""
    for item in items:
        if Path(__file__).parent in item.path.parents and hasattr(item, "callspec"):
            kernel = item.callspec.params.get("kernel", "")
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{kernel}"))
