#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen limit against faults that are planted: whether it finds the rate that was set, and names the place.

Needs root. Rates are so low that no machine's speed counts, but where the collector is to be slow: there the place alone is
asked for. Prints a table, and fails if an answer is wrong.
"""

import argparse
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("ERSPAN_BUILD_DIR", TREE / "build")).resolve()
sys.path[:0] = [str(TREE / "tests"), str(TREE / "tests" / "live")]

# pylint: disable=wrong-import-position
from limits import LimitTest  # noqa: E402

SIZE, RATE, QUEUE_S = 250, 1000, 0.1
TIMES = ("--trial", 2, "--confirm", 8, "--resolution", 1, "--no-burst", "--no-delay", "--sizes", SIZE)
WAY, RING, NOTHING = "No counter of the collector", "The ring between", "none of 10 copies arrived"
BUSY_LOOP = "while True:\n    pass\n"


@contextmanager
def stopped_now_and_then(process, stopped_s, running_s):
    """Stops the program and lets it go on, again and again; it is running in the end."""
    over = threading.Event()

    def repeat():
        while not over.wait(running_s):
            process.send_signal(signal.SIGSTOP)
            over.wait(stopped_s)
            process.send_signal(signal.SIGCONT)

    thread = threading.Thread(target=repeat)
    thread.start()
    yield
    over.set()
    thread.join()


def plain(net, *options, **how):
    """What a collector without a fault of its own answers."""
    with net.serve(**how):
        return net.limit(*TIMES, *options)


def shaper(net):
    net.shape(SIZE, RATE, QUEUE_S)
    return plain(net)


def rules(net, rule):
    chain = "add table bridge way; add chain bridge way pass { type filter hook forward priority 0; };"
    net.run("way", "nft", f"{chain} add rule bridge way pass ether type ip ip protocol gre {rule}")


def policer(net):
    """With the burst of 50 ms: a sender that is held up for some milliseconds is not policed."""
    rules(net, f"limit rate over {RATE}/second burst {RATE // 20} packets drop")
    return plain(net)


def firewall(net):
    rules(net, "drop")
    return plain(net)


def mtu(net):
    net.ip("way", "link", "set", "to0", "mtu", "1500")
    net.shape(SIZE, RATE, QUEUE_S)
    return plain(net)


def held_back_sender(net):
    net.shape(SIZE, RATE, QUEUE_S)
    with net.serve():
        process = net.start_limit(*TIMES)
        with stopped_now_and_then(process, 0.1, 7):
            return net.found(process)


def stopped_reader(net):
    """Half a second in each: the ring holds a mebibyte, far less than comes meanwhile."""
    with net.serve("--buffer", 1) as server, stopped_now_and_then(server, 0.5, 0.5):
        return net.limit(*TIMES)


def small_buffer(net):
    """That of libpcap's ring; the reader stands still for the time of a long pause of a host."""
    with net.serve("-b", "pcap", "--buffer", 1) as server, stopped_now_and_then(server, 0.2, 1):
        return net.limit(*TIMES)


def starved_collector(net):
    """It has a processor that another program uses all the time, and yields to that."""
    core = str(max(os.sched_getaffinity(0)))
    busy = net.start("collector", "taskset", "-c", core, sys.executable, "-c", BUSY_LOOP)
    try:
        with net.serve("--buffer", 1, before=("taskset", "-c", core, "nice", "-n", "15")):
            return net.limit(*TIMES)
    finally:
        busy.kill()


# By name: what plants it, the rate that is then the limit, what the sentence says.
FAULTS = {
    "shaper with a short queue": (shaper, RATE, WAY),
    "policer": (policer, RATE, WAY),
    "firewall that drops all": (firewall, None, NOTHING),
    "MTU of 1500": (mtu, RATE, WAY),
    "sender held back": (held_back_sender, RATE, WAY),
    "reader that is stopped": (stopped_reader, None, RING),
    "small buffer": (small_buffer, None, RING),
    "starved collector": (starved_collector, None, RING),
}


def judge(answer, rate, sentence):
    """What was found, and what of it is wrong."""
    status, found = answer
    if status != 0:
        return found.strip(), "" if sentence in found else "another sentence"
    (size,) = found["sizes"]
    limit = size["limit_fps"]
    wrong = [] if found["conclusion"].startswith(sentence) else ["another sentence"]
    if rate is not None and not (limit and 0.95 * rate <= limit <= 1.05 * rate):
        wrong.append(f"not {rate} frames/s")
    return f"MTU {found['mtu']}, {limit} frames/s: {found['conclusion']}", ", ".join(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="FAULT", choices=FAULTS, help="these (default: all)")
    parser.add_argument("--runs", type=int, default=2, help="how often (default 2)")
    options = parser.parse_args()
    failed = False
    print("| fault | seconds | found | wrong |\n|---|---|---|---|")
    for name, (plant, rate, sentence) in FAULTS.items():
        for _ in range(options.runs if not options.only or name in options.only else 0):
            begun = time.monotonic()
            with LimitTest(BUILD / "collector" / "erspanrate", BUILD / "generator" / "erspangen") as net:
                found, wrong = judge(plant(net), rate, sentence)
            failed |= bool(wrong)
            print(f"| {name} | {time.monotonic() - begun:.0f} | {found} | {wrong} |", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
