# SPDX-License-Identifier: GPL-2.0-or-later
"""Tags between a mirrored frame's addresses and its EtherType hide no TCP from either program."""

import json
import struct
import subprocess

import pytest

import packets
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


def frames(tag):
    """Ten segments from the client, behind the tag, and an ACK for each, without it."""
    there = {"source": CLIENT, "destination": SERVER}
    back = {"source": SERVER, "destination": CLIENT}

    def tagged(packet):
        return TO_SERVER + tag + b"\x08\x00" + packet

    yield tagged(packets.tcp((40000, 5201), 99, 0, flags=packets.SYN, **there))
    yield packets.ethernet(
        0x0800, packets.tcp((5201, 40000), 499, 100, flags=packets.SYN | packets.ACK, **back), TO_CLIENT
    )
    for number in range(10):
        at = 100 + number * SEGMENT
        yield tagged(packets.tcp((40000, 5201), at, 500, bytes(SEGMENT), **there))
        yield packets.ethernet(0x0800, packets.tcp((5201, 40000), 500, at + SEGMENT, **back), TO_CLIENT)


@pytest.mark.parametrize("tag", TAGS.values(), ids=TAGS.keys())
def test_all_is_visible(tshark, erspanrate, tmp_path, tag):
    copies = [
        packets.copy(packets.type2() + frame, sequence=number)
        for number, frame in enumerate(frames(bytes.fromhex(tag)))
    ]
    path = packets.capture(tmp_path / "made.pcap", copies)
    plugin = reports.report(tshark, path, "-q")["sessions"][0]
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    collector = json.loads(done.stdout)["sessions"][0]
    assert collector == plugin
    assert plugin["tcp"]["delivered_bytes"] == 10 * SEGMENT
    assert plugin["tcp"]["visibility"] == 1
    assert plugin["verdicts"] == []


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
