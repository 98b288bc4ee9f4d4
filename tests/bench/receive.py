#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures at which rate a collector begins to lose: erspanrate, against dumpcap and tcpdump.

Throughput as RFC 2544 has it: the highest rate at which all that was sent is received, found by
bisection. erspangen sends four sessions over a veth pair, each from a source of its own, and its truth
says how many copies left. erspanrate analyses every copy, or counts it in the kernel; the others write
it to /dev/null. The kernel's part of receiving runs where the frames were sent ("inline"), or in a
thread of its own ("threaded"), which is closer to a network card; but the queue to that thread is the
pair's, of 256 frames, and what finds no room in it counts as not sent: it makes the rate less. The
first core is the sender's, the others are the receiver's.

The receivers take turns, so that a machine that changes its speed does not decide; what counts is the
median of each round's ratio. All figures need cores that are idle.

Needs root, two cores, a build in build/ (scripts/build), and what it takes to run the tests.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("ERSPAN_BUILD_DIR", TREE / "build")).resolve()
ERSPANGEN = BUILD / "generator" / "erspangen"
ERSPANRATE = BUILD / "collector" / "erspanrate"
sys.path[:0] = [str(TREE / "tests"), str(TREE / "tests" / "live")]

# pylint: disable=wrong-import-position
import backends  # noqa: E402
from namespaces import Namespaces  # noqa: E402
from receiver import wait_until_ready  # noqa: E402

SIZES = (64, 1514)
SOFTIRQS = ("inline", "threaded")
MACS = ["--destination-mac", "02:00:00:00:00:02", "--source-mac", "02:00:00:00:00:01"]
SCENARIO = "[sessions]\ntype = 2\ninner = udp\ninner-size = {size}\n" + "".join(
    f"[session {number}]\nsession = {number}\nsource = 192.0.2.{number}\n" for number in range(10, 14)
)
COPIES = ["proto", "47"]

PRECISION = 0.05  # where bisection ends
LEAST = 20_000  # copies a second; live frames do no less than 10,000
READ_OUT_S = 1  # seconds in which a receiver may read what lies in its buffer

# What is compared with what, and how often as fast the first is to be.
ANALYSING = ["pcap", "packet", "packet, two threads", "xdp"]
AIMS = (
    (ANALYSING, "dumpcap", 4),
    (ANALYSING, "dumpcap -B 64", 2),
    (ANALYSING, "tcpdump -B 65536", 1.5),
    (["pcap"], "tcpdump", 1),
)


class Erspanrate:
    """A back-end of ours."""

    def __init__(self, backend, *options):
        self.command = [ERSPANRATE, "-i", "in", "-q", "-j", "-b", backend, *options]

    def wait(self, process, _):
        wait_until_ready(process)

    def received(self, output):
        return json.loads(output.splitlines()[-1])["all"]["copies"]


class Capturer:
    """A program that says when it listens, and at the end how much it captured."""

    def __init__(self, listens, captured, *command):
        self.command = [command[0], "-i", "in", "-w", "/dev/null", *command[1:]]
        self.listens, self.captured = listens, captured

    def wait(self, process, said):
        while self.listens not in said.read_text():
            assert process.poll() is None, f"{self.command[0]} ended early"
            time.sleep(0.02)

    def received(self, output):
        return int(re.search(self.captured, output)[1])


def dumpcap(*options):
    return Capturer("File:", r"Packets captured: (\d+)", "dumpcap", "-q", "-f", " ".join(COPIES), *options)


def tcpdump(*options):
    return Capturer("listening on", r"(\d+) packets? captured", "tcpdump", "-Z", "root", *options, *COPIES)


def receivers():
    """By name; of ours, those that were built."""
    built = backends.receivers(ERSPANRATE)
    ours = {name: Erspanrate(name) for name in built}
    ours["packet, two threads"] = Erspanrate("packet", "--threads", "2")
    return ours | {
        "dumpcap": dumpcap(),
        "dumpcap -B 64": dumpcap("-B", "64"),
        "tcpdump": tcpdump(),
        "tcpdump -B 65536": tcpdump("-B", "65536"),
    }


