# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies behind other headers, live: each back-end finds them as in a file, or counts what it does not read."""

import outer_layers
import packets
import pytest
from receiver import each

COPIES = 12
NAMES = list(outer_layers.OUTERS)
# What a capture filter selects: the outermost headers, as in libpcap.
FILTERS = {
    "mpls": ["mpls", "mpls-two-labels", "mpls-ethernet"],
    "pppoes": ["pppoe", "pppoe-in-vlan"],  # the kernel takes the tag out before
    "vlan 7": ["pppoe-in-vlan"],
    "udp port 4789": ["vxlan", "vxlan-in-vxlan"],
    "udp port 2152": ["gtp-u", "gtp-u-extension"],
    "ip6": ["4in6", "ethernet-in-ipv6", "srv6"],
    "ip proto 4": ["ip-in-ip"],
    "ether proto 0x8926": ["vn-tag", "vn-tag-vlan"],
}


def copies(name):
    """A session for each kind of header."""
    session = 1 + NAMES.index(name)
    for number in range(COPIES):
        payload = packets.type2(session) + packets.ping(200, sequence=number)
        yield outer_layers.OUTERS[name](packets.copy(payload, sequence=number)[14:])


@pytest.fixture
def everything(tmp_path):
    return packets.capture(tmp_path / "outer.pcap", [packet for name in NAMES for packet in copies(name)])


def found(total):
    return {NAMES[session["session_id"] - 1]: session["copies"] for session in total["sessions"]}


@each("pcap", "packet")
def test_all_are_found(receiver, everything, backend):
    running = receiver("-b", backend)
    running.send(everything)
    total = running.finish()[-1]
    assert found(total) == dict.fromkeys(NAMES, COPIES)
    assert [session["sequence"]["lost"] for session in total["sessions"]] == [0] * len(NAMES)
    assert total["counters"]["unread"] == 0


@each("xdp", "count")
def test_what_is_not_read_is_counted(receiver, everything, backend):
    """Nothing is passed over in silence: whatever is no copy for it is counted as unread."""
    running = receiver("-b", backend)
    running.send(everything)
    total = running.finish()[-1]
    assert total["all"]["copies"] + total["counters"]["unread"] >= COPIES * len(NAMES)


@pytest.mark.parametrize("expression", FILTERS)
@pytest.mark.parametrize("backend", ["packet"], indirect=True)
def test_filters_select_by_the_outermost_header(receiver, everything, expression, backend):
    running = receiver("-b", backend, "-f", expression)
    running.send(everything)
    assert found(running.finish()[-1]) == dict.fromkeys(FILTERS[expression], COPIES)
