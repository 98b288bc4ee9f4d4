# SPDX-License-Identifier: GPL-2.0-or-later
"""What can happen to a mirror, by name, as its packets: seeds beside those from captures/."""

import struct

import histories
import outer_layers
from packets import ACK, FIN, RST, SYN, copy, ethernet, fcs, icmp, ipv4, ping, tcp, type2, type3

IPV4, ERSPAN_III = 0x0800, 0x22EB
CLIENT, SERVER = bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2])
PING = ping()


# ---- from mirrored frames to copies ----


def numbered(frames):
    """Type II; where None stands, a copy is lost."""
    return [copy(type2() + frame, sequence=number) for number, frame in enumerate(frames) if frame is not None]


def without_numbers(frames):
    """Type I."""
    return [copy(frame, sequence=None) for frame in frames if frame is not None]


def undeclared(frames):
    """A header that GRE does not promise (quirk Q6)."""
    return [copy(type2() + frame, sequence=None) for frame in frames if frame is not None]


def in_two_sessions(frames):
    """Each has every other frame, both have some."""
    return [
        copy(type2(session) + frame, sequence=number)
        for number, frame in enumerate(frames)
        for session in (1, 2)
        if frame is not None and (number % 2 == session % 2 or number % 5 == 0)
    ]


def with_history(history):
    return [
        copy(type2() + ping(0, sequence=content), sequence=number) for number, content in histories.arrivals(history)
    ]


# ---- TCP, between one client and one server ----


def mss(size):
    return struct.pack(">BBH", 2, 4, size)


def sent(sequence, acknowledgement, size=0, flags=ACK, port=1000, options=b"", server=SERVER):
    """A segment from the client."""
    packet = tcp((port, 80), sequence, acknowledgement, bytes(size), CLIENT, server, flags, options)
    return ethernet(IPV4, packet)


def answered(sequence, acknowledgement, size=0, flags=ACK, port=1000, options=b"", server=SERVER):
    packet = tcp((80, port), sequence, acknowledgement, bytes(size), server, CLIENT, flags, options)
    return ethernet(IPV4, packet)


def begun(client=0, server=0, options=mss(1460)):
    """The handshake, and from where both will count their bytes."""
    return [
        sent(client - 1, 0, 0, SYN, options=options),
        answered(server - 1, client, 0, SYN | ACK, options=options),
        sent(client, server),
    ]


def thousands(numbers, acknowledgement=0, port=1000):
    """Data, in segments of 1000 bytes."""
    return [sent(1000 * number, acknowledgement, 1000, port=port) for number in numbers]


def acknowledged(every, count, begin=0):
    """ACKs of as many segments, of which none came."""
    return [frame for number in range(1, count + 1) for frame in (None, answered(0, begin + every * number))]


FAR = 2 * 10**6  # thousands, to where no window reaches

