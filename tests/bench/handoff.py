#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures how many mirrored frames a second are handed on, when more come than can be.

erspangen sends four sessions over a veth pair as fast as it can, for some seconds. What comes of them is
read at the far end of another veth pair, or from what a program says it wrote into a pipe. The ways take
turns, so that a machine that changes its speed does not decide; what counts is the median of each
round's ratio.

Needs root, two cores, a build in build/ (scripts/build), and what it takes to run the tests.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# pylint: disable=wrong-import-position
from receive import BUILD, ERSPANRATE, READ_OUT_S, Bench, Namespaces  # noqa: E402
from receiver import wait_until_idle, wait_until_ready  # noqa: E402

ERSPANDUMP = BUILD / "collector" / "erspandump"
FRAMES = ["--to", "to"]
# Options of erspanrate by the name of the way; of the others, what they write goes into a pipe.
OURS = {
    "kernel: strip": ["-b", "strip", *FRAMES],
    "kernel: count": ["-b", "count"],
    "packet to veth": ["-b", "packet", *FRAMES],
    "packet to veth, once, in order": ["-b", "packet", *FRAMES, "--once", "--in-order", "50"],
    "decapsulate to pipe": ["-b", "packet", "--decapsulate", "-w", "-"],
}
PIPES = {
    "tcpdump to pipe": ["tcpdump", "-i", "in", "-Z", "root", "-B", "65536", "-w", "-"],
    "dumpcap to pipe": ["dumpcap", "-q", "-i", "in", "-w", "-"],
    "erspandump to pipe": [ERSPANDUMP, "--capture", "--interface", "in", "--frames", "copies", "--no-comments", "--fifo", "-"],
}
# Way, against which, and the least ratio that is aimed at.
AIMS = (
    ("kernel: strip", "packet to veth", 8),
    ("kernel: strip", "kernel: count", 0.5),
    ("decapsulate to pipe", "tcpdump to pipe", 1),
    ("packet to veth, once, in order", "packet to veth", 1 / 1.5),
    ("erspandump to pipe", "dumpcap to pipe", 0.95),
)


def received(net):
    """Frames at the far end."""
    (told,) = json.loads(net.ip("consumer", "-s", "-j", "link", "show", "from"))
    return told["stats64"]["rx"]["packets"]


def packets_in(path):
    """Of a capture that was written as far as it goes."""
    done = subprocess.run(["capinfos", "-c", "-M", path], capture_output=True, text=True, check=False)
    return int(done.stdout.split()[-1])


def run_ours(bench, net, directory, options):
    """What erspanrate handed on, or counted."""
    out = directory / "out"
    writes = "-w" in options
    command = bench.on(bench.receiver_cores, ERSPANRATE, "-i", "in", "-q", *([] if writes else ["-j"]), *options)
    sink = subprocess.Popen(["sh", "-c", f"cat > {out}"], stdin=subprocess.PIPE) if writes else None
    before = received(net)
    process = net.start("collector", *command, stdout=sink.stdin if writes else subprocess.PIPE, stderr=subprocess.DEVNULL)
    wait_until_ready(process)
    bench.send("max")
    wait_until_idle(process)
    process.send_signal(2)
    said = process.communicate()[0]
    if writes:
        sink.communicate()
        return packets_in(out)
    if "--to" in options:
        return received(net) - before
    return json.loads(said.splitlines()[-1])["all"]["copies"]


def run_pipe(bench, net, directory, command):
    """What another program wrote into a pipe."""
    out = directory / "out"
    with subprocess.Popen(["sh", "-c", f"cat > {out}"], stdin=subprocess.PIPE) as sink:
        process = net.start("collector", *bench.on(bench.receiver_cores, *command), stdout=sink.stdin, stderr=subprocess.DEVNULL)
        time.sleep(READ_OUT_S)
        bench.send("max")
        wait_until_idle(process)
        net.stop(process)
    return packets_in(out)


def trial(way, options):
    with tempfile.TemporaryDirectory(prefix="erspan-bench-") as name, Namespaces("source", "collector", "consumer") as net:
        bench = Bench(net, Path(name), options.size, "inline", options.seconds)
        net.link("collector", "to", "consumer", "from", 3000)
        net.poll("consumer", "from")
        if way in OURS:
            return run_ours(bench, net, Path(name), OURS[way]) / options.seconds
        return run_pipe(bench, net, Path(name), PIPES[way]) / options.seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of sending, in each trial")
    parser.add_argument("--size", type=int, default=200, help="bytes of the mirrored frames")
    options = parser.parse_args()
    rates = {}
    for _ in range(options.runs):
        for way in OURS | PIPES:
            rates.setdefault(way, []).append(trial(way, options))
    print("| way | frames a second, median |\n|---|---|")
    for way, measured in rates.items():
        print(f"| {way} | {statistics.median(measured) / 1e3:.0f} k |")
    print("\n| way | against | ratio, median | aim |\n|---|---|---|---|")
    for way, other, aim in AIMS:
        ratio = statistics.median(own / max(against, 1) for own, against in zip(rates[way], rates[other]))
        print(f"| {way} | {other} | {ratio:.2f} | {aim:.2f} |")


if __name__ == "__main__":
    main()
