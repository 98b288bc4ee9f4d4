# SPDX-License-Identifier: GPL-2.0-or-later
"""The interface goes down, comes up again, and has another name then: the run goes on."""

import pytest
from time_limit import wait_until
from receiver import INJECT, each

ALL_BACKENDS = ["pcap", "packet", "xdp", "count"]


def send_into_the_void(net, capture, first, end):
    """As a switch goes on when nobody listens: some kernels refuse to send."""
    command = ["/usr/bin/python3", INJECT, "out0", capture, first, end]
    net.run("source", *command, check=False)


def talking(receiver, tmp_path, backend):
    """A receiver, and what waits until it has said something."""
    said = tmp_path / "said"
    with said.open("wb") as stderr:
        running = receiver("-b", backend, "-q", stderr=stderr)
    return running, lambda what: wait_until(lambda: what in said.read_text(encoding="utf-8"), running.process)


@each(*ALL_BACKENDS)
@pytest.mark.parametrize("name", [pytest.param("in0", marks=pytest.mark.thorough), "other"])
def test_what_is_lost_while_it_is_down(net, receiver, capture, tmp_path, backend, name):
    """The copies that are missing when it is up again were lost in the interface."""
    running, has_said = talking(receiver, tmp_path, backend)
    running.send(capture, 0, 1000)
    net.ip("collector", "link", "set", "in0", "down")
    has_said("the interface is down")
    send_into_the_void(net, capture, 1000, 1500)
    if name != "in0":
        net.ip("collector", "link", "set", "in0", "name", name)
        has_said(f"the interface is {name} now")
    net.ip("collector", "link", "set", name, "up")
    has_said("the interface is up again")
    net.wait_until_up("source", "out0")
    running.send(capture, 1500, 3000)
    total = running.finish()[-1]
    assert total["all"]["copies"] == 2500
    assert total["all"]["lost"] == 500
    assert total["lost_where"] == {"on_the_way": 0, "interface": 500, "kernel": 0, "program": 0}
    assert total["counters"]["interface_while_down"] == 500


@each("packet")
def test_loss_on_the_way_stays_there(net, receiver, capture, tmp_path, backend):
    """Before and after the interface was down."""
    # IPv6 would send reports of its own into the interface that comes up: some are dropped there.
    for name, port in (("source", "out0"), ("collector", "in0")):
        net.run(name, "sysctl", "-qw", f"net.ipv6.conf.{port}.disable_ipv6=1")
    running, has_said = talking(receiver, tmp_path, backend)
    running.send(capture, 0, 1000)
    running.send(capture, 1100, 2000)
    net.ip("collector", "link", "set", "in0", "down")
    has_said("the interface is down")
    net.ip("collector", "link", "set", "in0", "up")
    has_said("the interface is up again")
    net.wait_until_up("source", "out0")
    running.send(capture, 2010, 3000)
    running.send(capture, 3200, 4000)
    total = running.finish()[-1]
    assert total["lost_where"] == {"on_the_way": 300, "interface": 10, "kernel": 0, "program": 0}
