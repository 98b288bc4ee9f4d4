# SPDX-License-Identifier: GPL-2.0-or-later
"""A collector that serves limit tests, a generator that makes them, and the way between them."""

import json
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import jsonschema
from namespaces import Namespaces
from time_limit import TIME_LIMIT

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "limit.schema.json").read_text("utf-8"))
COLLECTOR, SOURCE, PORT = "192.0.2.1", "192.0.2.2", 34754
COLLECTOR_V6, SOURCE_V6 = "2001:db8::1", "2001:db8::2"
OUTER = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with a number, ERSPAN Type II
SHORT = ("--trial", 0.1, "--confirm", 0.1, "--resolution", 50, "--no-burst")


class LimitTest(Namespaces):
    """A source, a switch on the way, and a collector, with addresses of both families."""

    def __init__(self, erspanrate, erspangen):
        super().__init__("source", "way", "collector")
        self.erspanrate, self.erspangen = erspanrate, erspangen

    def __enter__(self):
        super().__enter__()
        self.link("source", "out0", "way", "from0", mtu=9000)
        self.link("way", "to0", "collector", "in0", mtu=9000)
        self.bridge("way", "from0", "to0")
        for name, device, v4, v6 in (("collector", "in0", COLLECTOR, COLLECTOR_V6), ("source", "out0", SOURCE, SOURCE_V6)):
            self.ip(name, "addr", "add", f"{v4}/24", "dev", device)
            self.ip(name, "addr", "add", f"{v6}/64", "dev", device, "nodad")
        return self

    def start_server(self, *options, before=()):
        """An erspanrate --serve whose port is open; once it is confined, it hears: a call waits until then."""
        command = [*before, self.erspanrate, "--serve", "-i", "in0", "-b", "packet", *options]
        server = self.start("collector", *command, stderr=subprocess.PIPE)
        assert "waits for erspangen limit" in server.stderr.readline()
        return server

    @contextmanager
    def serve(self, *options, **how):
        """Such a server for a block, that ends well. What it said is then its member said."""
        server = self.start_server(*options, **how)
        yield server
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=TIME_LIMIT)
        assert server.returncode == 0, said
        server.said = said

    def start_limit(self, *options, collector=COLLECTOR, **how):
        command = [self.erspangen, "limit", "--collector", collector, "-i", "out0", "--json", *options]
        return self.start("source", *command, stdout=subprocess.PIPE, **{"stderr": subprocess.PIPE, **how})

    def limit(self, *options, **how):
        """The status of a test, and what it found, or what was wrong."""
        return self.found(self.start_limit(*options, **how))

    @staticmethod
    def found(process):
        said, wrong = process.communicate(timeout=TIME_LIMIT)
        if process.returncode != 0:
            return process.returncode, wrong
        found = json.loads(said)
        jsonschema.validate(found, SCHEMA)
        return 0, found

    def shape(self, size, frames, waiting_s, outer=OUTER):
        """Lets so many copies of frames of the size pass in a second, and keeps others waiting for so long."""
        bits = frames * 8 * (size + outer)
        queue = int(bits * waiting_s / 8)
        command = f"tc qdisc replace dev to0 root tbf rate {bits}bit burst 9100 limit {queue}"
        self.run("way", *command.split())
