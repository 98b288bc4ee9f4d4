# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that a mirrored port may carry beside TCP: tags, runts, full and over-long ones, lying lengths."""

import struct
from ipaddress import ip_address

DESTINATION, SOURCE = bytes.fromhex("020000000102"), bytes.fromhex("020000000101")
HOST1, HOST2 = ip_address("10.0.0.1").packed, ip_address("10.0.0.2").packed
HOST1_IPV6, HOST2_IPV6 = ip_address("2001:db8::1").packed, ip_address("2001:db8::2").packed


def ethernet(kind, payload, tags=b""):
    return DESTINATION + SOURCE + tags + struct.pack(">H", kind) + payload


def tag(vlan, priority=0, kind=0x8100):
    return struct.pack(">HH", kind, priority << 13 | vlan)


def udp(size):
    return struct.pack(">HHHH", 4000, 4001, 8 + size, 0) + bytes(i & 255 for i in range(size))


def ipv4(payload, ident, tos=0, length=None):
    head = struct.pack(
        ">BBHHHBBH4s4s", 0x45, tos, length or 20 + len(payload), ident, 0x4000, 64, 17, 0, HOST1, HOST2
    )
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + head[12:] + payload


def ipv6(payload, traffic_class=0, length=None):
    first = 6 << 28 | traffic_class << 20
    return struct.pack(">IHBB", first, length or len(payload), 17, 64) + HOST1_IPV6 + HOST2_IPV6 + payload


def frames():
    tagged = {
        "vlan": tag(100), "priority": tag(100, 5), "priority-tag": tag(0, 6), "qinq": tag(200, 3, 0x88A8) + tag(300, 4),
        "two-tags": tag(200, 3) + tag(300, 4),
    }  # fmt: skip
    sizes = [0, 17, 18, 958, 1422, 1458, 1472]  # of UDP: frames of 42 to 1514 bytes
    found = [ethernet(0x0800, ipv4(udp(size), 1 + i)) for i, size in enumerate(sizes)]
    found += [ethernet(0x0800, ipv4(udp(60), 20 + i), tags) for i, tags in enumerate(tagged.values())]
    found += [
        ethernet(0x88B5, b""),
        ethernet(0x88B5, b"x"),
        ethernet(0x0800, ipv4(udp(1472), 40), tag(100)),  # 1518 bytes
        ethernet(0x0800, ipv4(udp(60), 41, tos=0xB8)),
        ethernet(0x86DD, ipv6(udp(40))),
        ethernet(0x86DD, ipv6(udp(40), traffic_class=0xB8)),
        ethernet(0x0800, ipv4(udp(60), 42, length=1000)),
        ethernet(0x86DD, ipv6(udp(40), length=900)),
        ethernet(0x8847, struct.pack(">I", 16 << 12 | 1 << 8 | 64) + ipv4(udp(40), 43)),
        b"\x01\x80\xc2\0\0\0" + SOURCE + struct.pack(">H", 38) + bytes.fromhex("424203000000") + bytes(40),
    ]
    return found