CONVERSATIONS = {
    "segments in any order": [*begun(), *thousands([0, 2, 4, 1, 3, 8, 6, 7, 5, 5, 0]), answered(0, 9000)],
    "every other segment, then what was between": [
        *begun(), *thousands(range(0, 80, 2)), answered(0, 40000),
        *thousands(range(79, 0, -2)), answered(0, 80000),
    ],
    "segments that overlap": [
        *begun(),
        *(sent(start, 0, 1000) for start in (0, 5000, 4500, 2000, 1500, 2500, 900, 4000, 800)),
        answered(0, 6000),
    ],
    "data that was acknowledged, and a keep-alive": [
        *begun(), *thousands(range(5)), answered(0, 5000),
        *thousands(range(5)), sent(4999, 0, 1), answered(0, 5000),
    ],
    "numbers over the wrap": [*begun(-5000, -5000), *thousands(range(-5, 5), -5000), answered(-5000, 5000)],
    "SYNs after the data": [*thousands(range(3)), answered(0, 3000), *begun(), *begun(), *begun(500, 700)],
    "wild numbers": [*begun(), *thousands([0, 1, FAR, 2, FAR // 2, 3]), answered(0, 2**31), answered(0, 4000)],
    "ports that are used again": [
        *begun(), *thousands(range(5)), sent(5000, 0, 0, FIN | ACK), answered(0, 5001, 0, FIN | ACK),
        *begun(1000 * FAR, 9), *thousands(range(FAR, FAR + 5), 9), answered(9, 1000 * (FAR + 5)),
    ],
    "ports that are used again, without SYNs": [
        *thousands(range(5)), answered(0, 5000),
        *thousands(range(FAR, FAR + 5)), answered(0, 1000 * (FAR + 5)),
    ],
    "RSTs": [*begun(), sent(0, 0, 0, RST), answered(0, 0, 0, RST | ACK), *begun(7, 9)],
    "options that do not end": [
        segment
        for options in (b"\1\1\2\0", b"\x22\0\1\1", b"\0\1\1\1", b"\2\4\0\0")
        for segment in begun(options=options)
    ],
    "a host that talks to itself": [
        sent(0, 0, 100, server=CLIENT),
        answered(0, 100, server=CLIENT),
        sent(100, 0, server=CLIENT, port=80),
    ],
    "a port scan": [sent(0, 0, 0, SYN, port) for port in range(1000, 1250)],
    "many connections, each a little": [
        segment for port in range(1000, 1080) for segment in (sent(0, 0, 50, port=port), answered(0, 50, port=port))
    ],
    "more holes than there is memory for": [
        segment
        for number in (*range(0, 100, 2), *range(1, 20, 2))
        for port in range(1000, 1004)
        for segment in thousands([number], port=port)
    ],
    "super-frames": [*begun(), *(sent(9000 * number, 0, 9000) for number in range(5)), answered(0, 45000)],
    "frames above an MTU": [*begun(), *acknowledged(1460, 30)],
    "frames above an MTU of no list": [*begun(options=mss(8000)), sent(0, 0, 3000), *acknowledged(8000, 30, 3000)],
    "losses of small frames": [*begun(), *(sent(9 * number, 0, 9) if number % 4 > 1 else None for number in range(80))],
    "ACKs of what never came": [*begun(), *filter(None, acknowledged(1460, 40)), sent(58400, 0)],
}


# ---- mirrors that are not ERSPAN ----

OTHER_MIRRORS = {
    "gre": lambda frame: outer_layers.in_ipv4(47, outer_layers.gre(0x6558, frame, 7)),
    "everflow": lambda frame: outer_layers.in_ipv4(47, outer_layers.gre(0x8949, bytes(22) + frame)),
    "vxlan": lambda frame: outer_layers.in_udp(4789, outer_layers.VXLAN + frame),
    "geneve": lambda frame: outer_layers.in_udp(6081, outer_layers.GENEVE_OPTIONS + frame),
    "tzsp": lambda frame: outer_layers.in_udp(37008, bytes.fromhex("01000001 2804 00000007 01") + frame),
}


# ---- sessions ----


def of_host(host):
    return copy(type2(host % 1024) + PING, sequence=5, source=struct.pack(">I", 0x0A000000 + host))


def counted(counts):
    """Type III: session, Hw ID and number of each."""
    return [
        copy(type3(session, hw=hardware_id, timestamp=10 * place) + ping(0, sequence=place), ERSPAN_III, number)
        for place, (session, hardware_id, number) in enumerate(counts)
    ]


def too_big(number, mtu):
    """A router's word on the copy with that number, with the beginning of it."""
    return of_length(number, mtu, 20 + 8 + 8 + len(ping(1400)))


def of_length(number, mtu, length):
    """The same, where the copy's IP header states that length."""
    quoted = copy(type2() + ping(1400), sequence=number, claimed=length)[14:74]
    return ethernet(IPV4, ipv4(1, icmp(3, 4, struct.pack(">HH", 0, mtu), quoted)))


def mostly_lost(length):
    """Of sizes of all kinds; those of this length are the longest that come, and few."""
    payloads = [20 + 37 * place % 1000 if place % 3 else 1600 for place in range(60)]
    payloads[::20] = [length - len(ping(0))] * 3
    return numbered(ping(size) if size < 1500 else None for size in payloads)


WITH_FCS = PING + fcs(PING)

SESSIONS = {
    "more sources than there is memory for": [of_host(host) for host in range(250)],
    "one counter for three sessions": counted((place % 3, 0, place) for place in range(120)),
    "the same, with losses": counted((place % 3, 0, place) for place in range(250) if place % 8 > 1),
    "a counter for each session": counted((place % 2, 0, 70000 * (place % 2) + place // 2) for place in range(120)),
    "a counter for each Hw ID": counted((1, place % 3, 70000 * (place % 3) + place // 3) for place in range(120)),
    "the same frame ever again": numbered([PING] * 250),
    "two frames by turns": numbered([PING, ping(sequence=2)] * 120),
    "a wrong FCS among right ones": numbered([*[WITH_FCS] * 4, PING + bytes(4), PING + b"\1\2\3\4", WITH_FCS]),
    "nearly all is lost": numbered(PING if place % 5000 < 2 else None for place in range(30000)),
    "a few are lost": numbered(ping(sequence=place) if place % 60 else None for place in range(250)),
    "errors that quote what is lost, and what is not": [
        *numbered(ping(200) if place % 3 else None for place in range(30)),
        *(too_big(number, 1400) for number in (3, 4, 6, 40, 1 << 20)),
    ],
    "errors before the copies around": [too_big(3, 1400), too_big(1, 1400), *numbered([PING, PING, PING, None, PING])],
    "errors that quote what is lost alone": [
        *numbered(ping(200) if place % 3 else None for place in range(30)),
        *(too_big(number, mtu) for mtu in (1400, 0) for number in range(3, 27, 3)),
    ],
    "an error that its quote contradicts": [*numbered([PING, None, PING]), of_length(1, 4000, 9000)],
    "errors after which only short copies come": [
        *numbered(ping(1400) for _ in range(20)), too_big(19, 1300),
        *numbered(ping(200) if 20 <= place and place % 2 else None for place in range(90)),
    ],
    "what fills an MTU to the byte": mostly_lost(1464),
    "super-frames that are lost": numbered([
        *begun(), *(one for number in range(1, 60) for one in (None, sent(0, 0), answered(0, 65160 * number))),
    ]),
    "full-size frames that the source drops": numbered([
        *begun(), *(one for number in range(60) for one in (sent(3000 * number, 0, 600), answered(0, 3000 * number))),
    ]),
    "errors that state no MTU": [*numbered([PING, None, None, PING]), too_big(1, 0), too_big(2, 0)],
    "what one host answers, seen where it enters": [
        copy(type3() + answered(0, 1460 * number), ERSPAN_III, number) for number in range(40)
    ],
    "a mirror of its own copies": numbered(copy(type2() + PING, sequence=place) for place in range(20)),
}
