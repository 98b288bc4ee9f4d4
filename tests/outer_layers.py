# SPDX-License-Identifier: GPL-2.0-or-later
"""What may stand around the IP packet that holds a copy: tags, labels, tunnels and link layers.

Each is a function from the IP packet to the frame. The layouts follow the documents that
core/wire/enclosure.c and core/wire/link-framing.c name.
"""

import struct

import packets

IPV4, IPV6 = 0x0800, 0x86DD
LEFT, RIGHT = bytes([203, 0, 113, 1]), bytes([203, 0, 113, 2])
MACS = bytes.fromhex("020000000004020000000003")
SIX = bytes.fromhex("20010db8000000000000000000000011"), bytes.fromhex("20010db8000000000000000000000012")

LABEL, LAST_LABEL = bytes.fromhex("00010040"), bytes.fromhex("00011140")


def ether_type_of(packet):
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def behind(ether_type, header=b""):
    """Ethernet with this type and header, the IP packet behind it."""
    return lambda packet: packets.ethernet(ether_type, header + packet)


def tag(ether_type, content):
    """The same with the type of the IP packet behind a tag."""
    return lambda packet: packets.ethernet(ether_type, content + struct.pack(">H", ether_type_of(packet)) + packet)


def frame(packet):
    return packets.ethernet(ether_type_of(packet), packet, MACS)


def in_ipv4(protocol, payload):
    return packets.ethernet(IPV4, packets.ipv4(protocol, payload, LEFT, RIGHT))


def ipv6(protocol, payload):
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + b"".join(SIX) + payload


def in_ipv6(protocol, payload):
    return packets.ethernet(IPV6, ipv6(protocol, payload))


def in_udp(port, payload):
    return in_ipv4(17, packets.udp(port, payload))


def gre(protocol, payload, key=None):
    head = struct.pack(">HH", 0 if key is None else 0x2000, protocol)
    return head + (b"" if key is None else struct.pack(">I", key)) + payload


def authenticated(protocol, payload):
    return bytes([protocol, 4, 0, 0]) + struct.pack(">II", 1, 2) + bytes(12) + payload


def segment_routing(protocol, payload):
    """One segment left to go: RFC 8754."""
    return bytes([protocol, 2, 4, 0, 0, 0, 0, 0]) + SIX[1] + payload


def pppoe(packet):
    protocol = 0x21 if packet[0] >> 4 == 4 else 0x57
    return struct.pack(">BBHHH", 0x11, 0, 1, 2 + len(packet), protocol) + packet


def gtp(packet):
    return struct.pack(">BBHI", 0x30, 255, len(packet), 7) + packet


def gtp_with_extension(packet):
    """A PDU session container of one word behind sequence, N-PDU and the extension's type."""
    return struct.pack(">BBHIHBB", 0x34, 255, len(packet) + 8, 7, 0, 0, 0x85) + bytes([1, 0, 9, 0]) + packet


def macsec(flags, sci=b""):
    """Authenticated alone, with a check value behind the packet."""
    def wrapped(packet):
        head = bytes([flags, 0, 0, 0, 0, 13]) + sci + struct.pack(">H", ether_type_of(packet))
        return packets.ethernet(0x88E5, head + packet + bytes(16))

    return wrapped


def ppp(packet):
    return struct.pack(">H", 0x21 if packet[0] >> 4 == 4 else 0x57) + packet


def pptp(packet, acknowledgement=b""):
    flags = 0x3001 | (0x80 if acknowledgement else 0)
    payload = b"\xff\x03" + ppp(packet)
    return struct.pack(">HHHHI", flags, 0x880B, len(payload), 1, 7) + acknowledgement + payload


def l2tp_with_all(packet):
    """Length, numbers, and an offset of two bytes."""
    payload = bytes(2) + ppp(packet)
    return struct.pack(">HHHHHHH", 0x4A02, 14 + len(payload), 1, 1, 5, 6, 2) + payload


def over_ipv6(packet):
    return packet if packet[0] >> 4 == 6 else ipv6(4, packet)


