# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests against real kernels share: which kernels, and what the programs say of a capture."""

import json
import os
import subprocess

import pcapfile
import pytest

# Where each comes from: Debian 12's own, its newer one, and the newest that Debian has.
SUITES = {"6.1": "bookworm", "6.12": "bookworm-backports", "newest": "trixie-backports"}
KERNELS = list(SUITES)
# All jobs run on the first. Each of the others runs these and its part of the rest, because a job costs half a minute of
# a processor; with ERSPAN_ALL_KERNELS all run on each.
EACH = {"load", "backends"}
PARTS = {"6.12": {"sinks", "traffic"}, "newest": {"published", "confinement"}}


def kernels_of(job):
    """On which kernels a job runs."""
    if os.environ.get("ERSPAN_ALL_KERNELS") or job in EACH:
        return KERNELS
    return [kernel for kernel in KERNELS if job in PARTS.get(kernel, {job})]


def tried(kernel, names, short):
    """Of the cases, those that run on that kernel: all on the first, the short form on the others."""
    return [name for name in names if kernel == KERNELS[0] or name in short]


def require(kernel, name, short):
    if not tried(kernel, [name], short):
        pytest.skip(f"tried on {KERNELS[0]} alone")


def read(path):
    return pcapfile.read(path)


def collected(erspanrate, path):
    """The report of a capture."""
    done = subprocess.run([erspanrate, "-q", "-j", "-r", path], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def inner_frames(tshark, erspanrate, capture, directory):
    """The mirrored frames that tshark exports, and that erspanrate writes."""
    exported, written = directory / "exported.pcap", directory / "written.pcap"
    with open(exported, "wb") as file:
        tshark.call("-n", "-r", tshark.staged(capture), "-U", "ERSPAN", "-F", "pcap", "-w", "-", stdout=file)
    subprocess.run([erspanrate, "-q", "-r", capture, "-w", written, "--decapsulate"], check=True)
    return tuple([frame.captured for frame in pcapfile.read(path)] for path in (exported, written))