class Bench:
    """The wire, and what is sent by it."""

    def __init__(self, net, directory, size, softirq, seconds):
        self.net, self.seconds = net, seconds
        self.scenario, self.truth, self.said = (directory / name for name in ("bench.ini", "truth.json", "said"))
        self.scenario.write_text(SCENARIO.format(size=size), encoding="utf-8")
        senders = backends.senders(ERSPANGEN)
        self.sender = next(name for name in ("live-frames", "af-xdp", "packet") if name in senders)
        self.sender_core, *self.receiver_cores = sorted(os.sched_getaffinity(0))
        net.link("source", "out", "collector", "in", 3000)
        if softirq == "threaded":
            net.poll_in_threads("collector", "in", self.receiver_cores)
        else:
            net.poll("collector", "in")

    def on(self, cores, *command):
        return ["taskset", "-c", ",".join(map(str, cores)), *command]

    def send(self, rate):
        """Sends at a rate, or "max"; how many copies were to be sent, and how many left."""
        command = [ERSPANGEN, "send", "-i", "out", *MACS, "--backend", self.sender, "--rate", rate]
        length = ["--duration", f"{self.seconds}s", "--truth", self.truth]
        # Frames that the driver drops have failed; their number is in the truth.
        done = self.net.run("source", *self.on([self.sender_core], *command, *length, self.scenario), check=False)
        assert done.returncode in (0, 1), done.stderr
        sessions = json.loads(self.truth.read_text())["sessions"]
        return (
            sum(session["mirrored"]["frames"] for session in sessions),
            sum(session["delivered"]["copies"] for session in sessions),
        )

    def trial(self, receiver, rate):
        """The rate at which copies were made, that at which they left, and whether all were received."""
        command = self.on(self.receiver_cores, *receiver.command)
        with self.said.open("w") as said:
            process = self.net.start("collector", *command, stdout=said, stderr=subprocess.STDOUT)
        receiver.wait(process, self.said)
        made, left = self.send(rate)
        time.sleep(READ_OUT_S)
        status = self.net.stop(process)
        assert status == 0, f"{receiver.command[0]} ended with {status}"
        return made / self.seconds, left / self.seconds, receiver.received(self.said.read_text()) >= left

    def throughput(self, receiver):
        """The highest rate without loss, and whether more could be sent; 0 if there is none."""
        high, reached, is_whole = self.trial(receiver, "max")
        best = low = reached if is_whole else 0
        is_own = not is_whole
        while high - low > PRECISION * high and high > LEAST:
            rate = max((low + high) / 2, LEAST)
            _, reached, is_whole = self.trial(receiver, f"{rate:.0f}pps")
            if is_whole:
                best = max(best, reached)
            if is_whole and reached > rate * (1 - PRECISION):
                low = rate
            else:
                high, is_own = rate, not is_whole
        return best, is_own


def ratio(rates, name, other):
    """Of the rounds in which both received anything without loss."""
    rounds = [own / against for own, against in zip(rates[name], rates[other]) if own and against]
    return statistics.median(rounds) if rounds else 0


def measure(size, softirq, chosen, options):
    """Of each receiver, its throughput in each round, and whether the sender was ever the limit."""
    rates, limited = {}, set()
    for _ in range(options.runs):
        for name, receiver in chosen.items():
            with tempfile.TemporaryDirectory(prefix="erspan-bench-") as directory, Namespaces("source", "collector") as net:
                rate, is_own = Bench(net, Path(directory), size, softirq, options.seconds).throughput(receiver)
            rates.setdefault(name, []).append(rate)
            if not is_own:
                limited.add(name)
    return rates, limited


def print_rates(size, softirq, rates, limited):
    for name, measured in rates.items():
        at_least = "at least " if name in limited else ""
        against = [f"{ratio(rates, name, other):.2f}" if other in rates else "" for _, other, _ in AIMS]
        median = f"{at_least}{statistics.median(measured) / 1e3:.0f} k"
        print(f"| {size} bytes | {softirq} | {name} | {median} | {' | '.join(against)} |", flush=True)


def aims_of(size, softirq, rates):
    """A line for each aim of which both sides were measured."""
    for candidates, other, aim in AIMS:
        ours = {name: ratio(rates, name, other) for name in candidates if name in rates and other in rates}
        if ours:
            best = max(ours, key=ours.get)
            yield f"| {size} bytes | {softirq} | {best} against {other} | {ours[best]:.2f} | {aim} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--seconds", type=int, default=1, help="of each trial (default 1)")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=receivers(), help="these receivers (default: all)")
    parser.add_argument("--size", nargs="+", type=int, default=SIZES, help="of the mirrored frames (default: 64 1514)")
    parser.add_argument("--softirq", nargs="+", choices=SOFTIRQS, default=SOFTIRQS, help="(default: both)")
    options = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        parser.error("one core sends while another receives: two are needed")
    chosen = {name: receiver for name, receiver in receivers().items() if not options.only or name in options.only}
    aims = []
    print("| mirrored frame | softirq | receiver | copies/s without loss |", " | ".join(f"against {o}" for _, o, _ in AIMS), "|")
    print("|---" * (4 + len(AIMS)) + "|")
    for size in options.size:
        for softirq in options.softirq:
            rates, limited = measure(size, softirq, chosen, options)
            print_rates(size, softirq, rates, limited)
            aims += aims_of(size, softirq, rates)
    print("\n| mirrored frame | softirq | the best analysing back-end | ratio | aim |\n|---|---|---|---|---|", *aims, sep="\n")


if __name__ == "__main__":
    main()
