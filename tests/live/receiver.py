# SPDX-License-Identifier: GPL-2.0-or-later
"""An erspanrate that receives in a namespace, and what it says."""

import json
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from processes import state_of
from time_limit import TIME_LIMIT, wait_until

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "erspanrate.schema.json").read_text("utf-8"))
INJECT = Path(__file__).with_name("inject.py")
# That erspanrate becomes, when root starts it.
USERS = {user.pw_name: user for user in pwd.getpwall()}
DEFAULT_USER = USERS.get("erspan") or USERS["nobody"]
DELIVERY_S = 0.5  # longer than a receive buffer keeps packets back
DELIVERY_TCPDUMP_S = 1.2  # the same of tcpdump, whose buffer keeps them back for a second
LOOK_EVERY = 0.02
IDLE_WAIT_MAX_S = 60
COPIES = 20000  # in the fixture capture
BACKENDS = ["pcap", "packet", "xdp"]  # that analyse


def each(*backends):
    """The test once for each of these, or of all that analyse; needs the fixture backend."""
    return pytest.mark.parametrize("backend", backends or BACKENDS, indirect=True)


def user_of(process):
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("Uid:"))
    return set(line.split()[1:])


def wait_until_ready(process):
    """Once the interface is open it is root's no more."""

    def ready():
        assert process.poll() is None
        return user_of(process) == {str(DEFAULT_USER.pw_uid)}

    wait_until(ready)


def wait_until_idle(process, delivery_s=DELIVERY_S):
    """What was sent is received once all its threads sleep, or are stopped, for so long: on a busy machine
    one that has something to do waits for a processor before. One that never sleeps is not waited for.
    It counts looks, not seconds: a machine that stood still has not shown that the process has nothing to do."""
    tasks = Path(f"/proc/{process.pid}/task")
    begun, idle = time.monotonic(), 0
    while idle * LOOK_EVERY < delivery_s and time.monotonic() - begun < IDLE_WAIT_MAX_S:
        time.sleep(LOOK_EVERY)
        idle = 0 if any(state_of(task) not in "StTIZ" for task in tasks.glob("*")) else idle + 1


class Receiver:
    """An erspanrate that receives in the background and reports as JSON."""

    def __init__(self, net, erspanrate, *options, as_json=True, stderr=None):
        self.net = net
        how = ["-j"] if as_json else ["-q"]
        command = [erspanrate, "-i", "in0", *how, *options]
        self.process = net.start("collector", *command, stdout=subprocess.PIPE, stderr=stderr)
        wait_until_ready(self.process)

    def send(self, capture, first=0, end=sys.maxsize):
        """The frames of a capture from one up to another, counted from 0."""
        self.send_through("out0", capture, first, end)

    def send_through(self, interface, capture, first=0, end=sys.maxsize):
        """The same, by another interface of the source."""
        self.net.run("source", "/usr/bin/python3", INJECT, interface, capture, first, end)
        self.wait_until_idle()

    def wait_until_idle(self):
        wait_until_idle(self.process)

    def signal(self, number):
        self.process.send_signal(number)

    def finish_text(self, status=0):
        """Interrupts it once it has received all; all that it said."""
        self.wait_until_idle()
        self.signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=TIME_LIMIT)
        assert self.process.returncode == status
        return output

    def finish(self, status=0):
        """Interrupts it; all that it said, a dictionary for each line."""
        output = self.finish_text(status)
        lines = [json.loads(line) for line in output.splitlines()]
        for line in lines:
            jsonschema.validate(line, SCHEMA)
        return lines
