# SPDX-License-Identifier: GPL-2.0-or-later
"""Live tests need network namespaces, and so root; they say so where they cannot run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

# pylint: disable=wrong-import-position
from backends import receivers  # noqa: E402
from cable import Wire  # noqa: E402
from namespaces import Namespaces  # noqa: E402
from receiver import COPIES, Receiver  # noqa: E402

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start and stop.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def net():
    """A cable from source to collector."""
    with Namespaces("source", "collector") as namespaces:
        namespaces.link("source", "out0", "collector", "in0", mtu=9000)
        yield namespaces


@pytest.fixture(scope="session")
def capture(erspangen, tmp_path_factory):
    """Copies of frames of 200 bytes, numbered from 0."""
    path = tmp_path_factory.mktemp("copies") / "copies.pcap"
    what = ["--type", "2", "--session", "7", "--count", str(COPIES), "--interval", "10us"]
    traffic = ["--inner", "udp", "--inner-size", "200"]
    subprocess.run([erspangen, "write", *what, *traffic, "-o", path], check=True)
    return path


@pytest.fixture
def backend(request, erspanrate):
    """Each way of receiving; those with XDP need not be built."""
    if request.param not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {request.param}")
    return request.param


@pytest.fixture
def receiver(net, erspanrate):
    return lambda *options, **how: Receiver(net, erspanrate, *options, **how)


@pytest.fixture
def wire(erspangen, tmp_path):
    """Makes the wire of an MTU."""
    with Namespaces("source", "collector") as net:
        yield lambda mtu=3000: Wire(net, erspangen, tmp_path, mtu)


def pytest_addoption(parser):
    parser.addoption("--alone", choices=["yes", "no"], help="only tests that are marked so, or only the others")


def choose_alone(config, items):
    alone = config.getoption("alone")
    if alone is None:
        return
    others = [item for item in items if (item.get_closest_marker("alone") is None) == (alone == "yes")]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def pytest_collection_modifyitems(config, items):
    choose_alone(config, items)
    if os.geteuid() == 0:
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="network namespaces need root"))
