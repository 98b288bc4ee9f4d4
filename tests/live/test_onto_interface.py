# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrored frames put onto an interface, as another program finds them there."""

import subprocess
import time

import pcapfile
import pytest
from consumer import ConsumerNet
from receiver import Receiver, each

WAIT_S = 3  # for a missing copy: longer than a busy machine keeps a sender waiting


@pytest.fixture
def net():
    with ConsumerNet(mtu=1500, polls=False) as namespaces:
        yield namespaces


@pytest.fixture
def consumer(net, tmp_path):
    return net.tcpdump(tmp_path / "seen.pcap")


def frames_of(erspanrate, capture, tmp_path):
    """What is read from the capture: the frames without their copies."""
    path = tmp_path / "frames.pcap"
    subprocess.run([erspanrate, "-r", capture, "--decapsulate", "-w", path], check=True, stdout=subprocess.DEVNULL)
    return [frame.captured for frame in pcapfile.read(path)]


@each()
def test_the_frames_as_they_are_read(net, erspanrate, capture, consumer, tmp_path, backend):
    running = Receiver(net, erspanrate, "-b", backend, "--to", "to0")
    running.send(capture, 0, 1000)
    (*_, total) = running.finish()
    told = total["handed_on"]
    assert told["frames"] == told["interface"]["sent"] == 1000
    assert consumer() == frames_of(erspanrate, capture, tmp_path)[:1000]


def test_in_order_and_once(net, erspanrate, erspangen, consumer, tmp_path):
    """What came out of order, twice, and with a loss that nothing ends: the last frames wait for time alone."""
    path = tmp_path / "mixed.pcap"
    keys = ["--inner", "udp", "--inner-size", "200", "--late", "10%", "--late-by", "4", "--duplicate", "5%", "--drop-copies", "997"]
    subprocess.run([erspangen, "write", "--count", "1000", "--interval", "10us", *keys, "-o", path], check=True)
    running = Receiver(net, erspanrate, "--to", "to0", "--once", "--in-order", f"{WAIT_S * 1000}")
    running.send(path)
    time.sleep(WAIT_S)
    (*_, total) = running.finish()
    told = total["handed_on"]
    numbers = [int.from_bytes(frame[18:20], "big") for frame in consumer()]
    assert len(numbers) == told["interface"]["sent"] == 999
    assert sum(after < before for before, after in zip(numbers, numbers[1:])) == told["too_late"] <= 1


def test_what_does_not_fit(net, erspanrate, erspangen, consumer, tmp_path):
    path = tmp_path / "large.pcap"
    keys = ["--inner", "udp", "--inner-size", "4000", "--count", "20"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    running = Receiver(net, erspanrate, "--to", "to0")
    running.send(path)
    (*_, total) = running.finish()
    assert total["handed_on"]["interface"] == {"sent": 0, "too_long": 20, "no_ethernet": 0, "refused": 0}
    assert consumer() == []


def test_the_interface_goes_down(net, erspanrate, capture):
    running = Receiver(net, erspanrate, "--to", "to0")
    running.send(capture, 0, 100)
    net.ip("collector", "link", "set", "to0", "down")
    running.send(capture, 100, 300)
    (*_, total) = running.finish()
    told = total["handed_on"]["interface"]
    assert (told["sent"], told["refused"]) == (100, 200)
    assert total["all"]["copies"] == 300


@pytest.mark.parametrize("name, words", [("none0", "there is no such interface"), ("lo", "is not an Ethernet interface")])
def test_no_place_for_frames(net, erspanrate, name, words):
    done = net.run("collector", erspanrate, "-i", "in0", "--to", name, check=False)
    assert done.returncode == 1 and f"--to {name}: {words}" in done.stderr


def test_an_interface_that_is_down(net, erspanrate):
    net.ip("collector", "link", "set", "to0", "down")
    done = net.run("collector", erspanrate, "-i", "in0", "--to", "to0", check=False)
    assert done.returncode == 1 and "--to to0: is down: ip link set to0 up" in done.stderr
