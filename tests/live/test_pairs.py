# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way of sending to every way of receiving: erspanrate counts what the truth of erspangen tells,
session by session.

Each receiver hears all senders in turn, each from addresses of its own.
"""

import json

import backends
import jsonschema
import pytest
from cable import MACS, check_sent
from cable import SCHEMA as TRUTH_SCHEMA
from namespaces import Namespaces
from receiver import Receiver

ANALYSING = {
    "pcap": ["-b", "pcap"],
    "packet": ["-b", "packet"],
    "packet, two threads": ["-b", "packet", "--threads", "2"],
    "xdp": ["-b", "xdp"],
}

# Three sequence counters, one of which is shared by two sessions; HOST is another for each sender.
SESSIONS = """
[sessions]
{all}

[session alone]
type = 2
session = 1
source = 198.51.100.{host}
{alone}

[session shared-two]
type = 2
session = 2
source = 203.0.113.{host}
sequence-domain = source
sequence-start = 0xffffff00
{shared_two}

[session shared-three]
type = 3
session = 3
source = 203.0.113.{host}
sequence-domain = source
{shared_three}

[session over-ipv6]
type = 3
session = 4
source = 2001:db8::{host}
destination = 2001:db8::ffff
{over_ipv6}
"""

TRAFFIC = """
[traffic port]
kind = imix
rate = 50Mbit
flows = 3
count = 600
"""

IMPAIRED = TRAFFIC + SESSIONS.format(
    host="{host}",
    all="mirror = port",
    alone="loss = 3%\nduplicate = 4%\nduplicate-after = 2\nlate = 2%\nlate-by = 5",
    shared_two="late = 5%\nlate-by = 3",
    shared_three="run-start = 1%\nduplicate = 4%",
    over_ipv6="truncate = 200\nlate = 3%\nlate-by = 2\ndrop-copies = 100-120",
)

# What live frames can: sessions that take turns, at a rate, with nothing that goes wrong on purpose.
STEADY = SESSIONS.format(
    host="{host}",
    all="inner = udp\ncount = 1500",
    alone="inner-size = 70",
    shared_two="inner-size = 300",
    shared_three="timestamp = unix",
    over_ipv6="cut = 60",
)

SENDERS = {
    "packet": (IMPAIRED, []),
    "pcap": (IMPAIRED, []),
    "af-xdp": (IMPAIRED, []),
    "live-frames": (STEADY, ["--rate", "50kpps"]),
}


class Heard:
    """What one receiver heard of all senders: its report, and the truth of each."""

    def __init__(self, erspangen, erspanrate, directory, options):
        self.truths = {}
        with Namespaces("source", "collector") as net:
            net.link("source", "out0", "collector", "in0", mtu=3000)
            net.poll("collector", "in0")
            receiver = Receiver(net, erspanrate, "-q", *options)
            for host, name in enumerate(backends.senders(erspangen), start=1):
                scenario, how = SENDERS[name]
                ini, truth = directory / f"{name}.ini", directory / f"{name}.json"
                ini.write_text(scenario.format(host=host), encoding="utf-8")
                command = ["send", "-i", "out0", *MACS, "--backend", name, *how, ini, "--truth", truth]
                check_sent(net.run("source", erspangen, *command, check=False))
                self.truths[name] = json.loads(truth.read_text())
                jsonschema.validate(self.truths[name], TRUTH_SCHEMA)
            (self.report,) = receiver.finish()

    def truth(self, sender):
        if sender not in self.truths:
            pytest.skip(f"erspangen was built without {sender}")
        return self.truths[sender]

    def sessions_of(self, truth):
        """What was found of the sessions of a truth, in its order."""
        found = {(session["source"], session["session_id"]): session for session in self.report["sessions"]}
        return [found[session["source"], session["session_id"]] for session in truth["sessions"]]

    def domains_of(self, truth):
        return [domain for domain in self.report["domains"] if domain["source"] in sources(truth)]


@pytest.fixture(scope="module")
def hear(erspangen, erspanrate, tmp_path_factory):
    def by(backend, options):
        if backend not in backends.receivers(erspanrate):
            pytest.skip(f"erspanrate was built without {backend}")
        return Heard(erspangen, erspanrate, tmp_path_factory.mktemp("heard"), options)

    return by


@pytest.fixture(scope="module", params=ANALYSING)
def analysed(request, hear):
    options = ANALYSING[request.param]
    return hear(options[1], options)


@pytest.fixture(scope="module")
def counted(hear):
    return hear("count", ["-b", "count"])


def sources(truth):
    return {session["source"] for session in truth["sessions"]}


def arrived(session, unit="copies"):
    return session["delivered"][unit] + session["duplicates"][unit]


def is_alone(truth, session):
    return truth["domains"][session["domain"]]["sessions"] == [session["name"]]


def sequence_of(truth, session):
    """What a session's own numbers tell. Which of those that share a counter lost a copy, nobody knows."""
    told = {"late": session["late"]["copies"], "duplicates": session["duplicates"]["copies"]}
    if is_alone(truth, session):
        told["lost"] = truth["domains"][session["domain"]]["missing"]
    return told


