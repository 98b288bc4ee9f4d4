# SPDX-License-Identifier: GPL-2.0-or-later
"""What can happen to a mirror, by name, as packets: seeds beside those from captures/."""

import struct

import histories
from packets import ACK, FIN, RST, SYN, copy, ethernet, fcs, icmp, ipv4, ping, tcp, type2, type3, udp
from pcapfile import Frame, apart

ETHERNET, RAW_IP, LINUX_SLL, LINUX_SLL2 = 1, 101, 113, 276
IPV4, IPV6, VLAN, ERSPAN = 0x0800, 0x86DD, 0x8100, 0x88BE

CLIENT, SERVER = bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2])
MAC = bytes.fromhex("020000000005")


def ipv6(protocol, payload):
    hosts = bytes.fromhex("20010db8" + 11 * "00" + "01" + "20010db8" + 11 * "00" + "02")
    return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + hosts + payload


def gre(payload, flags=0x1000, words=(0,)):
    return struct.pack(f">HH{len(words)}I", flags, ERSPAN, *words) + payload


def numbered(frames, session=100):
    """Type II copies of them; where None stands, a copy is lost."""
    return [copy(type2(session) + frame, sequence=number) for number, frame in enumerate(frames) if frame is not None]


# ---- mirrored frames ----

PING = ping()
PACKET = PING[14:]  # from IP on


def behind(ethertype, tag, payload=PING[12:]):
    """What stands between the addresses and the EtherType, or in place of it."""
    return PING[:12] + struct.pack(">H", ethertype) + tag + payload


FRAMES = {
    "tags before the EtherType": [
        *(behind(0x9100, bytes([0, 5])), behind(0x8926, bytes(4)), behind(0x892F, bytes(4)), behind(0xF1C1, bytes(4))),
        *(behind(0x8909, bytes(6)), behind(0x893F, bytes(6)), behind(0x88E7, bytes(16))),
    ],
    "more tags than are looked behind": [behind(VLAN, bytes([0, 5]) + 9 * bytes.fromhex("81000006"))],
    "MPLS": [
        *(behind(0x8847, bytes.fromhex("0001404000014140"), PACKET), behind(0x8848, bytes.fromhex("00014140"), PACKET)),
        behind(0x8847, bytes.fromhex("00014140"), ipv6(17, udp(53, bytes(8)))),
        *(behind(0x8847, bytes.fromhex("00014140"), bytes(40)), behind(0x8847, 20 * bytes.fromhex("00014040"), b"")),
    ],
    "PPPoE": [behind(0x8864, struct.pack(">BBHH", 0x11, 0, 1, len(PACKET) + 2), b"\0\x21" + PACKET)],
    "ISL": [bytes.fromhex("01000c0000") + PING],
    "802.3": [
        *(behind(3, b"\x42\x42\x03", b""), behind(60, b"\x42\x42\x03", bytes(43)), behind(60, b"\xaa\xab\x10", b"")),
        *(behind(60, b"\x10\x11\x12", bytes(20)), behind(1501, b"", bytes(46)), behind(2, b"\x42", bytes(46))),
    ],
    "a group that sends": [PING[:6] + b"\1" + PING[7:]],
    "ARP of another network": [behind(0x0806, bytes.fromhex("0006080006040001"), bytes(20))],
    "frames that end early": [PING[:length] for length in range(60)],
    "frames that end early, IPv6": [behind(IPV6, b"", ipv6(17, udp(53, b"")))[:length] for length in range(12, 62)],
    "lengths that nobody filled in": [
        behind(IPV4, PACKET[:2] + bytes(2) + PACKET[4:10] + bytes(2) + PACKET[12:], b""),
        behind(IPV6, struct.pack(">IHBB", 6 << 28, 0, 6, 64), bytes(60)),
    ],
    "IP that cannot be": [
        *(behind(IPV4, bytes([head]) + PACKET[1:], b"") for head in (0x44, 0x4F, 0x55, 0x65)),
        *(behind(IPV4, PACKET[:2] + b"\0\5" + PACKET[4:], b""), behind(IPV6, b"", ipv6(200, bytes(20)))),
        *(behind(IPV6, b"", PACKET), behind(IPV4, PACKET[:10] + b"\xba\xad" + PACKET[12:], b"")),
    ],
    "pause": [behind(0x8808, struct.pack(">HH", 1, 0), b"")],
}


# ---- outer packets ----

COPY = copy(type2() + PING)
OUTER_IP = COPY[14:]
GRE = OUTER_IP[20:]
TAG = struct.pack(">HH", 5, VLAN)
ROUTE = struct.pack(">HBB", IPV4, 0, 4) + CLIENT
EMPTY_ROUTE = bytes(4)


