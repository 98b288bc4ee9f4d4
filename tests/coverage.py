#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints which part of the lines ran, as gcov counted it: coverage.py BUILD-DIRECTORY.

A line of a header counts once, and ran if it did in any file that includes it. Fails where less ran
than LEAST.
"""

import collections
import json
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
ROOMS = ("core", "plugin", "common", "generator", "collector")
LEAST = {"core": 90, "plugin": 85}  # %: what reads the wire


def counted(build):
    """How often each line ran: {path in the tree: {line: count}}."""
    lines = collections.defaultdict(collections.Counter)
    for notes in sorted(build.rglob("*.gcno")):
        command = ["gcov", "--json-format", "--stdout", str(notes)]
        done = subprocess.run(command, cwd=build, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                path = (build / file["file"]).resolve()
                if path.is_relative_to(TREE):
                    of_file = lines[path.relative_to(TREE)]
                    for line in file["lines"]:
                        of_file[line["line_number"]] += line["count"]
    return lines


def ran(of_file):
    return sum(count > 0 for count in of_file.values())


def main(build):
    lines = counted(build)
    too_low = []
    print("| part | lines | ran | least covered |")
    print("|---|---|---|---|")
    for room in ROOMS:
        files = {path: lines[path] for path in sorted(lines) if path.parts[0] == room}
        total = sum(map(len, files.values()))
        if total == 0:
            continue
        missed = sorted(files, key=lambda path: ran(files[path]) - len(files[path]))
        worst = ", ".join(
            f"{path.name} {ran(files[path])}/{len(files[path])}"
            for path in missed[:5]
            if ran(files[path]) < len(files[path])
        )
        percent = 100 * sum(map(ran, files.values())) / total
        print(f"| {room}/ | {total} | {percent:.1f} % | {worst} |")
        if percent < LEAST.get(room, 0):
            too_low.append(f"{room}/: {percent:.1f} % of the lines ran, must be {LEAST[room]} % or more")
    sys.exit("\n".join(too_low) or None)


main(Path(sys.argv[1]).resolve())
