# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate --check and erspangen check --interface: a clean pair of namespaces has no fault, each fault that is
planted is found, and the command that the program names mends it."""

import ctypes
import json
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
from namespaces import Namespaces
from time_limit import TIME_LIMIT, wait_until

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "check.schema.json").read_text("utf-8"))
TIME_ERROR = 5
HOST = {"clock", "governor"}  # of the machine that the tests run on, whatever is planted
MTU = 1600
COLLECTOR, SOURCE = "192.0.2.1", "192.0.2.2"
DROP = (
    "add table netdev mine; add chain netdev mine in {{ type filter hook ingress device {} priority 0; }};"
    "add rule netdev mine in meta l4proto gre drop"
)
DROP_FOR_HOST = (
    "add table inet mine; add chain inet mine input { type filter hook input priority 0; };"
    "add rule inet mine input meta l4proto gre drop"
)
REJECT = (
    "add table inet mine; add chain inet mine input { type filter hook input priority 0; };"
    "add rule inet mine input ip protocol gre counter reject"
)


@pytest.fixture
def net():
    with Namespaces("source", "collector") as namespaces:
        namespaces.link("source", "out0", "collector", "in0", mtu=MTU)
        # A network card polls its ring; veth does so with GRO.
        namespaces.poll("collector", "in0")
        yield namespaces


@pytest.fixture
def address(net):
    net.ip("collector", "addr", "add", f"{COLLECTOR}/24", "dev", "in0")
    net.ip("source", "addr", "add", f"{SOURCE}/24", "dev", "out0")


@pytest.fixture
def check(net, erspanrate, erspangen):
    """Makes the checks of a side; the faults by check."""
    sides = {
        "collector": [erspanrate, "--check", "-i", "in0"],
        "source": [erspangen, "check", "-i", "out0"],
    }

    def look(side="collector", *options, before=()):
        done = net.run(side, *before, *sides[side], "--json", *options, check=False)
        report = json.loads(done.stdout)
        jsonschema.validate(report, SCHEMA)
        faults = {one["check"]: one for one in report["findings"]}
        assert done.returncode == (1 if faults else 0), done.stderr
        assert {one["check"] for one in report["not_checked"]} <= set(report["checks"])
        return {name: one for name, one in faults.items() if name not in HOST}, report

    return look


def mend(net, side, fault):
    net.run(side, "sh", "-c", fault["mend"])


def icmp_errors(net):
    """How many the collector's kernel sent."""
    lines = net.run("collector", "cat", "/proc/net/snmp").stdout.splitlines()
    names, values = (line.split() for line in lines if line.startswith("Icmp:"))
    return int(values[names.index("OutDestUnreachs")])


def received_by(net):
    """Packets that came to the collector's interface."""
    return int(net.run("collector", "cat", "/sys/class/net/in0/statistics/rx_packets").stdout)


def test_clean(net, check, erspanrate):
    """One line: a clock that nobody keeps right is a fault where the kernel says so."""
    faults, report = check()
    assert (faults, report["not_checked"]) == ({}, [])
    of_host = [one["check"] for one in report["findings"]]
    unkept = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) == TIME_ERROR
    assert ("clock" in of_host) == unkept
    done = net.run("collector", erspanrate, "--check", "-i", "in0", check=False)
    count = len(report["checks"])
    if not of_host:
        assert done.stdout == f"in0: nothing found ({count} checks)\n"
    else:
        faults = "1 fault" if len(of_host) == 1 else f"{len(of_host)} faults"
        assert re.match(rf"in0: {faults} \({count} checks\)\n{of_host[0]}  ", done.stdout)
    assert check("source")[0] == {}


def test_state_and_mtu(net, check):
    net.ip("collector", "link", "set", "in0", "down", "mtu", "1500")
    for side, first, second in (("collector", "state", "mtu"), ("source", "state", None)):
        faults, _ = check(side)
        assert set(faults) == {first, second} - {None}
    net.ip("source", "link", "set", "out0", "mtu", "1500")
    assert "Type II needs 1550 (IPv6: 1570)" in check("source")[0]["mtu"]["found"]
    faults, _ = check()
    for fault in faults.values():
        mend(net, "collector", fault)
    assert check()[0] == {}


def test_shaper(net, check):
    net.run("source", *"tc qdisc add dev out0 root tbf rate 1mbit burst 10k limit 10k".split())
    faults, _ = check("source")
    assert set(faults) == {"qdisc"} and " tbf " in faults["qdisc"]["found"]
    mend(net, "source", faults["qdisc"])
    assert check("source")[0] == {}


def test_user(net, check):
    """Whoever may not look is told which check was not made."""
    as_nobody = ["setpriv", "--reuid", "nobody", "--clear-groups"]
    net.ip("collector", "addr", "add", f"{COLLECTOR}/24", "dev", "in0")
    faults, report = check(before=as_nobody)
    assert set(faults) == {"privileges"}
    (unseen,) = report["not_checked"]
    assert unseen["check"] == "answers" and "CAP_NET_ADMIN" in unseen["reason"]
    assert set(check("source", before=as_nobody)[0]) == {"privileges"}
    assert set(check("collector", "-b", "xdp", before=as_nobody)[0]) == {"privileges"}


