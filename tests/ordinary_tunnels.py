# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws captures of ordinary tunnels, none of which is a mirror: from bytes, with nothing of the programs' own.

Each drawing is a kind of network that carries Ethernet in GRE, VXLAN or Geneve, with hosts that talk TCP and UDP,
captured both ways or one way.
"""

import random
import struct

GATEWAY = bytes.fromhex("02 00 00 ff ff 01")
BROADCAST = b"\xff" * 6


def checksum(head):
    total = sum(struct.unpack(f">{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(protocol, payload, source, destination, ttl=64):
    head = struct.pack(">BBHHHBBH4s4s", 69, 0, 20 + len(payload), 0, 0x4000, ttl, protocol, 0, source, destination)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ethernet(source, destination, kind, payload):
    return destination + source + struct.pack(">H", kind) + payload


class Host:
    def __init__(self, draw, network):
        self.mac = bytes([2, 0, 0]) + draw.randbytes(3)
        self.address = bytes([10, network, draw.randrange(256), draw.randrange(1, 255)])


def segment(draw, ports, flags):
    size = draw.choice([0, 0, 100, 500])
    numbers = (draw.randrange(1 << 32), draw.randrange(1 << 32))
    return struct.pack(">HHIIBBHHH", *ports, *numbers, 80, flags, 512, 0, 0) + bytes(size)


def packet(draw, near, far, ports, udp):
    if udp:
        return ip(17, struct.pack(">HHHH", *ports, 28, 0) + bytes(20), near, far)
    return ip(6, segment(draw, ports, draw.choice([16, 24])), near, far)


def talk(draw, near, far, near_mac, far_mac, udp=False):
    """Frames of a connection: (from the near host, frame). The MAC addresses are as the link shows them: of a
    pair, what the near host sends to, and what the far host does."""
    ports = (draw.randrange(1024, 65536), draw.choice([80, 443, 53, 5201]))
    frames = []
    for _ in range(draw.randrange(2, 12)):
        if draw.random() < 0.5:
            frames.append((True, ethernet(near.mac, near_mac, 0x800, packet(draw, near.address, far.address, ports, udp))))
        else:
            back = packet(draw, far.address, near.address, ports[::-1], udp)
            frames.append((False, ethernet(far.mac, far_mac, 0x800, back)))
    return frames


def greeting(host):
    """An ARP question to all."""
    return ethernet(host.mac, BROADCAST, 0x806, struct.pack(">HHBBH", 1, 0x800, 6, 4, 1) + host.mac + host.address + bytes(10))


class Tunnel:
    """An encapsulation between two ends."""

    def __init__(self, draw, kinds):
        self.draw, self.kind = draw, draw.choice(kinds)
        self.ends = [bytes([203, 0, 113, draw.randrange(1, 120)]), bytes([203, 0, 113, draw.randrange(120, 250)])]
        self.id = draw.randrange(1, 1 << 24)

    def header(self, frame):
        vlan = frame[:12] + struct.pack(">HH", 0x8100, 7) + frame[12:]
        return {
            "gre": lambda: struct.pack(">HH", 0, 0x6558) + frame,
            "gre-vlan": lambda: struct.pack(">HH", 0, 0x6558) + vlan,
            "gre-key": lambda: struct.pack(">HHI", 0x2000, 0x6558, self.id) + frame,
            "gre-number": lambda: struct.pack(">HHI", 0x1000, 0x6558, self.draw.randrange(1000)) + frame,
            "vxlan": lambda: self.udp(4789, struct.pack(">II", 0x08000000, self.id << 8) + frame),
            "vxlan-policy": lambda: self.udp(4789, struct.pack(">II", 0x88000010, self.id << 8) + frame),
            "geneve": lambda: self.udp(6081, struct.pack(">HHI", 0, 0x6558, self.id << 8) + frame),
            "geneve-ip": lambda: self.udp(6081, struct.pack(">HHI", 0, 0x800, self.id << 8) + frame[14:]),
        }[self.kind]()

    def udp(self, port, payload):
        return struct.pack(">HHHH", self.draw.randrange(49152, 65536), port, 8 + len(payload), 0) + payload

    def carry(self, frame, way, group=None):
        near, far = self.ends[way], group or self.ends[1 - way]
        protocol = 47 if self.kind.startswith("gre") else 17
        outer = ip(protocol, self.header(frame), near, far)
        return ethernet(bytes([2, 9, 9, 0, 0, way]), bytes([2, 9, 9, 0, 0, 1 - way]), 0x800, outer)


ALL = ["gre", "gre-key", "gre-number", "vxlan", "geneve"]


def ways(draw):
    return draw.choice([{0}, {1}, {0, 1}])


def overlay(draw):
    """Hosts at both ends."""
    tunnel, seen, made = Tunnel(draw, ALL), ways(draw), []
    near, far = ([Host(draw, 1) for _ in range(draw.randrange(1, 5))] for _ in range(2))
    for _ in range(draw.randrange(1, 8)):
        a, b = draw.choice(near), draw.choice(far)
        for from_near, frame in talk(draw, a, b, b.mac, a.mac, draw.random() < 0.3):
            made += [tunnel.carry(frame, 0 if from_near else 1)] if (0 if from_near else 1) in seen else []
    return made


def several_ends(draw):
    """The same where the answers come from another end: a pair of switches that both have the hosts."""
    one, other = Tunnel(draw, ALL), Tunnel(draw, ALL)
    a, b, made = Host(draw, 1), Host(draw, 1), []
    for _ in range(draw.randrange(1, 8)):
        for from_near, frame in talk(draw, a, b, b.mac, a.mac):
            made.append(one.carry(frame, 0) if from_near else other.carry(frame, 1))
    return made


def to_a_router(draw):
    """All go to a router at the far end, some to each other; one way is captured, or both."""
    tunnel, seen, made = Tunnel(draw, ALL), ways(draw), []
    hosts = [Host(draw, number) for number in range(draw.randrange(2, 5))]
    for _ in range(draw.randrange(1, 8)):
        a, b = draw.sample(hosts, 2)
        for from_near, frame in talk(draw, a, b, GATEWAY, GATEWAY):
            made += [tunnel.carry(frame, 0)] if 0 in seen else []
            end = b if from_near else a
            made += [tunnel.carry(end.mac + GATEWAY + frame[12:], 1)] if 1 in seen else []
    return made


def access_point(draw):
    """Wireless clients whose access point sends all to a controller, which has the way out. Clients reach each other
    over it, too. Some packets go out in any case: clients that send to nobody else look like a mirror."""
    tunnel, seen, made = Tunnel(draw, ["gre", "gre-vlan"]), ways(draw), []
    clients = [Host(draw, 1) for _ in range(draw.randrange(2, 6))]
    outside, among = [Host(draw, 200 + number) for number in range(3)], draw.choice([0.1, 0.3, 0.5])
    made += [tunnel.carry(greeting(host), 0) for host in clients if draw.random() < 0.5]
    for turn in range(draw.randrange(1, 10)):
        if turn % 3 != 1 and draw.random() < among:
            a, b = draw.sample(clients, 2)
            for from_near, frame in talk(draw, a, b, b.mac, a.mac, draw.random() < 0.2):
                made += [tunnel.carry(frame, way) for way in (0, 1) if way in seen]
            continue
        a, b = draw.choice(clients), draw.choice(outside)
        for from_near, frame in talk(draw, a, b, GATEWAY, a.mac, draw.random() < 0.3):
            way = 0 if from_near else 1
            frame = frame if from_near else a.mac + GATEWAY + frame[12:]
            made += [tunnel.carry(frame, way)] if way in seen else []
    return made


def access_switch(draw):
    """The same in VXLAN or with a key, where most go out."""
    tunnel, made = Tunnel(draw, ["vxlan", "vxlan-policy", "gre-key", "geneve"]), []
    clients, outside = [Host(draw, 1) for _ in range(draw.randrange(2, 6))], [Host(draw, 200) for _ in range(3)]
    for turn in range(draw.randrange(6, 20)):
        a, b = draw.sample(clients, 2)
        if turn % 3 == 2:
            made += [tunnel.carry(frame, 0) for _, frame in talk(draw, a, b, b.mac, a.mac)]
        else:
            frames = talk(draw, a, draw.choice(outside), GATEWAY, a.mac)
            made += [tunnel.carry(frame, 0) for from_near, frame in frames if from_near]
    return made


def flood(draw):
    """What an overlay sends to a group."""
    tunnel, made, hosts = Tunnel(draw, ["vxlan"]), [], [Host(draw, 1) for _ in range(4)]
    group = draw.choice([bytes([239, 1, 1, 1]), b"\xff" * 4])
    for _ in range(draw.randrange(1, 8)):
        a, b = draw.sample(hosts, 2)
        made += [tunnel.carry(frame, 0, group) for _, frame in talk(draw, a, b, b.mac, a.mac)]
        made.append(tunnel.carry(greeting(a), 0, group))
    return made


def routed(draw):
    """Geneve with IP packets in it: hosts at one end that reach each other over the other, as GWLB's targets."""
    tunnel, made, hosts = Tunnel(draw, ["geneve-ip"]), [], [Host(draw, 1) for _ in range(4)]
    for _ in range(draw.randrange(1, 8)):
        a, b = draw.sample(hosts, 2)
        made += [tunnel.carry(frame, 0) for _, frame in talk(draw, a, b, b.mac, a.mac)]
    return made


