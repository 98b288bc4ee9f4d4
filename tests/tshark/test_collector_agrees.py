# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate and the plugin say the same about the same copies: every number, every verdict."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

CAPTURES = Path(__file__).resolve().parents[2] / "captures"

# What each report holds beside the totals, which count frames that a tap on copies never sees.
PARTS = ["sessions", "domains", "gaps"]

# erspanrate does not put fragments together: the plugin shall not either.
UNASSEMBLED = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]


def said_by_plugin(tshark, capture):
    output = tshark.run(capture, "-q", *UNASSEMBLED, "-z", "erspan,json").stdout
    return json.loads(output[output.index("{") :])


def said_by_collector(erspanrate, capture):
    done = subprocess.run([erspanrate, "-r", capture, "-j"], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in CAPTURES.iterdir() if path.suffix in (".pcap", ".pcapng"))
)
def test_every_capture(tshark, erspanrate, name):
    plugin = said_by_plugin(tshark, CAPTURES / name)
    collector = said_by_collector(erspanrate, CAPTURES / name)
    assert {part: collector[part] for part in PARTS} == {part: plugin[part] for part in PARTS}
    assert collector["totals"]["lost"] == plugin["totals"]["lost"]
    assert collector["totals"]["icmp_errors"] == plugin["totals"]["icmp_errors"]
