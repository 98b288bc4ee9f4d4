# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen limit and erspanrate --serve: the limit found is the one that a shaper on the way has, the MTU that of the
way; and what either side does when the other is not what it should be."""

import json
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from limits import COLLECTOR, COLLECTOR_V6, OUTER, PORT, SHORT, SOURCE_V6, LimitTest
from time_limit import TIME_LIMIT

BUSY, WRONG_KEY, OTHER_VERSION = 3, 2, 1
BY_PACKET = "1"
VERSION = "2"
LATE_MS, REPEATED = 20, 6  # from when on a trial is made again, and how often: docs/limit.md
SIZE = 250


@pytest.fixture
def net(erspanrate, erspangen):
    with LimitTest(erspanrate, erspangen) as namespaces:
        yield namespaces


@pytest.fixture
def serve(net):
    return net.serve


@pytest.mark.thorough
def test_limit(net, serve):
    """A shaper of 1000 frames a second. What its queue takes in the trial that confirms, a quarter of a second, counts."""
    rate, waiting_s, confirm_s = 1000, 0.25, 8
    net.shape(SIZE, rate, waiting_s)
    with serve():
        _, found = net.limit(
            "--sizes", SIZE, "--trial", 1, "--confirm", confirm_s, "--resolution", 1, "--no-burst"
        )  # fmt: skip
    (size,) = found["sizes"]
    held_up = [trial for trial in size["trials"] if trial["lost"] and trial["sender_late_ms"] > LATE_MS]
    if len(held_up) > REPEATED:
        pytest.skip("this machine is too busy: it held up the generator again and again")
    assert 0.95 * rate <= size["limit_fps"] <= 1.05 * rate
    assert size["limit_bps"] == pytest.approx(size["limit_fps"] * 8 * (SIZE + OUTER + 4), rel=0.001)
    assert not size["sender_limited"]
    assert found["conclusion"].startswith("No counter of the collector has these copies")
    lossy = [trial for trial in size["trials"] if trial["lost"]]
    assert lossy and all(trial["lost_where"]["on_the_way"] == trial["lost"] for trial in lossy)
    assert sum(trial["purpose"] == "search" for trial in size["trials"]) <= 12 + 6


SCENARIO = """[traffic web]
kind = requests
flows = 2

[sessions]
mirror = web

[session one]
session = 1

