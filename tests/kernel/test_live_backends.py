# SPDX-License-Identifier: GPL-2.0-or-later
"""Every back-end of both programs, live, on each kernel: what one side sent is what the other counts."""

import json

import pytest
from backends import receivers, senders

SENT = 2000


@pytest.fixture(scope="module", params=["6.1"])
def kernel(request):
    return request.param


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, "backends")


def sent(result, name, moment):
    """A frame of 14 bytes is sent, and counted as dropped: the kernel takes an empty payload for a failure."""
    counts = json.loads((result / f"{name}.{moment}.json").read_text())[0]["stats64"]["tx"]
    return counts["packets"] + counts["dropped"]


@pytest.mark.parametrize("backend", ["pcap", "packet", "count"])
def test_erspanrate_counts_what_the_device_sent(result, erspanrate, backend):
    if backend not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {backend}")
    said = (result / f"{backend}.said").read_text()
    assert (result / f"{backend}.status").read_text().strip() == "0", said
    copies = sent(result, backend, "after") - sent(result, backend, "before")
    lines = (result / f"{backend}.json").read_text().splitlines()
    report = json.loads([line for line in lines if line.startswith("{")][-1])
    (session,) = report["sessions"]
    assert copies > 20
    assert (session["session_id"], session["copies"]) == (200, copies)
    assert (session["lost"] if backend == "count" else session["sequence"]["lost"]) == 0


@pytest.mark.parametrize("backend", ["pcap", "packet", "af-xdp", "live-frames"])
def test_the_kernel_takes_apart_what_erspangen_sent(result, erspangen, backend):
    if backend not in senders(erspangen):
        pytest.skip(f"erspangen was built without {backend}")
    said = (result / f"send-{backend}.said").read_text()
    assert (result / f"send-{backend}.status").read_text().strip() == "0", said
    found = json.loads((result / f"send-{backend}.json").read_text())[0]["stats64"]["rx"]
    assert (found["packets"], found["errors"]) == (SENT, 0), said
