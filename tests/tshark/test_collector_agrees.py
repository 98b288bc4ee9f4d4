# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate and the plugin say the same about the same copies: every number, every verdict."""

import json
import subprocess

import captures_table
import pytest
import reports

pytestmark = pytest.mark.thorough

# What each report holds beside the totals, which count frames that a tap on copies never sees.
PARTS = ["sessions", "domains", "gaps"]

# erspanrate does not put fragments together: the plugin shall not either.
UNASSEMBLED = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"]


def said_by_collector(erspanrate, capture):
    command = [erspanrate, "-r", capture, "-j", *captures_table.collector_rule(capture)]
    done = subprocess.run(command, capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("capture", captures_table.FILES, ids=lambda path: path.name)
def test_every_capture(tshark, erspanrate, capture):
    plugin = reports.report(tshark, capture, "-q", *UNASSEMBLED, *captures_table.plugin_rule(capture))
    collector = said_by_collector(erspanrate, capture)
    assert {part: collector[part] for part in PARTS} == {part: plugin[part] for part in PARTS}
    assert collector["totals"]["lost"] == plugin["totals"]["lost"]
    assert collector["totals"]["tcp"] == plugin["totals"]["tcp"]
    assert collector["totals"]["icmp_errors"] == plugin["totals"]["icmp_errors"]
