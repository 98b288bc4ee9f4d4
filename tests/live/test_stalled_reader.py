# SPDX-License-Identifier: GPL-2.0-or-later
"""Nobody reads what erspanrate -w - writes: what it counts and says goes on."""

import json
import os
import signal
import time
from contextlib import ExitStack, contextmanager

import jsonschema
from ending import ends_within_a_second
from time_limit import TIME_LIMIT, wait_until
from receiver import COPIES, INJECT, SCHEMA, DELIVERY_S, each, wait_until_ready


@contextmanager
def stalled(net, erspanrate, capture, tmp_path, *options):
    """It gets 20,000 copies of 254 bytes, 5 MB: more than the pipe and a buffer of 1 MiB hold."""
    reader, writer = os.pipe()
    said = tmp_path / "said"
    command = [erspanrate, "-i", "in0", "-j", "-t", "0.2", "-B", "1", "-w", "-", *options]
    with said.open("wb") as stderr:
        process = net.start("collector", *command, stdout=writer, stderr=stderr)
    os.close(writer)
    wait_until_ready(process)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, COPIES)
    yield process, lambda: said.read_text(encoding="utf-8").splitlines()
    os.close(reader)


def reports(lines):
    found = [json.loads(line) for line in lines if line.startswith("{")]
    for report in found:
        jsonschema.validate(report, SCHEMA)
    return found


@each("pcap", "packet")
def test_intervals_go_on_and_the_end_comes(net, erspanrate, capture, tmp_path, backend):
    with stalled(net, erspanrate, capture, tmp_path, "-b", backend) as (process, said):
        wait_until(lambda: any("packets are left out" in line for line in said()))
        before = len(reports(said()))
        wait_until(lambda: len(reports(said()[:-1])) > before + 2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(TIME_LIMIT)
    total = reports(said())[-1]
    assert total["type"] == "total"
    written = total["written"]
    assert total["all"]["copies"] <= written["packets"] + written["unwritten"]
    assert written["unwritten"] > 0
    assert f"{written['unwritten']:,} packets are not in it" in said()[-1]
    assert process.returncode == 1


@each("pcap", "packet")
def test_sigterm_ends_it_within_a_second(net, erspanrate, capture, tmp_path, backend):
    with ExitStack() as running:

        def start():
            process, said = running.enter_context(stalled(net, erspanrate, capture, tmp_path, "-b", backend))
            wait_until(lambda: any("packets are left out" in line for line in said()))
            return process

        ends_within_a_second(start, 2, status=1)
        assert reports((tmp_path / "said").read_text(encoding="utf-8").splitlines())[-1]["type"] == "total"


def test_a_duration_ends_it(net, erspanrate, capture, tmp_path):
    with stalled(net, erspanrate, capture, tmp_path, "-d", str(3 * DELIVERY_S)) as (process, said):
        process.wait(TIME_LIMIT)
    assert reports(said())[-1]["type"] == "total"
