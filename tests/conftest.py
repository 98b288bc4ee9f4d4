# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs under test, and what more than one file of tests reads."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import attempts
import pytest
from programs import Tshark, built


def pytest_configure(config):
    config.addinivalue_line("markers", "thorough: many runs for one question; one build answers it")
    config.addinivalue_line("markers", "alone: changes, or counts, what the whole machine shares")
    config.addinivalue_line("markers", "every: --variants leaves out none of it")


def pytest_addoption(parser):
    parser.addoption("--variants", type=int, help="of each test no more variants than this, from first to last")


def spread(variants, at_most):
    """As many of them as told, at even distances."""
    count = len(variants)
    return variants if count <= at_most else [variants[number * count // at_most] for number in range(at_most)]


def pytest_collection_modifyitems(config, items):
    at_most = config.getoption("variants")
    if at_most is None:
        return
    tests = {}
    for item in items:
        tests.setdefault((item.path, item.originalname), []).append(item)
    chosen = set()
    for variants in tests.values():
        chosen.update(variants if variants[0].get_closest_marker("every") else spread(variants, at_most))
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = [item for item in items if item in chosen]


@pytest.fixture(scope="session")
def stage():
    """Makes empty directories that everyone can read, and removes them at the end."""
    made = []

    def make():
        directory = Path(tempfile.mkdtemp(prefix="erspan-tests-"))
        directory.chmod(0o755)
        made.append(directory)
        return directory

    yield make
    for directory in made:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def attempts_library(stage):
    return attempts.library(stage())


@pytest.fixture
def world(attempts_library):
    with attempts.world(attempts_library) as environment:
        yield environment


@pytest.fixture(scope="session")
def tshark(stage):
    """tshark with the plugin of this build."""
    return Tshark(stage(), built("plugin/erspan.so"))


@pytest.fixture(scope="session")
def builtin_tshark(stage):
    """tshark as it came, with its own ERSPAN dissector."""
    return Tshark(stage())


@pytest.fixture(scope="session")
def third_party():
    """The directory of captures that this project did not write."""
    directory = os.environ.get("ERSPAN_THIRD_PARTY_CAPTURES")
    if not directory:
        pytest.skip("ERSPAN_THIRD_PARTY_CAPTURES does not name the directory of captures")
    directory = Path(directory)
    assert directory.is_dir(), f"ERSPAN_THIRD_PARTY_CAPTURES: {directory} is no directory"
    return directory


@pytest.fixture(scope="session")
def erspangen():
    """The generator of this build."""
    return built("generator/erspangen")


@pytest.fixture(scope="session")
def two_mirrors(erspangen, tmp_path_factory):
    """Two sessions that mirror the same TCP connections."""
    directory = tmp_path_factory.mktemp("two-mirrors")
    scenario = directory / "two-mirrors.ini"
    scenario.write_text(
        """[traffic iperf]
kind = iperf
flows = 2
bytes = 60kB

[session one]
session = 1
mirror = iperf

[session two]
session = 2
mirror = iperf
""",
        encoding="utf-8",
    )
    capture = directory / "two-mirrors.pcap"
    subprocess.run([erspangen, "write", scenario, "-o", capture], check=True)
    return capture


@pytest.fixture(scope="session")
def erspanrate():
    """The collector of this build."""
    return built("collector/erspanrate")


@pytest.fixture(scope="session")
def erspandump():
    """The capture program for Wireshark of this build."""
    return built("collector/erspandump")
