# SPDX-License-Identifier: GPL-2.0-or-later
"""Open vSwitch as a source of ERSPAN: its userspace datapath in a namespace, no kernel module.

    host1 --- [p1            ]
              [ br-int switch ] --- br-phy, uplink --- collector
    host2 --- [p2            ]

What runs between the hosts is mirrored from both ports to the collector, in ERSPAN.
"""

import os
import subprocess
from pathlib import Path

from namespaces import Namespaces

FETCH = Path(__file__).parent / "fetch-openvswitch"

SWITCH_IPV4, COLLECTOR_IPV4 = "192.0.2.1", "192.0.2.2"
SWITCH_IPV6, COLLECTOR_IPV6 = "2001:db8:2::1", "2001:db8:2::2"
HOSTS = {"host1": "10.0.0.1", "host2": "10.0.0.2"}


class OpenVswitch:
    """The switch with its hosts and its collector, for the length of a block."""

    def __init__(self, directory, mtu):
        self.directory = Path(directory)
        self.mtu = mtu  # of the way to the collector
        self.root = Path(subprocess.run([FETCH], check=True, capture_output=True, text=True).stdout.strip())
        self.net = Namespaces("switch", "collector", *HOSTS)
        self.environment = dict(
            os.environ,
            PATH=":".join(
                [str(self.root / p) for p in ("usr/bin", "usr/sbin", "usr/lib/openvswitch-switch")]
                + [os.environ["PATH"]]
            ),
            OVS_RUNDIR=str(directory),
            OVS_LOGDIR=str(directory),
            OVS_DBDIR=str(directory),
            OVS_SYSCONFDIR=str(directory),
        )

    def __enter__(self):
        self.net.__enter__()
        try:
            self.wire()
            self.boot()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        self.net.__exit__()

    def tool(self, *arguments):
        return self.net.run("switch", *arguments, env=self.environment).stdout

    def vsctl(self, *arguments):
        return self.tool("ovs-vsctl", "--timeout=300", *arguments)

    def wire(self):
        for port, (host, address) in zip(("p1", "p2"), HOSTS.items()):
            self.net.link("switch", port, host, "e0")
            self.net.ip(host, "addr", "add", f"{address}/24", "dev", "e0")
        self.net.link("switch", "uplink", "collector", "e0", mtu=self.mtu)
        self.net.ip("collector", "addr", "add", f"{COLLECTOR_IPV4}/24", "dev", "e0")
        self.net.ip("collector", "addr", "add", f"{COLLECTOR_IPV6}/64", "dev", "e0", "nodad")

    def boot(self):
        database, socket = self.directory / "conf.db", self.directory / "db.sock"
        schema = self.root / "usr/share/openvswitch/vswitch.ovsschema"
        self.tool("ovsdb-tool", "create", database, schema)
        for program, *arguments in (
            ("ovsdb-server", database, f"--remote=punix:{socket}"),
            ("ovs-vswitchd", f"unix:{socket}"),
        ):
            log = (self.directory / f"{program}.out").open("w")
            self.net.start(
                "switch", program, *arguments, f"--pidfile={self.directory / program}.pid",
                env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
            if program == "ovsdb-server":
                self.vsctl("--no-wait", "--retry", "init")
        self.vsctl(
            "add-br", "br-phy", "--", "set", "bridge", "br-phy", "datapath_type=netdev",
            "other-config:hwaddr=02:00:00:00:00:fe", "--", "add-port", "br-phy", "uplink",
        )  # fmt: skip
        self.net.ip("switch", "addr", "add", f"{SWITCH_IPV4}/24", "dev", "br-phy")
        self.net.ip("switch", "addr", "add", f"{SWITCH_IPV6}/64", "dev", "br-phy", "nodad")
        self.net.ip("switch", "link", "set", "br-phy", "up", "mtu", str(self.mtu))
        self.vsctl(
            "add-br", "br-int", "--", "set", "bridge", "br-int", "datapath_type=netdev",
            "--", "add-port", "br-int", "p1", "--", "add-port", "br-int", "p2",
        )  # fmt: skip
        mac = self.net.mac("collector", "e0")
        for address in (COLLECTOR_IPV4, COLLECTOR_IPV6):
            self.tool("ovs-appctl", "tnl/neigh/set", "br-phy", address, mac)

    def mirror(self, name, session, ports=("p1", "p2"), version=1, ipv6=False, **options):
        """A mirror of what enters and leaves the ports, as session `session`."""
        local, remote = (SWITCH_IPV6, COLLECTOR_IPV6) if ipv6 else (SWITCH_IPV4, COLLECTOR_IPV4)
        kind = "ip6erspan" if ipv6 else "erspan"
        self.tunnel(kind, name, session, ports, remote_ip=remote, local_ip=local, erspan_ver=version, **options)

    def tunnel(self, kind, name, key, ports=("p1", "p2"), **options):
        """A mirror into a tunnel of any kind of Open vSwitch's."""
        options = {"remote_ip": COLLECTOR_IPV4, "local_ip": SWITCH_IPV4, "key": key, **options}
        self.vsctl(
            "add-port", "br-int", name, "--", "set", "int", name, f"type={kind}",
            *[f'options:{option}="{value}"' for option, value in options.items()],
        )  # fmt: skip
        command = ["--", f"--id=@{name}", "get", "port", name]
        for port in ports:
            command += ["--", f"--id=@{port}", "get", "port", port]
        chosen = ",".join(f"@{port}" for port in ports)
        command += [
            "--", "--id=@m", "create", "mirror", f"name=mirror-{name}",
            f"select-src-port={chosen}", f"output-port=@{name}",
            "--", "add", "bridge", "br-int", "mirrors", "@m",
        ]  # fmt: skip
        self.vsctl(*command)
        # Warm flows would keep their old actions, and nothing would be mirrored.
        self.tool("ovs-appctl", "dpctl/del-flows")
        self.tool("ovs-appctl", "revalidator/purge")
