# SPDX-License-Identifier: GPL-2.0-or-later
"""The traffic that erspangen mirrors, judged by what its kinds promise: rates, proportions, TCP."""

import json
import statistics
import struct
from collections import Counter

import captures_table
import packets
import pytest
from mirrored_frames import bare, segments

WIRE_OVERHEAD = 24  # bytes: FCS, preamble and gap

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
    "--flows 2 --bytes 100kB --control yes",
    "--flows 128 --bytes 1MB --control yes --rtt 1us",
    "--flows 3 --duration 10ms --control yes --tso 64KiB --inner-ip 6",
]


@pytest.mark.parametrize("keys", IPERF)
def test_tshark_finds_nothing_in_iperf(mirrored, builtin_tshark, tmp_path, keys):
    copies = mirrored("--kind", "iperf", *keys.split())
    capture = bare(copies, tmp_path / "bare.pcap")
    options = UNCHECKED if "--tso" in keys else CHECKED  # such a stack leaves checksums undone
    names = ["tcp.stream", "tcp.completeness", *BAD_IF_THERE, *BAD_IF_0]
    rows = builtin_tshark.fields(capture, names, options=["-2", *options])
    # Handshake, data and end of every connection: 1, 2, 4 and 8, 16.
    connections = int(keys.split()[1]) + keys.count("--control yes")
    assert {row[:2] for row in rows} == {(str(stream), "31") for stream in range(connections)}
    assert {row[2:4] for row in rows} == {("", "")}
    assert not any("0" in row[4:] for row in rows)
    assert all(a.time_ns <= b.time_ns for a, b in zip(copies, copies[1:]))


def spoken(copies):
    """What each connection carries: (client's port, from the server?, bytes), in order."""
    return [
        (segment.port, segment.reverse, copy.frame[segment.length - segment.data:])
        for copy, segment in zip(copies, segments(copies)) if segment.data
    ]


# iperf3's states: start, running, end, parameters, create streams, exchange results, display results, done.
STATES = [9, 10, 1, 2, 4, 13, 14, 16]


def test_iperf3_agrees_on_the_test_before_it_opens_the_connections_of_data(mirrored):
    copies = mirrored("--kind", "iperf", "--flows", "2", "--bytes", "20001", "--control", "yes")
    said = spoken(copies)
    control = said[0][0]
    messages = [(reverse, data) for port, reverse, data in said if port == control]
    cookie = messages[0][1]
    assert len(cookie) == 37 and cookie[-1] == 0 and 0 not in cookie[:-1]
    first = {}
    for port, _, data in said:
        first.setdefault(port, data)
    assert set(first.values()) == {cookie} and len(first) == 3
    states = [(reverse, data[0]) for reverse, data in messages if len(data) == 1]
    assert [state for _, state in states] == STATES
    assert [state for reverse, state in states if not reverse] == [4, 16]  # the client ends the test
    texts = [(reverse, data) for reverse, data in messages[1:] if len(data) > 1]
    for (_, length), (_, text) in zip(texts[::2], texts[1::2]):
        assert struct.unpack(">I", length) == (len(text),)
    parameters, *results = [json.loads(text) for _, text in texts[1::2]]
    assert (parameters["tcp"], parameters["parallel"], parameters["num"]) == (True, 2, 20001)
    assert [[stream["bytes"] for stream in result["streams"]] for result in results] == [[10001, 10000]] * 2
    assert [reverse for reverse, _ in texts] == [False] * 4 + [True] * 2

    # Data come between "test running" and "test end"; connections are opened after "create streams".
    order = [data[0] if port == control and len(data) == 1 else "data" if len(data) > 37 and port != control else None
             for port, _, data in said]
    assert order.index(2) < order.index("data") < order.index(4)
    opened = [copy.time_ns for copy, segment in zip(copies, segments(copies)) if segment.flags == SYN]
    assert opened[0] == copies[0].time_ns
    created = next(copy.time_ns for copy, segment in zip(copies, segments(copies))
                   if segment.port == control and segment.data == 1 and copy.frame[-1] == 10)
    assert all(created < time_ns for time_ns in opened[1:])


@pytest.mark.parametrize("control", ["no", "yes"])
def test_wireshark_takes_no_data_of_iperf_for_messages(mirrored, builtin_tshark, tmp_path, control):
    """From 4.4 on Wireshark reads the first connection of a test as the one for messages, byte by byte."""
    copies = mirrored("--kind", "iperf", "--flows", "2", "--bytes", "100kB", "--control", control)
    capture = bare(copies, tmp_path / "bare.pcap")
    assert "Unknown" not in builtin_tshark.run(capture).stdout
    if builtin_tshark.version < (4, 4):
        return
    rows = builtin_tshark.fields(capture, ["iperf3.state"], "iperf3.state")
    assert [int(state) for (state,) in rows] == (STATES if control == "yes" else [])


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
