# SPDX-License-Identifier: GPL-2.0-or-later
"""Either side of a limit test is killed, at some point of it: the other says so within seconds, and nothing is left."""

import re
import subprocess
import time

import pytest
from limits import COLLECTOR, PORT, LimitTest
from time_limit import TIME_LIMIT, wait_until

SOON = 60  # seconds, of a trial of 600: the programs themselves take 5 at most
LONG = ("--trial", 600, "--sizes", 100, "--no-delay")  # nothing but the end of the other ends it


@pytest.fixture
def net(erspanrate, erspangen):
    with LimitTest(erspanrate, erspangen) as namespaces:
        yield namespaces


def calls(net):
    """The control connections of the collector that stand."""
    return net.run("collector", "ss", "-Htn", "state", "established", f"sport = :{PORT}").stdout.splitlines()


def sends(net):
    """How much the source has sent."""
    said = net.run("source", "cat", "/sys/class/net/out0/statistics/tx_packets").stdout
    return int(said)


# Once called, and in the middle of a trial that lasts ten minutes.
POINTS = {"called": lambda net: bool(calls(net)), "in a trial": lambda net: sends(net) > 5000}


@pytest.fixture(params=POINTS)
def reached(request, net):
    return lambda: POINTS[request.param](net)


def test_generator_is_killed(net, reached, tmp_path):
    """The collector takes the next one; the plot is not there."""
    plot = tmp_path / "limit.svg"
    with net.serve() as server:
        generator = net.start_limit(*LONG, "--plot", plot)
        wait_until(reached, generator)
        generator.kill()
        generator.wait(TIME_LIMIT)
        killed = time.monotonic()
        wait_until(lambda: not calls(net))
        assert time.monotonic() - killed < SOON
        status, said = net.limit("--sizes", 9000, "--no-delay")
        assert status == 0, said
    assert len(re.findall("the limit test ended", server.said)) == 2
    assert list(tmp_path.iterdir()) == []


def test_collector_is_killed(net, reached, tmp_path):
    """The generator stops in the middle of a trial; the port is free again."""
    plot = tmp_path / "limit.svg"
    server = net.start_server()
    generator = net.start_limit(*LONG, "--plot", plot)
    wait_until(reached, generator)
    server.kill()
    killed = time.monotonic()
    _, said = generator.communicate(timeout=TIME_LIMIT)
    assert time.monotonic() - killed < SOON
    assert generator.returncode == 1 and "the collector closed the connection" in said
    assert list(tmp_path.iterdir()) == []
    server.wait(TIME_LIMIT)
    with net.serve():
        pass


def test_way_is_cut(net):
    """Neither side hears the other any more."""
    with net.serve() as server:
        generator = net.start_limit(*LONG)
        wait_until(lambda: POINTS["in a trial"](net), generator)
        net.ip("way", "link", "set", "to0", "down")
        net.run("way", *"ip link set from0 nomaster".split())
        cut = time.monotonic()
        _, said = generator.communicate(timeout=TIME_LIMIT)
        assert time.monotonic() - cut < SOON
        assert generator.returncode == 1 and "does not answer any more" in said
        wait_until(lambda: not calls(net))
        assert time.monotonic() - cut < SOON
    assert "during a trial" in server.said


@pytest.mark.thorough
def test_way_is_full(net):
    """Far more is sent than the way carries, for longer than a side that says nothing is waited for: neither side takes the other
    for gone. A trial of which all that says so is lost ends early, with its loss."""
    net.run("way", *"tc qdisc replace dev to0 root tbf rate 4mbit burst 9100 limit 20000".split())
    with net.serve() as server:
        process = net.start_limit("--trial", 6, "--confirm", 0.1, "--resolution", 50, "--sizes", 1500, "--no-delay", "--no-burst")
        status, found = net.found(process)
    assert status == 0, found
    first = found["sizes"][0]["trials"][0]
    assert first["lost"] == first["sent"] - first["received"] > 0
    assert "closed the connection" not in server.said and "too long" not in server.said


def test_through_another_host(net):
    """As ssh -L does: the connection goes by a relay of the source, and --destination says where the copies go."""
    relay = f"""
import socket, threading
def pump(one, other):
    while data := one.recv(4096):
        other.sendall(data)
    other.shutdown(socket.SHUT_WR)
listener = socket.create_server(("127.0.0.1", {PORT}))
print(flush=True)
near = listener.accept()[0]
far = socket.create_connection(({COLLECTOR!r}, {PORT}))
threading.Thread(target=pump, args=(near, far)).start()
pump(far, near)
"""
    with net.serve():
        process = net.start("source", "/usr/bin/python3", "-c", relay, stdout=subprocess.PIPE)
        process.stdout.readline()
        status, said = net.limit("--sizes", 9000, collector="localhost")
        assert status == 2 and "--destination is needed" in said
        process.kill()  # it may listen still
        process.wait(TIME_LIMIT)
        process = net.start("source", "/usr/bin/python3", "-c", relay, stdout=subprocess.PIPE)
        process.stdout.readline()
        status, found = net.limit("--sizes", 9000, "--destination", COLLECTOR, collector="localhost")
        assert status == 0, found
        assert found["mtu"] == 9000
