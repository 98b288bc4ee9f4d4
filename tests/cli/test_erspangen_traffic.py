# SPDX-License-Identifier: GPL-2.0-or-later
"""The traffic that erspangen mirrors, judged by what its kinds promise: rates, proportions, TCP."""

import statistics
import struct
import subprocess
from collections import Counter
from typing import NamedTuple

import captures_table
import packets
import pcapfile
import pytest
from patience import PATIENCE

WIRE_OVERHEAD = 24  # bytes: FCS, preamble and gap
OUTER_LENGTH = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with sequence number, type 2


class Copy(NamedTuple):
    time_ns: int
    frame: bytes


@pytest.fixture
def write(erspangen, tmp_path):
    """Writes a capture, or fails with the error as the exception's text."""

    def write(*arguments, scenario=None, name="out.pcap"):
        path = tmp_path / name
        if scenario is not None:
            source = tmp_path / "scenario.ini"
            source.write_text(scenario, encoding="utf-8")
            arguments = (str(source), *arguments)
        done = subprocess.run(
            [erspangen, "write", *arguments, "-o", path], capture_output=True, check=False, timeout=PATIENCE
        )
        if done.returncode != 0:
            raise ValueError(done.stderr.decode())
        return path

    return write


@pytest.fixture
def mirrored(write):
    """The mirrored frames and their times since the first, in nanoseconds."""

    def mirrored(*arguments, scenario=None):
        made = pcapfile.read(write(*arguments, "--time-precision", "ns", scenario=scenario))
        start = made[0].time_ns if made else 0
        return [Copy(frame.time_ns - start, frame.captured[OUTER_LENGTH:]) for frame in made]

    return mirrored


def bare(copies, path):
    """A capture of the mirrored frames themselves, as pairs of time and bytes."""
    frames = [pcapfile.Frame(1, len(frame), frame, time_ns) for time_ns, frame in copies]
    pcapfile.write(path, 1, frames, pcapfile.MAGIC_NANOSECONDS)
    return path


CHECKED = captures_table.CHECKSUMS
UNCHECKED = ["-o", "tcp.check_checksum:FALSE"]
BAD_IF_THERE = ["tcp.analysis.flags", "_ws.malformed"]
BAD_IF_0 = [f"{name}.checksum.status" for name in ("ip", "tcp", "udp", "icmp", "icmpv6")]
COMPLAINTS = " || ".join([*BAD_IF_THERE, *(f"{name} == 0" for name in BAD_IF_0)])


# iperf

IPERF = [
    "--flows 2 --duration 20ms",
    "--flows 1 --bytes 300kB --rtt 5ms",
    "--flows 5 --bytes 1MB --inner-ip 6 --inner-vlan 7",
    "--flows 2 --duration 20ms --lro-ack yes",
    "--flows 2 --duration 10ms --tso 64KiB --lro-ack yes",
    "--flows 2 --duration 10ms --tso 64KiB",
    "--flows 2 --duration 20ms --inner-mtu 9000",
    "--flows 1 --duration 20ms --window 8KiB",
    "--flows 1 --duration 100ms --window 20000 --rtt 1ms",
    "--flows 3 --duration 20ms --rate 500Mbit",
    "--flows 1 --bytes 1 --rtt 60ms",
    "--flows 1 --bytes 0",
]


@pytest.mark.parametrize("keys", IPERF)
def test_tshark_finds_nothing_in_iperf(mirrored, builtin_tshark, tmp_path, keys):
    copies = mirrored("--kind", "iperf", *keys.split())
    capture = bare(copies, tmp_path / "bare.pcap")
    options = UNCHECKED if "--tso" in keys else CHECKED  # such a stack leaves checksums undone
    names = ["tcp.stream", "tcp.completeness", *BAD_IF_THERE, *BAD_IF_0]
    rows = builtin_tshark.fields(capture, names, options=["-2", *options])
    # Handshake, data and end of every connection: 1, 2, 4 and 8, 16.
    assert {row[:2] for row in rows} == {(str(stream), "31") for stream in range(int(keys.split()[1]))}
    assert {row[2:4] for row in rows} == {("", "")}
    assert not any("0" in row[4:] for row in rows)
    assert all(a.time_ns <= b.time_ns for a, b in zip(copies, copies[1:]))


class Segment(NamedTuple):
    time_ns: int
    length: int  # of the frame
    port: int  # the client's
    reverse: bool
    flags: int
    sequence: int
    acknowledgement: int
    data: int


