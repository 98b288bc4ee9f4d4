#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times erspangen write against dd, libpcap's pcap_dump() and scapy.

Each writes as many copies, of 64-byte and of 1400-byte mirrored frames, to a file of its own in the
same directory; dd writes as many bytes. They run in turn, each round beginning with the next of them,
so that a machine that changes its speed does not decide; what counts is the median of each round's
ratio to dd. scapy makes fewer copies, and its time is scaled.
Needs a build in build/ (scripts/build) and python3-scapy.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("ERSPAN_BUILD_DIR", TREE / "build")).resolve()

SIZES = (64, 1400)
HEADERS = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with sequence number, Type II
FILE_HEADER, RECORD_HEADER = 24, 16
SCAPY_COPIES = 20000


def erspangen(path, size, copies):
    keys = ["--type", "2", "--inner", "udp", "--inner-size", size, "--count", copies, "--interval", "1us"]
    return [BUILD / "generator" / "erspangen", "write", *keys, "-o", path]


def dd(path, size, copies):
    length = FILE_HEADER + copies * (RECORD_HEADER + HEADERS + size)
    return ["dd", "if=/dev/zero", f"of={path}", "bs=1M", "iflag=count_bytes", f"count={length}"]


def pcap_dump(path, size, copies):
    return [BUILD / "tests" / "pcap_dump_loop", path, copies, HEADERS + size]


def one_core(path, size, copies):
    return ["taskset", "-c", "0", *erspangen(path, size, copies)]


WRITERS = {"erspangen": erspangen, "erspangen, one core": one_core, "dd": dd, "pcap_dump": pcap_dump}


def run(command, path):
    """Wall and processor seconds of one run, and how much it wrote."""
    begun = time.monotonic()
    with subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    assert process.returncode == 0, command
    length = path.stat().st_size
    path.unlink()
    return wall, usage.ru_utime + usage.ru_stime, length


def scapy_seconds(path, size):
    """What one copy takes scapy, made and written one at a time."""
    # pylint: disable=import-outside-toplevel
    from scapy.contrib.erspan import ERSPAN_II
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import GRE, Ether
    from scapy.utils import PcapWriter

    inner = Ether() / IP(src="10.0.0.1", dst="172.16.0.1") / UDP() / bytes(size - 42)
    outer = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="192.0.2.1", dst="192.0.2.2")
    begun = time.monotonic()
    with PcapWriter(str(path)) as writer:
        for number in range(SCAPY_COPIES):
            gre = GRE(proto=0x88BE, seqnum_present=1, seqence_number=number)
            writer.write(outer / gre / ERSPAN_II(session_id=1) / inner)
    seconds = (time.monotonic() - begun) / SCAPY_COPIES
    path.unlink()
    return seconds


def compare(directory, size, copies, runs):
    measured = {name: [] for name in WRITERS}
    for number in range(runs + 1):  # the first does not count
        first = number % len(WRITERS)
        for name in [*WRITERS][first:] + [*WRITERS][:first]:
            path = directory / "written.pcap"
            result = run(WRITERS[name](path, size, copies), path)
            if number > 0:
                measured[name].append(result)
    lengths = {result[2] for results in measured.values() for result in results}
    assert len(lengths) == 1, f"they did not write as much: {lengths}"
    baseline = [result[0] for result in measured["dd"]]
    for name, results in measured.items():
        wall, processor, length = map(statistics.median, zip(*results))
        ratio = statistics.median(result[0] / base for result, base in zip(results, baseline))
        yield name, wall, processor, copies / wall, length / wall, ratio
    wall = scapy_seconds(directory / "scapy.pcap", size) * copies
    yield "scapy, scaled", wall, wall, copies / wall, lengths.pop() / wall, wall / statistics.median(baseline)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=10_000_000, help="in each file (default 10 million)")
    parser.add_argument("--runs", type=int, default=5, help="that count (default 5)")
    parser.add_argument("--directory", help="where the files are written (default: a temporary directory)")
    parser.add_argument("--size", type=int, choices=SIZES, help="of the mirrored frames (default: both)")
    options = parser.parse_args()
    subprocess.run(["cmake", "--build", BUILD, "--target", "pcap_dump_loop"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="erspan-bench-", dir=options.directory) as directory:
        print("| mirrored frame | writer | time | of it processor | copies/s | bytes/s | against dd |")
        print("|---|---|---|---|---|---|---|")
        for size in [options.size] if options.size else SIZES:
            for row in compare(Path(directory), size, options.copies, options.runs):
                name, wall, processor, rate, throughput, ratio = row
                print(
                    f"| {size} bytes | {name} | {wall:.2f} s | {processor:.2f} s | {rate / 1e6:.3g} M"
                    f" | {throughput / 1e6:.4g} MB | {ratio:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
