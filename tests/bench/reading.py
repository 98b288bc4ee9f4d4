#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times erspanrate -r against libpcap that reads and does nothing, and against tshark's sessions.

The captures hold two-way TCP: four sessions, each of 250 connections, of 64-byte and of 1400-byte
mirrored frames. The readers take turns, after one run of each that does not count, and what counts is
the median of the ratios round by round, so that a machine that changes its speed does not decide.
Times are processor time, of all threads. Needs a build in build/ (scripts/build).
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from programs import BUILD, Tshark, measured  # noqa: E402

SIZES = (64, 1400)
SESSIONS = 4
SCENARIO = """
[sessions]
type = 2
flows = 250
inner-size = {size}
count = {count}
"""


def write(path, size, copies):
    sections = "".join(f"[session {number}]\nsession = {number}\n" for number in range(1, SESSIONS + 1))
    scenario = path.with_suffix(".ini")
    scenario.write_text(SCENARIO.format(size=size, count=copies // SESSIONS) + sections, encoding="utf-8")
    subprocess.run([BUILD / "generator" / "erspangen", "write", scenario, "-o", path], check=True)
    path.chmod(0o644)


def cost(command, environment=None):
    """Processor seconds, and MiB at the peak."""
    done, seconds, mebibytes = measured(
        list(map(str, command)), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert done.returncode == 0, command
    return seconds, mebibytes


def compared(ratio):
    return f"{ratio:.3g} times slower" if ratio > 1 else f"{1 / ratio:.3g} times faster" if ratio < 1 else ""


def readers(tshark, path):
    return {
        "erspanrate": lambda: cost([BUILD / "collector" / "erspanrate", "-r", path]),
        "libpcap": lambda: cost([BUILD / "tests" / "pcap_read_loop", path]),
        "tshark": lambda: cost(
            [*tshark.drop, "tshark", "-n", "-q", "-r", path, "-z", "erspan,sessions"], tshark.environment
        ),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=1_000_000, help="in each file (default a million)")
    parser.add_argument("--runs", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument("--against", metavar="ERSPANRATE", help="an erspanrate of another build")
    parser.add_argument("--without-tshark", action="store_true", help="which takes most of the time")
    parser.add_argument("--directory", help="for the captures (default: a temporary directory)")
    options = parser.parse_args()
    subprocess.run(["cmake", "--build", BUILD, "--target", "pcap_read_loop"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="erspan-bench-", dir=options.directory) as directory:
        stage = Path(directory)
        stage.chmod(0o755)
        tshark = Tshark(stage, BUILD / "plugin" / "erspan.so")
        print("| mirrored frame | reader | per copy | than erspanrate | peak memory |")
        print("|---|---|---|---|---|")
        for size in SIZES:
            path = stage / "reading.pcap"
            write(path, size, options.copies)
            competitors = readers(tshark, path)
            if options.against:
                competitors["the other"] = lambda path=path: cost([options.against, "-r", path])
            if options.without_tshark:
                del competitors["tshark"]
            rounds = [{name: run() for name, run in competitors.items()} for _ in range(options.runs + 1)][1:]
            for name in competitors:
                seconds, mebibytes = map(statistics.median, zip(*(one[name] for one in rounds)))
                ratio = statistics.median(one[name][0] / one["erspanrate"][0] for one in rounds)
                print(
                    f"| {size} bytes | {name} | {1e9 * seconds / options.copies:.0f} ns"
                    f" | {compared(ratio)} | {mebibytes:.0f} MiB |",
                    flush=True,
                )
            path.unlink()


if __name__ == "__main__":
    main()
