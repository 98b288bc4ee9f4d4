# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP mirrored into the kernel's gretap, ip6gretap, VXLAN and Geneve devices: erspanrate finds that each is a mirror, and
says what was delivered, what is visible and why not.
"""

import json
import struct

import pytest
from draft_decoder import ip_of, number
from linux import collected, read, require, tried

JOB = "tunnels"

CONTROL_BYTES = 4000  # of iperf3's own connections, at most, each way
GRE, UDP, FRAGMENT_OFFSET = 47, 17, 0x1FFF
PORTS = {"vxlan": 4789, "geneve": 6081}

# The kind, its ID, whether it has numbers, and the causes to be named.
CASES = {
    "gretap": ("gre", 86, False, set()),
    "gretap-sequence": ("gre", 87, True, set()),
    "ip6gretap": ("gre", 88, False, set()),
    "vxlan": ("vxlan", 89, False, set()),
    "geneve": ("geneve", 90, False, set()),
    "gretap-mtu": ("gre", 91, True, {"mtu"}),
    "vxlan-fragments": ("vxlan", 92, False, set()),
}
SHORT = ["gretap-sequence", "geneve", "vxlan-fragments"]


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB, processors=1, only=tried(kernel, CASES, SHORT))


@pytest.fixture(params=CASES)
def name(request, kernel):
    require(kernel, request.param, SHORT)
    return request.param


def tunnelled(frames, kind):
    """Packets of that tunnel to the collector, a fragmented one once; and GRE's numbers."""
    count, numbers = 0, []
    for frame in frames:
        at, ethertype = ip_of(frame)
        data = frame.captured
        if ethertype == 0x0800:
            protocol, later = data[at + 9], number(data, at + 6, 2) & FRAGMENT_OFFSET
            to_collector, at = data[at + 16 : at + 20] == bytes([192, 0, 2, 2]), at + (data[at] & 15) * 4
        elif ethertype == 0x86DD:
            protocol, later = data[at + 6], 0
            to_collector, at = data[at + 39] == 2, at + 40
            if protocol == 60:  # destination options: the encapsulation limit
                protocol, at = data[at], at + 8 + data[at + 1] * 8
        else:
            continue
        if later or not to_collector:
            continue
        if kind == "gre" and protocol == GRE:
            flags, numbered_at = number(data, at, 2), at + 4
            count += 1
            if flags & 0x1000:
                numbers.append(struct.unpack_from(">I", data, numbered_at + (4 if flags & 0x2000 else 0))[0])
        elif protocol == UDP and number(data, at + 2, 2) == PORTS.get(kind):
            count += 1
    return count, numbers


def test_it_is_taken_for_a_mirror_and_counted(result, erspanrate, name):
    kind, ident, numbered, _ = CASES[name]
    (session,) = collected(erspanrate, result / f"{name}.pcap")["sessions"]
    assert (session["mirror"], session["mirror_by"], session["session_id"]) == (kind, "directions", ident)
    count, numbers = tunnelled(read(result / f"{name}.pcap"), kind)
    assert (session["copies"], session["mirror_before"]) == (count, 0)
    assert bool(numbers) == numbered
    lost = max(numbers) + 1 - min(numbers) - len(set(numbers)) if numbered else None
    assert session["sequence"]["lost"] == lost


def test_visible_is_what_iperf_received(result, erspanrate, name):
    ends = [json.loads((result / f"{name}.{way}.json").read_text())["end"] for way in ("down", "up")]
    received = sum(end["sum_received"]["bytes"] for end in ends)
    tcp = collected(erspanrate, result / f"{name}.pcap")["totals"]["tcp"]
    assert 0 <= tcp["delivered_bytes"] - received <= CONTROL_BYTES
    assert (tcp["visibility"] == 1) == (name != "gretap-mtu")


def test_verdict_is_the_cause(result, erspanrate, name):
    (session,) = collected(erspanrate, result / f"{name}.pcap")["sessions"]
    assert {verdict["cause"] for verdict in session["verdicts"]} == CASES[name][3]
