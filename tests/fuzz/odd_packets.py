# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be odd about a packet by itself, by name: seeds beside those from captures/."""

import struct

from packets import SOURCE, copy, ethernet, icmp, ipv4, ping, type2, type3, udp

RAW_IP, LINUX_SLL, LINUX_SLL2 = 101, 113, 276
IPV4, IPV6, VLAN = 0x0800, 0x86DD, 0x8100
ERSPAN, ERSPAN_III = 0x88BE, 0x22EB
UDP_GRE, UDP_MARKER = 4754, 8880

PING = ping()
PING_IP = PING[14:]


def ipv6(protocol, payload):
    hosts = bytes.fromhex("20010db8000000000000000000000001 20010db8000000000000000000000002")
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + hosts + payload


def replaced(packet, at, new):
    return packet[:at] + new + packet[at + len(new) :]


def snapped(packet):
    """What a capture may keep of it."""
    return [packet[:length] for length in range(len(packet))]


# ---- mirrored frames ----


def carrying(ethertype, payload):
    return PING[:12] + struct.pack(">H", ethertype) + payload


def tagged(ethertype, tag):
    return carrying(ethertype, tag + PING[12:])


LABEL, LAST_LABEL = bytes.fromhex("00014040"), bytes.fromhex("00014140")
DATAGRAM_6 = ipv6(17, udp(53, bytes(8)))

FRAMES = {
    "an old tag of QinQ": [tagged(0x9100, bytes([0, 5]))],
    "VN-Tag, HSR, 802.1CB": [tagged(ethertype, bytes(4)) for ethertype in (0x8926, 0x892F, 0xF1C1)],
    "Cisco metadata, 802.1BR": [tagged(ethertype, bytes(6)) for ethertype in (0x8909, 0x893F)],
    "Cisco TTag": [tagged(0x8988, bytes(6))],
    "Arista's time": [
        tagged(0xD28B, bytes.fromhex(f"0001{version:04x}") + time)
        for version, time in ((0x0010, bytes(8)), (0x0110, bytes(8)), (0x0020, bytes(6)), (0x0120, bytes(6)))
    ],
    "802.1ah": [tagged(0x88E7, bytes(16))],
    "more tags than are looked behind": [tagged(VLAN, bytes([0, 5]) + 9 * bytes.fromhex("81000006"))],
    "MPLS with IPv4": [carrying(ethertype, LABEL + LAST_LABEL + PING_IP) for ethertype in (0x8847, 0x8848)],
    "MPLS with IPv6": [carrying(0x8847, LAST_LABEL + DATAGRAM_6)],
    "MPLS with neither": [carrying(0x8847, LAST_LABEL + bytes(40))],
    "MPLS without an end": [carrying(0x8847, 20 * LABEL)],
    "PPPoE": [carrying(0x8864, struct.pack(">BBHHH", 0x11, 0, 1, 2 + len(PING_IP), 0x21) + PING_IP)],
    "ISL": [bytes.fromhex("01000c0000") + PING],
    "802.3 with spanning tree": [carrying(length, b"\x42\x42\x03" + bytes(43)) for length in (3, 38, 60)],
    "802.3 with SNAP, in use": [carrying(46, b"\xaa\xab\x10" + bytes(43))],
    "802.3 of nobody": [carrying(46, b"\x10\x11\x12" + bytes(43))],
    "802.3 that is too short, too long": [carrying(length, bytes(46)) for length in (2, 1501)],
    "pause": [carrying(0x8808, struct.pack(">HH", 1, 0))],
    "a group that sends": [replaced(PING, 6, b"\1")],
    "ARP of another network": [carrying(0x0806, bytes.fromhex("0006080006040001") + bytes(20))],
    "IPv4 that ends early": snapped(PING),
    "IPv6 that ends early": snapped(carrying(IPV6, DATAGRAM_6)),
    "IPv4 of another version, header length": [replaced(PING, 14, bytes([byte])) for byte in (0x44, 0x4F, 0x55, 0x65)],
    "IPv4 shorter than its header": [replaced(PING, 16, b"\0\5")],
    "IPv4 whose length nobody filled in": [replaced(PING, 16, bytes(2))],
    "IPv4 whose checksum nobody filled in": [replaced(PING, 24, bytes(2))],
    "IPv4 whose checksum is wrong": [replaced(PING, 24, b"\xba\xad")],
    "IPv6 that is IPv4": [carrying(IPV6, PING_IP)],
    "IPv6 whose length nobody filled in": [carrying(IPV6, replaced(DATAGRAM_6, 4, bytes(2)))],
    "IPv6 with what is uncommon": [carrying(IPV6, ipv6(200, bytes(20)))],
}


# ---- the packets around them ----

COPY = copy(type2() + PING)
COPY_IP = COPY[14:]
COPY_GRE = COPY_IP[20:]
TAGS_TO_COPY = [COPY[:12] + tags * struct.pack(">HH", VLAN, 5) + COPY[12:] for tags in range(6)]
SUB_HEADER = struct.pack(">II", 5 << 26 | 7, 1700000000)
TYPE_III = struct.pack(">HHI", 0x1000, ERSPAN_III, 1) + type3(o=1, gra=2) + SUB_HEADER + PING[:40]

