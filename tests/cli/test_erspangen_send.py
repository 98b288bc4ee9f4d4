# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen send refuses, and how it says so; what it sends is in tests/live."""

import os
import subprocess

import pytest
from time_limit import TIME_LIMIT


def send(erspangen, *arguments, prefix=()):
    done = subprocess.run(
        [*prefix, erspangen, "send", *arguments], capture_output=True, text=True, timeout=TIME_LIMIT, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "-i INTERFACE is missing"),
        (["-i", "lo", "--rate", "fast"], "--rate fast: must be max|NUMBER{bit,"),
        (["-i", "lo", "--rate", "0pps"], "--rate 0 sends nothing"),
        (["-i", "lo", "--rate", "1kpps", "--ramp", "1kpps..2kpps"], "one of them"),
        (["-i", "lo", "--ramp", "1kpps..2kpps"], "--ramp needs --ramp-time"),
        (["-i", "lo", "--ramp", "1kpps..2Mbit", "--ramp-time", "1s"], "both of one kind"),
        (["-i", "lo", "--ramp", "0pps..2pps", "--ramp-time", "1s"], "--ramp 0pps..2pps: must be"),
        (["-i", "lo", "--ramp", "1kpps", "--ramp-time", "1s"], "--ramp 1kpps: must be RATE..RATE"),
        (["-i", "lo", "--ramp-time", "1s"], "--ramp-time needs --ramp"),
        (["-i", "lo", "--count", "0"], "--count 0: must be 1-"),
        (["-i", "lo", "--duration", "1"], "--duration 1: must be NUMBER{ns,us,ms,s}"),
        (["-i", "lo", "--backend", "pigeon"], "--backend pigeon: must be one of packet"),
        (["-i", "lo", "--link", "raw"], "erspangen send: only link = ethernet can be sent"),
        (["-i", "lo", "--snap-length", "5"], "this command does not take --snap-length"),
        (["-i", "no-such-wire-1"], "no-such-wire-1: there is no such interface"),
        (["-i", "x" * 16], "names of interfaces have at most 15 characters"),
        (["-i", "lo", "no-such-scenario"], "no-such-scenario"),
        (["-i", "lo", "a", "b"], "b: one scenario at a time"),
    ],
)
def test_wrong_request(erspangen, arguments, words):
    status, said = send(erspangen, *arguments)
    assert words in said
    assert status in (1, 2) and said.count("\n") == 1


def test_needs_privilege(erspangen):
    """Nothing is sent, and the capability that is missing has its name."""
    drop = []
    if os.geteuid() == 0:
        drop = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", "--"]
    for backend in ("packet", "pcap"):
        status, said = send(
            erspangen, "-i", "lo", "--backend", backend, "--destination-mac", "02:00:00:00:00:02", prefix=drop
        )
        assert status == 1 and "CAP_NET_RAW" in said


def test_help_lists_what_was_built_in(erspangen):
    status, said = send(erspangen, "--help")
    assert status == 0
    assert "packet socket, sendmmsg()" in said and "libpcap, pcap_inject()" in said
