# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate keeps of each packet of an interface holds the TCP header behind every stack of headers."""

import itertools
import struct
import subprocess

import pytest

import packets
from receiver import INJECT, each, wait_until_ready
from time_limit import TIME_LIMIT

DATA = 1000
QINQ = bytes.fromhex("88a80064810000c8")
TTAG = bytes.fromhex("8988112233445566")
OPTIONS = bytes.fromhex("0101080a0000000100000002") + bytes([1] * 28)  # 40 bytes, as many as fit

HEADERS = {
    "type-1": (0x88BE, None, b""),
    "type-2": (0x88BE, 0, packets.type2(session=5)),
    "type-3": (0x22EB, 0, packets.type3(session=5)),
    "type-3-sub-header": (0x22EB, 0, packets.type3(session=5, o=1) + struct.pack(">II", 5 << 26, 1)),
}

# Linux's ip6erspan puts an encapsulation limit, a destination option, before GRE: RFC 2473 section 4.1.1.
LIMITED = "6, limited"
LIMIT = bytes([47, 0, 4, 1, 4, 1, 0, 0])
DESTINATION_OPTIONS = 60

# What it says before it is asked to stop is read by nobody, and so must fit into a pipe.
ONCE = ["-t", "60"]

STACKS = list(
    itertools.product([4, 6, LIMITED], [b"", QINQ], HEADERS, [4, 6], [b"", QINQ, QINQ + TTAG], [b"", OPTIONS])
)


def ip(version, protocol, payload, source, destination):
    """source, destination: the last two bytes of the addresses."""
    if version == 4:
        ends = [bytes([198, 18]) + end for end in (source, destination)]
        return packets.ipv4(protocol, payload, *ends)
    ends = [bytes.fromhex("20010db8") + bytes(10) + end for end in (source, destination)]
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + b"".join(ends) + payload


def ethernet(tags, version, packet):
    return packets.MACS + tags + (b"\x08\x00" if version == 4 else b"\x86\xdd") + packet


def copies(number, stack):
    """A connection of one segment of payload, each segment in a copy; the source tells the stack."""
    outer, outer_tags, header, inner, inner_tags, options = stack
    protocol, sequence, erspan = HEADERS[header]

    def segment(back, at, acknowledged, flags, payload=b""):
        ports = (5201, 40000) if back else (40000, 5201)
        words = 5 + len(options) // 4
        tcp = struct.pack(">HHIIBBHHH", *ports, at, acknowledged, words << 4, flags, 65535, 0, 0)
        ends = (b"\0\2", b"\0\1") if back else (b"\0\1", b"\0\2")
        return ethernet(inner_tags, inner, ip(inner, 6, tcp + options + payload, *ends))

    segments = [
        segment(False, 99, 0, packets.SYN),
        segment(True, 499, 100, packets.SYN | packets.ACK),
        segment(False, 100, 500, packets.ACK, bytes(DATA)),
        segment(True, 500, 100 + DATA, packets.ACK),
    ]
    for place, frame in enumerate(segments):
        gre = struct.pack(">HH", 0, protocol)
        if sequence is not None:
            gre = struct.pack(">HHI", 0x1000, protocol, place)
        version, protocol_outside = (6, DESTINATION_OPTIONS) if outer == LIMITED else (outer, 47)
        inside = (LIMIT if outer == LIMITED else b"") + gre + erspan + frame
        outside = ip(version, protocol_outside, inside, struct.pack(">H", number + 256), b"\xff\xff")
        yield ethernet(outer_tags, version, outside)


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    path = tmp_path_factory.mktemp("stacks") / "stacks.pcap"
    made = [packet for number, stack in enumerate(STACKS) for packet in copies(number, stack)]
    return packets.capture(path, made)


@each()
def test_tcp_is_seen_behind_all_headers(receiver, stacks, backend):
    running = receiver("-b", backend, *ONCE)
    running.send(stacks)
    sessions = running.finish()[-1]["sessions"]
    assert len(sessions) == len(STACKS)
    for session in sessions:
        assert session["headers_cut"] == 0
        assert session["tcp"]["visibility"] == 1
        assert session["tcp"]["delivered_bytes"] == DATA


def test_cut_headers_are_said(receiver, stacks):
    running = receiver("-b", "packet", "-s", "128", *ONCE)
    running.send(stacks)
    sessions = running.finish()[-1]["sessions"]
    blind = [session for session in sessions if session["headers_cut"] > 0]
    assert 0 < len(blind) < len(STACKS)
    for session in sessions:
        assert session["headers_snapped"] == session["headers_cut"]
        assert (session["tcp"]["visibility"] == 1) == (session["headers_cut"] == 0)


def test_the_report_names_the_option(net, erspanrate, stacks):
    options = ["-i", "in0", "-b", "packet", "-s", "64", "-c", "8", "-f", "ip proto 47"]
    running = net.start("collector", erspanrate, *options, stdout=subprocess.PIPE)
    wait_until_ready(running)
    net.run("source", "/usr/bin/python3", INJECT, "out0", stacks, 0, 8)
    said, _ = running.communicate(timeout=TIME_LIMIT)
    text = said if isinstance(said, str) else said.decode()
    cut = "4 copies end before a TCP header could be read; the snap length of the capture cut 4 of them: --snap keeps more"
    assert text.count(cut) == 2
