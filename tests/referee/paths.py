# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws paths, has erspangen make them and erspanrate read them, and judges the report: paths.py [N] [--seed S]."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import drawn_paths
import path_judge
from programs import built
from time_limit import TIME_LIMIT


def run(text, directory):
    """What is wrong with the report of a scenario."""
    scenario, capture, truth = (directory / name for name in ("it.ini", "it.pcap", "it.json"))
    scenario.write_text(text, encoding="utf-8")
    write = [built("generator/erspangen"), "write", scenario, "-o", capture, "-t", truth]
    subprocess.run(write, check=True, timeout=TIME_LIMIT, stderr=subprocess.PIPE)
    read = [built("collector/erspanrate"), "--paths", "-j", "-r", capture]
    done = subprocess.run(read, check=False, timeout=TIME_LIMIT, capture_output=True, text=True)
    if done.returncode != 0:
        return [f"exit status {done.returncode}: {done.stderr}"]
    report = json.loads(done.stdout.splitlines()[-1])["paths"]
    flows = int(re.search(r"^flows = (\d+)", text, re.MULTILINE).group(1))
    return path_judge.judge(json.loads(truth.read_text(encoding="utf-8")), report, flows)


def kinds(wrong):
    """The kinds of complaint, without their numbers."""
    return {re.sub(r"\d+", "N", sentence.split("): ")[-1]) for sentence in wrong}


def shrink(text, directory):
    """The scenario without each line of its sessions that is not needed for the same thing to be wrong."""
    wanted = kinds(run(text, directory))
    lines = text.splitlines()
    traffic_end = next(at for at, line in enumerate(lines) if line.startswith("[session"))
    at = 0
    while at < len(lines):
        fewer = lines[:at] + lines[at + 1 :]
        try:
            told = at < traffic_end or lines[at].startswith("[") or run("\n".join(fewer), directory)
            needed = told is True or not wanted & kinds(told)
        except subprocess.CalledProcessError:
            needed = True
        if needed:
            at += 1
        else:
            lines = fewer
    return "\n".join(line for line in lines if line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--without", metavar="TEXT", help="leaves out drawings that have this text")
    options = parser.parse_args()
    false = 0
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for seed in range(options.seed, options.seed + options.count):
            text = drawn_paths.draw(seed)
            if options.without and options.without in text:
                continue
            wrong = run(text, directory)
            if wrong:
                false += 1
                print(f"seed {seed}:", *wrong, sep="\n  ", flush=True)
                if not options.no_shrink:
                    print(shrink(text, directory))
    print(f"{options.count} scenarios, {false} with a wrong report")
    sys.exit(1 if false else 0)


if __name__ == "__main__":
    main()