def extended(*extensions):
    """GRE over IPv6 behind extension headers: each its number and the rest of it."""
    protocols = [protocol for protocol, _ in extensions] + [47]
    rest = b"".join(bytes([following]) + rest for following, (_, rest) in zip(protocols[1:], extensions))
    return ethernet(IPV6, ipv6(protocols[0], rest + GRE))


def cooked(protocol, payload, device=1, address=MAC):
    return struct.pack(">HHH8sH", 0, device, len(address), address, protocol) + payload


def cooked_2(protocol, payload, device=1, address=MAC):
    return struct.pack(">HHIHBB8s", protocol, 0, 2, device, 0, len(address), address) + payload


def snapped(packet):
    """A capture of it that keeps no byte, one byte, and so on."""
    return [packet[:length] for length in range(len(packet))]


SUB_HEADER = struct.pack(">II", 5 << 26 | 7, 1700000000)
DESTINATION_OPTIONS = (60, bytes([0, 4, 1, 4, 1, 1, 0]))
TYPE_III = struct.pack(">HHI", 0x1000, 0x22EB, 1) + type3(o=1, gra=2) + SUB_HEADER + PING[:40]

OUTERS = {
    "as many tags as are looked behind": [COPY[:12] + b"\x81\0" + 3 * TAG + b"\0\5" + COPY[12:]],
    "one tag more": [COPY[:12] + b"\x81\0" + 4 * TAG + b"\0\5" + COPY[12:]],
    "a tag that ends": [COPY[:12] + b"\x81\0" + 2 * TAG],
    "extension headers": [
        extended(DESTINATION_OPTIONS, (51, bytes([4]) + bytes(22)), (44, bytes(7)), (43, bytes(7)), (0, bytes(7))),
        *(extended(*[DESTINATION_OPTIONS] * 9), extended((44, bytes([0, 0, 9, 0, 0, 0, 1])))),
        *(extended((60, bytes([200]) + bytes(6))), extended((51, bytes([255]) + bytes(6)))),
    ],
    "source routes": [
        ethernet(IPV4, ipv4(47, gre(routes + type2() + PING, 0x5000, (0, 0))))
        for routes in (ROUTE + EMPTY_ROUTE, 65 * ROUTE, ROUTE + b"\x08\0\0\xff", b"\x08\0")
    ],
    "GRE in UDP": [
        ethernet(IPV4, ipv4(17, packet))
        for packet in (udp(4754, GRE), udp(4754, GRE)[:4] + b"\0\7" + udp(4754, GRE)[6:], udp(4754, GRE)[:6])
    ],
    "markers that end, or are none": [
        ethernet(IPV4, ipv4(17, udp(8880, bytes(length) + b"\xa5\xa5\xa5\xa5"))) for length in (53, 54, 55)
    ],
    "IP that is not what was announced": [ethernet(IPV6, OUTER_IP), ethernet(IPV4, b""), ethernet(IPV6, b"")],
    "first and later fragments": [
        ethernet(IPV4, OUTER_IP[:6] + offset + OUTER_IP[8:]) for offset in (b"\x20\0", b"\0\5", b"\x20\5", b"\xff\xff")
    ],
    "cut anywhere, Type III behind tags": snapped(COPY[:12] + b"\x81\0" + TAG + b"\0\5\x08\0" + ipv4(47, TYPE_III)),
    "cut anywhere, IPv6 and UDP": snapped(ethernet(IPV6, ipv6(60, b"\x11" + DESTINATION_OPTIONS[1] + udp(4754, GRE[:30])))),
    "an ICMP error cut anywhere": snapped(ethernet(IPV4, ipv4(1, icmp(3, 4, bytes(4), OUTER_IP[:50])))),
}

LINKS = {
    "cooked, version 1": (LINUX_SLL, [cooked(IPV4, OUTER_IP), *snapped(cooked(VLAN, TAG + b"\0\5\x08\0" + OUTER_IP[:44]))]),
    "cooked, version 2": (LINUX_SLL2, [cooked_2(IPV4, OUTER_IP), *snapped(cooked_2(IPV6, extended()[14:84]))]),
    "a GRE device without GRE": (LINUX_SLL, [
        cooked(ERSPAN, type2() + PING, 778, CLIENT), cooked(0x22EB, type3() + PING, 778), cooked(ERSPAN, PING, 823, b""),
        cooked(ERSPAN, PING, address=MAC + bytes(10)), cooked(VLAN, PING, 778),
    ]),
    "the same, version 2": (LINUX_SLL2, [
        cooked_2(ERSPAN, type2() + PING, 778, CLIENT), cooked_2(0x22EB, type3() + PING, 823), cooked_2(ERSPAN, PING),
    ]),
    "no link layer": (RAW_IP, [OUTER_IP, extended()[14:], b"\x55" + OUTER_IP[1:], b""]),
}