[session two]
session = 2
"""


def test_traffic(net, serve, tmp_path):
    """Over IPv6, each kind of traffic. The JSON has the command that repeats the test; the plot has a curve for each."""
    scenario, plot = tmp_path / "two.ini", tmp_path / "limit.svg"
    scenario.write_text(SCENARIO, encoding="utf-8")
    options = ["--sizes", "imix", "--plot", plot, *SHORT, scenario]
    net.shape(SIZE, 1000, 0.05)
    with serve():
        status, found = net.limit(*options, collector=COLLECTOR_V6)
    assert status == 0, found
    command = ["erspangen", "limit", "--collector", COLLECTOR_V6, "-i", "out0", "--json", *map(str, options)]
    assert found["command"] == command
    kinds = [("scenario", None), ("imix", None)]
    assert [(size["traffic"], size["size"]) for size in found["sizes"]] == kinds
    assert (found["collector_backend"], found["scenario"]) == ("packet", str(scenario))
    # IPv6 takes 20 bytes more than IPv4.
    assert (found["mtu"], found["frame_max"]) == (9000, 9000 - OUTER + 14 - 20)
    assert len(ElementTree.parse(plot).findall(".//{http://www.w3.org/2000/svg}polyline")) == len(kinds)
    assert found["one_clock"] == Path("/proc/sys/kernel/random/boot_id").exists()
    # Copies that say when they were made are those of frames that the test itself draws.
    assert found["sizes"][0]["delays"] == []
    for size in found["sizes"][1:]:
        assert [one["part"] for one in size["delays"]] == ([0.5, 0.9] if size["limit_fps"] else [])
        for one in size["delays"]:
            assert one["copies"] > 0 and one["jitter_ns"] >= 0
            assert one["delay_ns"] > 0 if found["one_clock"] else one["delay_ns"] is None
        # Their numbers go on from trial to trial: few are late, where the kernel moves the sender to another processor.
        assert all(trial["late"] <= trial["received"] / 100 for trial in size["trials"])


def test_mtu(net, serve, mtu=1777):
    """The MTU of the way, to the byte; frames that do not fit are left out."""
    net.ip("way", "link", "set", "to0", "mtu", str(mtu))
    with serve():
        status, found = net.limit("--sizes", mtu)
    assert status == 0
    assert (found["mtu"], found["frame_max"]) == (mtu, mtu - OUTER + 14)
    assert found["mtu_probes"] <= 14
    assert found["sizes"] == []


# Options, the bytes that they put before a mirrored frame in the outer IP packet, and what bytes outside of that packet take of
# the sender's MTU: Linux lets a frame with one tag be four bytes longer, no other.
LENGTHS = {
    "outer VLAN": (["--outer-vlan", 100], 0, 0),
    "two outer VLANs": (["--outer-vlan", "100,200"], 0, 8),
    "IPv6": (["--source", SOURCE_V6, "--destination", COLLECTOR_V6], 20, 0),
    "Type I": (["--type", 1], -12, 0),
    "Type III": (["--type", 3], 4, 0),
    "sub-header": (["--type", 3, "--platform", 3], 12, 0),
    "key and checksum": (["--gre-key", 7, "--gre-checksum", "good"], 8, 0),
    "UDP": (["--udp-port", 50000], 8, 0),
    "FCS": (["--fcs", "good"], 4, 0),
    "appended": (["--append-hex", "0000"], 0, 2),
}


@pytest.mark.parametrize("options, more, outside", LENGTHS.values(), ids=LENGTHS)
def test_longest_frame(net, serve, options, more, outside, mtu=1777):
    """By what stands in the outer IP packet before the mirrored frame, and by nothing else."""
    net.ip("source", "link", "set", "out0", "mtu", str(mtu))
    with serve():
        status, found = net.limit("--sizes", 9000, "--no-delay", *options)
    assert status == 0, found
    assert found["mtu"] == mtu - outside
    assert found["frame_max"] == found["mtu"] - OUTER + 14 - more


@pytest.mark.parametrize("room", [0, 11, 12])
def test_imix_fits(net, serve, room):
    """Its longest copy fits. With a time, it is 12 bytes longer: where that does not fit, there is no delay, and no loss."""
    mtu = 1514 + OUTER - 14 + room
    net.ip("source", "link", "set", "out0", "mtu", str(mtu))
    net.shape(SIZE, 1000, 0.05)
    with serve():
        process = net.start_limit("--sizes", "imix", *SHORT)
        said, wrong = process.communicate(timeout=TIME_LIMIT)
    assert process.returncode == 0, wrong
    (size,) = json.loads(said)["sizes"]
    delays = [trial for trial in size["trials"] if trial["purpose"] == "delay"]
    assert (delays == []) == (room < 12)
    assert ("imix: delay and jitter are left out" in wrong) == (room < 12)


def test_imix_does_not_fit(net, serve):
    net.ip("source", "link", "set", "out0", "mtu", str(1514 + OUTER - 14 - 1))
    with serve():
        status, found = net.limit("--sizes", "imix", "--no-delay")
    assert status == 0 and found["sizes"] == []


def test_loopback(net):
    """Its MTU is longer than any IP packet."""
    net.ip("collector", "link", "set", "lo", "up")
    server = net.start("collector", net.erspanrate, "--serve", "-i", "lo", "-b", "packet", "-q", stderr=subprocess.PIPE)
    assert "waits for erspangen limit" in server.stderr.readline()
    where = ["--destination", "127.0.0.1", "--source", "127.0.0.1", "--destination-mac", "00:00:00:00:00:00"]
    command = [net.erspangen, "limit", "--collector", "127.0.0.1", "-i", "lo", "--json", *where, *SHORT, "--sizes", SIZE]
    _, found = net.found(net.start("collector", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    server.kill()
    server.communicate()
    assert found["mtu"] == 65535


def test_nothing_arrives(net, serve):
    with serve("-f", "host 198.51.100.1"):
        status, said = net.limit()
    assert status == 1 and "none of 10 copies arrived" in said


class Caller:
    """Speaks the protocol by hand."""

    def __init__(self, net):
        program = f"""