def test_settings(net, check):
    """The kernel's settings for all interfaces, as the host's own namespace shows them."""

    def host(backlog, budget):
        files = {"netdev_max_backlog": backlog, "netdev_budget": budget, "netdev_budget_usecs": 8000}
        write = "; ".join(f"echo {value} > /proc/sys/net/core/{name}" for name, value in files.items())
        script = f'mount -t tmpfs none /proc/sys/net/core && {{ {write}; }} && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", script, "sh"]

    assert check(before=host(1000, 300))[0] == {}
    assert set(check(before=host(1000, 64))[0]) == {"budget"}
    net.run("collector", "ethtool", "-K", "in0", "gro", "off")
    assert set(check(before=host(1000, 300))[0]) == {"backlog"}
    assert check(before=host(10000, 300))[0] == {}


def test_gro(net, check):
    """It joins TCP in GRE that is not ERSPAN."""
    assert set(check("collector", "-m", "gre")[0]) == {"offload"}
    assert check("collector", "-m", "gre", "-b", "xdp")[0] == {}
    net.run("collector", "ethtool", "-K", "in0", "gro", "off")
    assert "offload" not in check("collector", "-m", "gre")[0]


def test_memory(check):
    limit = ["prlimit", f"--as={400 << 20}"]
    assert set(check(before=limit)[0]) == {"memory"}
    assert check("collector", "--memory", 64, before=limit)[0] == {}


@pytest.mark.skipif(shutil.which("nft") is None, reason="nft is not installed")
@pytest.mark.parametrize("rules, found", [("", "no device or socket takes GRE"), (REJECT, "inet mine input rejects")])
def test_answers(net, check, address, erspangen, rules, found):
    """The kernel answers copies to its address; the command ends that, and copies still arrive."""
    net.run("collector", "nft", rules)

    def send_copies():
        """What then counts how many ICMP errors they caused: once all were received, whenever the kernel comes to it."""
        before, received = icmp_errors(net), received_by(net)
        net.run(
            "source", erspangen, "send", "-i", "out0", "--type", "2", "--count", 10,
            "--source", SOURCE, "--destination", COLLECTOR,
        )  # fmt: skip
        wait_until(lambda: received_by(net) >= received + 10)
        return lambda: icmp_errors(net) - before

    faults, _ = check()
    assert set(faults) == {"answers"} and found in faults["answers"]["found"]
    errors = send_copies()
    wait_until(lambda: errors() > 0)
    mend(net, "collector", faults["answers"])
    assert check()[0] == {}
    assert send_copies()() == 0


@pytest.mark.skipif(shutil.which("nft") is None, reason="nft is not installed")
def test_rules_that_drop(net, check, address):
    net.run("collector", "nft", DROP.format("in0"))
    assert check()[0] == {}


def test_raw_socket(net, check, address):
    """Who takes GRE by a raw socket keeps the kernel from answering."""
    program = "import socket, sys; s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47); print(flush=True); sys.stdin.read()"
    holder = net.start(
        "collector", "/usr/bin/python3", "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )  # fmt: skip
    holder.stdout.readline()
    assert check()[0] == {}
    holder.stdin.close()
    holder.wait(TIME_LIMIT)
    assert set(check()[0]) == {"answers"}


def test_xdp(net, check, erspanrate, receiver):
    """A program of another run."""
    if "xdp" not in net.run("collector", erspanrate, "--help").stdout.split("Receive by:")[1].split("\n")[0]:
        pytest.skip("erspanrate was built without XDP")
    running = receiver("-b", "count")
    faults, _ = check()
    assert set(faults) == {"xdp"}
    running.finish()
    assert check()[0] == {}


@pytest.mark.parametrize("kind", ["erspan", "gretap"])
def test_tunnel(net, check, address, kind):
    """A device that takes copies drops those that come late."""
    command = ["ip", "link", "add", "tunnel0", "type", kind, "seq", "key", 7, "local", COLLECTOR, "remote", SOURCE]
    if net.run("collector", *command, *(["erspan_ver", 1] if kind == "erspan" else []), check=False).returncode:
        pytest.skip(f"this kernel has no {kind}")
    net.ip("collector", "link", "set", "tunnel0", "up")
    net.run("collector", "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=1")
    faults, _ = check()
    assert set(faults) == {"tunnel", "rp_filter"}
    for fault in faults.values():
        mend(net, "collector", fault)
    assert set(check()[0]) == {"answers"}


@pytest.mark.skipif(shutil.which("nft") is None, reason="nft is not installed")
def test_firewall(net, check, address):
    """Rules that keep copies from a device that takes them; without such a device they keep them from nobody."""
    net.run("collector", "nft", DROP_FOR_HOST)
    assert check()[0] == {}
    command = ["ip", "link", "add", "tunnel0", "type", "gretap", "local", COLLECTOR, "remote", SOURCE]
    if net.run("collector", *command, check=False).returncode:
        pytest.skip("this kernel has no gretap")
    net.ip("collector", "link", "set", "tunnel0", "up")
    faults, _ = check()
    assert "the chain inet mine input drops GRE: the device tunnel0" in faults["firewall"]["found"]
    net.run("collector", "nft", "flush", "ruleset")
    assert "firewall" not in check()[0]


def test_no_interface(net, erspanrate, erspangen):
    for command in ([erspanrate, "--check", "-i", "none0"], [erspangen, "check", "-i", "none0"]):
        done = net.run("collector", *command, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert "none0: there is no such interface" in done.stderr
