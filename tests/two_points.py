# SPDX-License-Identifier: GPL-2.0-or-later
"""Two mirrors around a lossy network: a capture of their copies, and the truth of what was lost between them."""

import json
import subprocess

# A router and a network behind a: 50 to 60 us. Both sessions are of one source, whose clock counts 100 ns.
SCENARIO = """
[capture]
time-precision = ns
[traffic t]
kind = rate
rate = 10kpps
count = 2000
flows = 4
inner-size = 100
[sessions]
type = 3
gra = 1
seed = 5
[session a]
session = 1
mirror = t
loss = 0.2%
[session b]
session = 2
after = a
path-delay = 50us
path-jitter = 10us
path-loss = 1%
path-hops = 1
"""


def write(erspangen, folder, scenario=SCENARIO):
    """The capture in that folder, and the truth."""
    capture, truth = folder / "two.pcap", folder / "truth.json"
    subprocess.run([erspangen, "write", "-", "-o", capture, "--truth", truth], input=scenario, text=True, check=True)
    return capture, json.loads(truth.read_text())
