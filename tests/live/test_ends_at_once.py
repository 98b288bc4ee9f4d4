# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGTERM, and a second one, end a run within a second, with its report: each back-end of both programs."""

import json
import os
import subprocess
import time

import pytest
from backends import receivers, senders
from ending import ends_within_a_second
from receiver import wait_until_ready

SIGNALS = pytest.mark.parametrize("signals", [1, 2])


@SIGNALS
@pytest.mark.parametrize("backend", ["pcap", "packet", "xdp", "count", "strip"])
def test_what_receives(net, erspanrate, backend, signals):
    if backend not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {backend}")
    command = [erspanrate, "-i", "in0", "-b", backend, "-q", "-j", "-t", "60"]
    if backend == "strip":
        net.link("collector", "to0", "source", "from0", mtu=3000)
        command += ["--to", "to0"]

    def start():
        process = net.start("collector", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until_ready(process)
        return process

    _, said = ends_within_a_second(start, signals)
    assert json.loads(said.splitlines()[-1])["type"] == "total"


@SIGNALS
@pytest.mark.parametrize(
    ("backend", "pace"),
    [(name, pace) for name in ("pcap", "packet", "af-xdp") for pace in ("--interval=10s", "--rate=20kpps")]
    + [("live-frames", "--rate=20kpps")],
)
def test_what_sends(net, erspangen, tmp_path, backend, pace, signals):
    """Between frames that are ten seconds apart, and under load."""
    if backend not in senders(erspangen):
        pytest.skip(f"erspangen was built without {backend}")
    net.run("collector", "ethtool", "-K", "in0", "gro", "on")
    command = [erspangen, "send", "-i", "out0", "-b", backend, "--destination-mac", "02:00:00:00:00:01", pace]
    command += ["--duration", "3600s", "--truth", tmp_path / "truth"]

    def start():
        process = net.start("source", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until_ready(process)
        time.sleep(0.2)  # until it sends; a try that is too early is none
        return process

    ends_within_a_second(start, signals)
    assert json.loads((tmp_path / "truth").read_text("utf-8"))["sessions"]
    assert os.listdir(tmp_path) == ["truth"]
