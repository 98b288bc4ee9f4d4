# SPDX-License-Identifier: GPL-2.0-or-later
"""N of a source that samples, whatever hosts do with the identification of their IPv4 packets.

The frames are made here, byte by byte: bulk TCP with an ACK for every other segment.
"""

import itertools
import json
import random
import struct
import subprocess

import packets
import pytest

SEGMENT, SAMPLES = 1400, 1500
SERVER = bytes([192, 0, 2, 200])


class Counters:
    """How hosts number their packets."""

    def __init__(self, kind):
        self.kind, self.last = kind, {}
        self.draw = random.Random(kind)

    def next(self, source, destination, connection):
        place = {
            "each-connection": (source, connection),
            "each-peer": (source, destination),
            "one-for-all": source,
            "one-with-other-traffic": source,
            "server-one-for-all": source if source == SERVER else (source, connection),
            "none": None,
            "random": None,
        }[self.kind]
        if place is None:
            return 0 if self.kind == "none" else self.draw.randrange(1, 1 << 16)
        step = 1 if self.kind != "one-with-other-traffic" else self.draw.choice([1, 1, 1, 4])
        self.last[place] = (self.last.get(place, self.draw.randrange(1 << 16)) + step) % (1 << 16)
        return self.last[place]


def frame(identification, segment):
    packet = packets.tcp(*segment)
    head = packet[:4] + struct.pack(">H", identification) + packet[6:10] + b"\0\0" + packet[12:20]
    numbered = head[:10] + struct.pack(">H", packets.checksum(head)) + head[12:] + packet[20:]
    return packets.ethernet(0x0800, numbered)


def bulk(kind, connections, clients, segments):
    """What connections send that take turns at random: identifications and segments."""
    draw, counters = random.Random(f"{kind} {connections}"), Counters(kind)
    sent = [0] * connections
    for _ in range(segments):
        number = draw.randrange(connections)
        client = bytes([198, 51, 100, 1 + number % clients])
        ports = (40000 + number, 5201)
        data = (ports, 1 + sent[number] * SEGMENT, 1, bytes([number]) * SEGMENT, client, SERVER)
        yield counters.next(client, SERVER, number), data
        sent[number] += 1
        if sent[number] % 2 == 0:
            acknowledgement = (ports[::-1], 1, 1 + sent[number] * SEGMENT, b"", SERVER, client)
            yield counters.next(SERVER, client, number), acknowledgement


@pytest.mark.parametrize("kind, connections, clients, interval", [
    *itertools.product(["each-connection", "none", "random"], [4], [4], [3, 10]),
    *itertools.product(["each-peer", "one-for-all"], [4], [1], [3, 10]),
    *itertools.product(["one-for-all", "server-one-for-all"], [2, 3, 12], [12], [3, 10]),
    ("one-with-other-traffic", 1, 1, 5),
])
def test_the_interval_is_found(erspanrate, tmp_path, kind, connections, clients, interval):
    draw = random.Random(interval)
    sent = bulk(kind, connections, clients, interval * SAMPLES)
    mirrored = (frame(*one) for one in sent if draw.randrange(interval) == 0)
    copies = [packets.copy(packets.type2() + one, sequence=number) for number, one in enumerate(mirrored)]
    path = packets.capture(tmp_path / "made.pcap", copies)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    [session] = json.loads(done.stdout)["sessions"]
    [verdict] = [verdict for verdict in session["verdicts"] if verdict["cause"] == "sampling"]
    assert verdict["one_in"] == pytest.approx(interval, rel=0.1)
    assert verdict["one_in_least"] <= verdict["one_in"] <= verdict["one_in_most"]
