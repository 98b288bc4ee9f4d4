# SPDX-License-Identifier: GPL-2.0-or-later
"""A cable by which erspangen send sends, captured at its other end by tcpdump."""

import json
import re
import struct
import subprocess
from pathlib import Path

import jsonschema
import pcapfile
from receiver import DELIVERY_TCPDUMP_S, wait_until_idle
from time_limit import wait_until

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "truth.schema.json").read_text())
TO, FROM = "02:00:00:00:00:0b", "02:00:00:00:00:0a"
MACS = ["--destination-mac", TO, "--source-mac", FROM]


class Wire:
    """A cable between two namespaces, and a capture of what comes out of it."""

    def __init__(self, net, erspangen, directory, mtu):
        self.net, self.erspangen, self.directory = net, erspangen, directory
        self.capture = directory / "arrived.pcap"
        net.link("source", "out", "collector", "in", mtu)
        self.tcpdump = net.start(
            "collector", "tcpdump", "-i", "in", "-B", 65536, "--time-stamp-precision=nano", "-Z", "root", "-U",
            "-w", self.capture, "ether", "src", FROM, stderr=subprocess.PIPE,
        )  # fmt: skip
        for line in self.tcpdump.stderr:
            if "listening" in line:
                break

    def command(self, *arguments):
        return ["--interface", "out", *MACS, *arguments]

    def send(self, *arguments, before=(), status=None):
        """Sends to the end, by a program that starts the sender; what it says."""
        done = self.net.run("source", *before, self.erspangen, "send", *self.command(*arguments), check=False)
        if status is None:
            check_sent(done)
        else:
            assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments):
        """Starts to send."""
        return self.net.start(
            "source", self.erspangen, "send", *self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def wait(self, sender, more=10_000):
        """Until so many more bytes were captured; fails at once if the sender ends before."""
        enough = self.capture.stat().st_size + more
        wait_until(lambda: self.capture.stat().st_size > enough, sender)

    def arrived(self):
        """The frames that came, when no more do."""
        wait_until_idle(self.tcpdump, DELIVERY_TCPDUMP_S)
        self.net.stop(self.tcpdump)
        return list(pcapfile.read(self.capture))

    def truth(self):
        truth = json.loads((self.directory / "truth.json").read_text())
        jsonschema.validate(truth, SCHEMA)
        return truth


def check_sent(done):
    """erspangen send ends with 1 if frames failed, and else with 0."""
    assert done.returncode == ("frames failed" in done.stderr), done.stdout + done.stderr


def written(erspangen, directory, *arguments):
    """The frames that erspangen write makes of the same."""
    path = directory / "written.pcap"
    subprocess.run([erspangen, "write", *MACS, *arguments, "-o", path], check=True)
    return [frame.captured for frame in pcapfile.read(path)]


def sequence_of(data):
    """The GRE sequence number of a Type II or III copy over IPv4."""
    return struct.unpack_from(">I", data, 38)[0]


def session_of(data):
    return struct.unpack_from(">H", data, 44)[0] & 0x3FF


def count(truth, what, unit="copies"):
    return sum(session[what][unit] for session in truth["sessions"])


def sent_in(seconds, said):
    """How much of the time was used: a machine that was busy otherwise holds the sender back."""
    held_back = re.search(r"^held back ([0-9.]+) s", said, re.MULTILINE)
    return seconds - (float(held_back[1]) if held_back else 0)


def numbers(frames, at):
    return [struct.unpack_from(">I", frame.captured, at)[0] for frame in frames]
