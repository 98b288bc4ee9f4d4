# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the programs of this build are, and how tshark is run: with the plugin or without it, as a user
without privileges.

tshark ignores personal plugins when root runs it, so root drops to nobody. Plugin, captures and
configuration are staged in a directory that nobody can read: the tree itself may be closed to it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from prepared_tshark import PreparedTshark
from time_limit import TIME_LIMIT

NOBODY = "65534"
TREE = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ERSPAN_BUILD_DIR", TREE / "build")).resolve()

# What tshark is to run under, valgrind for example.
UNDER = os.environ.get("ERSPAN_UNDER", "").split()

# A sanitized plugin needs its runtimes loaded before tshark. Leaks are tshark's own. wmem's blocks
# would hide an overrun: "simple" asks malloc each time.
SANITIZED = {}
if "ERSPAN_PRELOAD" in os.environ:
    SANITIZED = {
        "LD_PRELOAD": os.environ["ERSPAN_PRELOAD"],
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple",
        "G_SLICE": "always-malloc",
    }
elif UNDER:
    SANITIZED = {"WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "G_SLICE": "always-malloc"}

# tests/prepared_tshark.c knows how the versions before this one start.
NOT_PREPARED_SINCE = (4, 5)


def numbered(cell):
    """Booleans as 1 and 0: newer versions say True and False."""
    words = {"True": "1", "False": "0"}
    return ",".join(words.get(value, value) for value in cell.split(","))


class Tshark:
    """One tshark and the plugins it sees. Every run must end with status 0."""

    def __init__(self, stage, plugin=None):
        self.stage = stage
        home = stage / "home"
        home.mkdir()
        home.chmod(0o777)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(home),
            "WIRESHARK_CONFIG_DIR": str(home / "config"),
            "WIRESHARK_PLUGIN_DIR": str(stage / "plugins"),
            # No capture helpers: "-G plugins" starts them all, and they may wait for a network.
            "WIRESHARK_EXTCAP_DIR": str(stage / "extcap"),
            # No dictionaries of other protocols: to read them takes half of each start.
            "WIRESHARK_DATA_DIR": str(stage / "data"),
            # "Dissector bug" would be one more line of the tree: let it be the end of tshark.
            "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1",
        }
        self.prepared = None
        self.drop = []
        if os.geteuid() == 0:
            self.drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        # The directory of the plugins is named after MAJOR.MINOR of the Wireshark that looks.
        words = self.call("--version", afresh=True).stdout.split()
        self.version = tuple(int(part) for part in words[2].rstrip(".").split(".")[:2])
        directory = stage / "plugins" / "{}.{}".format(*self.version) / "epan"
        directory.mkdir(parents=True)
        if plugin is not None:
            shutil.copy(plugin, directory)
            self.environment.update(SANITIZED)
        if not UNDER and self.version < NOT_PREPARED_SINCE:
            prepared = PreparedTshark(stage, self.drop, self.environment)
            if prepared.works():
                self.prepared = prepared
            else:
                warnings.warn("This tshark cannot be prepared: each run starts one, which takes longer")

    def call(self, *arguments, stdout=subprocess.PIPE, afresh=False):
        """Runs tshark with arguments that name no capture: a copy of one that is prepared, or one of its own."""
        if self.prepared and not afresh:
            done = self.prepared.run(arguments, stdout)
        else:
            done = self.start(arguments, stdout)
        assert done.returncode == 0, f"{done.args} ended with {done.returncode}:\n{done.stderr}"
        assert "runtime error" not in done.stderr, done.stderr
        return done

    def start(self, arguments, stdout):
        """A tshark of its own."""
        return subprocess.run(
            [*self.drop, *UNDER, "tshark", *arguments],
            env=self.environment,
            cwd=self.stage,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=TIME_LIMIT,
            check=False,
        )

    def staged(self, capture):
        """The capture's copy that nobody can read; copied once."""
        capture = Path(capture)
        content = capture.read_bytes()
        copy = self.stage / f"{hashlib.sha256(content).hexdigest()[:16]}-{capture.name}"
        if not copy.exists():
            copy.write_bytes(content)
            copy.chmod(0o644)
        return copy

    def run(self, capture, *arguments, **how):
        """Reads the capture, without name resolution."""
        return self.call("-n", "-r", str(self.staged(capture)), *arguments, **how)

    def survive(self, capture, *options):
        """Dissects and prints all there is, twice over, and throws it away."""
        everything = ["-n", "-2", "-V", "-x", "-r", str(self.staged(capture)), *options]
        self.call(*everything, stdout=subprocess.DEVNULL)

    def fields(self, capture, fields, display_filter=None, options=(), occurrence="f"):
        """A tuple of strings per frame, "" for what is absent.

        The first occurrence of a field ("f"), the last ("l"), or all, comma between them ("a").
        """
        arguments = [*options, "-T", "fields", "-E", "separator=/t", "-E", f"occurrence={occurrence}"]
        for field in fields:
            arguments += ["-e", field]
        if display_filter:
            arguments += ["-Y", display_filter]
        lines = self.run(capture, *arguments).stdout.split("\n")[:-1]
        return [tuple(map(numbered, line.split("\t"))) for line in lines]

    def frames(self, capture, display_filter=None, options=()):
        """The numbers of the frames that pass the filter."""
        rows = self.fields(capture, ["frame.number"], display_filter, options)
        return [int(number) for (number,) in rows]

    def verbose(self, capture, display_filter=None, options=()):
        """The whole tree of every frame, as text."""
        chosen = ["-Y", display_filter] if display_filter else []
        return self.run(capture, "-V", *options, *chosen).stdout


def built(path):
    """What this build made."""
    product = BUILD / path
    assert product.exists(), f"{product} is not built: scripts/build"
    return product


# Starts a command and writes down what it cost: seconds of a processor, and MiB at its peak.
WATCH = """import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as cost:
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, file=cost)
sys.exit(status if status >= 0 else 128 - status)
"""


def measured(command, **keywords):
    """Runs a command to its end; what subprocess.run() says of it, its seconds and its MiB.

    A small process starts it: Linux counts what that holds to the program that it becomes.
    """
    with tempfile.NamedTemporaryFile("r") as cost:
        watched = [sys.executable, "-ISc", WATCH, cost.name, *command]
        done = subprocess.run(watched, check=False, **keywords)
        seconds, mebibytes = map(float, cost.read().split())
    return done, seconds, mebibytes
