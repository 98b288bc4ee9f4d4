#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times tshark with the plugin against tshark with its own dissector, over a million copies.

The two run side by side, each on a processor of its own, and change places from pair to pair, after
one pair that does not count; the ratio is taken pair by pair. So neither a machine that changes its
speed nor one processor that is slower decides. Needs a build in build/ (scripts/build).
"""

import argparse
import concurrent.futures
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from programs import BUILD, Tshark, measured  # noqa: E402

WORKLOADS = {
    "display filter": ["-Y", "erspan.spanid == 1", "-w", "/dev/null"],
    "two passes": ["-2", "-Y", "erspan.spanid == 1", "-w", "/dev/null"],
    "fields": ["-T", "fields", "-e", "erspan.spanid"],
}

# The plugin's table of sessions, without the mirrored frames, against the built-in dissector's display filter.
SESSIONS = "sessions"
TABLE = ["-q", "-o", "erspan.dissect_inner:FALSE", "-z", "erspan,sessions"]

LIMIT_S = 1800  # of one run

PROCESSORS = (0, 1)


def cost(tshark, processor, capture, arguments):
    """Seconds of a processor, and MiB at the peak."""
    command = [*tshark.drop, "taskset", "-c", processor, "tshark", "-n", "-r", capture, *arguments]
    done, seconds, mebibytes = measured(
        list(map(str, command)),
        env=tshark.environment,
        cwd=tshark.stage,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return seconds, mebibytes


def run_pair(sides, capture, processors):
    """The cost of either side."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return list(
            pool.map(lambda side, processor: cost(side[0], processor, capture, side[1]), sides, processors)
        )


def row(name, pairs):
    """Medians of seconds and MiB, with their ratios."""
    (plugin_s, plugin_mib), (builtin_s, builtin_mib) = (
        [statistics.median(side[which] for side in sides) for which in range(2)] for sides in zip(*pairs)
    )
    ratios = [plugin[0] / builtin[0] for plugin, builtin in pairs]
    memory = statistics.median(plugin[1] / builtin[1] for plugin, builtin in pairs)
    return (
        f"{name:<16}{plugin_s:>10.2f}{builtin_s:>12.2f}{statistics.median(ratios):>8.3f}"
        f"{f'{min(ratios):.3f} to {max(ratios):.3f}':>18}"
        f"{plugin_mib:>13.0f}{builtin_mib:>14.0f}{memory:>8.3f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=8, help="pairs that count (default 8)")
    parser.add_argument("--copies", type=int, default=1_000_000, help="to read (default a million)")
    parser.add_argument("--workload", choices=[*WORKLOADS, SESSIONS], help="only this one")
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
        for name in ("plugin", "builtin"):
            (stage / name).mkdir()
        plugin = Tshark(stage / "plugin", BUILD / "plugin" / "erspan.so")
        builtin = Tshark(stage / "builtin")
        print(
            f"{'workload':<16}{'plugin s':>10}{'built-in s':>12}{'ratio':>8}{f'of {options.runs} pairs':>18}"
            f"{'plugin MiB':>13}{'built-in MiB':>14}{'ratio':>8}"
        )
        first = ["-c", options.copies]
        for name in [options.workload] if options.workload else [*WORKLOADS, SESSIONS]:
            there = WORKLOADS["display filter" if name == SESSIONS else name]
            here = TABLE if name == SESSIONS else there
            told = [(plugin, [*first, *preferences, *here]), (builtin, [*first, *there])]
            pairs = [
                run_pair(told, capture, PROCESSORS if run % 2 else PROCESSORS[::-1])
                for run in range(options.runs + 1)
            ]
            print(row(name, pairs[1:]), flush=True)


if __name__ == "__main__":
    main()
