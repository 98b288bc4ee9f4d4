# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that erspangen replays; which frames and times sessions mirror; units of rates and sizes."""

import packets
import pcapfile
import pytest
from mirrored_frames import bare, segments

PING, PONG = packets.ping(), packets.ping(sequence=2)
PONG = PONG[6:12] + PONG[:6] + PONG[12:]


@pytest.fixture
def recorded(tmp_path):
    frames = [(10**18, PING), (10**18 + 1234567, PONG), (10**18 + 3000001, PING)]
    return bare(frames, tmp_path / "recorded.pcap")


def test_a_capture_is_replayed_with_its_times(mirrored, recorded):
    copies = mirrored("--kind", "capture", "--file", str(recorded))
    assert copies == [(0, PING), (1234567, PONG), (3000001, PING)]


def test_a_capture_loops(mirrored, recorded):
    copies = mirrored("--kind", "capture", "--file", str(recorded), "--loops", "3")
    assert [frame for _, frame in copies] == [PING, PONG, PING] * 3
    loop = 3000001 + 3000001 / 2  # and a mean gap
    for number, (time_ns, _) in enumerate(copies):
        turn, place = divmod(number, 3)
        assert abs(time_ns - (turn * loop + [0, 1234567, 3000001][place])) <= 1


def test_a_capture_is_replayed_at_a_rate(mirrored, recorded):
    copies = mirrored("--kind", "capture", "--file", str(recorded), "--loops", "4", "--rate", "1kpps")
    assert [time_ns for time_ns, _ in copies] == [number * 10**6 for number in range(12)]


def test_pcapng_is_read(mirrored, write):
    path = write("--count", "4", name="written.pcapng")
    copies = mirrored("--kind", "capture", "--file", str(path))
    assert [frame for _, frame in copies] == [frame.captured for frame in pcapfile.read(path)]


def test_a_frame_too_long_for_a_copy_is_an_error_unless_it_is_cut(write, mirrored, tmp_path):
    frame = PING[:12] + b"\x88\xb5" + bytes(65530 - 14)
    path = bare([(0, PING), (1000, frame)], tmp_path / "long.pcap")
    with pytest.raises(ValueError, match="longer than an IP packet"):
        write("--kind", "capture", "--file", str(path))
    copies = mirrored("--kind", "capture", "--file", str(path), "--cut", "1000")
    assert [copy.frame for copy in copies] == [PING, frame[:1000]]


def capture_header(link_type):
    return pcapfile.FILE_HEADER.pack(0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"this is no capture at all", "known format"),
        (capture_header(101) + pcapfile.RECORD_HEADER.pack(1, 0, 20, 20) + bytes(20), "must be Ethernet"),
        (capture_header(105) + pcapfile.RECORD_HEADER.pack(1, 0, 20, 20) + bytes(20), "must be Ethernet"),
        (capture_header(1) + bytes(10), "after frame 0: "),
    ],
)
def test_a_capture_that_cannot_be_read_is_an_error_that_names_it(write, tmp_path, content, why):
    path = tmp_path / "input.pcap"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        write("--kind", "capture", "--file", str(path))
    assert str(path) in str(error.value) and why in str(error.value)


# Mirroring
PORT = """
[traffic port]
kind = iperf
bytes = 100kB
[session one]
mirror = port
session = 1
"""


def test_sessions_mirror_the_same_frames_at_the_same_times(write, tshark):
    scenario = PORT + "[session two]\nmirror = port\nsession = 2\ntype = 3\ndirection = auto\n"
    rows = tshark.fields(write(scenario=scenario), ["frame.time_epoch", "erspan.session"])
    one = [time for time, session in rows if session == "1"]
    two = [time for time, session in rows if session == "2"]
    assert one == two and len(one) > 100


def test_directions_are_told_apart(write, mirrored):
    both = mirrored(scenario=PORT)
    for direction, reverse in (("forward", False), ("reverse", True)):
        copies = mirrored("--mirror-direction", direction, scenario=PORT)
        expected = [c.frame for c, s in zip(both, segments(both)) if s.reverse == reverse]
        assert [copy.frame for copy in copies] == expected
    path = write("--type", "3", "--direction", "auto", scenario=PORT)
    for frame, segment in zip(pcapfile.read(path), segments(both), strict=True):
        erspan = frame.captured[14 + 20 + 8 :]
        assert (erspan[11] >> 3) & 1 == segment.reverse  # D


def test_a_session_begins_late_and_ends_early(mirrored):
    all_of_it = mirrored(scenario=PORT)
    some = mirrored("--count", "5", scenario=PORT.replace("session = 1", "session = 1\ndelay = 1ms"))
    assert [copy.frame for copy in some] == [
        copy.frame for copy in all_of_it if copy.time_ns >= 10**6
    ][: len(some)]
    assert len(some) <= 5


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        (PORT.replace("mirror = port", "mirror = sport"), "no [traffic NAME]"),
        (PORT + "inner-size = 100", "with mirror, the traffic makes the frames"),
        (PORT + "interval = 1ms", "interval requires a session without mirror"),
        (PORT.replace("bytes = 100kB", "inner-size = 100"), "inner-size requires kind = rate"),
        (PORT.replace("kind = iperf", "kind = imix"), "bytes requires kind = iperf"),
        (PORT.replace("bytes = 100kB", "window = 1"), "window = 1: must be"),
        (PORT.replace("bytes = 100kB", "rate = 10"), "rate = 10: must be"),
        (PORT.replace("bytes = 100kB", "rate = 10kpps"), "in bits"),
        (PORT.replace("bytes = 100kB", "rate = 2Gbit\nline-rate = 1Gbit"), "more than line-rate"),
        (PORT.replace("bytes = 100kB", "duration = 31000000s"), "30 days"),
        (PORT.replace("bytes = 100kB", "rtt = 61s"), "a minute"),
        (PORT.replace("bytes = 100kB", "tso = 80KiB"), "longer than an IP packet"),
        ("[traffic t]\nkind = capture\n[session s]\nmirror = t\n", "needs file"),
        ("[traffic t]\nkind = poisson\n[session s]\nmirror = t\n", "needs rate"),
        ("[session s]\nmirror-direction = forward\n", "requires mirror"),
    ],
)
def test_what_cannot_be_is_an_error(write, scenario, why):
    with pytest.raises(ValueError) as error:
        write(scenario=scenario)
    assert why in str(error.value)


@pytest.mark.parametrize("option", [("--rtt", "1ms"), ("--inner-hex", "00")])
def test_an_option_without_meaning_is_an_error(write, option):
    with pytest.raises(ValueError, match="requires"):
        write("--kind", "rate", *option)


# Units
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1Gbit", "1000Mbit"),
        ("0.5Gbit", "500000kbit"),
        ("100kpps", "0.1Mpps"),
        ("100kpps", "100000pps"),
    ],
)
def test_units_of_rates(write, text, same):
    made = [
        write("--kind", "rate", "--count", "20", "--rate", rate).read_bytes() for rate in (text, same)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize(("text", "size"), [("100kB", 100000), ("4KiB", 4096), ("1MB", 1000000)])
def test_units_of_sizes(mirrored, text, size):
    made = segments(mirrored("--kind", "iperf", "--bytes", text))
    assert sum(s.data for s in made if not s.reverse) == size + 37


@pytest.mark.parametrize("text", ["10", "1 Gbit", "Gbit", "1gbit", "-1Gbit", "1.5bit", "1kpp", "1e9bit"])
def test_wrong_units_are_errors(write, text):
    with pytest.raises(ValueError, match="must be"):
        write("--kind", "rate", "--rate", text)
