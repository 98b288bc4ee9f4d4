# SPDX-License-Identifier: GPL-2.0-or-later
"""Tags between a mirrored frame's addresses and its EtherType hide no TCP from either program."""

import itertools
import json
import struct
import subprocess

import pytest

import packets
import pcapfile
import reports

CLIENT, SERVER = bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2])
TO_SERVER, TO_CLIENT = bytes.fromhex("02000000000b02000000000a"), bytes.fromhex("02000000000a02000000000b")
SEGMENT = 1000

TAGS = {
    "none": "",
    "dot1q": "81000064",
    "qinq": "88a80064810000c8",
    "old-qinq": "9100006481000064",
    "vn-tag": "892600010002",
    "e-tag": "893f000000010000",
    "cisco-metadata": "8909010100010064",
    "cisco-ttag": "8988112233445566",
    "cisco-ttag-in-dot1q": "810000648988112233445566",
    "cisco-ttag-and-dot1q": "898811223344556681000064",
    "arista-time-64": "d28b000100100102030405060708",
    "arista-time-48": "d28b00010120010203040506",
    "r-tag": "f1c100000001",
}


# What may stand between the addresses and the IP packet instead of its EtherType.
INSTEAD = {
    "mpls": lambda packet: bytes.fromhex("8847 00011140") + packet,
    "mpls-two-labels": lambda packet: bytes.fromhex("8847 00010040 00011140") + packet,
    "mpls-multicast": lambda packet: bytes.fromhex("8848 00011140") + packet,
    "mpls-in-dot1q": lambda packet: bytes.fromhex("81000064 8847 00011140") + packet,
    "pppoe": lambda packet: struct.pack(">HBBHHH", 0x8864, 0x11, 0, 7, 2 + len(packet), 0x21) + packet,
    "pppoe-in-qinq": lambda packet: bytes.fromhex("88a80064810000c8")
    + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 7, 2 + len(packet), 0x21) + packet,
    "snap": lambda packet: struct.pack(">H", 8 + len(packet)) + bytes.fromhex("aaaa030000000800") + packet,
}


def frames(tag, announce=lambda packet: b"\x08\x00" + packet):
    """Ten segments from the client, behind the tag and what announces them, and an ACK for each, without it."""
    there = {"source": CLIENT, "destination": SERVER}
    back = {"source": SERVER, "destination": CLIENT}

    def tagged(packet):
        return TO_SERVER + tag + announce(packet)

    yield tagged(packets.tcp((40000, 5201), 99, 0, flags=packets.SYN, **there))
    yield packets.ethernet(
        0x0800, packets.tcp((5201, 40000), 499, 100, flags=packets.SYN | packets.ACK, **back), TO_CLIENT
    )
    for number in range(10):
        at = 100 + number * SEGMENT
        yield tagged(packets.tcp((40000, 5201), at, 500, bytes(SEGMENT), **there))
        yield packets.ethernet(0x0800, packets.tcp((5201, 40000), 500, at + SEGMENT, **back), TO_CLIENT)


def is_all_visible(tshark, erspanrate, tmp_path, made):
    copies = [packets.copy(packets.type2() + frame, sequence=number) for number, frame in enumerate(made)]
    path = packets.capture(tmp_path / "made.pcap", copies)
    plugin = reports.report(tshark, path, "-q")["sessions"][0]
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    collector = json.loads(done.stdout)["sessions"][0]
    assert collector == plugin
    assert plugin["tcp"]["delivered_bytes"] == 10 * SEGMENT
    assert plugin["tcp"]["visibility"] == 1
    assert plugin["verdicts"] == []


@pytest.mark.parametrize("tag", TAGS.values(), ids=TAGS.keys())
def test_all_is_visible(tshark, erspanrate, tmp_path, tag):
    is_all_visible(tshark, erspanrate, tmp_path, frames(bytes.fromhex(tag)))


@pytest.mark.parametrize("announce", INSTEAD.values(), ids=INSTEAD.keys())
def test_all_is_visible_behind_labels(tshark, erspanrate, tmp_path, announce):
    """Also in one direction alone, as where the last router but one takes the labels off."""
    is_all_visible(tshark, erspanrate, tmp_path, frames(b"", announce))


# What stands one behind the other in practice, outermost first: Cisco's and Arista's tags with VLANs.
STACKS = [
    ("dot1q", "cisco-ttag"),
    ("cisco-ttag", "dot1q"),
    ("cisco-ttag", "qinq"),
    ("qinq", "cisco-ttag"),
    ("cisco-metadata", "cisco-ttag"),
    ("vn-tag", "dot1q", "cisco-ttag"),
    ("arista-time-64", "dot1q"),
    ("arista-time-48", "qinq"),
    ("dot1q", "arista-time-64"),
    ("arista-time-64", "arista-time-48"),
    ("cisco-ttag", "arista-time-48"),
]
# How the source sends the frame: the bytes that it keeps of it, whether it says so, and whether an FCS follows.
HOW = {
    "whole": (1 << 16, 0, False),
    "with-fcs": (1 << 16, 0, True),
    "cut": (128, 1, False),
    "cut-unsaid": (128, 0, False),
    "cut-with-fcs": (128, 1, True),
}
HEADERS = {
    1: lambda session, truncated: (b"", 0x88BE),
    2: lambda session, truncated: (packets.type2(session, truncated=truncated), 0x88BE),
    3: lambda session, truncated: (packets.type3(session, truncated=truncated), 0x22EB),
}


