# SPDX-License-Identifier: GPL-2.0-or-later
"""The capture filter of the tutorial keeps all that the report needs."""

import json
import re
import subprocess
from pathlib import Path

import captures_table
import pcapfile
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
ETHERNET = 1
# VXLAN has a port of its own, of which the page speaks; one session of the other comes in a cooked capture.
OTHERS = {"mirror-vxlan.pcap", "two-links.pcapng"}


def filter_of_the_page():
    text = PAGE.read_text(encoding="utf-8")
    (kinds,) = re.findall(r"^    k='(.*)'$", text, re.MULTILINE)
    (whole,) = re.findall(r'dumpcap -i eth1 -f "(.*)" -w', text)
    return whole.replace("$k", kinds)


def totals(erspanrate, capture, *arguments):
    done = subprocess.run([erspanrate, "-j", "-r", capture, *arguments], capture_output=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    counts = {key: value for key, value in found["totals"].items() if key not in ("frames", "bytes", "not_erspan", "last_ns")}
    return found["sessions"], found["domains"], counts


def captures():
    for path in captures_table.FILES:
        frames = list(pcapfile.read(path))
        if frames[0].link_type == ETHERNET and path.name not in OTHERS:
            yield path


@pytest.mark.parametrize("capture", captures(), ids=lambda path: path.name)
def test_the_filter_keeps_what_the_report_needs(erspanrate, capture):
    assert totals(erspanrate, capture, "-f", filter_of_the_page()) == totals(erspanrate, capture)


@pytest.mark.parametrize("name", ["outer-vlan.pcap", "q23-fragmentation-needed.pcap", "gre-in-udp.pcap", "marker.pcap"])
def test_the_usual_filter_does_not(erspanrate, name):
    path = captures_table.CAPTURES / name
    assert totals(erspanrate, path, "-f", "proto gre") != totals(erspanrate, path)