import socket, sys
connection = socket.create_connection(({COLLECTOR!r}, {PORT}))
lines = connection.makefile("r")
for line in sys.stdin:
    try:
        if line != "\\n":
            connection.sendall(line.encode())
        print(lines.readline().rstrip(), flush=True)
    except OSError:
        print(flush=True)
"""
        self.process = net.start(
            "source", "/usr/bin/python3", "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )  # fmt: skip

    def say(self, line=""):
        """Sends a line, or none, and returns the answer."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()

    def hang_up(self):
        self.process.kill()
        self.process.wait(TIME_LIMIT)


def test_one_at_a_time(net, serve):
    """The second is refused; when the first vanishes in a trial, the next is taken."""
    with serve() as server:
        first = Caller(net)
        assert first.say()[:3] == ["hello", VERSION, "0"]
        assert first.say(f"key {VERSION} 0 0 0 0")[:3] == ["welcome", "9000", BY_PACKET]
        assert first.say("begin 60000") == ["ready"]
        second = Caller(net)
        assert second.say() == ["refuse", str(BUSY)]
        status, said = net.limit()
        assert status == 1 and "with another generator" in said
        first.hang_up()
        second.hang_up()
        deadline = time.monotonic() + TIME_LIMIT
        answer = []
        while answer[:1] != ["hello"] and time.monotonic() < deadline:
            third = Caller(net)
            answer = third.say()
            third.hang_up()
        assert answer[:1] == ["hello"]
    assert "closed the connection during a trial" in server.said


@pytest.mark.parametrize("garbage", ["GET / HTTP/1.1", "begin 5", f"key {VERSION} 0 0 0 -1", "x" * 5000])
def test_garbage(net, serve, garbage):
    with serve() as server:
        caller = Caller(net)
        assert caller.say()[0] == "hello"
        assert caller.say(garbage) == []
        caller.hang_up()
        other = Caller(net)
        assert other.say()[0] == "hello"
        other.hang_up()
    assert "the limit test ended: " in server.said


def test_other_version(net, serve):
    with serve():
        caller = Caller(net)
        caller.say()
        assert caller.say("key 1 0 0 0 0") == ["refuse", str(OTHER_VERSION)]
        caller.hang_up()


def test_key(net, serve, tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.write_text("a key of some length\n")
    other.write_text("another key of some length\n")
    with serve("--control-key", mine):
        assert "the collector requires a key" in net.limit()[1]
        assert "it has another key" in net.limit("--control-key", other)[1]
        assert net.limit("--control-key", mine, "--sizes", 9000)[0] == 0
        caller = Caller(net)
        assert caller.say()[2] == "1"
        assert caller.say(f"key {VERSION} 1 2 3 4") == ["refuse", str(WRONG_KEY)]
        caller.hang_up()


def test_port_is_taken(net, serve, erspanrate):
    with serve():
        done = net.run("collector", erspanrate, "--serve", "-i", "in0", check=False)
        assert done.returncode == 1
        assert f"listening at TCP port {PORT}: Address already in use" in done.stderr


def test_nobody_serves(net):
    status, said = net.limit()
    assert status == 1 and "erspanrate --serve must run there" in said


def test_collector_ends(net, serve):
    """It is told, and does not wait."""
    listener = net.start(
        "collector", "/usr/bin/python3", "-c",
        f"import socket\ns = socket.create_server(({COLLECTOR!r}, {PORT}))\nprint(flush=True)\ns.accept()[0].close()",
        stdout=subprocess.PIPE,
    )  # fmt: skip
    listener.stdout.readline()
    status, said = net.limit()
    assert status == 1 and "the collector closed the connection" in said