def segments(copies):
    """IPv4 without tags; data by the length of the frame."""
    for time_ns, frame in copies:
        source, destination, sequence, acknowledgement, offset = struct.unpack_from(
            ">HHIIH", frame, 34
        )
        reverse = source == 5201
        yield Segment(
            time_ns,
            len(frame),
            destination if reverse else source,
            reverse,
            offset & 0x1FF,
            sequence,
            acknowledgement,
            len(frame) - 34 - (offset >> 12) * 4,
        )


SYN, FIN, ACK = 0x02, 0x01, 0x10


def test_the_handshake_takes_a_round_trip_and_offers_what_linux_offers(mirrored):
    copies = mirrored("--kind", "iperf", "--rtt", "1.5ms", "--bytes", "1000")
    first, second, third = list(segments(copies))[:3]
    assert (first.flags, second.flags, third.flags) == (SYN, SYN | ACK, ACK)
    assert second.time_ns - first.time_ns == 1500000
    assert (second.acknowledgement, third.acknowledgement) == (
        (first.sequence + 1) % 2**32,
        (second.sequence + 1) % 2**32,
    )
    for copy in copies[:2]:
        options = copy.frame[54:]
        assert options[:4] == bytes([2, 4, 1460 >> 8, 1460 & 255])
        assert options[4:6] == bytes([4, 2])
        assert options[6:8] == bytes([8, 10])
        assert options[16:19] == bytes([1, 3, 3])
        assert len(options) == 20


def test_iperf_sends_the_bytes_it_was_told_to(mirrored):
    made = list(segments(mirrored("--kind", "iperf", "--flows", "3", "--bytes", "1000000")))
    sent = Counter()
    for segment in made:
        if not segment.reverse:
            sent[segment.port] += segment.data
    cookie = 37  # iperf3 begins each connection with its cookie
    assert sum(sent.values()) == 1000000 + 3 * cookie
    assert max(sent.values()) - min(sent.values()) <= 1
    assert sum(1 for segment in made if segment.flags & FIN) == 6


def test_two_connections_fill_the_line_and_no_frame_overlaps_another(mirrored):
    made = list(segments(mirrored("--kind", "iperf", "--flows", "2", "--duration", "30ms")))
    for reverse in (False, True):
        way = [segment for segment in made if segment.reverse == reverse]
        for one, following in zip(way, way[1:]):
            lasts_ns = (max(one.length, 60) + WIRE_OVERHEAD) * 8 / 10
            assert following.time_ns - one.time_ns > lasts_ns - 2  # times are whole nanoseconds
    data = [segment for segment in made if segment.data > 0]
    settled = [segment for segment in data if segment.time_ns > 15 * 10**6]
    seconds = (settled[-1].time_ns - settled[0].time_ns) / 10**9
    rate = sum((segment.length + WIRE_OVERHEAD) * 8 for segment in settled[:-1]) / seconds
    assert rate == pytest.approx(10e9, rel=0.001)
    shares = Counter(segment.port for segment in settled)
    assert min(shares.values()) > 0.45 * len(settled)


def in_flight(made):
    """How much of each connection is under way, at each segment of data."""
    sent, acknowledged, most = {}, {}, []
    for segment in made:
        if segment.reverse:
            acknowledged[segment.port] = segment.acknowledgement
        elif segment.data:
            sent[segment.port] = segment.sequence + segment.data
            most.append((segment.time_ns, (sent[segment.port] - acknowledged[segment.port]) % 2**32))
    return most


def test_windows_grow_to_the_limit_and_no_further(mirrored):
    keys = "--kind iperf --rtt 5ms --window 256KiB --duration 100ms"
    flight = in_flight(segments(mirrored(*keys.split())))
    first_data = flight[1][0]
    rounds = [
        max(n for t, n in flight if first_data + r * 5e6 <= t < first_data + (r + 1) * 5e6)
        for r in range(8)
    ]
    assert rounds[0] == 10 * 1448  # RFC 6928
    assert rounds[1] == pytest.approx(2 * rounds[0], rel=0.1)
    assert rounds[2] == pytest.approx(2 * rounds[1], rel=0.1)
    assert 256 * 1024 - 1448 <= max(n for _, n in flight) < 256 * 1024
    # Windows that are less than the line can hold leave it idle: a window in each round trip.
    data = [s for s in segments(mirrored(*keys.split())) if s.data and s.time_ns > 60e6]
    seconds = (data[-1].time_ns - data[0].time_ns) / 10**9
    assert sum(s.data for s in data) / seconds == pytest.approx(256 * 1024 / 0.005, rel=0.1)


