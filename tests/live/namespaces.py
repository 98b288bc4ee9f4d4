# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces, the only network that carries test traffic.

Needs root and iproute2. Everything made here is gone when the block ends, whatever happened in it:
processes are stopped by pid, and a removed namespace takes its links along.
"""

import itertools
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from time_limit import TIME_LIMIT, wait_until

SERIAL = itertools.count()


def polling_threads():
    """Process IDs of the kernel's threads that poll interfaces."""
    found = set()
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text().startswith("napi/"):
                found.add(int(name.parent.name))
        except OSError:
            pass  # it ended meanwhile
    return found


class Namespaces:
    """Some namespaces by short names, their links, and the processes that run in them."""

    def __init__(self, *names):
        mark = f"erspan-{os.getpid()}-{next(SERIAL)}"
        self.full = {name: f"{mark}-{name}" for name in names}
        self.processes = []

    def __enter__(self):
        for name, full in self.full.items():
            subprocess.run(["ip", "netns", "add", full], check=True)
            self.ip(name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.stop(process)
        for full in self.full.values():
            subprocess.run(["ip", "netns", "del", full], check=False)

    def ip(self, name, *arguments):
        """ip(8) inside the namespace."""
        command = ["ip", "-n", self.full[name], *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def command(self, name, *arguments):
        """The command line that runs a program inside the namespace."""
        return ["ip", "netns", "exec", self.full[name], *map(str, arguments)]

    def run(self, name, *arguments, **options):
        """Runs a program to its end, which must be a good one."""
        options = {"capture_output": True, "text": True, "check": True, **options}
        return subprocess.run(self.command(name, *arguments), timeout=TIME_LIMIT, **options)

    def start(self, name, *arguments, **options):
        """Starts a program that is stopped, at the latest, with the block."""
        process = subprocess.Popen(self.command(name, *arguments), text=True, **options)
        self.processes.append(process)
        return process

    def stop(self, process, limit=TIME_LIMIT):
        """Interrupts the program, as Ctrl-C would, and waits for its end; kills it if that does not come."""
        if process in self.processes:
            self.processes.remove(process)
        if process.poll() is None:
            process.send_signal(2)
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(TIME_LIMIT)
        return process.returncode

    def link(self, name, device, other, other_device, mtu=1500):
        """A cable: a veth pair whose frames leave as they are, without offloads."""
        self.ip(
            name, "link", "add", device, "mtu", str(mtu),
            "type", "veth", "peer", "name", other_device, "mtu", str(mtu), "netns", self.full[other],
        )  # fmt: skip
        for end, port in ((name, device), (other, other_device)):
            # IPv6 would add frames that nobody asked for: it looks for routers, and tells of an address of its own.
            self.run(end, "sysctl", "-qw", f"net.ipv6.conf.{port}.accept_ra=0")
            self.ip(end, "link", "set", port, "addrgenmode", "none")
            self.run(end, "ethtool", "-K", port, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
            self.ip(end, "link", "set", port, "up")

    def poll(self, name, device):
        """Has the device poll where its frames were sent, as those of hardware do: live frames need that."""
        self.run(name, "ethtool", "-K", device, "gro", "on")

    def poll_in_threads(self, name, device, cores):
        """Has the device poll in threads of their own, on these cores; their process IDs."""
        self.poll(name, device)
        before = polling_threads()
        self.run(name, "sh", "-c", f"echo 1 > /sys/class/net/{device}/threaded")
        threads = polling_threads() - before
        assert threads, f"no thread polls {device}, or the kernel's threads are hidden here"
        for thread in threads:
            os.sched_setaffinity(thread, cores)
        return threads

    @contextmanager
    def starve(self, name, device, core):
        """Has the device poll in a thread that gets nothing of this core while anyone else is busy there.
        When the block ends it gets its share like everyone."""
        (thread,) = self.poll_in_threads(name, device, [core])
        os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
        yield
        os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))

    def bridge(self, name, *ports):
        """A switch of these ports."""
        self.ip(name, "link", "add", "switch", "type", "bridge")
        self.ip(name, "link", "set", "switch", "addrgenmode", "none", "up")
        for port in ports:
            self.ip(name, "link", "set", port, "master", "switch")

    def wait_until_up(self, name, device):
        """Until the device sends: a while after the other end of its cable came up."""
        wait_until(lambda: "state UP" in self.ip(name, "link", "show", device))

    def mac(self, name, device):
        return self.ip(name, "-br", "link", "show", device).split()[2]