# ---- TCP ----

MSS_1460 = struct.pack(">BBH", 2, 4, 1460)


def sent(sequence, acknowledgement, size=0, flags=ACK, port=1000, options=b"", server=SERVER):
    """From the client; a segment of it, in Ethernet."""
    packet = tcp((port, 80), sequence, acknowledgement, bytes(size), CLIENT, server, flags, options)
    return ethernet(IPV4, packet)


def answered(sequence, acknowledgement, size=0, flags=ACK, port=1000, options=b"", server=SERVER):
    packet = tcp((80, port), sequence, acknowledgement, bytes(size), server, CLIENT, flags, options)
    return ethernet(IPV4, packet)


def begun(client=0, server=0, port=1000, options=MSS_1460):
    """What both count their bytes from."""
    return [
        sent(client - 1, 0, 0, SYN, port, options),
        answered(server - 1, client, 0, SYN | ACK, port, options),
        sent(client, server, 0, ACK, port),
    ]


def thousands(numbers, acknowledgement=0, **keys):
    """Segments of 1000 bytes each."""
    return [sent(1000 * number, acknowledgement, 1000, **keys) for number in numbers]


# ---- sessions ----

def one_of_many(host):
    return copy(type2(host % 1024) + PING, sequence=5, source=struct.pack(">I", 0x0A000000 + host))


def shared(counts):
    """Copies of Type III, each with its session, its Hw ID and the number that GRE carries."""
    return [
        copy(type3(session, hw=hardware_id, timestamp=10 * number) + ping(0, sequence=place), 0x22EB, number)
        for place, (session, hardware_id, number) in enumerate(counts)
    ]


def quoting(sequence, mtu, session=100):
    lost = copy(type2(session) + ping(1400), sequence=sequence)[14:]
    return ethernet(IPV4, ipv4(1, icmp(3, 4, struct.pack(">HH", 0, mtu), lost[:60])))


