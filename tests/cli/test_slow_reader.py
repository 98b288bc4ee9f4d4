# SPDX-License-Identifier: GPL-2.0-or-later
"""A report goes into a pipe that is read late: a signal that asks for the end does not break it off."""

import json
import signal
import subprocess
import time

import packets
import pcapfile
from pipes import wait_until_full
from time_limit import TIME_LIMIT


def test_the_report_comes_whole(erspanrate, tmp_path):
    frames = []
    for number in range(400):
        copy = packets.copy(packets.type2() + packets.ping(sequence=number), sequence=number)
        frames.append(pcapfile.Frame(packets.ETHERNET, len(copy), copy, (1_700_000_000 + number) * 10**9))
    capture = tmp_path / "long.pcap"
    pcapfile.write(capture, packets.ETHERNET, frames)
    with subprocess.Popen([erspanrate, "-r", capture, "-j", "-t", "0.1"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as running:
        wait_until_full(running.stdout)
        running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        out, err = running.communicate(timeout=TIME_LIMIT)
    assert b"Interrupted" not in err
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) > 10
