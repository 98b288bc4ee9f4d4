# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate receives from an interface: all that was sent, and where it is lost if not."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from namespaces import Namespaces

BACKENDS = ["pcap", "packet"]
COPIES = 20000
INJECT = Path(__file__).with_name("inject.py")
SETTLE = 0.5  # seconds until a receiver is ready, or has received


@pytest.fixture
def net():
    with Namespaces("source", "collector") as namespaces:
        namespaces.link("source", "out0", "collector", "in0", mtu=9000)
        yield namespaces


@pytest.fixture(scope="module")
def capture(erspangen, tmp_path_factory):
    """Copies of frames of 200 bytes, numbered from 0."""
    path = tmp_path_factory.mktemp("copies") / "copies.pcap"
    what = ["--type", "2", "--session", "7", "--count", str(COPIES), "--interval", "10us"]
    traffic = ["--inner", "udp", "--inner-size", "200"]
    subprocess.run([erspangen, "write", *what, *traffic, "-o", path], check=True)
    return path


class Receiver:
    """An erspanrate that receives in the background and reports as JSON."""

    def __init__(self, net, erspanrate, *options):
        self.net = net
        self.process = net.start(
            "collector", erspanrate, "-i", "in0", "-j", *options, stdout=subprocess.PIPE
        )
        time.sleep(SETTLE)

    def send(self, capture, first=0, end=COPIES):
        self.net.run("source", "/usr/bin/python3", INJECT, "out0", capture, first, end)
        time.sleep(SETTLE)

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, status=0):
        """Interrupts it; all that it said, a dictionary for each line."""
        self.signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=10)
        assert self.process.returncode == status
        return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def receiver(net, erspanrate):
    return lambda *options: Receiver(net, erspanrate, *options)


@pytest.mark.parametrize("backend", BACKENDS)
def test_everything_that_is_sent_is_counted(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture)
    *intervals, total = running.finish()
    session = total["sessions"][0]
    assert session["copies"] == COPIES
    assert session["session_id"] == 7
    assert session["sequence"]["lost"] == 0
    # Ethernet 14, IPv4 20, GRE with sequence 8, Type II 8
    assert session["outer_bytes"] == COPIES * (200 + 14 + 20 + 8 + 8)
    assert session["inner_bytes"] == COPIES * 200
    assert total["totals"]["frames"] - total["totals"]["not_erspan"] == COPIES
    assert total["lost_where"] == {"on_the_way": 0, "interface": 0, "kernel": 0, "program": 0}
    assert sum(interval["all"]["copies"] for interval in intervals) <= COPIES


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_lost_on_the_way(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture, 0, 1000)
    running.send(capture, 1100, 2000)
    total = running.finish()[-1]
    assert total["all"]["copies"] == 1900
    assert total["all"]["lost"] == 100
    assert total["lost_where"] == {"on_the_way": 100, "interface": 0, "kernel": 0, "program": 0}


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_the_kernel_drops(receiver, capture, backend):
    """A program that does not read lets the buffer run over: nothing was lost before that."""
    running = receiver("-b", backend, "-B", "1")
    running.signal(signal.SIGSTOP)
    running.send(capture, 0, COPIES - 100)
    running.signal(signal.SIGCONT)
    time.sleep(SETTLE)
    running.send(capture, COPIES - 100, COPIES)
    total = running.finish()[-1]
    lost = total["all"]["lost"]
    assert lost > 0
    assert total["all"]["copies"] + lost == COPIES
    assert total["lost_where"] == {"on_the_way": 0, "interface": 0, "kernel": lost, "program": 0}
    assert total["sessions"][0]["verdicts"][0]["cause"] == "collector"


@pytest.mark.parametrize("backend", BACKENDS)
def test_intervals_add_up_to_the_total(receiver, capture, backend):
    running = receiver("-b", backend, "-t", "0.2")
    running.send(capture)
    *intervals, total = running.finish()
    assert len(intervals) >= 3
    for earlier, later in zip(intervals, intervals[1:]):
        assert later["begin_s"] == pytest.approx(earlier["end_s"], abs=2e-6)
    assert sum(interval["all"]["copies"] for interval in intervals) == total["all"]["copies"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_vlan_tag_that_the_kernel_took_out(receiver, erspangen, tmp_path, backend):
    path = tmp_path / "tagged.pcap"
    subprocess.run(
        [erspangen, "write", "--type", "2", "--count", "10", "--outer-vlan", "300", "-o", path],
        check=True,
    )
    sent = path.stat().st_size - 24 - 10 * 16
    running = receiver("-b", backend)
    running.send(path)
    assert running.finish()[-1]["all"]["outer_bytes"] == sent


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_filter_and_a_limit(net, erspanrate, capture, backend):
    receiving = net.start(
        "collector", erspanrate, "-i", "in0", "-j", "-q", "-b", backend,
        "-f", "proto gre", "-c", 50, stdout=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(SETTLE)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 200)
    output, _ = receiving.communicate(timeout=10)
    assert receiving.returncode == 0
    assert json.loads(output)["totals"]["frames"] == 50


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_interface_that_goes_away(net, receiver, capture, backend):
    """What was counted is reported, and the status tells."""
    running = receiver("-b", backend, "-q")
    running.send(capture, 0, 100)
    net.ip("source", "link", "del", "out0")
    output, _ = running.process.communicate(timeout=10)
    assert running.process.returncode == 1
    assert json.loads(output)["all"]["copies"] == 100


@pytest.mark.parametrize("backend", BACKENDS)
def test_root_becomes_nobody(receiver, backend):
    running = receiver("-b", backend)
    status = Path(f"/proc/{running.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("Uid:"))
    assert set(line.split()[1:]) == {"65534"}
    running.finish()


def test_a_duration_ends_the_run(net, erspanrate):
    begun = time.monotonic()
    done = net.run("collector", erspanrate, "-i", "in0", "-j", "-q", "-d", "1")
    assert json.loads(done.stdout)["seconds"] == pytest.approx(1, abs=0.5)
    assert time.monotonic() - begun < 5


def test_a_pipe_that_breaks(net, erspanrate, capture):
    """The counts go to standard error."""
    read, write = os.pipe()
    running = net.start(
        "collector", erspanrate, "-i", "in0", "-t", "0.2", stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    time.sleep(SETTLE)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 100)
    os.close(read)
    _, said = running.communicate(timeout=10)
    assert running.returncode == 1
    assert "Broken pipe" in said
    assert "copies 100" in said
