# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen send puts onto a wire by live frames, which the kernel makes."""

import re
import struct
import time

import pytest
from backends import senders
from cable import count, numbers, sent_in, written

# Sessions that take turns: two share a counter and one has its own, with clocks of every kind.
STEADY = """
[sessions]
inner = udp
count = 700

[session two]
session = 2
sequence-domain = source
sequence-start = 0xfffffff0
ip-id = increment
inner-size = 70

[session hundred-microseconds]
type = 3
session = 3
timestamp = unix
sequence-domain = source
inner-size = 300

[session seconds]
type = 3
session = 4
gra = 2
platform = 5
timestamp = unix
sequence-bits = 30
sequence-start = 0x3fffff00
source = 2001:db8::1
destination = 2001:db8::2

[session upper]
type = 3
session = 5
gra = 1
platform = 3
tick = 320ns
timestamp = 0x123456789abcdef
source = 192.0.2.9
cut = 40
"""

# Where GRE begins, and the first byte of what changes in the copies of each session: identification
# and checksum of IPv4, sequence number, timestamp, second word of the sub-header.
ETHERNET = 14
CHANGES = {
    2: [(18, 2), (24, 2), (38, 4)],
    3: [(38, 4), (46, 4)],
    4: [(58, 4), (66, 4), (78, 4)],
    5: [(38, 4), (46, 4), (58, 4)],
}


def steady_session(data):
    return struct.unpack_from(">H", data, 64 if data[12:14] == b"\x86\xdd" else 44)[0] & 0x3FF


def without_changes(data):
    data = bytearray(data)
    for at, length in CHANGES[steady_session(data)]:
        data[at : at + length] = bytes(length)
    return bytes(data)


@pytest.fixture
def live_frames(wire, erspangen, tmp_path):
    """Sends by live frames; what was said and what arrived."""
    if "live-frames" not in senders(erspangen):
        pytest.skip("erspangen was built without live frames")

    def send(scenario, *arguments, gro="on", **options):
        path = tmp_path / "steady.ini"
        path.write_text(scenario, encoding="utf-8")
        cable = wire()
        cable.net.run("collector", "ethtool", "-K", "in", "gro", gro)
        said = cable.send("--backend", "live-frames", "--truth", tmp_path / "truth.json", *arguments, path, **options)
        return cable, said

    return send


