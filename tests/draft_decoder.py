# SPDX-License-Identifier: GPL-2.0-or-later
"""A second reading of ERSPAN, to compare with: by draft-foschiano-erspan-03 and Linux's include/net/erspan.h.
It shares nothing with core/ and knows no quirk of any source.
"""

import collections
import struct
from ipaddress import ip_address

ETHERNET, COOKED, COOKED_2 = 1, 113, 276
IPV4, IPV6, VLAN_TAGS = 0x0800, 0x86DD, (0x8100, 0x88A8)
GRE, DESTINATION_OPTIONS = 47, 60
ERSPAN, ERSPAN_III = 0x88BE, 0x22EB
CHECKSUM, KEY, SEQUENCE = 0x8000, 0x2000, 0x1000
TICK_NS = 100_000  # of Gra 0


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "big")


def ip_of(frame):
    """Where the IP header is and its EtherType."""
    data = frame.captured
    if frame.link_type == COOKED:
        return 16, number(data, 14, 2)
    if frame.link_type == COOKED_2:
        return 20, number(data, 0, 2)
    at, kind = 14, number(data, 12, 2)
    while kind in VLAN_TAGS:
        at, kind = at + 4, number(data, at + 2, 2)
    return at, kind


def gre_packets(frames):
    """(frame number, time, outer fields, GRE packet) of each; IPv4 fragments put together.

    "packet_length" is the GRE packet's on the wire: the capture may hold less of it.
    """
    waiting = collections.defaultdict(dict)
    for count, frame in enumerate(frames, 1):
        data = frame.captured
        at, kind = ip_of(frame)
        if kind == IPV4 and data[at + 9] == GRE:
            head, length, flags = (data[at] & 15) * 4, number(data, at + 2, 2), number(data, at + 6, 2)
            outer = {"source": str(ip_address(data[at + 12 : at + 16])), "tos": data[at + 1]}
            outer |= {"ttl": data[at + 8], "df": flags >> 14 & 1, "id": number(data, at + 4, 2), "ip_length": length}
            payload, outer["packet_length"] = data[at + head : at + length], length - head
            if flags & 0x3FFF:  # more fragments, or an offset
                parts = waiting[outer["source"], outer["id"]]
                parts[(flags & 0x1FFF) * 8] = payload
                if not flags & 0x2000:
                    parts["end"] = (flags & 0x1FFF) * 8 + len(payload)
                whole = b"".join(parts[key] for key in sorted(key for key in parts if key != "end"))
                if len(whole) != parts.get("end"):
                    continue
                payload, outer["packet_length"] = whole, len(whole)
            yield count, frame.time_ns, outer, payload
        elif kind == IPV6:
            outer = {"source": str(ip_address(data[at + 8 : at + 24])), "ttl": data[at + 7], "option": False}
            outer["packet_length"] = number(data, at + 4, 2)
            following, end, at = data[at + 6], at + 40 + outer["packet_length"], at + 40
            if following == DESTINATION_OPTIONS:
                size = 8 + data[at + 1] * 8
                outer |= {"option": True, "packet_length": outer["packet_length"] - size}
                following, at = data[at], at + size
            if following == GRE:
                yield count, frame.time_ns, outer, data[at:end]


def erspan_of(packet):
    """The fields of a GRE packet with ERSPAN, and "inner"; None: it holds none."""
    flags, protocol = number(packet, 0, 2), number(packet, 2, 2)
    if protocol not in (ERSPAN, ERSPAN_III):
        return None
    found, at = {"protocol": protocol}, 4
    for flag, name in ((CHECKSUM, "checksum"), (KEY, "key"), (SEQUENCE, "seq")):
        if flags & flag:
            found[name] = number(packet, at, 4)
            at += 4
    if "seq" not in found:
        return found | {"type": 1, "inner": packet[at:]}
    first = number(packet, at, 4)
    found |= {"version": first >> 28, "vlan": first >> 16 & 0xFFF, "cos": first >> 13 & 7}
    found |= {"en_or_bso": first >> 11 & 3, "t": first >> 10 & 1, "session": first & 0x3FF}
    if found["version"] == 1:
        return found | {"type": 2, "index": number(packet, at + 4, 4) & 0xFFFFF, "inner": packet[at + 8 :]}
    last = number(packet, at + 10, 2)
    found |= {"type": 3, "ts": number(packet, at + 4, 4), "sgt": number(packet, at + 8, 2), "p": last >> 15}
    found |= {"ft": last >> 10 & 31, "hw": last >> 4 & 63, "d": last >> 3 & 1, "gra": last >> 1 & 3, "o": last & 1}
    assert found["o"] == 0, "Linux sends no platform-specific sub-header"
    return found | {"inner": packet[at + 12 :]}


def copies(frames):
    """All fields of each copy, in order."""
    for count, time_ns, outer, packet in gre_packets(frames):
        found = erspan_of(packet)
        if found is not None:
            found |= {"frame": count, "time_ns": time_ns, **outer}
            found["length"] = found["packet_length"] - (len(packet) - len(found["inner"]))
            if "ts" in found:  # Linux's is Unix time in 100 us, of which 32 bits are sent
                epoch = time_ns // TICK_NS >> 32 << 32
                found["delay_ns"] = time_ns - (epoch | found["ts"]) * TICK_NS
            yield found


def sequence_counts(numbers):
    """What a counter's numbers, in the order of arrival, come to; late by RFC 4737."""
    came, expected, late, duplicates = set(), None, 0, 0
    for value in numbers:
        if value in came:
            duplicates += 1
        elif expected is None or value >= expected:
            expected = value + 1
        else:
            late += 1
        came.add(value)
    span = {value for value in came if value >= numbers[0]}
    return {"lost": max(came) + 1 - numbers[0] - len(span), "late": late, "duplicates": duplicates}
