# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark -U ERSPAN writes the mirrored frames, whole or as cut as they are, as a capture."""

import subprocess

import captures_table
import packets
import pcapfile
import pytest

CAPTURES = captures_table.CAPTURES
SECOND = 10**9


@pytest.fixture
def exported(tshark):
    """The frames that are written, read from the file by a reader of our own."""

    def exported(capture, *options):
        done = subprocess.run(
            [*tshark.drop, "tshark", "-n", "-r", str(tshark.staged(capture)), "-U", "ERSPAN",
             "-w", "-", *options],
            env=tshark.environment, cwd=tshark.stage, capture_output=True, check=True,
        )
        out = tshark.stage / "exported.pcapng"
        out.write_bytes(done.stdout)
        return pcapfile.read(out)

    return exported


def pings(count, sequences=None, **keys):
    numbers = range(count) if sequences is None else sequences
    return [packets.copy(packets.type2(**keys) + packets.ping(sequence=i), sequence=number)
            for i, number in enumerate(numbers)]


def test_bytes_and_times_are_those_of_the_copies(exported, tmp_path):
    """packets.capture() puts the copies a millisecond apart."""
    capture = packets.capture(tmp_path / "pings.pcap", pings(5))
    frames = exported(capture)
    assert [frame.captured for frame in frames] == [packets.ping(sequence=i) for i in range(5)]
    assert [frame.time_ns for frame in frames] == [i * 1000000 for i in range(5)]
    assert {frame.link_type for frame in frames} == {packets.ETHERNET}


def test_a_cut_frame_keeps_its_length(exported, tmp_path):
    """The source kept 64 of 98 bytes and set T; IP says 98."""
    frame = packets.ping()
    capture = packets.capture(
        tmp_path / "cut.pcap", [packets.copy(packets.type2(truncated=1) + frame[:64])]
    )
    (found,) = exported(capture)
    assert (found.captured, found.length) == (frame[:64], len(frame))


def test_the_frame_check_sequence_is_left_out(exported, tmp_path):
    frame = packets.ping()
    capture = packets.capture(
        tmp_path / "fcs.pcap", [packets.copy(packets.type2() + frame + packets.fcs(frame))]
    )
    (found,) = exported(capture)
    assert found.captured == frame


def test_of_a_mirror_loop_the_outermost_frame(exported):
    """Each of three copies holds a copy: its frame is that copy's packet."""
    frames = exported(CAPTURES / "q22-nested.pcap")
    assert [frame.length for frame in frames] == [110, 110, 110]


def test_quotes_are_no_frames(exported):
    frames = exported(CAPTURES / "q23-fragmentation-needed.pcap")
    assert len(frames) == 2


def test_a_display_filter_chooses(exported):
    frames = exported(CAPTURES / "loss-runs.pcap", "-Y", "erspan.seq < 6")
    assert len(frames) == 6


def test_each_frame_once(exported, tmp_path):
    once = ["-o", "erspan.export_once:TRUE"]
    two = CAPTURES / "q21-both-directions.pcap"
    assert len(exported(two)) == 8
    assert len(exported(two, *once)) == 4
    assert len(exported(CAPTURES / "duplicates.pcap")) == 10
    assert len(exported(CAPTURES / "duplicates.pcap", *once)) == 8


def test_with_the_source_s_time(exported, tmp_path):
    """A source whose clock is 5 s behind: Type III, 1588, seconds in sub-header 5."""
    copies = []
    for i in range(3):
        header = packets.type3(timestamp=i * 1000, gra=2, o=1)
        subheader = (5 << 26).to_bytes(4, "big") + (1700000000).to_bytes(4, "big")
        copies.append(packets.copy(header + subheader + packets.ping(sequence=i), 0x22EB, i))
    capture = packets.capture(tmp_path / "source.pcap", copies)
    assert [frame.time_ns for frame in exported(capture)] == [0, 1000000, 2000000]
    found = exported(capture, "-o", "erspan.export_source_time:TRUE")
    assert [frame.time_ns for frame in found] == [1700000000 * SECOND + i * 1000 for i in range(3)]


def test_what_is_exported_reads_as_on_the_wire(tshark, exported, two_mirrors):
    """Written once each, the segments of two mirrors are clean TCP."""
    frames = exported(two_mirrors, "-o", "erspan.export_once:TRUE")
    assert len(frames) * 2 == len(tshark.frames(two_mirrors, "erspan"))
    out = tshark.stage / "exported.pcapng"
    assert tshark.frames(out, "tcp.analysis.flags && !tcp.analysis.window_update") == []
    assert len(tshark.frames(out, "tcp")) == len(frames)
