# SPDX-License-Identifier: GPL-2.0-or-later
"""Another program that gets the mirrored frames, in a namespace behind an interface of the collector."""

import subprocess

import pcapfile
from namespaces import Namespaces
from receiver import DELIVERY_TCPDUMP_S, wait_until_idle


class ConsumerNet(Namespaces):
    """From source to collector, and from there to a consumer, by to0 and from0."""

    def __init__(self, mtu, polls=True):
        """polls: the consumer's end takes frames from XDP, too."""
        super().__init__("source", "collector", "consumer")
        self.mtu, self.polls = mtu, polls

    def __enter__(self):
        super().__enter__()
        self.link("source", "out0", "collector", "in0", mtu=9000)
        self.link("collector", "to0", "consumer", "from0", mtu=self.mtu)
        if self.polls:
            self.poll("consumer", "from0")
        return self

    def tcpdump(self, path):
        """Begins to capture there, into the path; what it returns, called, ends that, and tells what IPv4 it saw."""
        command = ["tcpdump", "-i", "from0", "-B", 65536, "-U", "-Z", "root", "-w", path, "ip"]
        process = self.start("consumer", *command, stderr=subprocess.PIPE)
        assert any("listening on" in line for line in process.stderr)

        def seen():
            wait_until_idle(process, DELIVERY_TCPDUMP_S)
            self.stop(process)
            return [frame.captured for frame in pcapfile.read(path)]

        return seen
