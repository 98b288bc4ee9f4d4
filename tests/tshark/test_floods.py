# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of made-up sessions hides nothing: those that live keep their figures, one that begins in the
flood is found, and every copy is in the sum. In erspanrate, and in tshark in one pass and in two."""

import json
import struct
import subprocess

import packets
import pcapfile
import pytest
import reports

pytestmark = pytest.mark.thorough

FLOOD = 250_000  # more than there is memory for
FLOOD_BEGIN, FLOOD_END = 2_000, 6_000  # milliseconds
LOSE_EVERY = 100
FLOODER = 0x0A000000
# Last byte of the source, and its first and last millisecond, with a copy in each.
REAL = {1: (0, 10_000), 10: (4_000, 8_000), 9: (7_000, 10_000)}

OUTER_SOURCE = 14 + 12
SEQUENCE = 14 + 20 + 4
SESSION = 14 + 20 + 8 + 2
INNER_ID = 14 + 20 + 8 + 8 + 14 + 4


def template():
    inner = packets.ethernet(0x0800, packets.ipv4(17, struct.pack(">HHHH", 1000, 2000, 26, 0) + bytes(18)))
    return bytearray(packets.copy(packets.type2(session=1) + inner))


def made_up(form, number, total):
    """Source and session ID of a copy of the flood."""
    if form == "sessions of few sources":
        return FLOODER + number // 1024, number % 1024
    if form == "two copies each":
        return FLOODER + number % (total // 2), 5
    return FLOODER + number, number % 1024


def events(form):
    """(microsecond, source, session ID, sequence number)"""
    for source, (begin, end) in REAL.items():
        for i in range(end - begin):
            if i % LOSE_EVERY != LOSE_EVERY // 2:
                yield (begin + i) * 1000 + source, 0xC0000200 + source, source, i
    span = (FLOOD_END - FLOOD_BEGIN) * 1000
    for number in range(FLOOD):
        source, session = made_up(form, number, FLOOD)
        yield FLOOD_BEGIN * 1000 + number * span // FLOOD, source, session, number * 2654435761 % 2**32


FORMS = ["a source for each", "sessions of few sources", "two copies each"]


@pytest.fixture(name="flood", scope="module", params=FORMS)
def fixture_flood(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("flood") / "flood.pcap"
    frame = template()
    with path.open("wb", buffering=1 << 20) as file:
        file.write(pcapfile.FILE_HEADER.pack(pcapfile.MAGIC_MICROSECONDS, 2, 4, 0, 0, pcapfile.SNAPLEN, 1))
        for count, (time, source, session, sequence) in enumerate(sorted(events(request.param))):
            struct.pack_into(">I", frame, OUTER_SOURCE, source)
            struct.pack_into(">H", frame, SESSION, session)
            struct.pack_into(">I", frame, SEQUENCE, sequence)
            struct.pack_into(">H", frame, INNER_ID, count & 0xFFFF)
            seconds, fraction = divmod(time, 1_000_000)
            file.write(pcapfile.RECORD_HEADER.pack(1_700_000_000 + seconds, fraction, len(frame), len(frame)) + frame)
    return path


def real_sessions(report):
    return {
        int(session["source"].rpartition(".")[2]): session
        for session in report["sessions"]
        if session["source"].startswith("192.0.2.")
    }


def check_real(report):
    found = real_sessions(report)
    assert set(found) == set(REAL)
    for source, (begin, end) in REAL.items():
        lost = (end - begin) // LOSE_EVERY
        assert found[source]["copies"] == end - begin - lost
        assert found[source]["sequence"]["lost"] == lost
        assert found[source]["sequence"]["late"] == 0
        assert found[source]["sequence"]["restarts"] == 0


def copies_in(report):
    return sum(session["copies"] for session in report["sessions"]) + report["other"]["copies"]


ALL = FLOOD + sum((end - begin) - (end - begin) // LOSE_EVERY for begin, end in REAL.values())


def test_erspanrate(erspanrate, flood):
    done = subprocess.run([erspanrate, "-r", flood, "-j"], stdout=subprocess.PIPE, check=True)
    report = json.loads(done.stdout)
    check_real(report)
    assert report["all"]["copies"] == ALL == copies_in(report)
    assert report["totals"]["given_up"] == 0
    text = subprocess.run([erspanrate, "-r", flood], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "evicted for busier ones" in text


def test_intervals(erspanrate, flood):
    """Intervals add up to the whole, whatever made room meanwhile."""
    done = subprocess.run([erspanrate, "-r", flood, "-j", "-t", "0.5"], stdout=subprocess.PIPE, check=True)
    *intervals, total = map(json.loads, done.stdout.splitlines())
    assert sum(interval["all"]["copies"] for interval in intervals) <= total["all"]["copies"] == ALL
    for interval in intervals:
        assert interval["all"]["copies"] >= 0
        for session in interval["sessions"]:
            assert 0 <= session["copies"] <= ALL


def without_strays(other):
    """A second copy of a made-up source is a stray where the first is still remembered. Of each source, the
    plugin keeps also what its copies turned out to be, for later visits, and so remembers fewer."""
    counts = {name: count for name, count in other["sequence"].items() if name != "strays"}
    return {**other, "sequence": counts}


def test_tshark(tshark, erspanrate, flood):
    quick = ["-q", "-o", "erspan.dissect_inner:FALSE"]
    once = reports.report(tshark, flood, *quick)
    check_real(once)
    assert copies_in(once) == ALL
    done = subprocess.run([erspanrate, "-r", flood, "-j"], stdout=subprocess.PIPE, check=True)
    collector = json.loads(done.stdout)
    assert once["sessions"] == collector["sessions"]
    assert without_strays(once["other"]) == without_strays(collector["other"])
    assert 0 <= once["other"]["sequence"]["strays"] <= collector["other"]["sequence"]["strays"] <= FLOOD // 2
    twice = reports.report(tshark, flood, "-2", *quick)
    check_real(twice)
    assert twice["sessions"] == once["sessions"]
    assert twice["other"] == once["other"]
