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
    copies = [packets.copy(packets.type2() + frame, sequence=number) for number, frame in enumerate(mirrored)]
    path = packets.capture(tmp_path / "made.pcap", copies)
    done = subprocess.run([erspanrate, "-r", path, "-j"], capture_output=True, check=True)
    [session] = json.loads(done.stdout)["sessions"]
    [verdict] = [verdict for verdict in session["verdicts"] if verdict["cause"] == "sampling"]
    assert verdict["one_in"] == pytest.approx(interval, rel=0.1)
    assert verdict["one_in_least"] <= verdict["one_in"] <= verdict["one_in_most"]
