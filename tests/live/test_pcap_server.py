# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrored frames as pcap over IP: erspanrate --pcap-server."""

import json
import subprocess
import sys
from pathlib import Path

import pcapfile
import pytest
from ending import ends_within_a_second
from receiver import Receiver
from time_limit import TIME_LIMIT, wait_until

PORT = 57012
CLIENTS_MAX = 16
SIZE = 8000  # of frames of which a few thousand are more than may wait
CLIENT = Path(__file__).with_name("pcap-client.py")


def frames_of(erspanrate, capture, path):
    subprocess.run([erspanrate, "-r", capture, "--decapsulate", "-w", path], check=True, stdout=subprocess.DEVNULL)
    return [frame.captured for frame in pcapfile.read(path)]


class Client:
    """A program in the collector's namespace that writes to a file what it gets, or takes nothing."""

    def __init__(self, net, path, *how, address="127.0.0.1"):
        self.path = path
        command = [sys.executable, CLIENT, address, PORT, path, *how]
        self.process = net.start("collector", *command, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "connected\n"

    def frames(self):
        self.process.wait(TIME_LIMIT)
        return [frame.captured for frame in pcapfile.read(self.path)]


@pytest.fixture
def said(tmp_path):
    """A file for what erspanrate says at once."""
    return tmp_path / "said"


@pytest.fixture
def serving(net, erspanrate, said):
    """erspanrate; and waits until it has seen so many clients come or go."""

    def serving(*options, place=str(PORT)):
        with said.open("w", encoding="utf-8") as stream:
            return Receiver(net, erspanrate, "--pcap-server", place, *options, stderr=stream)

    return serving


def wait_for(said, words, count=1):
    wait_until(lambda: said.read_text("utf-8").count(words) >= count)


def test_each_client_gets_each_frame(net, erspanrate, serving, said, capture, tmp_path):
    running = serving()
    running.send(capture, 0, 5)
    clients = [Client(net, tmp_path / name) for name in ("one", "two")]
    wait_for(said, " connected", 2)
    running.send(capture, 5, 1000)
    (*_, total) = running.finish()
    expected = frames_of(erspanrate, capture, tmp_path / "frames.pcap")[5:1000]
    assert [client.frames() for client in clients] == [expected, expected]
    told = total["handed_on"]["pcap_server"]
    assert told == {"clients": 2, "turned_away": 0, "stalled": 0, "sent": 1990, "missed": 0, "unheard": 5, "no_ethernet": 0}


@pytest.mark.thorough
def test_a_client_that_takes_nothing_holds_up_no_other(net, erspangen, serving, said, tmp_path):
    """Frames of 8,000 bytes: 16 MiB wait for a client, and a socket takes a few more. The other has taken all before
    more come than may wait."""
    path = tmp_path / "large.pcap"
    keys = ["--inner", "udp", "--inner-size", str(SIZE), "--count", "5400", "--interval", "100us"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    running = serving()
    slow, quick = Client(net, tmp_path / "slow", "stall"), Client(net, tmp_path / "quick")
    wait_for(said, " connected", 2)
    for first in range(0, 5400, 900):
        running.send(path, first, first + 900)
        wait_until(lambda: quick.path.stat().st_size == 24 + (first + 900) * (16 + SIZE))
    (*_, total) = running.finish()
    told = total["handed_on"]["pcap_server"]
    assert told["missed"] > 0
    if told["stalled"] == 0:  # on a slow machine ten seconds pass before the end
        assert told["sent"] + told["missed"] == 10800
    net.stop(slow.process)


@pytest.mark.thorough
def test_a_stalled_client_is_hung_up_on(net, erspangen, serving, said, tmp_path):
    path = tmp_path / "large.pcap"
    keys = ["--inner", "udp", "--inner-size", "8000", "--count", "3000", "--interval", "100us"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    running = serving()
    slow = Client(net, tmp_path / "slow", "stall")
    wait_for(said, " connected")
    running.send(path)
    wait_for(said, "read nothing for 10 seconds, and was disconnected")
    (*_, total) = running.finish()
    assert total["handed_on"]["pcap_server"]["stalled"] == 1
    net.stop(slow.process)


def test_sigterm_ends_it_within_a_second_though_a_client_stalls(net, erspanrate, capture, tmp_path):
    """More frames wait for the client than a socket takes."""
    said = tmp_path / "said"

    def start():
        with said.open("w", encoding="utf-8") as stream:
            running = Receiver(net, erspanrate, "--pcap-server", str(PORT), stderr=stream)
        Client(net, tmp_path / "slow", "stall")
        wait_for(said, " connected")
        running.send(capture)
        return running.process

    _, report = ends_within_a_second(start, 1)
    assert json.loads(report.splitlines()[-1])["handed_on"]["pcap_server"]["missed"] > 0


@pytest.mark.thorough
def test_a_client_that_goes_and_one_too_many(net, serving, said, capture, tmp_path):
    running = serving()
    clients = [Client(net, tmp_path / str(number)) for number in range(CLIENTS_MAX)]
    wait_for(said, " connected", CLIENTS_MAX)
    Client(net, tmp_path / "more")
    wait_for(said, "was turned away")
    net.stop(clients[0].process)
    wait_for(said, " closed the connection")
    running.send(capture, 0, 10)
    (*_, total) = running.finish()
    told = total["handed_on"]["pcap_server"]
    assert (told["clients"], told["turned_away"], told["sent"]) == (CLIENTS_MAX + 1, 1, 10 * (CLIENTS_MAX - 1))


def test_tshark_reads_it(net, serving, said, capture, tmp_path):
    running = serving()
    out = tmp_path / "seen.txt"
    with out.open("w", encoding="ascii") as stream:
        tshark = net.start("collector", "tshark", "-n", "-i", f"TCP@127.0.0.1:{PORT}", "-T", "fields", "-e", "ip.id", stdout=stream, stderr=subprocess.DEVNULL)
    wait_for(said, " connected")
    running.send(capture, 0, 100)
    running.finish()
    tshark.wait(TIME_LIMIT)
    assert [int(line, 16) for line in out.read_text("ascii").split()] == list(range(1, 101))


def test_who_can_connect_is_said(net, serving, said, tmp_path):
    running = serving()
    assert f"at 127.0.0.1, TCP port {PORT}: each user of this host can get the frames" in said.read_text("utf-8")
    net.stop(running.process)
    running = serving(place=f"[::]:{PORT}")
    assert f"at ::, TCP port {PORT}: whoever can connect gets the frames" in said.read_text("utf-8")
    Client(net, tmp_path / "one", address="::1")
    running.finish()


@pytest.mark.parametrize(
    "options, status, words",
    [
        (["--pcap-server", "0"], 2, "--pcap-server=0: must be PORT, ADDRESS:PORT or [ADDRESS]:PORT"),
        (["--pcap-server", "::1:5000"], 2, "--pcap-server=::1:5000: must be PORT, ADDRESS:PORT or [ADDRESS]:PORT"),
        (["--pcap-server", "192.0.2.77:5000"], 1, "Cannot assign requested address"),
    ],
)
def test_no_place_to_listen(net, erspanrate, options, status, words):
    done = net.run("collector", erspanrate, "-i", "in0", *options, check=False)
    assert done.returncode == status and words in done.stderr


def test_a_capture_is_not_served(erspanrate):
    done = subprocess.run([erspanrate, "-r", "x.pcap", "--pcap-server", "5000"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "--pcap-server needs -i INTERFACE" in done.stderr
