# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen limit and erspanrate --serve: the limit found is the one that a shaper on the way has, the MTU that of the
way; and what either side does when the other is not what it should be."""

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest
from namespaces import Namespaces
from time_limit import TIME_LIMIT

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "limit.schema.json").read_text("utf-8"))
COLLECTOR, SOURCE, PORT = "192.0.2.1", "192.0.2.2", 34754
BUSY, WRONG_KEY, OTHER_VERSION = 3, 2, 1
SIZE = 250
OUTER = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with a number, ERSPAN Type II


@pytest.fixture
def net():
    """A source, a switch on the way, and a collector."""
    with Namespaces("source", "way", "collector") as namespaces:
        namespaces.link("source", "out0", "way", "from0", mtu=9000)
        namespaces.link("way", "to0", "collector", "in0", mtu=9000)
        namespaces.bridge("way", "from0", "to0")
        namespaces.ip("collector", "addr", "add", f"{COLLECTOR}/24", "dev", "in0")
        namespaces.ip("source", "addr", "add", f"{SOURCE}/24", "dev", "out0")
        yield namespaces


@pytest.fixture
def serve(net, erspanrate):
    @contextmanager
    def run(*options):
        server = net.start("collector", erspanrate, "--serve", "-i", "in0", "-b", "packet", *options, stderr=subprocess.PIPE)
        assert "waits for erspangen limit" in server.stderr.readline()
        # Once it is confined, it hears: a call waits until then.
        yield server
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=TIME_LIMIT)
        assert server.returncode == 0, said
        server.said = said

    return run


def limit(net, erspangen, *options, **how):
    command = [erspangen, "limit", "--collector", COLLECTOR, "-i", "out0", "--json", *options]
    process = net.start("source", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    said, wrong = process.communicate(timeout=10 * TIME_LIMIT)
    if process.returncode != 0:
        return process.returncode, wrong
    found = json.loads(said)
    jsonschema.validate(found, SCHEMA)
    return 0, found


def shape(net, frames, waiting_s):
    """Lets so many frames of the size pass in a second, and keeps others waiting for so long."""
    bits = frames * 8 * (SIZE + OUTER)
    queue = int(bits * waiting_s / 8)
    command = ["tc", "qdisc", "replace", "dev", "to0", "root", "tbf", "rate", f"{bits}bit", "burst", 9100, "limit", queue]
    net.run("way", *command)


@pytest.mark.thorough
def test_limit(net, serve, erspangen):
    """A shaper of 1000 frames a second. What its queue takes in the trial that confirms, a quarter of a second, counts."""
    rate, waiting_s, confirm_s = 1000, 0.25, 8
    shape(net, rate, waiting_s)
    with serve():
        _, found = limit(
            net, erspangen, "--sizes", SIZE, "--trial", 1, "--confirm", confirm_s, "--resolution", 1, "--no-burst"
        )  # fmt: skip
    (size,) = found["sizes"]
    assert 0.95 * rate <= size["limit_fps"] <= 1.05 * rate
    assert size["limit_bps"] == pytest.approx(size["limit_fps"] * 8 * (SIZE + OUTER + 4), rel=0.001)
    assert not size["sender_limited"]
    assert found["conclusion"].startswith("No counter of the collector has these copies")
    lossy = [trial for trial in size["trials"] if trial["lost"]]
    assert lossy and all(trial["lost_where"]["on_the_way"] == trial["lost"] for trial in lossy)
    assert sum(trial["purpose"] == "search" for trial in size["trials"]) <= 12 + 6


def test_mtu(net, serve, erspangen, mtu=1777):
    """The MTU of the way, to the byte; frames that do not fit are left out."""
    net.ip("way", "link", "set", "to0", "mtu", str(mtu))
    with serve():
        status, found = limit(net, erspangen, "--sizes", mtu)
    assert status == 0
    assert (found["mtu"], found["frame_max"]) == (mtu, mtu - OUTER + 14)
    assert found["mtu_probes"] <= 14
    assert found["sizes"] == []


def test_nothing_arrives(net, serve, erspangen):
    with serve("-f", "host 198.51.100.1"):
        status, said = limit(net, erspangen)
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
        self.process.wait()


def test_one_at_a_time(net, serve, erspangen):
    """The second is refused; when the first vanishes in a trial, the next is taken."""
    with serve() as server:
        first = Caller(net)
        assert first.say()[:3] == ["hello", "1", "0"]
        assert first.say("key 1 0 0 0 0") == ["welcome", "9000"]
        assert first.say("begin 60000") == ["ready"]
        second = Caller(net)
        assert second.say() == ["refuse", str(BUSY)]
        status, said = limit(net, erspangen)
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
    assert "hung up within a trial" in server.said


@pytest.mark.parametrize("garbage", ["GET / HTTP/1.1", "begin 5", "key 1 0 0 0 -1", "x" * 5000])
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
        assert caller.say("key 2 0 0 0 0") == ["refuse", str(OTHER_VERSION)]
        caller.hang_up()


def test_key(net, serve, erspangen, tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.write_text("a key of some length\n")
    other.write_text("another key of some length\n")
    with serve("--control-key", mine):
        assert "the collector wants a key" in limit(net, erspangen)[1]
        assert "it has another key" in limit(net, erspangen, "--control-key", other)[1]
        assert limit(net, erspangen, "--control-key", mine, "--sizes", 9000)[0] == 0
        caller = Caller(net)
        assert caller.say()[2] == "1"
        assert caller.say("key 1 1 2 3 4") == ["refuse", str(WRONG_KEY)]
        caller.hang_up()


def test_port_is_taken(net, serve, erspanrate):
    with serve():
        done = net.run("collector", erspanrate, "--serve", "-i", "in0", check=False)
        assert done.returncode == 1
        assert f"listening at TCP port {PORT}: Address already in use" in done.stderr


def test_nobody_serves(net, erspangen):
    status, said = limit(net, erspangen)
    assert status == 1 and "erspanrate --serve must run there" in said


def test_collector_ends(net, serve, erspangen):
    """It is told, and does not wait."""
    listener = net.start(
        "collector", "/usr/bin/python3", "-c",
        f"import socket\ns = socket.create_server(({COLLECTOR!r}, {PORT}))\nprint(flush=True)\ns.accept()[0].close()",
        stdout=subprocess.PIPE,
    )  # fmt: skip
    listener.stdout.readline()
    status, said = limit(net, erspangen)
    assert status == 1 and "the collector hung up" in said
