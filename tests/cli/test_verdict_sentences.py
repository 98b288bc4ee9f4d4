# SPDX-License-Identifier: GPL-2.0-or-later
"""Traffic that the generator does not make, and what the verdicts may not say of it."""

import random
import struct

import pytest
from packets import ACK, SYN, capture, copy, ethernet, ipv4, tcp, type2, udp

HOSTS = (bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2]))
PORTS = (40000, 80)
MACS = (bytes.fromhex("0200000000bb0200000000aa"), bytes.fromhex("0200000000aa0200000000bb"))


def segment(sender, sequence, acknowledged, payload=0, flags=ACK, mss=None, client=PORTS[0]):
    """Of a connection between the two hosts; sender 0 is the client."""
    ports = (client, PORTS[1])[:: -1 if sender else 1]
    options = b"" if mss is None else struct.pack(">BBH", 2, 4, mss)
    ends = (HOSTS[sender], HOSTS[1 - sender])
    return ethernet(0x0800, tcp(ports, sequence, acknowledged, bytes(payload), *ends, flags, options), MACS[sender])


def begins(mss, client=PORTS[0]):
    handshake = {"payload": 0, "mss": mss, "client": client}
    return [segment(0, 0, 0, flags=SYN, **handshake), segment(1, 0, 1, flags=SYN | ACK, **handshake)]


@pytest.fixture
def session(total, tmp_path):
    """What is reported of the session that mirrors these frames; the copy of None is lost."""

    def report(frames):
        copies = [copy(type2() + frame, sequence=n) for n, frame in enumerate(frames) if frame is not None]
        (found,) = total("-r", capture(tmp_path / "x.pcap", copies))["sessions"]
        return found

    return report


def causes(found):
    return [verdict["cause"] for verdict in found["verdicts"]]


def said(found):
    return " ".join(line for verdict in found["verdicts"] for line in [verdict["summary"], *verdict["evidence"]])


def test_the_mtu_of_hosts_in_a_tunnel_is_none_of_the_way(session):
    """An MTU of 1450 makes frames of 1464 bytes, whose copies of Type II have 1500. Some copies are lost, whatever
    their size."""
    rng = random.Random(5)
    frames = []
    for number in range(4000):
        size = 1450 - 28 if number % 50 == 0 else rng.randint(20, 800)
        frame = ethernet(0x0800, ipv4(17, udp(53, struct.pack(">I", number) + bytes(size - 4)), *HOSTS), MACS[0])
        frames.append(frame if rng.random() > 0.04 else None)
    found = session(frames)
    assert found["sequence"]["lost"] > found["inner_max"] // 1464 * sum(
        frame is not None and len(frame) == 1464 for frame in frames
    )  # fewer of full size came than are missing
    assert causes(found) == ["undetermined"]


def test_one_frame_that_fills_an_mtu_is_no_peak(session):
    """A router with an MTU of 1500 on the way: of packets of all sizes the one of 1464 bytes fits, and no longer one."""
    sizes = [100, 1000, 1450, 1451, 300, 1600, 20, 4000, 1500, 9, 400, 2000, *range(20, 1100, 25)]
    frames = [
        frame if len(frame) <= 1464 else None
        for frame in (ethernet(0x0800, ipv4(17, udp(53, bytes(size - 28)), *HOSTS), MACS[0]) for size in sizes if size >= 28)
    ]
    found = session(frames)
    assert found["sequence"]["lost"] == 5
    assert causes(found) == ["mtu"]


def test_segments_above_a_small_mss_are_no_frames_that_no_wire_carries(session):
    """Two segments of 536 bytes that GRO put together fit any Ethernet."""
    frames = begins(536)
    for number in range(100):
        frames.append(segment(0, 1 + number * 1072, 1, 1072))
        frames.append(segment(1, 1, 1 + (number + 1) * 1072))
    found = session(frames)
    assert found["mirrored_max"] < 1518
    assert "no wire carries" not in said(found)


