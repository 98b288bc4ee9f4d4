# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate says came of the payload that TCP acknowledged, when ACKs are forged, bits flip, or
copies come out of order in blocks, as from a card with several queues."""

import json
import random
import struct
import subprocess

import pytest

import pcapfile
import reports

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


def sessions(erspangen, directory, *settings):
    """A capture of one connection of 5 MB, mirrored into a session for each of the settings."""
    scenario = SCENARIO[: SCENARIO.index("[session")] + "".join(
        f"[session s{number}]\nsession = {number}\nmirror = port\n{lines}\n"
        for number, lines in enumerate(settings, 1)
    )
    (directory / "made.ini").write_text(scenario, encoding="utf-8")
    path = directory / "made.pcapng"
    subprocess.run([erspangen, "write", "-o", path, directory / "made.ini"], check=True)
    return path


@pytest.mark.parametrize(
    ("settings", "least"),
    [
        (["mirror-direction = forward", "mirror-direction = reverse"], 1),
        (["mirror-direction = forward", "mirror-direction = reverse\nsource = 198.51.100.7"], 1),
        (["", ""], 1),
        (["loss = 2%", "loss = 2%"], 0.998),
    ],
    ids=["a-session-for-each-direction", "two-sources", "twice", "twice-with-loss"],
)
def test_all_is_the_union(erspangen, erspanrate, tshark, tmp_path, settings, least):
    path = sessions(erspangen, tmp_path, *settings)
    prometheus = tmp_path / "made.prom"
    run = [erspanrate, "-r", path, "--prometheus", prometheus]
    total = json.loads(subprocess.run([*run, "-j"], capture_output=True, check=True).stdout.splitlines()[-1])
    text = subprocess.run(run, capture_output=True, check=True, text=True).stdout
    tcp = total["totals"]["tcp"]
    assert tcp["flows"] == 1
    assert tcp["delivered_bytes"] == pytest.approx(5_000_000, rel=0.0001)
    assert least <= tcp["visibility"] <= 1
    assert total["all"]["visibility"] == tcp["visibility"]
    (everything,) = [line for line in text.splitlines() if line.startswith("all, 2 sessions")]
    assert everything.split()[-2:] == (["100", "%"] if least == 1 else [everything.split()[-2], "%"])
    (metric,) = [
        line for line in prometheus.read_text().splitlines() if line.startswith("erspan_all_visibility_ratio{")
    ]
    assert float(metric.split()[-1]) == pytest.approx(tcp["visibility"], abs=1e-6)
    assert reports.report(tshark, path, "-q")["totals"]["tcp"] == tcp
    table = tshark.run(path, "-q", "-z", "erspan,bandwidth").stdout
    (row,) = [line.split() for line in table.splitlines() if line.split()[:1] == ["all"]]
    assert row[-4:] == [
        *(str(tcp[key]) for key in ("flows", "delivered_bytes", "captured_bytes")),
        f"{100 * tcp['visibility']:.2f}",
    ]


def test_intervals_hold_the_union(erspangen, erspanrate, tmp_path):
    path = sessions(erspangen, tmp_path, "mirror-direction = forward", "mirror-direction = reverse")
    done = subprocess.run([erspanrate, "-r", path, "-j", "-t", "0.01"], capture_output=True, check=True)
    *intervals, _ = [json.loads(line) for line in done.stdout.splitlines()]
    seen = [line["all"]["visibility"] for line in intervals]
    assert len(seen) > 3
    assert all(part is None or part > 0.97 for part in seen)


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
