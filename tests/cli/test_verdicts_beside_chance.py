# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies that chance loses beside something else that looks like the cause, and is not."""

import json
import random
import struct
import subprocess

import bulk_tcp
import packets
import pytest


def verdicts(erspanrate, path):
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    [session] = json.loads(done.stdout)["sessions"]
    return session, {verdict["cause"]: verdict["summary"] for verdict in session["verdicts"]}


def lossy(frames, one_in, encapsulate):
    """The copies by number, without each one_in-th."""
    return {number: encapsulate(frame, number) for number, frame in enumerate(frames) if number % one_in != one_in // 2}


def type2(frame, number):
    return packets.copy(packets.type2() + frame, sequence=number)


def type1(frame, _):
    return packets.copy(frame, sequence=None)


@pytest.mark.parametrize("kind", ["each-connection", "none"])
def test_hidden_super_frames(erspanrate, tmp_path, kind):
    """The source mirrors no super-frames, of 14,000 bytes, and so many copies are lost that 64 KiB of payload are
    missing for each. Identifications of ACKs tell that these are missing; without them both may be."""
    sent = list(bulk_tcp.send(kind, 4, 4, 800, sizes=(14000, 14000, 300), acknowledged=1))
    frames = [bulk_tcp.frame(*one) for one in sent]
    hidden = sum(len(frame) for frame in frames if len(frame) > 1514)
    mirrored = [frame for frame in frames if len(frame) <= 1514]
    lost = random.Random(1).sample(range(1, len(mirrored) - 1), hidden // 57000)
    copies = [type2(frame, number) for number, frame in enumerate(mirrored) if number not in lost]
    session, said = verdicts(erspanrate, packets.capture(tmp_path / "made.pcap", copies))
    assert 49152 < hidden / session["sequence"]["lost"] < 65536
    if kind == "each-connection":
        assert list(said) == ["super-frames", "undetermined"]
        assert "was not mirrored" in said["super-frames"]
    else:
        assert "or the source does not mirror such frames and copies are lost besides" in said["mtu"]


@pytest.mark.parametrize("mtu, errors", [(1564, 1), (9000, 1), (0, 1), (1564, 3), (0, 3)])
@pytest.mark.parametrize("encapsulate", [type2, type1])
def test_forged_icmp_errors(erspanrate, tmp_path, encapsulate, mtu, errors):
    """They quote copies that are missing, and say that these were longer than any that came. But what TCP sent is
    no longer than what came, and some of that is missing."""
    frames = [bulk_tcp.frame(*one) for one in bulk_tcp.send("each-connection", 4, 4, 1500)]
    copies = lossy(frames, 40, encapsulate)
    quoted = [encapsulate(bytes(9100), 20 + 40 * number)[14:62] for number in range(errors)]
    ends = {"source": bytes([203, 0, 113, 9]), "destination": packets.SOURCE}
    forged = [packets.icmp(3, 4, struct.pack(">HH", 0, mtu), one) for one in quoted]
    made = [*copies.values(), *(packets.ethernet(0x0800, packets.ipv4(1, one, **ends)) for one in forged)]
    session, said = verdicts(erspanrate, packets.capture(tmp_path / "made.pcap", made))
    assert session["icmp_errors"]["too_big"] == errors
    assert "mtu" not in said


@pytest.mark.parametrize("acknowledged", [1, 2])
@pytest.mark.parametrize("sizes", [(1400,), (1400, 1400, 1400, 300)])
def test_no_full_frame_comes(erspanrate, tmp_path, acknowledged, sizes):
    """An MTU on the way drops all frames with payload. The host that sends it shows nothing but ACKs, the last one after
    all of it: its missing frames are no missing ACKs."""
    sent = list(bulk_tcp.send("each-connection", 2, 2, 3000, sizes=sizes, acknowledged=acknowledged))
    for client in (bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2])):
        identification, (ports, sequence, acknowledgement, _, *ends) = [one for one in sent if one[1][4] == client][-1]
        last = ports, sequence, acknowledgement, b"", *ends
        sent.append(((identification + 1) % (1 << 16), last))
    frames = [bulk_tcp.frame(*one) for one in sent]
    copies = [type2(frame, number) for number, frame in enumerate(frames) if len(frame) < 1000]
    _, said = verdicts(erspanrate, packets.capture(tmp_path / "made.pcap", copies))
    assert list(said) == ["mtu"]


