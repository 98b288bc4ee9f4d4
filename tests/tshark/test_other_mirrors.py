# SPDX-License-Identifier: GPL-2.0-or-later
"""Marker packets and mirrors that are not ERSPAN."""

import struct

import packets
from packets import copy, ipv4, ping, udp

# 2023-11-14 22:13:20 UTC
UTC_SECONDS = 1700000000
TAI_MINUS_UTC = 37


def marker(asic=0x123456789ABC, sequence=258, tail=0xA5A5A5A5):
    return (
        bytes(20) + struct.pack(">HBBBB", 0, 0x12, 3, 4, TAI_MINUS_UTC)
        + struct.pack(">HHI", 0, asic >> 32, asic & 0xFFFFFFFF)
        + struct.pack(">II", UTC_SECONDS + TAI_MINUS_UTC, 250000)
        + struct.pack("<I", sequence)
        + struct.pack(">III", 0, 0, tail)
    )


def over_udp(payload, port=8880):
    return packets.ethernet(0x0800, ipv4(17, udp(port, payload)))


def test_marker_is_found_on_any_port(tshark, tmp_path):
    path = packets.capture(
        tmp_path / "marker.pcap",
        [
            over_udp(marker()),
            over_udp(marker(), 40001),
            over_udp(marker(tail=0xA5A5A5A4)),
            over_udp(marker() + b"\0"),
        ],
    )
    assert tshark.frames(path, "erspan-marker") == [1, 2]
    fields = ["ssid", "version", "type", "granularity", "utc_offset", "timestamp", "sequence_number", "utc_sec"]
    assert tshark.fields(path, [f"erspan-marker.{field}" for field in fields], "frame.number == 1") == [
        ("3", "2", "1", "4", "37", str(0x123456789ABC), "258", "1700000037")]


def test_marker_tells_tai_from_utc(tshark, tmp_path):
    path = packets.capture(tmp_path / "tai.pcap", [over_udp(marker())])
    assert tshark.frames(path, 'erspan-marker.utc == "2023-11-14 22:13:20.25Z"') == [1]
    assert tshark.frames(path, "erspan-marker.tai == 1700000037.25") == [1]


def test_marker_without_asic_time(tshark, tmp_path):
    path = packets.capture(tmp_path / "zero.pcap", [over_udp(marker()), over_udp(marker(asic=0))])
    assert tshark.frames(path, "erspan-marker.asic_time.zero") == [2]


def test_everflow(tshark, tmp_path):
    vendor = bytes(range(22))
    path = packets.capture(tmp_path / "everflow.pcap", [copy(vendor + ping(), 0x8949, None)])
    assert tshark.fields(path, ["everflow.vendor", "icmp.seq"]) == [(vendor.hex(), "1")]
    assert tshark.frames(path, "erspan") == []


def test_plain_gre_stays_what_it_is(tshark, tmp_path):
    path = packets.capture(tmp_path / "teb.pcap", [copy(ping(), 0x6558, None)])
    assert tshark.frames(path, "icmp && !erspan && !everflow") == [1]