def test_small_messages_beside_super_frames_that_are_not_mirrored(session):
    """An MTU at the source would look the same: either is said."""
    frames = begins(1460) + begins(1460, client=40001)
    for number in range(1000):
        frames.append(segment(0, 1 + number * 100, 1, 100, client=40001))
        frames.append(segment(1, 1, 1 + (number + 1) * 100, client=40001))
        if number % 2 == 0:
            frames.append(segment(1, 1, 1 + (number // 2 + 1) * 65160))
    found = session(frames)
    assert "super-frames (TSO or LRO)" in found["verdicts"][0]["summary"]
    assert "would leave hardly any payload" not in said(found)


@pytest.mark.parametrize("ahead", [200_000, 900_000, 100_000_000])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_acks_that_no_receiver_sent(session, ahead, count):
    """They agree with each other, but the connection goes on below them."""
    frames = begins(1460)
    for number in range(200):
        frames.append(segment(0, 1 + number * 1000, 1, 1000))
        frames.append(segment(1, 1, 1 + (number + 1) * 1000))
        if number == 100:
            frames += [segment(1, 1, 1 + number * 1000 + ahead + 1000 * forged) for forged in range(count)]
    found = session(frames)
    assert found["tcp"]["visibility"] > 0.98
    assert causes(found) == []


def test_interruptions_lose_copies_in_long_gaps(session):
    """A link that is down now and then, whatever the rate."""
    frames = [ethernet(0x0800, ipv4(17, udp(53, struct.pack(">I", number)), *HOSTS), MACS[0]) for number in range(4000)]
    for begin in range(300, 3700, 500):
        frames[begin : begin + 30] = [None] * 30
    (verdict,) = session(frames)["verdicts"]
    assert "interruptions" in verdict["summary"]


def test_frames_that_take_several_paths(session):
    """Half of the frames of a connection do not pass the mirror: its source does not sample."""
    rng = random.Random(7)
    frames = begins(1460)
    for number in range(600):
        frames.append(segment(0, 1 + number * 1448, 1, 1448))
        if number % 2:
            frames.append(segment(1, 1, 1 + (number + 1) * 1448))
    (verdict,) = session([frame for frame in frames if rng.random() < 0.5])["verdicts"]
    assert verdict["cause"] == "sampling"
    assert "does not see all paths" in verdict["summary"]


def connections(count, unheard, rounds=200, payload=1448):
    """The frames of several connections. Of the first ones, as many as told, the client's come by another path."""
    frames = []
    for client in range(count):
        frames += begins(1460, client=40000 + client)[client < unheard :]
    for number in range(1, rounds + 1):
        for client in range(count):
            end = {"client": 40000 + client}
            for sent in (2 * number - 2, 2 * number - 1) if client >= unheard else ():
                frames.append(segment(0, 1 + sent * payload, 1, payload, **end))
            frames.append(segment(1, 1, 1 + 2 * number * payload, **end))
    return frames


@pytest.mark.parametrize("unheard", [2, 5, 8])
def test_ends_whose_frames_take_another_path(session, unheard):
    """Their payload is no super-frames, and none that an MTU drops."""
    found = session(connections(10, unheard))
    assert found["tcp"]["visibility"] == pytest.approx(1 - unheard / 10, abs=0.01)
    assert causes(found) == ["undetermined"]
    assert "was not mirrored" in said(found)


@pytest.mark.parametrize("unheard", [2, 5, 8])
def test_loss_beside_ends_whose_frames_take_another_path(session, unheard):
    """Copies are lost whatever the size of their frames."""
    rng = random.Random(unheard)
    found = session([frame if rng.random() > 0.05 else None for frame in connections(10, unheard)])
    assert causes(found) == ["undetermined"]
    assert "large ones" not in said(found)
    assert "super-frames" not in said(found)


@pytest.mark.parametrize("others", [0, 200])
def test_no_mtu_drops_what_others_bring_on_the_same_way(total, tmp_path, others):
    """Each copy of a full-size frame is missing, of one session alone: copies as long came of the other."""
    frames = begins(1460)
    for number in range(100):
        frames += [None, segment(1, 1, 1 + (number + 1) * 1460)]
    copies = [copy(type2(session=1) + frame, sequence=n) for n, frame in enumerate(frames) if frame is not None]
    large = [ethernet(0x0800, ipv4(17, udp(9, n.to_bytes(1472, "big"))), MACS[0]) for n in range(others)]
    copies += [copy(type2(session=2) + frame, sequence=n) for n, frame in enumerate(large)]
    found = total("-r", capture(tmp_path / "x.pcap", copies))["sessions"]
    (verdicts,) = [one["verdicts"] for one in found if one["session_id"] == 1]
    assert ("mtu" in [verdict["cause"] for verdict in verdicts]) == (others == 0)
