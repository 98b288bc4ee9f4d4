# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes packets by hand, layer around layer, independently of the code under test.

Addresses are those for documentation. Checksums are right, so that what tshark complains about is
what a test asked for.
"""

import struct
import zlib

import pcapfile

SOURCE = bytes([192, 0, 2, 1])
COLLECTOR = bytes([192, 0, 2, 2])
MACS = bytes.fromhex("020000000002020000000001")

ETHERNET = 1

FIN, SYN, RST, ACK = 1, 2, 4, 16  # TCP


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ethernet(ethertype, payload, macs=MACS, vlan=None):
    tag = b"" if vlan is None else struct.pack(">HH", 0x8100, vlan)
    return macs + tag + struct.pack(">H", ethertype) + payload


def ipv4(protocol, payload, source=SOURCE, destination=COLLECTOR, claimed=None):
    """claimed: a total length that is not the true one."""
    length = 20 + len(payload) if claimed is None else claimed
    head = struct.pack(">BBHHHBBH", 0x45, 0, length, 0, 0, 64, protocol, 0) + source + destination
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def icmp(kind, code, rest, payload=b""):
    message = struct.pack(">BBH", kind, code, 0) + rest + payload
    return message[:2] + struct.pack(">H", checksum(message)) + message[4:]


def udp(port, payload):
    """Without a checksum, which IPv4 allows."""
    return struct.pack(">HHHH", 40000, port, 8 + len(payload), 0) + payload


def tcp(
    ports, sequence, acknowledgement, payload=b"", source=SOURCE, destination=COLLECTOR, flags=ACK, options=b""
):
    """An IPv4 packet with a segment between these ports. Options are a multiple of four bytes."""
    words = 5 + len(options) // 4
    numbers = (sequence % 2**32, acknowledgement % 2**32)
    segment = struct.pack(">HHIIBBHHH", *ports, *numbers, words << 4, flags, 65535, 0, 0) + options + payload
    pseudo = source + destination + struct.pack(">HH", 6, len(segment))
    segment = segment[:16] + struct.pack(">H", checksum(pseudo + segment)) + segment[18:]
    return ipv4(6, segment, source, destination)


def ping(size=56, vlan=None, sequence=1):
    """A mirrored frame: an echo request with a payload of so many bytes."""
    hosts = {"source": bytes([198, 51, 100, 1]), "destination": bytes([198, 51, 100, 2])}
    echo = icmp(8, 0, struct.pack(">HH", 1, sequence), bytes(i & 0xFF for i in range(size)))
    return ethernet(0x0800, ipv4(1, echo, **hosts), bytes.fromhex("0200000000bb0200000000aa"), vlan)


def fcs(frame):
    return struct.pack("<I", zlib.crc32(frame))


def type2(session=100, vlan=0, cos=0, en=0, truncated=0, index=7, version=1):
    word = version << 28 | vlan << 16 | cos << 13 | en << 11 | truncated << 10 | session
    return struct.pack(">II", word, index)


def type3(session=100, vlan=0, bso=0, truncated=0, timestamp=5, ft=0, hw=0, gra=0, o=0, p=1):
    word = 2 << 28 | vlan << 16 | bso << 11 | truncated << 10 | session
    last = p << 15 | ft << 10 | hw << 4 | gra << 1 | o
    return struct.pack(">IIHH", word, timestamp, 0, last)


def copy(payload, protocol=0x88BE, sequence=0, claimed=None, **addresses):
    """The outer packet that carries payload; sequence None for a GRE header without one."""
    if sequence is None:
        gre = struct.pack(">HH", 0, protocol)
    else:
        gre = struct.pack(">HHI", 0x1000, protocol, sequence)
    return ethernet(0x0800, ipv4(47, gre + payload, claimed=claimed, **addresses))


def capture(path, packets, link_type=ETHERNET, snap=None):
    """One packet a millisecond; snap cuts them in the capture, as -s does."""
    frames = [pcapfile.Frame(link_type, len(packet), packet[:snap]) for packet in packets]
    pcapfile.write(path, link_type, pcapfile.apart(frames))
    return path


def lossy(tmp_path, numbers, session=5):
    """A capture of copies with these sequence numbers, a millisecond apart."""
    copies = [copy(type2(session) + ping(sequence=n), sequence=n) for n in numbers]
    return capture(tmp_path / "numbers.pcap", copies)
