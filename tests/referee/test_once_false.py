# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios of which a verdict was false before its rule was mended. Traffic and loss are the generator's; what may be
said of them the judge derives from its truth."""

import pytest
import referee

SCENARIOS = {
    # 35 % of the copies are lost, ACKs for the most part; the others are super-frames of 26 kB each.
    "a policer that lets few super-frames through": """
[traffic t]
kind = iperf
bytes = 1000kB
rate = 1Gbit
rtt = 2ms
tso = 64KiB
network = 14
[session s]
source = 198.18.0.15
type = 2
session = 86
mirror = t
police-rate = 20Mbit
police-burst = 16384
""",
    # Both ends send 946 bytes at a time, far below the MSS, and half of that is lost.
    "messages shorter than the MSS, and a policer": """
[session s]
source = 198.18.0.10
type = 3
session = 883
count = 300
interval = 130us
inner = tcp
inner-size = 1000
network = 111
snap = 256
police-rate = 20Mbit
police-burst = 16384
""",
    # Of the few frames that the source mirrors an MTU drops those with payload: 14 kB are missing for each.
    "a source that samples, and an MTU": """
[traffic t]
kind = iperf
flows = 4
bytes = 1000kB
rate = 200Mbit
rtt = 200us
network = 12
[session s]
source = 198.18.0.13
type = 3
session = 18
seed = 1826983514
mirror = t
sample = 11
sample-by = chance
drop-above = 1500
""",
    # 8 % of the numbers of the source are missing, all of them from one session, which lacks half of its copies.
    "an outage of one session that shares its counter": """
[traffic a]
kind = iperf
flows = 4
bytes = 3000kB
rate = 10Gbit
rtt = 2ms
inner-mtu = 9000
network = 8
[session a]
source = 198.18.0.9
type = 3
session = 42
mirror = a
sequence-domain = source
sequence-start = 259719949
reorder-block = 4
reorder-queues = 2
drop-copies = 173-463
[traffic b]
kind = iperf
flows = 4
bytes = 1000kB
rate = 1Gbit
rtt = 200us
inner-mtu = 1500
lro-ack = yes
network = 33
[session b]
source = 198.18.0.9
type = 3
session = 188
mirror = b
sequence-domain = source
reorder-block = 4
reorder-queues = 2
[traffic c]
kind = iperf
flows = 4
bytes = 3000kB
rate = 1Gbit
rtt = 2ms
inner-mtu = 1500
lro-ack = yes
network = 58
[session c]
source = 198.18.0.9
type = 3
session = 265
mirror = c
sequence-domain = source
reorder-block = 4
reorder-queues = 2
""",
}


def groups(text):
    made = {}
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            made[line.strip("[]")] = keys = {}
        else:
            key, _, value = line.partition(" = ")
            keys[key] = value
    return made


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_sentence_is_false(name, stage):
    [(wrong, _, _)], of_all = referee.Referee(stage()).judge([groups(SCENARIOS[name])])
    assert wrong + of_all == []
