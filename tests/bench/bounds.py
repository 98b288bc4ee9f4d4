#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what hostile captures cost: time per copy and peak memory, from 10 to a million of a thing.

The number of copies stays the same, so that what costs more per copy grew faster than linear.
erspanrate reads each capture, and tshark prints erspan,sessions, with mirrored frames not dissected:
else what Wireshark keeps of each connection would hide what the plugin does. Needs a build in build/
(scripts/build).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import hostile  # noqa: E402
from programs import BUILD, Tshark, measured  # noqa: E402

COUNTS = (10, 1000, 100_000, 1_000_000)
GIVEN_UP = "Memory limit reached"
NESTED = "nested copies"  # which are found by dissecting the frames
SMALL_KINDS = {NESTED: 10}  # whose copies are as many times fewer: each is larger


class Measured:
    """What a run cost, and what it said."""

    def __init__(self, command, environment=None):
        with tempfile.TemporaryFile("w+") as said:
            done, self.seconds, self.mebibytes = measured(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.PIPE
            )
            errors = done.stderr.decode(errors="replace")
            assert done.returncode == 0, f"{command} ended with {done.returncode}: {errors[-2000:]}"
            said.seek(0)
            self.given_up = next((line.strip() for line in said if GIVEN_UP in line), "")


def erspanrate(path, *more):
    return Measured([str(BUILD / "collector" / "erspanrate"), "-r", str(path), *more])


def erspanrate_text(path, *more):
    command = [str(BUILD / "collector" / "erspanrate"), "-r", str(path), *more]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def tshark_sessions(tshark, path, dissect_inner="FALSE"):
    arguments = ["-n", "-q", "-o", f"erspan.dissect_inner:{dissect_inner}", "-z", "erspan,sessions"]
    return Measured([*tshark.drop, "tshark", "-r", str(path), *arguments], tshark.environment)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=1_000_000, help="in each capture (default a million)")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="of sessions, flows, clocks")
    parser.add_argument("--kind", choices=hostile.KINDS, help="only this one")
    parser.add_argument("--program", choices=("erspanrate", "tshark"), help="only this one")
    parser.add_argument("--directory", help="for the captures (default: a temporary directory)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="erspan-bench-", dir=options.directory) as directory:
        stage = Path(directory)
        stage.chmod(0o755)
        tshark = Tshark(stage, BUILD / "plugin" / "erspan.so")
        programs = {
            "erspanrate": erspanrate,
            "tshark": lambda path: tshark_sessions(tshark, path, str(kind == NESTED).upper()),
        }
        print("| capture | of them | copies | program | per copy | peak memory | given up, times |")
        print("|---|---|---|---|---|---|---|")
        path = stage / "hostile.pcap"
        for kind in [options.kind] if options.kind else hostile.KINDS:
            copies = options.copies // SMALL_KINDS.get(kind, 1)
            for count in options.counts if kind in hostile.COUNTED else (1,):
                hostile.write(path, kind, count, copies)
                path.chmod(0o644)
                for program in [options.program] if options.program else programs:
                    cost = programs[program](path)
                    print(
                        f"| {kind} | {count:,} | {copies:,} | {program} | {1e6 * cost.seconds / copies:.2f} us"
                        f" | {cost.mebibytes:,.0f} MiB | {cost.given_up.removeprefix(GIVEN_UP).partition(' time')[0].strip()} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
