#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times tshark with the plugin against tshark with its own dissector, over a million copies.

The two run in turn, after one run of each that does not count; the ratio is taken pair by pair, so
that a machine that changes its speed does not decide. Needs a build in build/ (scripts/build).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from programs import BUILD, Tshark  # noqa: E402

WORKLOADS = {
    "display filter": ["-Y", "erspan.spanid == 1", "-w", "/dev/null"],
    "two passes": ["-2", "-Y", "erspan.spanid == 1", "-w", "/dev/null"],
    "fields": ["-T", "fields", "-e", "erspan.spanid"],
}


def processor_seconds(tshark, capture, arguments):
    before = os.times()
    tshark.call("-n", "-r", str(capture), *arguments, timeout=600, stdout=subprocess.DEVNULL)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def compare(plugin, builtin, capture, arguments, preferences, runs):
    sides = ((plugin, [*preferences, *arguments]), (builtin, arguments))
    pairs = []
    for run in range(runs + 1):
        pair = [processor_seconds(tshark, capture, options) for tshark, options in sides]
        if run > 0:
            pairs.append(pair)
    ratios = [with_plugin / without for with_plugin, without in pairs]
    with_plugin, without = (statistics.median(side) for side in zip(*pairs))
    return with_plugin, without, statistics.median(ratios), min(ratios), max(ratios)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="pairs that count (default 5)")
    parser.add_argument("--workload", choices=WORKLOADS, help="only this one")
    parser.add_argument("--decode-only", action="store_true", help="without the plugin's analysis")
    options = parser.parse_args()
    preferences = ["-o", "erspan.analyse:FALSE"] if options.decode_only else []
    with tempfile.TemporaryDirectory(prefix="erspan-bench-") as directory:
        stage = Path(directory)
        stage.chmod(0o755)
        capture = stage / "dissection.pcap"
        scenario = HERE / "dissection.ini"
        subprocess.run([BUILD / "generator" / "erspangen", "write", scenario, "-o", capture], check=True)
        capture.chmod(0o644)
        sides = []
        for name, plugin in (("plugin", BUILD / "plugin" / "erspan.so"), ("builtin", None)):
            (stage / name).mkdir()
            sides.append(Tshark(stage / name, plugin))
        print(f"{'workload':<16}{'plugin s':>10}{'built-in s':>12}{'ratio':>8}   of {options.runs} pairs")
        for name in [options.workload] if options.workload else WORKLOADS:
            with_plugin, without, ratio, low, high = compare(
                *sides, capture, WORKLOADS[name], preferences, options.runs
            )
            print(f"{name:<16}{with_plugin:>10.2f}{without:>12.2f}{ratio:>8.3f}   {low:.3f} to {high:.3f}", flush=True)


if __name__ == "__main__":
    main()