HOSTS = (bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2]))


def datagram(number, size):
    """A frame of UDP, of so many bytes."""
    payload = struct.pack(">I", number) + bytes(size - 46)
    return packets.ethernet(0x0800, packets.ipv4(17, packets.udp(53, payload), *HOSTS))


def too_big(copy, mtu, claimed):
    """An ICMP error that quotes the copy, and claims that length for it."""
    quote = copy[14:16] + struct.pack(">H", claimed) + copy[18:104]
    ends = {"source": bytes([203, 0, 113, 9]), "destination": packets.SOURCE}
    return packets.ethernet(0x0800, packets.ipv4(1, packets.icmp(3, 4, struct.pack(">HH", 0, mtu), quote), **ends))


@pytest.fixture
def of_datagrams(erspanrate, tmp_path):
    """What is said of UDP, where no TCP tells of sizes. An error claims to answer those numbers, whether the copy
    came or not: one with a frame of `quoted` bytes, or of its own."""

    def report(sizes, lost, answered, encapsulate=type2, quoted=None, claimed=None):
        made = []
        for number, size in enumerate(sizes):
            copy = encapsulate(datagram(number, size), number)
            made += [copy] if number not in lost else []
            if number in answered:
                copy = encapsulate(datagram(number, quoted), number) if quoted else copy
                made.append(too_big(copy, 1400, claimed or len(copy) - 14))
        return verdicts(erspanrate, packets.capture(tmp_path / "made.pcap", made))

    return report


def by_chance():
    """Small frames, and numbers that are lost whatever the size."""
    rng = random.Random(3)
    return [rng.randint(64, 800) for _ in range(2000)], rng.sample(range(10, 1990), 20)


def test_an_icmp_error_that_its_quote_contradicts(of_datagrams):
    """The outer header says 1500 bytes; the mirrored frame in the quote says far fewer."""
    sizes, lost = by_chance()
    session, said = of_datagrams(sizes, lost, lost, claimed=1500)
    assert session["icmp_errors"]["too_big_missing"] == len(lost)
    assert list(said) == ["undetermined"]


def test_icmp_errors_for_numbers_that_came(of_datagrams):
    """Who sends an error for every number quotes those that are missing, too."""
    sizes, lost = by_chance()
    session, said = of_datagrams(sizes, lost, range(20, 1980), quoted=1480)
    assert session["icmp_errors"]["too_big_missing"] >= len(lost) - 2
    assert list(said) == ["undetermined"]


@pytest.mark.parametrize("encapsulate", [type2, type1])
def test_an_icmp_error_that_nothing_confirms(of_datagrams, encapsulate):
    """It may be true: the number is missing, and nothing as long came. Nothing but the error says so."""
    sizes, lost = by_chance()
    _, said = of_datagrams(sizes, lost, lost[:1], encapsulate, quoted=1480)
    assert said["mtu"].startswith("ICMP says that")
    assert "anyone can send such an error" in said["mtu"]


@pytest.mark.parametrize("one_in", [1, 50])
def test_icmp_errors_for_many_missing_numbers(of_datagrams, one_in):
    """A router answers all, or as many as its limit of rate permits; some frames lack by chance, beside."""
    rng = random.Random(3)
    sizes = [rng.choice([64, 200, 1480]) for _ in range(2000)]
    long = [number for number, size in enumerate(sizes) if size > 1364]
    _, said = of_datagrams(sizes, {*long, *range(100, 2000, 150)}, long[::one_in])
    assert list(said) == ["mtu"]
    assert said["mtu"].startswith("copies of mirrored frames above 1,364 bytes exceed an MTU of 1,400 bytes on the way")
