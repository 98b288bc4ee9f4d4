# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate says came of the payload that TCP acknowledged, when ACKs are forged, bits flip, or
copies come out of order in blocks, as from a card with several queues."""

import json
import random
import struct
import subprocess

import pytest

import pcapfile

SCENARIO = """
[traffic port]
kind = iperf
bytes = 5MB
rate = 1Gbit
[session one]
session = 1
mirror = port
loss = 1%
"""

INNER = 14 + 20 + 8 + 8  # Type II over IPv4
TCP = INNER + 14 + 20
PURE_ACK = 0x10


@pytest.fixture(scope="module")
def frames(erspangen, tmp_path_factory):
    directory = tmp_path_factory.mktemp("visibility")
    (directory / "made.ini").write_text(SCENARIO, encoding="utf-8")
    path = directory / "made.pcap"
    subprocess.run([erspangen, "write", "-o", path, directory / "made.ini"], check=True)
    return pcapfile.read(path)


@pytest.fixture
def tcp(erspanrate, tmp_path):
    def of(frames):
        path = tmp_path / "made.pcap"
        pcapfile.write(path, 1, frames, pcapfile.MAGIC_NANOSECONDS)
        done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
        return json.loads(done.stdout)["sessions"][0]["tcp"]

    return of


def acks(frames):
    """Indices of the copies of segments without payload."""

    def is_ack(frame):
        length = struct.unpack_from(">H", frame, INNER + 14 + 2)[0]
        return frame[TCP + 13] == PURE_ACK and length == 20 + (frame[TCP + 12] >> 4) * 4

    return [number for number, frame in enumerate(frames) if is_ack(frame.captured)]


def forged(frame, off):
    data = bytearray(frame.captured)
    number = struct.unpack_from(">I", data, TCP + 8)[0]
    struct.pack_into(">I", data, TCP + 8, (number + off) % 2**32)
    return frame._replace(captured=bytes(data))


@pytest.mark.parametrize("off", [300_000, 5_000_000, 70_000_000, 280_000_000, 2_000_000_000, -5_000_000])
@pytest.mark.parametrize("where", ["first", "second", "middle", "last", "seven", "thrice"])
def test_forged_acks(frames, tcp, where, off):
    found = acks(frames)
    middle = len(found) // 2
    places = {
        "first": found[:1],
        "second": found[1:2],
        "middle": [found[middle]],
        "last": found[-1:],
        "seven": found[5 : -len(found) // 8 : len(found) // 8],
        "thrice": [found[middle]] * 3,
    }[where]
    made = list(frames)
    for place in sorted(places, reverse=True):
        made.insert(place + 1, forged(frames[place], off))
    assert tcp(made) == tcp(frames)


@pytest.mark.parametrize("queues", [2, 4])
@pytest.mark.parametrize("size", [64, 256])
@pytest.mark.parametrize("begin", [0, 1000])
def test_blocks(frames, tcp, begin, size, queues):
    """Queue after queue hands over a block, the last one first."""
    sent = frames[begin:]
    made = []
    for start in range(0, len(sent), size * queues):
        for queue in reversed(range(queues)):
            made += sent[start + queue * size : start + (queue + 1) * size]
    times = [frame.time_ns for frame in sent]
    arrived = tcp([frame._replace(time_ns=time_ns) for frame, time_ns in zip(made, times)])
    in_order = tcp(sent)
    for key in ["flows", "delivered_bytes", "captured_bytes", "visibility"]:
        assert arrived[key] == in_order[key]


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits(frames, tcp, seed):
    """One bit flips in the TCP header of each fifth copy: what was delivered stays, within 5 %."""
    draw = random.Random(seed)
    made = []
    for frame in frames:
        data = bytearray(frame.captured)
        if draw.random() < 0.2:
            bit = draw.randrange(8 * (TCP + 4), 8 * (TCP + 20))
            data[bit // 8] ^= 1 << bit % 8
        made.append(frame._replace(captured=bytes(data)))
    assert tcp(made)["delivered_bytes"] == pytest.approx(tcp(frames)["delivered_bytes"], rel=0.05)
    assert tcp(made)["visibility"] > 0.8