SESSIONS = {
    "more sources than there is memory for": [one_of_many(host) for host in range(250)],
    "one counter for three sessions": shared([(number % 3, 0, number) for number in range(120)]),
    "one counter for three sessions, with losses": shared(
        [(number % 3, 0, number) for number in range(250) if number % 8 > 1]
    ),
    "a counter for each Hw ID": shared([(1, number % 3, 100000 * (number % 3) + number // 3) for number in range(120)]),
    "a counter for each session": shared([(number % 2, 0, 70000 * (number % 2) + number // 2) for number in range(120)]),
    "the same frame for a second": numbered([PING] * 250),
    "the same two frames in turn": numbered([PING, ping(sequence=2)] * 120),
    "a wrong FCS among right ones": numbered([*[PING + fcs(PING)] * 4, PING + bytes(4), PING + b"\1\2\3\4", PING + fcs(PING)]),
    "nearly all is lost": numbered([PING if place % 5000 < 2 else None for place in range(30000)]),
    "a few are lost": numbered([ping(sequence=place) if place % 60 else None for place in range(250)]),
    "losses, and errors that quote some": [
        *numbered([ping(200) if place % 3 else None for place in range(30)]),
        *(quoting(number, mtu) for number in (3, 4, 6, 40, 1 << 20) for mtu in (0, 1400)),
    ],
    "errors before the copies around": [quoting(3, 1400), quoting(1, 1400), *numbered([PING, PING, PING, None, PING])],
    "errors that state no MTU": [*numbered([PING, None, None, PING]), quoting(1, 0), quoting(2, 0)],
    "what one host answers, seen where it enters": [
        copy(type3() + answered(0, 1460 * number), 0x22EB, number) for number in range(40)
    ],
    "a mirror of its own copies": numbered([copy(type2() + PING, sequence=place) for place in range(20)]),
}


CONVERSATIONS = {
    "segments by the way": [*begun(), *thousands([0, 2, 4, 1, 3, 8, 6, 7, 5, 5, 0]), answered(0, 9000)],
    "every other segment, and what was between": [
        *begun(), *thousands(range(0, 80, 2)), answered(0, 40000), *thousands(range(79, 0, -2)), answered(0, 80000),
    ],
    "segments that overlap": [
        *begun(), *(sent(start, 0, 1000) for start in (0, 5000, 4500, 2000, 1500, 2500, 900, 4000, 800)), answered(0, 6000),
    ],
    "retransmissions below what was acknowledged": [
        *begun(), *thousands(range(5)), answered(0, 5000), *thousands(range(5)), sent(4999, 0, 1), answered(0, 5000),
    ],
    "numbers over the wrap": [*begun(2**32 - 5000, 2**32 - 5000), *thousands(range(-5, 5), 2**32 - 5000), answered(0, 5000)],
    "SYNs after the data": [*thousands(range(3)), answered(0, 3000), *begun(), *begun(), *begun(500, 700)],
    "a wild number": [*begun(), *thousands([0, 1, 2 * 10**6, 2, 3 * 10**6, 3]), answered(0, 2**31), answered(0, 4000)],
    "ports that are used again": [
        *begun(), *thousands(range(5)), answered(0, 5000), sent(5000, 0, 0, FIN | ACK), answered(0, 5001, 0, FIN | ACK),
        *begun(2 * 10**9, 10**9), *thousands(range(2 * 10**6, 2 * 10**6 + 5), 10**9), answered(10**9, 2 * 10**9 + 5000),
    ],
    "ports that are used again, without SYNs": [
        *thousands(range(5)), answered(0, 5000), *thousands(range(2 * 10**6, 2 * 10**6 + 5)), answered(0, 2 * 10**9 + 5000),
    ],
    "RSTs": [*begun(), sent(0, 0, 0, RST), answered(0, 0, 0, RST | ACK), *begun(7, 9)],
    "options that do not end": [
        *begun(options=b"\1\1\2\0"), *begun(options=b"\x22\0\1\1"), *begun(options=b"\0\1\1\1"), *begun(options=b"\2\4\0\0"),
    ],
    "a host that talks to itself": [
        *(sent(0, 0, 100, server=CLIENT), answered(0, 100, server=CLIENT), sent(100, 0, server=CLIENT, port=80)),
    ],
    "a port scan": [sent(0, 0, 0, SYN, port) for port in range(1000, 1250)],
    "many connections, each a little": [
        frame for port in range(1000, 1080) for frame in (sent(0, 0, 50, port=port), answered(0, 50, port=port))
    ],
    "more holes than there is memory for": [
        frame for number in (*range(0, 100, 2), *range(1, 20, 2)) for port in range(1000, 1004)
        for frame in thousands([number], port=port)
    ],
    "super-frames": [*begun(), *(sent(9000 * number, 0, 9000) for number in range(5)), answered(0, 45000)],
    "frames above an MTU": [
        *begun(), *(frame for number in range(30) for frame in (None, answered(0, 1460 * number + 1460))),
    ],
    "frames above an MTU that is not usual": [
        *begun(options=struct.pack(">BBH", 2, 4, 8000)), sent(0, 0, 3000),
        *(frame for number in range(30) for frame in (None, answered(0, 8000 * number + 11000))),
    ],
    "losses of small frames": [*begun(), *(None if number % 4 < 2 else sent(9 * number, 0, 9) for number in range(80))],
    "ACKs of what never came": [*begun(), *(answered(0, 1460 * number) for number in range(40)), sent(58400, 0)],
}


def without_numbers(frames):
    return [copy(frame, sequence=None) for frame in frames if frame is not None]


def undeclared(frames):
    """A header that GRE does not promise."""
    return [copy(type2() + frame, sequence=None) for frame in frames]


def in_two_sessions(frames):
    """Each session has every other frame, and both some."""
    return [
        copy(type2(session) + frame, sequence=number)
        for number, frame in enumerate(frames) for session in (1, 2)
        if frame is not None and (number % 2 == session % 2 or number % 5 == 0)
    ]


def counted(history):
    return [
        copy(type2() + ping(0, sequence=content), sequence=number)
        for number, content in histories.arrivals(history)
    ]


def capture(packets, link_type=ETHERNET):
    return list(apart(Frame(link_type, len(packet), packet) for packet in packets))


def single():
    """Captures whose packets are odd by themselves."""
    yield from map(capture, map(numbered, FRAMES.values()))
    yield from map(capture, OUTERS.values())
    yield from (capture(packets, link_type) for link_type, packets in LINKS.values())


def together():
    """Captures whose packets are odd next to each other."""
    for mirrored in (without_numbers, undeclared):
        yield from map(capture, map(mirrored, FRAMES.values()))
    yield from map(capture, SESSIONS.values())
    for mirrored in (numbered, without_numbers, in_two_sessions):
        yield from map(capture, map(mirrored, CONVERSATIONS.values()))
    yield from map(capture, map(counted, histories.COUNTERS.values()))
