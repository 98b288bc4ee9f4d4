# SPDX-License-Identifier: GPL-2.0-or-later
"""Open vSwitch with two bridges, a network between them, and a mirror on each.

    host1 --- [p1 br-int x0] --- delay line --- [x1 br-far p2] --- host2

Each bridge mirrors its host's port, both ways, to the collector. A meter of br-far is a policer: it drops datagrams and
segments to host2 above a rate, and counts them.
"""

import re
import subprocess
import sys
from pathlib import Path

from openvswitch import COLLECTOR_IPV4, HOSTS, SWITCH_IPV4, OpenVswitch

BEFORE, BEHIND = 51, 52  # session IDs
DELAY_LINE = Path(__file__).parent / "delay_line.py"


class TwoBridges(OpenVswitch):
    def __init__(self, directory):
        super().__init__(directory, mtu=9000)
        self.net.full["between"] = self.net.full["switch"] + "-between"
        self.line = None

    def wire(self):
        super().wire()
        self.net.link("switch", "x0", "between", "y0")
        self.net.link("switch", "x1", "between", "y1")
        # Nothing but what the tests send: no frame is asked for, and no address looked for.
        for host, other in zip(HOSTS, reversed(HOSTS)):
            self.net.ip(host, "neigh", "replace", HOSTS[other], "lladdr", self.net.mac(other, "e0"), "dev", "e0", "nud", "permanent")

    def boot(self):
        super().boot()
        self.vsctl("del-port", "br-int", "p2")
        self.vsctl("add-port", "br-int", "x0")
        self.vsctl(
            "add-br", "br-far", "--", "set", "bridge", "br-far", "datapath_type=netdev",
            "protocols=OpenFlow13", "--", "add-port", "br-far", "x1", "--", "add-port", "br-far", "p2",
        )  # fmt: skip
        self.mirror_port("br-int", "p1", "before", BEFORE)
        self.mirror_port("br-far", "p2", "behind", BEHIND)
        self.delay(0)

    def mirror_port(self, bridge, port, name, session):
        self.vsctl(
            "add-port", bridge, name, "--", "set", "int", name, "type=erspan", f"options:key={session}",
            f"options:remote_ip={COLLECTOR_IPV4}", f"options:local_ip={SWITCH_IPV4}", "options:erspan_ver=1",
            "--", f"--id=@{name}", "get", "port", name, "--", "--id=@p", "get", "port", port,
            "--", "--id=@m", "create", "mirror", f"name=mirror-{name}", "select-src-port=@p", "select-dst-port=@p",
            f"output-port=@{name}", "--", "add", "bridge", bridge, "mirrors", "@m",
        )  # fmt: skip
        self.forget_flows()

    def forget_flows(self):
        """Warm flows would keep their old actions."""
        self.tool("ovs-appctl", "dpctl/del-flows")
        self.tool("ovs-appctl", "revalidator/purge")

    def delay(self, us):
        """From now on the network between the bridges takes so long, each way."""
        if self.line is not None:
            self.net.stop(self.line)
        self.line = self.net.start("between", sys.executable, DELAY_LINE, "y0", "y1", us, stdout=subprocess.PIPE)
        assert self.line.stdout.readline() == "ready\n"

    def ofctl(self, *arguments):
        return self.tool("ovs-ofctl", "-O", "OpenFlow13", *arguments)

    def police(self, kbps, burst_kb):
        """From now on what comes over the network to host2 is policed, at so many kbit/s."""
        self.ofctl("add-meter", "br-far", f"meter=1,kbps,burst,band=type=drop,rate={kbps},burst_size={burst_kb}")
        self.ofctl("add-flow", "br-far", "in_port=x1,actions=meter:1,normal")
        self.forget_flows()

    def policed(self):
        """Frames that the policer dropped."""
        said = self.ofctl("meter-stats", "br-far")
        return int(re.search(r"bands:\n\s*0: packet_count:(\d+)", said)[1])