def test_live_frames(live_frames, erspangen, tmp_path):
    """The templates are the copies that are written; numbers and times are those of each copy."""
    begun = time.time_ns()
    cable, _ = live_frames(STEADY, "--rate", "20kpps")
    ended = time.time_ns()
    arrived = cable.arrived()
    first = {steady_session(data): data for data in reversed(written(erspangen, tmp_path, tmp_path / "steady.ini"))}
    assert [steady_session(frame.captured) for frame in arrived] == [2, 3, 4, 5] * 700
    for frame in arrived:
        assert without_changes(frame.captured) == without_changes(first[steady_session(frame.captured)])

    two, hundred, seconds, upper = (arrived[i::4] for i in range(4))
    shared = [number for pair in zip(numbers(two, 38), numbers(hundred, 38)) for number in pair]
    assert shared == [(0xFFFFFFF0 + i) & 0xFFFFFFFF for i in range(1400)]
    assert numbers(seconds, 58) == [(0x3FFFFF00 + i) & 0x3FFFFFFF for i in range(700)]
    assert numbers(upper, 38) == list(range(700))
    for i, frame in enumerate(two):
        assert struct.unpack_from(">H", frame.captured, 18)[0] == i + 1
        words = struct.unpack_from(">10H", frame.captured, ETHERNET)
        assert sum(words) % 0xFFFF == 0  # the checksum of IPv4 holds

    times = [high * 10**9 + low for high, low in zip(numbers(seconds, 78), numbers(seconds, 66))]
    assert times == sorted(times) and begun <= times[0] and times[-1] <= ended
    for ticks in numbers(hundred, 46):  # 32 bits of 100 us since 1970
        assert (ticks - begun // 100000) % 2**32 <= (ended - begun) // 100000 + 1
    times = [high << 32 | low for high, low in zip(numbers(upper, 58), numbers(upper, 46))]
    assert times == sorted(times) and 0x123456789ABCDEF <= times[0] < times[-1]
    assert (times[-1] - 0x123456789ABCDEF) * 320 <= ended - begun


def test_live_frames_tell_the_truth(live_frames):
    """What arrives is what the truth says, session by session, whatever was dropped."""
    cable, said = live_frames(STEADY, "--rate", "max", "--count", "41234")
    arrived = [frame.captured for frame in cable.arrived()]
    truth = cable.truth()
    dropped = re.search(r"^failed +(\d+)", said, re.MULTILINE)
    assert count(truth, "failed") == (int(dropped[1]) if dropped else 0)
    assert count(truth, "mirrored", "frames") == 41234 == count(truth, "sent") + count(truth, "failed")
    for session in truth["sessions"]:
        own = [data for data in arrived if steady_session(data) == session["session_id"]]
        assert session["frames"]["frames"] == session["delivered"]["copies"] == len(own)
        assert session["frames"]["bytes"] == sum(map(len, own))
    assert [domain["numbers"] for domain in truth["domains"]] == [20618, 10308, 10308]


def test_live_frames_keep_a_rate_and_a_time(live_frames):
    cable, said = live_frames(STEADY, "--rate", "30kpps", "--duration", "1s")
    truth = cable.truth()
    # What is less than 100 ms behind is not told as held back.
    assert 30000 * (sent_in(1, said) - 0.1) <= count(truth, "mirrored", "frames") <= 30000 * 1.005
    assert count(truth, "delivered") == len(cable.arrived())
    assert "late  " in said


def test_live_frames_need_a_reader_that_polls(live_frames):
    """The other end of a veth pair drops them all until that is seen, and the error says what is missing."""
    cable, said = live_frames(STEADY, "--rate", "max", gro="off", status=1)
    assert "needs GRO" in said
    truth = cable.truth()
    assert count(truth, "sent") == 0
    assert 0 < count(truth, "failed") == count(truth, "mirrored", "frames") <= 2800


@pytest.mark.parametrize(
    "scenario, arguments, words",
    [
        ("[session a]\nloss = 1%\n", ["--rate", "max"], "[session a]: live-frames cannot do impairments"),
        ("[session a]\n[impairment b]\nlate = 1%\nlate-by = 2\n", ["--rate", "max"], "cannot do impairments"),
        ("[traffic p]\n[session a]\nmirror = p\n", ["--rate", "max"], "cannot do mirrored traffic"),
        ("[session a]\ngre-checksum = good\n", ["--rate", "max"], "cannot do gre-checksum"),
        ("[session a]\nnesting = 2\n", ["--rate", "max"], "cannot do nesting"),
        ("[session a]\nicmp-error = mtu\n", ["--rate", "max"], "cannot do icmp-error"),
        ("[session a]\n[marker m]\n", ["--rate", "max"], "does not support marker packets"),
        ("[session a]\n[session b]\ninterval = 2ms\n", ["--rate", "max"], "[session b]: live-frames has sessions take turns"),
        ("[session a]\n", [], "live-frames needs --rate"),
        ("[session a]\n", ["--ramp", "20kpps..30kpps", "--ramp-time", "1s"], "live-frames does not support --ramp"),
        ("[session a]\n", ["--rate", "10pps"], "less than 10000 frames a second"),
        ("[session a]\npayload-cut = 3\n", ["--rate", "max"], "needs whole headers"),
    ],
)  # fmt: skip
def test_live_frames_refuse_what_they_cannot_do(live_frames, scenario, arguments, words):
    _, said = live_frames(scenario, *arguments, status=2)
    assert words in said


def test_live_frames_refuse_what_is_too_long(live_frames):
    _, said = live_frames("[session a]\ninner = udp\ninner-size = 3000\n", "--rate", "max", status=1)
    assert "its copies have 3050 bytes: live-frames by out has up to 3014" in said


@pytest.mark.parametrize(
    "gro, length, status, end",
    [("on", ["--duration", "200ms"], 0, "2000 frames"), ("off", ["--repeat"], 1, "takes no live frames")],
    ids=["duration", "refused"],
)
def test_live_frames_end_whatever_the_starter_blocked(live_frames, gro, length, status, end):
    """What there is to end is seen while the kernel is busy."""
    blocked = ["env", "--block-signal"]
    _, said = live_frames("[session a]\n", "--rate", "10kpps", *length, gro=gro, before=blocked, status=status)
    assert end in said or "held back" in said


def test_live_frames_end_with_the_alarm_of_the_starter(live_frames):
    """As with Ctrl-C: what was sent is said. On a busy machine it takes a while to begin."""
    alarm = ["perl", "-e", "alarm 5; exec @ARGV"]
    _, said = live_frames("[session a]\n", "--rate", "10kpps", "--repeat", before=alarm)
    assert "frames in" in said
