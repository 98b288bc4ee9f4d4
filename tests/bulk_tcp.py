# SPDX-License-Identifier: GPL-2.0-or-later
"""Bulk TCP, made byte by byte: connections that take turns at random, from clients to one server."""

import random
import struct

import packets

SEGMENT = 1400
SERVER = bytes([192, 0, 2, 200])


class Identifications:
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
    """One of what send() yields, as a frame."""
    packet = packets.tcp(*segment)
    head = packet[:4] + struct.pack(">H", identification) + packet[6:10] + b"\0\0" + packet[12:20]
    numbered = head[:10] + struct.pack(">H", packets.checksum(head)) + head[12:] + packet[20:]
    return packets.ethernet(0x0800, numbered)


def send(kind, connections, clients, segments, sizes=(SEGMENT,), acknowledged=2, label=""):
    """What is sent: identifications and segments, of these sizes. Each `acknowledged`-th has an ACK. Other labels, other
    drawings."""
    draw, identifications = random.Random(f"{kind} {connections}{label}"), Identifications(kind)
    sent, count = [0] * connections, [0] * connections

    def told(client, ports, number, back, *segment):
        ends = (SERVER, client) if back else (client, SERVER)
        return identifications.next(*ends, number), (ports[::-1] if back else ports, *segment[:3], *ends, *segment[3:])

    mss = struct.pack(">BBH", 2, 4, SEGMENT)
    for turn in range(connections + segments):
        number = turn if turn < connections else draw.randrange(connections)
        client, ports = bytes([198, 51, 100, 1 + number % clients]), (40000 + number, 5201)
        if turn < connections:
            yield told(client, ports, number, False, 0, 0, b"", packets.SYN, mss)
            yield told(client, ports, number, True, 0, 1, b"", packets.SYN | packets.ACK, mss)
            continue
        payload = bytes([number]) * draw.choice(sizes)
        yield told(client, ports, number, False, 1 + sent[number], 1, payload)
        sent[number] += len(payload)
        count[number] += 1
        if count[number] % acknowledged == 0:
            yield told(client, ports, number, True, 1, 1 + sent[number], b"")
