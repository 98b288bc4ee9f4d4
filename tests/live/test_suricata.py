# SPDX-License-Identifier: GPL-2.0-or-later
"""Suricata sees live, behind --to, what it finds in the export of the same copies: the same alerts and flows."""

import json
import shutil
import subprocess
from collections import Counter

import pytest
from consumer import ConsumerNet
from time_limit import TIME_LIMIT, wait_until
from receiver import Receiver, wait_until_idle

pytestmark = pytest.mark.skipif(shutil.which("suricata") is None, reason="Suricata is not installed (Debian 13 has it)")

CONFIGURATION = """%YAML 1.1
---
default-log-dir: {log}
classification-file: {log}/none
reference-config-file: {log}/none
logging:
  outputs:
    - file: {{enabled: yes, level: info, filename: {log}/suricata.log}}
outputs:
  - eve-log: {{enabled: yes, filetype: regular, filename: eve.json, types: [alert, flow]}}
"""
RULES = """alert tcp any any -> any any (msg:"begins"; flags:S; sid:1; rev:1;)
alert tcp any any -> any any (msg:"has payload"; dsize:>0; sid:2; rev:1;)
"""


class Suricata:
    """One that logs into a directory of its own."""

    def __init__(self, directory):
        directory.mkdir()
        self.log = directory
        (directory / "suricata.yaml").write_text(CONFIGURATION.format(log=directory), "ascii")
        (directory / "test.rules").write_text(RULES, "ascii")

    def command(self, *options):
        log = self.log
        return ["suricata", "-c", log / "suricata.yaml", "-S", log / "test.rules", "-l", log, "-k", "none", *options]

    def found(self):
        """How often it found each alert, and each flow with its counts."""
        events = [json.loads(line) for line in (self.log / "eve.json").read_text("ascii").splitlines()]
        place = ("proto", "src_ip", "src_port", "dest_ip", "dest_port")
        counts = ("pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient")
        found = Counter()
        for event in (event for event in events if event.get("proto") == "TCP"):  # not the kernel's own ICMPv6
            ends = tuple(event[name] for name in place)
            if event["event_type"] == "alert":
                found["alert", event["alert"]["signature"], *ends] += 1
            elif event["event_type"] == "flow":
                found["flow", *ends, *(event["flow"][name] for name in counts)] += 1
        return found


@pytest.fixture
def net():
    with ConsumerNet(mtu=9000) as namespaces:
        yield namespaces


@pytest.fixture
def copies(erspangen, tmp_path):
    path = tmp_path / "copies.pcap"
    keys = ["--type", "2", "--kind", "iperf", "--flows", "5", "--bytes", "200kB", "--session", "7"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    return path


@pytest.mark.parametrize("way", ["pcap", pytest.param("strip", marks=pytest.mark.thorough)])
def test_the_same_alerts_and_flows(net, erspanrate, tshark, copies, tmp_path, way):
    exported = tmp_path / "frames.pcap"
    with open(exported, "wb") as output:
        tshark.call("-n", "-r", tshark.staged(copies), "-U", "ERSPAN", "-F", "pcap", "-w", "-", stdout=output)
    offline, live = Suricata(tmp_path / "offline"), Suricata(tmp_path / "live")
    subprocess.run(offline.command("-r", exported), check=True, capture_output=True, timeout=TIME_LIMIT)
    suricata = net.start("consumer", *live.command("--af-packet=from0"), stdout=subprocess.DEVNULL)
    log = live.log / "suricata.log"
    wait_until(lambda: log.exists() and "Engine started" in log.read_text("utf-8"), suricata)
    running = Receiver(net, erspanrate, "-b", way, "--to", "to0")
    running.send(copies)
    (*_, total) = running.finish()
    told = total["handed_on"]
    in_kernel = told["kernel"]["frames"] if way == "strip" else 0
    assert told["interface"]["sent"] + in_kernel == total["all"]["copies"] > 100
    wait_until_idle(suricata)
    net.stop(suricata)
    expected = offline.found()
    assert sum(key[0] == "flow" for key in expected) == 5
    assert {key[1] for key in expected if key[0] == "alert"} == {"begins", "has payload"}
    assert live.found() == expected
