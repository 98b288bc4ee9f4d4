#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures erspangen send, against trafgen and tcpreplay and against its own clock.

Speed: over a veth pair between two namespaces, whose other end drops frames in XDP and counts them,
every sender sends four sessions as fast as it can; erspangen with live sequence numbers, trafgen and
tcpreplay the same bytes again and again. They run in turn, so that a machine that changes its speed
does not decide; what counts is the median of each round's ratio to trafgen.

Pacing: what arrives in each second against the rate asked for, how late frames left, and how trains
keep their gaps, as the receiving kernel stamps them. All figures need cores that are idle, or
--realtime, which takes them from whatever else runs.

Needs root, a build in build/ (scripts/build), clang, netsniff-ng and tcpreplay (--install).
"""

import argparse
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
sys.path[:0] = [str(TREE / "tests"), str(TREE / "tests" / "live")]

# pylint: disable=wrong-import-position
import pcapfile  # noqa: E402
from namespaces import Namespaces  # noqa: E402

SIZES = (60, 1514)
MACS = ["--destination-mac", "02:00:00:00:00:02", "--source-mac", "02:00:00:00:00:01"]
WARM_UP = 1000  # frames
START_MAX, END_MAX = 30, 10  # s: trafgen does not always end on its signal, and is then killed
BASELINE = "trafgen"
TOLERANCE = 0.005  # of a rate, over a second
AT_ONCE = 0.0005  # s: a tenth of the tolerance
STEADY, ATTEMPTS = 0.95, 4
SHARES = (0.1, 0.5, 0.9)

SESSIONS = "[sessions]\ninner = udp\ninner-size = {size}\ncount = 256\n" + "".join(
    f"[session {number}]\nsession = {number}\n" for number in range(1, 5)
)
TRAINS = "[traffic t]\nkind = microburst\nburst = 64\nevery = 1ms\nline-rate = 10Gbit\ninner-size = 60\n[session a]\nmirror = t\n"


def backends():
    told = subprocess.run([ERSPANGEN, "send", "--help"], check=True, capture_output=True, text=True).stdout
    return re.findall(r"^  ([a-z-]+) ", told.split("Back-ends of this build:")[1].split("\n\n")[0], re.MULTILINE)


def rate_between(begun, ended):
    return (ended[1] - begun[1]) / (ended[0] - begun[0])


class Bench:
    """The wire, and what is sent by it."""

    def __init__(self, net, directory, priority):
        self.net, self.directory, self.priority = net, directory, priority
        net.link("source", "out", "collector", "in", 3000)
        self.resident = net.start("collector", "sleep", "infinity")
        self.counters = Path(f"/proc/{self.resident.pid}/net/dev")

    def drop_in_xdp(self):
        program = self.directory / "drop.o"
        include = subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True, text=True).stdout.strip()
        source = TREE / "tests" / "bench" / "drop.bpf.c"
        subprocess.run(
            ["clang", "-target", "bpf", "-O2", "-g", "-I", f"/usr/include/{include}", "-c", source, "-o", program],
            check=True,
        )
        self.net.ip("collector", "link", "set", "dev", "in", "xdp", "obj", str(program), "sec", "xdp")

    def arrived(self):
        """A moment, and how many frames had come by then. Who is kept from the processor between looking at the
        clock and at the counter looks again."""
        for _ in range(100):
            begun = time.monotonic()
            counted = int(re.search(r"^ *in: *\d+ +(\d+)", self.counters.read_text(), re.MULTILINE)[1])
            ended = time.monotonic()
            if ended - begun <= AT_ONCE:
                break
        return (begun + ended) / 2, counted

    def start(self, command, **options):
        """Starts a sender, and waits until its frames arrive."""
        _, before = self.arrived()
        sender = self.net.start("source", *self.priority, *command, **options)
        limit = time.monotonic() + START_MAX
        while self.arrived()[1] < before + WARM_UP:
            assert sender.poll() is None, f"{command} ended early"
            assert time.monotonic() < limit, f"{command} does not send"
            time.sleep(0.05)
        return sender

    def rate(self, command, seconds):
        """Frames that arrive in a second while the command runs."""
        sender = self.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        begun = self.arrived()
        time.sleep(seconds)
        ended = self.arrived()
        assert sender.poll() is None, f"{command} ended early"
        self.net.stop(sender, END_MAX)
        return rate_between(begun, ended)

    def commands(self, size):
        """Name of each sender and how it sends frames of that size without end."""
        scenario, capture, config = (self.directory / name for name in ("bench.ini", "bench.pcap", "bench.cfg"))
        scenario.write_text(SESSIONS.format(size=size), encoding="utf-8")
        subprocess.run([ERSPANGEN, "write", *MACS, scenario, "-o", capture], check=True)
        frames = [frame.captured for frame in pcapfile.read(capture)]
        config.write_text("".join("{ %s }\n" % ", ".join(map(str, data)) for data in frames[:16]), encoding="utf-8")
        yield BASELINE, ["trafgen", "--conf", config, "--dev", "out", "--cpus", "1", "--jumbo-support"]
        yield (
            "tcpreplay",
            ["tcpreplay", "--topspeed", "--preload-pcap", "--loop", "100000000", "--intf1", "out", capture],
        )
        for name in backends():
            send = [ERSPANGEN, "send", "-i", "out", *MACS, "--rate", "max", "--repeat", "--backend", name, scenario]
            yield f"erspangen, {name}", send


def ratio(measured, others):
    return statistics.median(own / other for own, other in zip(measured, others))


def speed(bench, options):
    bench.drop_in_xdp()
    print("| mirrored frame | sender | frames/s | against trafgen | against tcpreplay |")
    print("|---|---|---|---|---|")
    for size in SIZES:
        rates = {}
        for _ in range(options.runs):
            for name, command in bench.commands(size):
                rates.setdefault(name, []).append(bench.rate(command, options.seconds))
        for name, measured in rates.items():
            print(
                f"| {size} bytes | {name} | {statistics.median(measured) / 1e3:.0f} k"
                f" | {ratio(measured, rates[BASELINE]):.2f} | {ratio(measured, rates['tcpreplay']):.2f} |",
                flush=True,
            )


def per_second(bench, command, seconds):
    """Frames that arrived in each whole second while the command ran, and what it said at the end."""
    sender = bench.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    marks = []
    for _ in range(seconds + 1):
        marks.append(bench.arrived())
        time.sleep(1)
    bench.net.stop(sender, END_MAX)
    rates = [rate_between(a, b) for a, b in zip(marks, marks[1:])]
    return rates, sender.stdout.read()


def paced(bench, base, share, seconds):
    """A run at a share of what is reached in each second as fast as it goes: the rate, what arrived in each
    second, what was said, and what is reached afterwards as a share of what was before. A run after which
    that is less, for the machine's speed has changed, is done again, a few times."""
    most = min(per_second(bench, [*base, "max"], seconds)[0])
    for _ in range(ATTEMPTS):
        rate = int(most * share)
        rates, said = per_second(bench, [*base, f"{rate}pps"], seconds)
        before, most = most, min(per_second(bench, [*base, "max"], seconds)[0])
        if most >= before * STEADY:
            break
    return rate, rates, said, most / before


