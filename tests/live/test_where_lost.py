# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies are lost on purpose, in one place after the other, and erspanrate names the place."""

import json
import os
import signal
from contextlib import contextmanager
from pathlib import Path

import backends
import pytest
from cable import MACS, check_sent
from namespaces import Namespaces
from time_limit import TIME_LIMIT
from receiver import COPIES, Receiver, each

BACKLOG = Path("/proc/sys/net/core/netdev_max_backlog")
FIT = 10000  # copies for which every ring has room

pytestmark = pytest.mark.alone  # the queue between interfaces and protocols is one for the whole machine
needs_two_cores = pytest.mark.skipif(os.cpu_count() < 2, reason="one core sends while another is slow")


def all_in(place, lost):
    return {"on_the_way": 0, "interface": 0, "kernel": 0, "program": 0, place: lost}


def send(net, erspangen, directory, *how):
    """Copies of Type II, from the first core; the truth about them."""
    truth = directory / "truth.json"
    command = ["send", "-i", "out0", *MACS, "--type", "2", "--truth", truth, *how]
    check_sent(net.run("source", "taskset", "-c", 0, erspangen, *command, check=False))
    return json.loads(truth.read_text())


def causes(total):
    return [verdict["cause"] for verdict in total["sessions"][0]["verdicts"]]


@each()
def test_on_the_way(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture, 0, 1000)
    running.send(capture, 1100, 2000)
    total = running.finish()[-1]
    assert total["all"]["copies"] == 1900
    assert total["all"]["lost"] == 100
    assert total["lost_where"] == all_in("on_the_way", 100)
    assert "collector" not in causes(total)


def test_in_a_queue_on_the_way(erspanrate, capture):
    """A switch whose port to the collector is slow, with a queue that is short."""
    with Namespaces("source", "way", "collector") as net:
        net.link("source", "out0", "way", "fast")
        net.link("way", "slow", "collector", "in0")
        net.bridge("way", "fast", "slow")
        queue = ["tbf", "rate", "20mbit", "burst", "50kb", "limit", "100kb"]
        net.run("way", "tc", "qdisc", "add", "dev", "slow", "root", *queue)
        running = Receiver(net, erspanrate)
        running.send(capture, 0, 5000)
        running.send(capture, 5000, 5010)
        total = running.finish()[-1]
        (queue,) = json.loads(net.run("way", "tc", "-s", "-j", "qdisc", "show", "dev", "slow").stdout)
    lost = 5010 - total["all"]["copies"]
    assert 0 < lost <= queue["drops"]
    assert total["lost_where"] == all_in("on_the_way", lost)
    assert causes(total) == ["policer"]


def test_in_an_interface_that_is_too_narrow(net, erspanrate, erspangen, tmp_path):
    """What is longer than the collector's own MTU allows: the interface drops it, and counts that."""
    net.ip("collector", "link", "set", "in0", "mtu", "1000")
    running = Receiver(net, erspanrate)
    truth = send(net, erspangen, tmp_path, "--kind", "imix", "--rate", "20Mbit", "--count", 1200)
    total = running.finish()[-1]
    (session,) = truth["sessions"]
    (domain,) = truth["domains"]
    assert session["failed"]["copies"] == 100
    assert total["all"]["copies"] == 1100
    assert total["lost_where"] == all_in("interface", domain["missing"])
    assert total["counters"]["interface_dropped"] >= 100  # the sender may try again


def test_an_interface_that_is_gone_told_before(net, erspanrate, erspangen, tmp_path):
    """What it had dropped until then stays its own."""
    net.ip("collector", "link", "set", "in0", "mtu", "1000")
    running = Receiver(net, erspanrate, "-t", "0.2")
    send(net, erspangen, tmp_path, "--kind", "imix", "--rate", "20Mbit", "--count", 1200)
    running.wait_until_idle()
    net.ip("source", "link", "del", "out0")
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert running.process.returncode == 1
    total = json.loads(output.splitlines()[-1])
    assert total["all"]["lost"] > 0
    assert total["lost_where"] == all_in("interface", total["all"]["lost"])


@needs_two_cores
@each()
def test_in_a_queue_of_the_interface(net, erspanrate, erspangen, tmp_path, backend):
    """A veth pair has a queue of 256 frames. Who is to empty it waits for the core of the sender."""
    if "live-frames" not in backends.senders(erspangen):
        pytest.skip("erspangen was built without live frames")
    with net.starve("collector", "in0", core=0):
        running = Receiver(net, erspanrate, "-b", backend)
        burst = ["--backend", "live-frames", "--rate", "max", "--count", FIT]
        (session,) = send(net, erspangen, tmp_path, *burst)["sessions"]
    running.wait_until_idle()
    send(net, erspangen, tmp_path, "--count", 10, "--sequence-start", FIT)
    total = running.finish()[-1]
    lost = FIT + 10 - total["all"]["copies"]
    assert total["all"]["lost"] == lost == session["failed"]["copies"] > 0
    assert total["lost_where"] == all_in("interface", lost)
    assert total["counters"]["interface_dropped"] == lost
    assert causes(total) == ["collector"]


@contextmanager
def backlog_of(packets):
    """The queue between interfaces and protocols; one setting for the whole machine."""
    before = BACKLOG.read_text()
    BACKLOG.write_text(str(packets))
    try:
        yield
    finally:
        BACKLOG.write_text(before)


@needs_two_cores
def test_in_the_backlog(net, erspanrate, erspangen, tmp_path):
    """One core receives, another is to take what is received, and the queue between them holds nothing."""
    net.run("collector", "sh", "-c", "echo 2 > /sys/class/net/in0/queues/rx-0/rps_cpus")
    running = Receiver(net, erspanrate)
    with backlog_of(0):
        send(net, erspangen, tmp_path, "--count", COPIES, "--rate", "max")
    running.wait_until_idle()
    send(net, erspangen, tmp_path, "--count", 10, "--sequence-start", COPIES)
    total = running.finish()[-1]
    lost = COPIES + 10 - total["all"]["copies"]
    assert total["all"]["lost"] == lost > 0
    assert total["lost_where"] == all_in("kernel", lost)
    assert total["counters"]["backlog_dropped"] >= lost
    assert total["counters"]["ring_dropped"] == 0
    assert causes(total) == ["collector"]


@each()
def test_in_the_ring(receiver, capture, backend):
    """A program that does not read lets the buffer run over: nothing was lost before that."""
    running = receiver("-b", backend, "-B", "1")
    running.signal(signal.SIGSTOP)
    running.send(capture, 0, COPIES - 100)
    running.signal(signal.SIGCONT)
    running.wait_until_idle()
    running.send(capture, COPIES - 100, COPIES)
    total = running.finish()[-1]
    lost = total["all"]["lost"]
    assert lost > 0
    assert total["all"]["copies"] + lost == COPIES
    assert total["lost_where"] == all_in("kernel", lost)
    assert causes(total)[0] == "collector"