def stacked(session, stack, how, kind):
    """The copies of a source of its own, and what a reader must find of it."""
    keep, truncated, with_fcs = HOW[how]
    tag = bytes.fromhex("".join(TAGS[name] for name in stack))
    made = list(frames(tag))
    carried = [frame[:keep] for frame in made]
    copies = []
    for number, (frame, kept) in enumerate(zip(made, carried)):
        header, protocol = HEADERS[kind](session, truncated and len(kept) < len(frame))
        copies.append(packets.copy(
            header + kept + (packets.fcs(kept) if with_fcs else b""), protocol, number if kind > 1 else None,
            source=bytes([10, 0, session >> 8, session & 0xFF])))
    return copies, {
        "copies": len(made),
        "mirrored_bytes": sum(map(len, made)),
        "inner_bytes": sum(map(len, carried)),
        "cut": sum(len(kept) < len(frame) for frame, kept in zip(made, carried)),
        "verdicts": ["cut"] if keep < SEGMENT else [],
    }


def test_stacked_whole_cut_and_with_fcs(tshark, erspanrate, tmp_path):
    """Every stack in every way, in every type: a table in one capture."""
    table, wanted, made = {}, {}, []
    single = [(name,) for name in TAGS if name not in ("none", "r-tag")]  # Wireshark 4.0 fails at R-Tag with an FCS
    for session, row in enumerate(itertools.product(STACKS + single, HOW, HEADERS), start=1):
        copies, found = stacked(session, *row)
        source = f"10.0.{session >> 8}.{session & 0xFF}"
        table[source], wanted[source] = row, found
        made += copies
    path = packets.capture(tmp_path / "made.pcap", made)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    sessions = json.loads(done.stdout)["sessions"]
    assert sessions == reports.report(tshark, path, "-q")["sessions"]
    assert len(sessions) == len(wanted) > 300
    for session in sessions:
        source = session["source"]
        found = {key: session[key] for key in wanted[source]}
        found["verdicts"] = [verdict["cause"] for verdict in session["verdicts"]]
        assert found == wanted[source], table[source]
        assert session["tcp"]["delivered_bytes"] == 10 * SEGMENT, table[source]
        assert session["tcp"]["visibility"] == 1, table[source]


# Arista's subtype 1: the version, the seconds that it counts at 2023-11-14 22:13:20 UTC, and their form.
ARISTA_S = 1_700_000_000
STAMPS = {
    "tai-64": (0x0010, ARISTA_S + 37, ">I"),
    "tai-48": (0x0020, (ARISTA_S + 37) & 0xFFFF, ">H"),
    "utc-64": (0x0110, ARISTA_S, ">I"),
    "utc-48": (0x0120, ARISTA_S & 0xFFFF, ">H"),
}
BEFORE = ["", "81000064", "88a80064810000c8", "8988112233445566"]


def test_each_time_of_arista_behind_each_tag(tshark, erspanrate, tmp_path):
    """Each copy comes 50 us after the time in its frame."""
    made, wanted = [], {}
    rows = itertools.product(STAMPS.items(), BEFORE)
    for session, ((name, (version, seconds, form)), before) in enumerate(rows, start=1):
        wanted[session] = (name, before)
        for number in range(4):
            ns = number * 1_000_000
            tag = bytes.fromhex(before) + struct.pack(">HHH", 0xD28B, 1, version)
            tag += struct.pack(form, seconds) + struct.pack(">I", ns)
            frame = TO_SERVER + tag + packets.ping(sequence=session * 8 + number)[12:]
            made.append((ns + 50_000, packets.copy(packets.type2(session) + frame, sequence=number)))
    made.sort(key=lambda row: row[0])
    frames_made = [pcapfile.Frame(1, len(copy), copy, ARISTA_S * 10**9 + ns) for ns, copy in made]
    path = tmp_path / "made.pcap"
    pcapfile.write(path, 1, frames_made, magic=pcapfile.MAGIC_NANOSECONDS)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    sessions = json.loads(done.stdout)["sessions"]
    assert sessions == reports.report(tshark, path, "-q")["sessions"]
    assert len(sessions) == len(wanted) == 16
    for session in sessions:
        clock, row = session["clock"], wanted[session["session_id"]]
        assert clock["copies"] == 4 and clock["method"] == "timestamp in the mirrored frame", row
        assert clock["delay_ns"] == {"min": 50_000, "mean": 50_000, "max": 50_000}, row


def test_time_of_arista(tshark, erspanrate, tmp_path):
    """A copy each millisecond, 50 us after its frame: what the frame states is the source's time."""
    arrival_s, copies = 1_700_000_000, []
    for number in range(4):
        ns = number * 1_000_000
        tag = struct.pack("!HHHII", 0xD28B, 1, 0x0010, arrival_s + 37, ns)  # TAI, which is 37 s ahead
        frame = TO_SERVER + tag + packets.ping()[12:]
        copies.append((ns + 50_000, packets.copy(packets.type2() + frame, sequence=number)))
    path = tmp_path / "made.pcap"
    header = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 1)
    records = (struct.pack("<IIII", arrival_s, ns, len(copy), len(copy)) + copy for ns, copy in copies)
    path.write_bytes(header + b"".join(records))
    rows = tshark.fields(path, ["erspan.time.method", "erspan.delay", "erspan.time.delta"])
    assert [row[0] for row in rows] == ["7"] * 4
    assert [float(row[1]) for row in rows] == [50e-6] * 4
    assert [row[2] and float(row[2]) for row in rows] == ["", 1e-3, 1e-3, 1e-3]
    for clock in (
        reports.report(tshark, path, "-q")["sessions"][0]["clock"],
        json.loads(subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True).stdout)["sessions"][0]["clock"],
    ):
        assert clock["copies"] == 4 and clock["method"] == "timestamp in the mirrored frame"
        assert clock["delay_ns"] == {"min": 50_000, "mean": 50_000, "max": 50_000}