TEREDO_AUTHENTICATION = bytes([0, 1, 2, 4]) + b"id" + b"auth" + bytes(9)
TEREDO_ORIGIN = bytes([0, 0]) + bytes(6)

VXLAN = bytes.fromhex("0800000000006400")
GENEVE = bytes.fromhex("0000655800006400")
GENEVE_OPTIONS = bytes.fromhex("0200655800006400 0101800100000000")

# By name; from the IP packet to the frame.
OUTERS = {
    "mpls": behind(0x8847, LAST_LABEL),
    "mpls-two-labels": behind(0x8847, LABEL + LAST_LABEL),
    "mpls-ethernet": lambda packet: packets.ethernet(0x8847, LAST_LABEL + bytes(4) + frame(packet)),
    "pppoe": lambda packet: packets.ethernet(0x8864, pppoe(packet)),
    "pppoe-in-vlan": lambda packet: packets.ethernet(0x8864, pppoe(packet), vlan=7),
    "vn-tag": tag(0x8926, bytes.fromhex("00010002")),
    "vn-tag-vlan": lambda packet: packets.ethernet(0x8926, bytes.fromhex("00010002 8100 0007 0800") + packet),
    "802.1br": tag(0x893F, bytes.fromhex("000000010000")),
    "cisco-metadata": tag(0x8909, bytes.fromhex("010100010064")),
    "cisco-time": tag(0x8988, bytes.fromhex("112233445566")),
    "ip-in-ip": lambda packet: in_ipv4(4, packet),
    "4in6": lambda packet: in_ipv6(4, packet),
    "ethernet-in-ipv6": lambda packet: in_ipv6(143, frame(packet)),
    "etherip": lambda packet: in_ipv4(97, bytes.fromhex("3000") + frame(packet)),
    "gre": lambda packet: in_ipv4(47, gre(IPV4, packet)),
    "gre-key": lambda packet: in_ipv4(47, gre(IPV4, packet, 5)),
    "gre-bridging": lambda packet: in_ipv4(47, gre(0x6558, frame(packet), 5)),
    "gre-mpls": lambda packet: in_ipv4(47, gre(0x8847, LAST_LABEL + packet)),
    "gre-in-gre": lambda packet: in_ipv4(47, gre(IPV4, packets.ipv4(47, gre(IPV4, packet), RIGHT, LEFT))),
    "vxlan": lambda packet: in_udp(4789, VXLAN + frame(packet)),
    "vxlan-gpe": lambda packet: in_udp(4790, bytes.fromhex("0c00000300006400") + frame(packet)),
    "vxlan-in-vxlan": lambda packet: in_udp(
        4789, VXLAN + frame(packets.ipv4(17, packets.udp(4789, VXLAN + frame(packet)), RIGHT, LEFT))),
    "geneve": lambda packet: in_udp(6081, GENEVE + frame(packet)),
    "geneve-options": lambda packet: in_udp(6081, GENEVE_OPTIONS + frame(packet)),
    "gtp-u": lambda packet: in_udp(2152, gtp(packet)),
    "gtp-u-extension": lambda packet: in_udp(2152, gtp_with_extension(packet)),
    "mpls-in-udp": lambda packet: in_udp(6635, LAST_LABEL + packet),
    "tzsp": lambda packet: in_udp(37008, bytes.fromhex("0100000101") + frame(packet)),
    "srv6": lambda packet: in_ipv6(43, segment_routing(4, packet)),
    "macsec": macsec(0),
    "macsec-sci": macsec(0x20, bytes(8)),
    "trill": lambda packet: packets.ethernet(0x22F3, struct.pack(">HHH", 5, 1, 2) + frame(packet)),
    "trill-options": lambda packet: packets.ethernet(0x22F3, struct.pack(">HHHI", 0x45, 1, 2, 0) + frame(packet)),
    "pptp": lambda packet: in_ipv4(47, pptp(packet)),
    "pptp-acknowledged": lambda packet: in_ipv4(47, pptp(packet, bytes(4))),
    "wccp": lambda packet: in_ipv4(47, gre(0x883E, bytes(4) + packet)),
    "l2tp": lambda packet: in_udp(1701, struct.pack(">HHH", 2, 1, 1) + b"\xff\x03" + ppp(packet)),
    "l2tp-with-all": lambda packet: in_udp(1701, l2tp_with_all(packet)),
    "lisp": lambda packet: in_udp(4341, bytes.fromhex("8000000000000001") + packet),
    "teredo": lambda packet: in_udp(3544, over_ipv6(packet)),
    "teredo-origin": lambda packet: in_udp(3544, TEREDO_AUTHENTICATION + TEREDO_ORIGIN + over_ipv6(packet)),
    "ah": lambda packet: in_ipv4(51, authenticated(4, packet)),
}