def steadiness(bench, options):
    """At shares of what each back-end reaches."""
    bench.drop_in_xdp()
    print(
        "\n| mirrored frame | back-end | asked for | of the most | most afterwards | seconds within 0.5 %"
        " | worst second | frames leave late, 50 % / 95 % / 99 % |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        scenario = bench.directory / "rate.ini"
        scenario.write_text(SESSIONS.format(size=size), encoding="utf-8")
        for name in options.backend or backends():
            base = [ERSPANGEN, "send", "-i", "out", *MACS, "--backend", name, "--repeat", scenario, "--rate"]
            for share in options.share or SHARES:
                rate, rates, said, after = paced(bench, base, share, options.seconds)
                off = [abs(reached / rate - 1) for reached in rates]
                right = sum(second <= TOLERANCE for second in off)
                late = re.findall(r"([0-9.]+) us", said)[:3]
                print(
                    f"| {size} bytes | {name} | {rate / 1e3:.0f} k/s | {share:.0%} | {after:.0%} | {right} of {len(off)}"
                    f" | {100 * max(off):.2f} % | {' / '.join(late)} us |",
                    flush=True,
                )


def trains(bench, options):
    """64 frames at 10 Gbit/s every millisecond: from the start of one train to that of the next."""
    scenario, capture = bench.directory / "trains.ini", bench.directory / "trains.pcap"
    scenario.write_text(TRAINS, encoding="utf-8")
    print("\n| trains of 64 every 1 ms | off by, 50 % | 95 % | 99 % |")
    print("|---|---|---|---|")
    for name in [name for name in backends() if name != "live-frames"]:
        tcpdump = bench.net.start(
            "collector", "tcpdump", "-i", "in", "-B", "65536", "-s", "64", "--time-stamp-precision=nano", "-Z", "root",
            "-w", capture, "ether", "src", MACS[3], stderr=subprocess.PIPE,
        )  # fmt: skip
        tcpdump.stderr.readline()
        send = [ERSPANGEN, "send", "-i", "out", *MACS, "--backend", name, scenario, "--duration", f"{options.seconds}s"]
        bench.net.run("source", *bench.priority, *send, check=False)  # 1 if frames failed
        time.sleep(1.2)
        bench.net.stop(tcpdump)
        times = [frame.time_ns for frame in pcapfile.read(capture)]
        starts = times[::64]
        off = sorted(abs(b - a - 10**6) / 1e3 for a, b in zip(starts, starts[1:]))
        cells = " | ".join(f"{off[int(len(off) * share)]:.1f} us" for share in (0.5, 0.95, 0.99))
        print(f"| {name} | {cells} |", flush=True)


PARTS = {"speed": speed, "steadiness": steadiness, "trains": trains}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="rounds of the speed table (default 5)")
    parser.add_argument("--seconds", type=int, default=2, help="of each run (default 2)")
    parser.add_argument("--only", choices=PARTS, help="one of the tables (default: all)")
    parser.add_argument("--backend", action="append", help="whose rates are looked at (default: each of the build)")
    parser.add_argument("--share", type=float, action="append", help="of the most (default 0.1, 0.5 and 0.9)")
    parser.add_argument("--install", action="store_true", help="first install what it is compared with")
    parser.add_argument("--realtime", action="store_true", help="senders go before all else on a busy machine")
    options = parser.parse_args()
    priority = ["chrt", "--fifo", "1"] if options.realtime else []
    if options.install:
        subprocess.run([TREE / "scripts" / "install-dependencies", "bench"], check=True)
    for part in [options.only] if options.only else PARTS:
        with tempfile.TemporaryDirectory(prefix="erspan-bench-") as directory, Namespaces("source", "collector") as net:
            PARTS[part](Bench(net, Path(directory), priority), options)


if __name__ == "__main__":
    main()
