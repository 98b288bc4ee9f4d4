# SPDX-License-Identifier: GPL-2.0-or-later
"""N of a source that samples, whatever hosts do with the identification of their IPv4 packets."""

import itertools
import json
import random
import subprocess

import bulk_tcp
import packets
import pytest

SAMPLES = 1500


@pytest.mark.parametrize("kind, connections, clients, interval", [
    *itertools.product(["each-connection", "none", "random"], [4], [4], [3, 10]),
    *itertools.product(["each-peer", "one-for-all"], [4], [1], [3, 10]),
    *itertools.product(["one-for-all", "server-one-for-all"], [2, 3, 12], [12], [3, 10]),
    ("one-with-other-traffic", 1, 1, 5),
])
def test_the_interval_is_found(erspanrate, tmp_path, kind, connections, clients, interval):
    draw = random.Random(interval)
    sent = bulk_tcp.send(kind, connections, clients, interval * SAMPLES)
    mirrored = (bulk_tcp.frame(*one) for one in sent if draw.randrange(interval) == 0)
    [verdict] = sampling(erspanrate, tmp_path, mirrored)
    assert verdict["one_in"] == pytest.approx(interval, rel=0.1)
    assert verdict["one_in_least"] <= verdict["one_in"] <= verdict["one_in_most"]


def sampling(erspanrate, tmp_path, mirrored):
    """The verdicts of this cause, of a source that numbers copies of these frames."""
    copies = [packets.copy(packets.type2() + frame, sequence=number) for number, frame in enumerate(mirrored)]
    path = packets.capture(tmp_path / "made.pcap", copies)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    [session] = json.loads(done.stdout)["sessions"]
    return [verdict for verdict in session["verdicts"] if verdict["cause"] == "sampling"]


def test_many_connections_of_which_few_frames_come(erspanrate, tmp_path):
    """Some ten segments of each: the interval holds N, and N itself is stated only where it is known to a tenth. Of
    twenty drawings one may be outside."""
    found = 0
    for seed in range(20):
        draw = random.Random(seed)
        sent = bulk_tcp.send("none", 60, 60, 40 * 600, label=seed)
        [verdict] = sampling(erspanrate, tmp_path, (bulk_tcp.frame(*one) for one in sent if draw.randrange(40) == 0))
        found += verdict["one_in_least"] <= 40 <= verdict["one_in_most"]
        known = verdict["one_in_most"] - verdict["one_in_least"] <= 0.2 * verdict["one_in"]
        assert ("it is not known more closely" in verdict["summary"]) == (not known)
        assert ("about one frame with payload in" in verdict["summary"]) == known
    assert found >= 18


def test_datagrams_among_the_connections(erspanrate, tmp_path):
    """Three of four frames are no TCP: they tell nothing of payload."""
    draw = random.Random(4)
    sent = [bulk_tcp.frame(*one) for one in bulk_tcp.send("none", 4, 4, 10 * SAMPLES)]
    frames = (frame for one in sent for frame in (one, packets.ping(), packets.ping(), packets.ping()))
    [verdict] = sampling(erspanrate, tmp_path, (frame for frame in frames if draw.randrange(10) == 0))
    assert verdict["one_in"] == pytest.approx(10, rel=0.1)


def test_super_frames_that_come_do_not_hide_sampling(erspanrate, tmp_path):
    draw = random.Random(5)
    sent = bulk_tcp.send("none", 4, 4, 10 * SAMPLES, sizes=(1400, 2800, 5600), acknowledged=1)
    [verdict] = sampling(erspanrate, tmp_path, (bulk_tcp.frame(*one) for one in sent if draw.randrange(10) == 0))
    assert verdict["one_in_least"] <= 10 <= verdict["one_in_most"]


@pytest.mark.parametrize("kind", ["each-connection", "none"])
def test_a_source_that_leaves_out_long_frames_does_not_sample(erspanrate, tmp_path, kind):
    """Every other frame with payload holds two segments, and is not mirrored."""
    sent = bulk_tcp.send(kind, 4, 4, SAMPLES, sizes=(1400, 2800), acknowledged=1)
    frames = (bulk_tcp.frame(*one) for one in sent)
    assert not sampling(erspanrate, tmp_path, (frame for frame in frames if len(frame) < 1500))