def moved(draw):
    """A machine that moves to the other end in the middle."""
    tunnel, made = Tunnel(draw, ["vxlan", "geneve"]), []
    near, far, mover = Host(draw, 1), Host(draw, 1), Host(draw, 1)
    for from_mover, frame in talk(draw, mover, far, far.mac, mover.mac) * 2:
        made += [tunnel.carry(frame, 0)] if from_mover else []
    for from_mover, frame in talk(draw, mover, near, near.mac, mover.mac) * 2:
        made += [] if from_mover else [tunnel.carry(frame, 0)]
    return made


def ports_of_chance(draw):
    """Answers to a port that a host chose, which is also TZSP's; Juniper's and others are no mirror unasked."""
    a, b, made = Host(draw, 1), Host(draw, 2), []
    for _ in range(20):
        port = draw.choice([37008, 30030, 4789, 6081, 7932])
        content = draw.choice([draw.randbytes(60), b"\x40" + draw.randbytes(80), b"\x01\x00\x81\x80\0\1\0\1" + bytes(30)])
        datagram = struct.pack(">HHHH", draw.choice([53, 443]), port, 8 + len(content), 0) + content
        made.append(ethernet(b.mac, a.mac, 0x800, ip(17, datagram, b.address, a.address)))
    return made


KINDS = [overlay, overlay, several_ends, to_a_router, access_point, access_point, access_switch, flood, routed, moved,
         ports_of_chance]


def draw_capture(seed):
    """Some networks in one capture: packets in order of time."""
    draw = random.Random(seed)
    streams = [draw.choice(KINDS)(draw) for _ in range(draw.choice([1, 1, 2, 5]))]
    made = []
    while any(streams):
        made.append(draw.choice([stream for stream in streams if stream]).pop(0))
    return made


def write(path, frames):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            file.write(struct.pack("<IIII", 1600000000 + number // 1000, number % 1000 * 1000, len(frame), len(frame)))
            file.write(frame)