def chosen(found, expected):
    return {key: found[key] for key in expected}


@pytest.mark.parametrize("sender", SENDERS)
def test_every_session_equals_the_truth(analysed, sender):
    truth = analysed.truth(sender)
    for session, found in zip(truth["sessions"], analysed.sessions_of(truth)):
        expected = {
            "destination": session["destination"],
            "types": [session["type"]],
            "copies": arrived(session),
            "outer_bytes": arrived(session, "outer_bytes"),
            "inner_bytes": arrived(session, "inner_bytes"),
            "sequence_domain": "session" if is_alone(truth, session) else "source",
        }
        sequence = sequence_of(truth, session)
        assert chosen(found, expected) == expected
        assert chosen(found["sequence"], sequence) == sequence


@pytest.mark.parametrize("sender", SENDERS)
def test_every_domain_equals_the_truth(analysed, sender):
    truth = analysed.truth(sender)
    sessions = {session["name"]: session for session in truth["sessions"]}
    expected = {
        (sessions[domain["sessions"][0]]["source"], domain["kind"]): {
            "copies": sum(arrived(sessions[name]) for name in domain["sessions"]),
            "lost": domain["missing"],
            "late": domain["late"],
            "extent_max": domain["extent_max"],
            "duplicates": sum(sessions[name]["duplicates"]["copies"] for name in domain["sessions"]),
            "restarts": 0,
            "strays": 0,
            "constants": 0,
        }
        for domain in truth["domains"]
    }
    found = {(domain["source"], domain["kind"]): domain["sequence"] for domain in analysed.domains_of(truth)}
    assert len(found) == 3
    assert found == expected


def test_the_sum_equals_the_truth(analysed):
    """What is missing went missing on the way, but for live frames for which the interface had no room."""
    truths = analysed.truths.values()
    missing = sum(domain["missing"] for truth in truths for domain in truth["domains"])
    sessions = [session for truth in truths for session in truth["sessions"]]
    report = analysed.report
    assert report["all"]["copies"] == sum(map(arrived, sessions))
    assert report["all"]["lost"] == report["totals"]["lost"] == missing > 0
    assert report["all"]["late"] == sum(session["late"]["copies"] for session in sessions) > 0
    assert report["all"]["duplicates"] == sum(session["duplicates"]["copies"] for session in sessions) > 0
    refused = sum(session["failed"]["copies"] for session in sessions)
    assert report["lost_where"] == {
        "on_the_way": missing - refused,
        "interface": refused,
        "kernel": 0,
        "program": 0,
    }


@pytest.mark.parametrize("sender", SENDERS)
def test_counting_in_the_kernel_equals_the_truth(counted, sender):
    """Copies and bytes of all; numbers of sessions that have a counter for themselves."""
    truth = counted.truth(sender)
    for session, found in zip(truth["sessions"], counted.sessions_of(truth)):
        expected = {"copies": arrived(session), "outer_bytes": arrived(session, "outer_bytes")}
        if is_alone(truth, session):
            expected |= sequence_of(truth, session)
        assert chosen(found, expected) == expected