def family(number, order):
    return lambda packet: struct.pack(order + "I", number if packet[0] >> 4 == 4 else 24) + packet


def snap(packet):
    return bytes.fromhex("aaaa03000000") + struct.pack(">H", ether_type_of(packet)) + packet


def length_frame(payload, tag=b""):
    """IEEE 802.3: a length in the place of the EtherType."""
    return MACS + tag + struct.pack(">H", len(payload)) + payload


def erf(kind, before=b"", extension=b""):
    """A record that has this kind; its wire length is the packet's."""
    def wrapped(packet):
        head = struct.pack("<Q", 1 << 32) + bytes([kind | (0x80 if extension else 0), 4])
        record = len(extension) + 16 + len(before) + len(packet)
        return head + struct.pack(">HHH", record, 0, len(packet)) + extension + before + packet

    return wrapped


def nflog(packet):
    """A prefix, then the packet."""
    version = 2 if packet[0] >> 4 == 4 else 10
    prefix = struct.pack("<HH", 4 + 3, 10) + b"ab\0" + b"\0"
    return bytes([version, 0, 0, 0]) + prefix + struct.pack("<HH", 4 + len(packet), 9) + packet


# By name: the link type, and from the IP packet to the packet on such a link.
LINKS = {
    "null": (0, family(2, "<")),
    "null-big-endian": (0, family(2, ">")),
    "802.3-snap": (1, lambda packet: length_frame(snap(packet))),
    "802.3-snap-vlan": (1, lambda packet: length_frame(snap(packet), bytes.fromhex("81000007"))),
    "802.3-llc": (1, lambda packet: length_frame(b"\x06\x06\x03" + packet)),
    "cooked-snap": (113, lambda packet: struct.pack(">HHH8sH", 0, 1, 6, bytes(8), 4) + snap(packet)),
    "loop": (108, family(2, ">")),
    "ppp": (9, lambda packet: b"\xff\x03" + ppp(packet)),
    "ppp-without-address": (9, ppp),
    "ppp-serial": (50, lambda packet: b"\xff\x03" + ppp(packet)),
    "ppp-ether": (51, lambda packet: pppoe(packet)),
    "ppp-direction": (204, lambda packet: b"\x01\xff\x03" + ppp(packet)),
    "cisco-hdlc": (104, lambda packet: struct.pack(">BBH", 0x0F, 0, ether_type_of(packet)) + packet),
    "nflog": (239, nflog),
    "ppi-ethernet": (192, lambda packet: struct.pack("<BBHI", 0, 0, 8, 1) + frame(packet)),
    "ppi-fields": (192, lambda packet: struct.pack("<BBHIHHI", 0, 0, 16, 1, 5, 4, 0) + frame(packet)),
    "erf-ethernet": (197, lambda packet: erf(2, bytes(2))(frame(packet) + bytes(4))),
    "erf-extension": (197, lambda packet: erf(2, bytes(2), bytes([3]) + bytes(7))(frame(packet) + bytes(4))),
    "erf-ipv4": (197, erf(22)),
    "raw": (101, lambda packet: packet),
}


def content_of(frame):
    """The IP packet in a frame without tags; None: something else stands there."""
    return frame[14:] if frame[12:14] in (b"\x08\x00", b"\x86\xdd") else None


def tunnels(packet):
    """The names of those that hold this IP packet in another one, and so may stand in each other."""
    return [name for name, wrap in OUTERS.items() if content_of(wrap(packet)) is not None]
