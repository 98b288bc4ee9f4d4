# SPDX-License-Identifier: GPL-2.0-or-later
"""What a program tells on request is told whole, or it says that it is not."""

import subprocess

import pytest
from time_limit import TIME_LIMIT

ANSWERS = {
    "erspangen": [["--help"], ["--version"], ["list"], ["write", "--help"], ["limit", "--help"]],
    "erspanrate": [["--help"], ["--version"], ["--check", "-i", "lo"], ["--check", "-i", "lo", "--json"]],
}
EACH = [(name, options) for name, all_options in ANSWERS.items() for options in all_options]


@pytest.mark.parametrize("name, options", EACH, ids=[" ".join([name, *options]) for name, options in EACH])
def test_standard_output_is_full(request, name, options):
    program = request.getfixturevalue(name)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program, *options], stdout=full, stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
    assert done.returncode == 1
    assert b"standard output: No space left on device" in done.stderr


@pytest.mark.parametrize("name", ANSWERS)
def test_standard_output_is_closed(request, name):
    program = request.getfixturevalue(name)
    done = subprocess.run(["sh", "-c", '"$0" --version >&-', program], stderr=subprocess.PIPE, timeout=TIME_LIMIT, check=False)
    assert done.returncode == 1
    assert b"standard output: Bad file descriptor" in done.stderr
