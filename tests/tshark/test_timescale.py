# SPDX-License-Identifier: GPL-2.0-or-later
"""The time of day of IEEE 1588 (Gra 2), in UTC and TAI, with its seconds and without them: in every copy,
by both programs."""

import json
import struct
import subprocess

import pytest

import packets
import pcapfile
import reports

BEGIN_S = 1700000000  # TAI is 37 s ahead then
DELAY_NS = 50_000


def write(path, headers):
    """One copy each 10 ms; headers: from the time at which the source saw the frame to bytes."""
    frames = []
    for number in range(40):
        seen_ns = BEGIN_S * 10**9 + number * 10_000_000
        packet = packets.copy(headers(seen_ns) + packets.ping(sequence=number), 0x22EB, number)
        frames.append(pcapfile.Frame(packets.ETHERNET, len(packet), packet, seen_ns + DELAY_NS))
    pcapfile.write(path, packets.ETHERNET, frames)
    return path


def with_seconds(ahead_s, platform):
    def header(seen_ns):
        seconds, rest = divmod(seen_ns, 10**9)
        subheader = struct.pack(">II", platform << 26 | 3 << 16 | 7, seconds + ahead_s)
        return packets.type3(timestamp=rest, gra=2, o=1) + subheader

    return header


def nanoseconds(ahead_s, platform):
    """64 bits: the upper half is in the sub-header."""
    def header(seen_ns):
        upper, lower = divmod(seen_ns + ahead_s * 10**9, 1 << 32)
        return packets.type3(timestamp=lower, gra=3, o=1) + struct.pack(">II", platform << 26 | 3, upper)

    return header


def without_seconds(seen_ns):
    return packets.type3(timestamp=seen_ns % 10**9, gra=2)


@pytest.mark.parametrize(
    ("header", "method", "text"),
    [
        (with_seconds(0, 5), "1", "IEEE 1588 with its seconds"),
        (with_seconds(37, 5), "1", "IEEE 1588 with its seconds"),
        (with_seconds(37, 6), "1", "IEEE 1588 with its seconds"),
        (nanoseconds(0, 3), "2", "Unix time in nanoseconds"),
        (nanoseconds(37, 3), "2", "Unix time in nanoseconds"),
        (nanoseconds(37, 7), "2", "Unix time in nanoseconds"),
        (without_seconds, "6", "IEEE 1588 without its seconds"),
    ],
    ids=["utc", "tai", "tai-platform-6", "nanoseconds", "tai-nanoseconds", "tai-nanoseconds-7", "no-seconds"],
)
def test_time_of_day(tshark, erspanrate, tmp_path, header, method, text):
    path = write(tmp_path / "made.pcap", header)
    rows = tshark.fields(path, ["erspan.delay", "erspan.time.method"])
    assert rows == [("0.000050000", method)] * 40
    assert len(tshark.frames(path, "erspan.time")) == 40
    plugin = reports.report(tshark, path, "-q")["sessions"][0]["clock"]
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    assert json.loads(done.stdout)["sessions"][0]["clock"] == plugin
    assert (plugin["copies"], plugin["method"]) == (40, text)
    assert plugin["delay_ns"] == {"min": DELAY_NS, "mean": DELAY_NS, "max": DELAY_NS}