@pytest.mark.parametrize(("key", "bytes_each"), [("no", 2 * 1448), ("yes", 64 * 1024)])
def test_the_server_acknowledges_every_second_segment_or_a_merged_burst(mirrored, key, bytes_each):
    keys = f"--kind iperf --duration 20ms --lro-ack {key}"
    made = [s for s in segments(mirrored(*keys.split())) if s.time_ns > 10**7]
    answers = [s.acknowledgement for s in made if s.reverse and not s.flags & FIN]
    steps = [(b - a) % 2**32 for a, b in zip(answers, answers[1:])]
    assert statistics.median(steps) == pytest.approx(bytes_each, abs=1448)


def test_superframes_are_as_long_as_they_may_be(mirrored):
    copies = mirrored(*"--kind iperf --duration 5ms --tso 64KiB".split())
    made = list(segments(copies))
    most = (65536 - 52) // 1448 * 1448
    assert max(segment.data for segment in made) == most
    for (_, frame), segment in zip(copies, made):
        (length, checksum) = struct.unpack_from(">H", frame, 16) + struct.unpack_from(">H", frame, 50)
        assert length == len(frame) - 14
        if not segment.reverse:  # the stack leaves all but the pseudo-header to the hardware
            pseudo = frame[26:34] + struct.pack(">HH", 6, len(frame) - 34)
            assert checksum == packets.checksum(pseudo) ^ 0xFFFF


def test_superframes_beyond_ipv4s_length_say_0(mirrored):
    copies = mirrored(*"--kind iperf --duration 5ms --tso 90000 --cut 128".split())
    lengths = {struct.unpack_from(">H", frame, 16)[0] for _, frame in copies}
    assert 0 in lengths
    for _, frame in copies:
        assert packets.checksum(frame[14:34]) == 0


def test_a_rate_is_kept_in_bursts_at_line_rate_with_gaps(mirrored):
    keys = "--kind iperf --flows 2 --rate 1Gbit --duration 100ms"
    data = [s for s in segments(mirrored(*keys.split())) if s.data and s.time_ns > 20e6]
    seconds = (data[-1].time_ns - data[0].time_ns) / 10**9
    assert sum((s.length + 4) * 8 for s in data) / seconds == pytest.approx(1e9, rel=0.03)
    gaps = [b.time_ns - a.time_ns for a, b in zip(data, data[1:])]
    assert statistics.median(gaps) in (1230, 1231)  # 1538 bytes at 10 Gbit/s
    assert max(gaps) > 100000


# Paced kinds


def gaps_of(copies):
    return [b.time_ns - a.time_ns for a, b in zip(copies, copies[1:])]


@pytest.mark.parametrize(
    ("keys", "gap_ns"),
    [
        ("--rate 500kpps --inner-size 60", 2000),
        ("--rate 1Gbit --inner-size 1496", 12000),
        ("--inner-size 1514 --line-rate 1Gbit", 12304),
        ("--inner-size 1514", 1230.4),
        ("--inner-size 60 --rate 3Mpps", 1e9 / 3e6),
        ("--inner-size 0 --rate 1Mpps", 1000),
    ],
)
def test_a_constant_rate_is_constant_and_does_not_drift(mirrored, keys, gap_ns):
    copies = mirrored("--kind", "rate", "--count", "3001", *keys.split())
    assert len(copies) == 3001
    for number, copy in enumerate(copies):
        assert abs(copy.time_ns - number * gap_ns) <= 1


@pytest.mark.parametrize("size", [0, 1, 14, 41, 42, 49, 50, 60, 1514, 9014, 65000])
@pytest.mark.parametrize("version", ["4", "6"])
def test_frames_of_any_size(mirrored, builtin_tshark, tmp_path, size, version):
    if size == 65000:
        size -= 64 * (version == "6")
    copies = mirrored(
        "--kind", "rate", "--count", "3", "--flows", "2", "--inner-size", str(size), "--inner-ip", version
    )
    assert [len(frame) for _, frame in copies] == [size] * 3
    if size >= 62:
        capture = bare(copies, tmp_path / "bare.pcap")
        assert builtin_tshark.frames(capture, f"udp && !({COMPLAINTS})", CHECKED) == [1, 2, 3]
        assert len({frame for _, frame in copies}) == 3