# Extension headers of IPv6: their number, and all behind the number of the next.
HOP_BY_HOP, ROUTING = (0, bytes(7)), (43, bytes(7))
FIRST_FRAGMENT, LATER_FRAGMENT = (44, bytes(7)), (44, bytes([0, 0, 9, 0, 0, 0, 1]))
AUTHENTICATION = (51, bytes([4]) + bytes(22))
TUNNEL_LIMIT = (60, bytes([0, 4, 1, 4, 1, 1, 0]))
LONGER_THAN_ALL = (60, bytes([200]) + bytes(6))


def extended(*extensions):
    """IPv6 with GRE behind extension headers."""
    protocols = [*(protocol for protocol, _ in extensions), 47]
    headers = (bytes([following]) + rest for following, (_, rest) in zip(protocols[1:], extensions))
    return ipv6(protocols[0], b"".join(headers) + COPY_GRE)


ROUTE = struct.pack(">HBB", IPV4, 0, 4) + SOURCE
ROUTE_THAT_ENDS = struct.pack(">HBB", IPV4, 0, 255)
NO_ROUTE = bytes(4)


def routed(routes):
    """GRE with source routes, and a sequence number."""
    gre = struct.pack(">HHII", 0x5000, ERSPAN, 0, 0)
    return ethernet(IPV4, ipv4(47, gre + routes + type2() + PING))


def datagram(payload):
    return ethernet(IPV4, ipv4(17, payload))


OUTERS = {
    "tags, and one more than are looked behind": TAGS_TO_COPY,
    "extension headers": [
        ethernet(IPV6, extended(HOP_BY_HOP, ROUTING, FIRST_FRAGMENT, AUTHENTICATION, TUNNEL_LIMIT)),
        ethernet(IPV6, extended(LATER_FRAGMENT)),
        ethernet(IPV6, extended(LONGER_THAN_ALL)),
        ethernet(IPV6, extended(*[TUNNEL_LIMIT] * 9)),
    ],
    "source routes": [routed(ROUTE + NO_ROUTE), routed(ROUTE_THAT_ENDS), routed(65 * ROUTE)],
    "source routes that end early": snapped(routed(ROUTE + NO_ROUTE))[40:60],
    "GRE in UDP": [datagram(udp(UDP_GRE, COPY_GRE)), datagram(replaced(udp(UDP_GRE, COPY_GRE), 4, b"\0\7"))],
    "UDP that ends early": [datagram(payload) for payload in snapped(udp(UDP_GRE, b""))],
    "markers of any length": [
        datagram(udp(UDP_MARKER, bytes(length) + b"\xa5\xa5\xa5\xa5")) for length in (0, 53, 54, 55)
    ],
    "IP of another version": [ethernet(IPV6, COPY_IP), ethernet(IPV4, extended())],
    "no IP at all": [ethernet(IPV4, b""), ethernet(IPV6, b"")],
    "fragments": [
        ethernet(IPV4, replaced(COPY_IP, 6, offset)) for offset in (b"\x20\0", b"\0\5", b"\x20\5", b"\xff\xff")
    ],
    "Type III behind a tag, snapped": snapped(ethernet(IPV4, ipv4(47, TYPE_III), vlan=5)),
    "Type II behind tags, snapped": snapped(TAGS_TO_COPY[3][:60]),
    "IPv6, snapped": snapped(ethernet(IPV6, extended(TUNNEL_LIMIT)[:80])),
    "an ICMP error, snapped": snapped(ethernet(IPV4, ipv4(1, icmp(3, 4, bytes(4), COPY_IP[:50])))),
}


# ---- without Ethernet ----

HARDWARE_ETHERNET, HARDWARE_GRE, HARDWARE_GRE_6 = 1, 778, 823
MAC = bytes.fromhex("020000000005")


def cooked(protocol, payload, hardware=HARDWARE_ETHERNET, address=MAC):
    return struct.pack(">HHH8sH", 0, hardware, len(address), address, protocol) + payload


def cooked_2(protocol, payload, hardware=HARDWARE_ETHERNET, address=MAC):
    return struct.pack(">HHIHBB8s", protocol, 0, 2, hardware, 0, len(address), address) + payload


def of_gre_devices(cook):
    """Copies without IP and GRE, by devices with an IPv4 address, a MAC address, none, too long a one."""
    return [
        cook(ERSPAN, type2() + PING, HARDWARE_GRE, SOURCE),
        cook(ERSPAN_III, type3() + PING, HARDWARE_GRE_6, MAC),
        cook(ERSPAN, PING, HARDWARE_GRE, b""),
        cook(ERSPAN, PING, address=MAC + bytes(10)),
        cook(VLAN, PING, HARDWARE_GRE),
    ]


LINKS = {
    "cooked": (LINUX_SLL, [cooked(IPV4, COPY_IP), cooked(IPV6, extended()), *snapped(cooked(IPV4, COPY_IP[:44]))]),
    "cooked, version 2": (
        LINUX_SLL2,
        [cooked_2(IPV4, COPY_IP), cooked_2(IPV6, extended()), *snapped(cooked_2(IPV4, COPY_IP[:44]))],
    ),
    "GRE devices": (LINUX_SLL, of_gre_devices(cooked)),
    "GRE devices, version 2": (LINUX_SLL2, of_gre_devices(cooked_2)),
    "no link layer": (RAW_IP, [COPY_IP, extended(), replaced(COPY_IP, 0, b"\x55"), b""]),
}