def test_poisson_has_the_mean_and_variance_of_its_law(mirrored):
    copies = mirrored(
        *"--kind poisson --rate 100kpps --inner-size 60 --count 40001 --line-rate 100Gbit".split()
    )
    gaps = gaps_of(copies)
    mean = 10000
    deviation = mean / len(gaps) ** 0.5  # of the mean of so many
    assert abs(statistics.fmean(gaps) - mean) < 4 * deviation
    # The variance is the mean squared; that estimate's deviation is sqrt(8/n) of it.
    assert abs(statistics.variance(gaps) / mean**2 - 1) < 4 * (8 / len(gaps)) ** 0.5
    # One in e^k gaps is longer than k means.
    for k in (1, 2, 3):
        share = sum(gap > k * mean for gap in gaps) / len(gaps)
        law = 2.718281828459045**-k
        assert abs(share - law) < 4 * (law * (1 - law) / len(gaps)) ** 0.5
    # No memory: a long gap says nothing of the next.
    centred = [gap - mean for gap in gaps]
    correlation = statistics.fmean(a * b for a, b in zip(centred, centred[1:])) / mean**2
    assert abs(correlation) < 4 / len(gaps) ** 0.5


def test_seeds_decide(write):
    keys = "--kind poisson --rate 1Mpps --count 100"
    made = [
        write(*keys.split(), "--seed", seed).read_bytes() for seed in ("1", "1", "2")
    ]
    assert made[0] == made[1] != made[2]


def test_imix_is_seven_four_one_at_its_rate(mirrored):
    copies = mirrored(*"--kind imix --rate 2Gbit --count 12001".split())
    assert Counter(len(frame) for _, frame in copies[:12000]) == {60: 7000, 590: 4000, 1514: 1000}
    bits = sum((len(frame) + 4) * 8 for _, frame in copies[:-1])
    assert bits / copies[-1].time_ns == pytest.approx(2, rel=0.0001)


def test_microbursts_are_back_to_back_and_periodic(mirrored):
    keys = "--kind microburst --burst 20 --every 500us --inner-size 1514 --count 60"
    copies = mirrored(*keys.split())
    for number, copy in enumerate(copies):
        burst, place = divmod(number, 20)
        assert abs(copy.time_ns - (burst * 500000 + place * 1230.4)) <= 1


# Requests


@pytest.mark.parametrize("version", ["4", "6"])
def test_requests_are_answered_and_tshark_finds_nothing(mirrored, builtin_tshark, tmp_path, version):
    keys = f"--kind requests --flows 3 --every 10ms --rtt 1ms --duration 5s --inner-ip {version}"
    copies = mirrored(*keys.split())
    capture = bare(copies, tmp_path / "bare.pcap")
    assert builtin_tshark.frames(capture, COMPLAINTS, CHECKED) == []
    rounds = 500 // 4
    names = ["arp.opcode", "icmp.type", "icmpv6.type", "dns.flags.response", "dns.response_in"]
    names += ["dns.response_to", "dns.time", "http.request", "http.response", "http.file_data"]
    names += ["http.content_length", "stp", "frame.time_relative"]
    rows = [dict(zip(names, row)) for row in builtin_tshark.fields(capture, names, options=["-2"])]

    def having(name, *values):
        """The frames that have the field, with one of the values if there are some."""
        return [row for row in rows if row[name] != "" and (not values or row[name] in values)]

    resolution = ("arp.opcode", "1", "2")
    echo = ("icmp.type", "8", "0")
    if version == "6":
        resolution = ("icmpv6.type", "135", "136")
        echo = ("icmpv6.type", "128", "129")
    for name, question, answer in (resolution, echo, ("dns.flags.response", "0", "1")):
        assert len(having(name, question)) == len(having(name, answer)) == rounds
    for name in ("http.request", "http.response", "dns.response_in", "dns.response_to", "dns.time"):
        assert len(having(name)) == rounds
    assert sum(row["http.file_data"] != "" for row in having("http.content_length", "4000")) == rounds
    assert [round(float(row["frame.time_relative"])) for row in having("stp")] == [0, 2, 4]
    for row in having("dns.time"):
        assert float(row["dns.time"]) == pytest.approx(0.001, rel=0.01)


# A capture


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
        (PORT + "inner-size = 100", "they are up to the traffic"),
        (PORT + "interval = 1ms", "interval requires times of its own"),
        (PORT.replace("bytes = 100kB", "inner-size = 100"), "inner-size requires another kind"),
        (PORT.replace("kind = iperf", "kind = imix"), "bytes requires another kind"),
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
