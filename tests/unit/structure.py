#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails where the tree differs from the structure that docs/design.md states: structure.py [TREE].

A folder includes its own headers and those of the folders to its left. No two files share a name, nor
do two types of the programs. A header's guard is its path. No file of code is longer than LONGEST lines.
Where code names a quirk by its number, the words of docs/quirks.md stand behind it.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

LONGEST = 500
LINE = re.compile(r"^    (\w+): +(.+)$", re.MULTILINE)
TYPE = re.compile(r"^(?:typedef )?((?:struct|enum|union) \w+) \{", re.MULTILINE)
QUIRK = re.compile(r"^\| (Q\d+) \((.*?)\):", re.MULTILINE)
INCLUDE = re.compile(r'^ *# *include "(.+)"', re.MULTILINE)


def order(design):
    """{folder: the folders that it may include}, from lines such as "core: base < wire, clock < copy"."""
    tops, allowed = {}, {}
    for top, levels in LINE.findall(design):
        below, own = set(), []
        for level in levels.split(" < "):
            names = level.split(", ")
            folders = {name for name in names if name not in tops}
            for name in names:
                below |= tops.get(name, set())
            paths = {top if name == "." else f"{top}/{name}" for name in folders}
            for path in paths:
                allowed[path] = below | {path}
            own += paths
            below = below | paths
        tops[top] = set(own)
    return allowed


def turned(tree, allowed):
    """Includes that the order forbids."""
    for source in code(tree, "*.[ch]"):
        folder = str(source.parent)
        if folder.startswith("tests"):
            continue
        if folder not in allowed:
            yield f"{source}: docs/design.md does not say where {folder} stands"
            continue
        for included in INCLUDE.findall((tree / source).read_text("utf-8")):
            other = str(Path(included).parent)
            if included.endswith(".skel.h"):  # made by bpftool of a program in this folder or below
                continue
            if other not in allowed[folder]:
                yield f"{source} includes {included}: {other} does not stand below {folder}"


def shared(tree):
    """Names that two files have, or two folders for a pair of .c and .h."""
    places = defaultdict(set)
    for source in code(tree, "*.[ch]"):
        places[source.stem].add(source.parent)
    for source in code(tree, "*.py"):
        places[source.name].add(source.parent)
    for name, folders in places.items():
        if len(folders) > 1 and name != "conftest.py":
            yield f"{name} stands in {', '.join(sorted(map(str, folders)))}"


def redefined(tree):
    """Types that two files of the programs define under one name."""
    places = defaultdict(set)
    for source in code(tree, "*.[ch]"):
        if source.parts[0] != "tests":
            for name in TYPE.findall((tree / source).read_text("utf-8")):
                places[name].add(str(source))
    for name, sources in places.items():
        if len(sources) > 1:
            yield f"{name} is defined in {', '.join(sorted(sources))}"


def misnamed(tree):
    """Headers whose guard is not their path, and files whose first line gives another name."""
    for source in code(tree, "*.[ch]"):
        text = (tree / source).read_text("utf-8")
        guard = re.sub(r"\W", "_", str(source)).upper()
        if source.suffix == ".h" and f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield f"{source} has no guard {guard}"
        named = re.match(r"/\* (\S+\.[ch])$", text, re.MULTILINE)
        if named and named[1] != source.name:
            yield f"{source} calls itself {named[1]}"


def bare(tree):
    """Numbers of quirks without their words: "Q3, constant sequence" or "Q3 (constant sequence)"."""
    words = dict(QUIRK.findall((tree / "docs" / "quirks.md").read_text("utf-8")))
    for source in code(tree, "*.[ch]"):
        text = re.sub(r"\s*\n *(\* )? *", " ", (tree / source).read_text("utf-8"))
        for found in () if source.parts[0] == "tests" else re.finditer(r'(?<!")\bQ\d+\b', text):
            named = words.get(found[0], "?")
            if not text.startswith((f", {named}", f" ({named}"), found.end()):
                yield f'{source} names {found[0]}, but not as docs/quirks.md does: "{named}"'


def long(tree):
    for pattern in ("*.[ch]", "*.py", "*.cmake", "CMakeLists.txt"):
        for source in code(tree, pattern):
            lines = (tree / source).read_bytes().count(b"\n")
            if lines > LONGEST:
                yield f"{source} has {lines} lines: at most {LONGEST}"


def code(tree, pattern):
    """Files of the tree, without builds."""
    for top in ("core", "plugin", "common", "generator", "collector", "tests"):
        for source in sorted((tree / top).rglob(pattern)):
            yield source.relative_to(tree)


def main(tree):
    allowed = order((tree / "docs" / "design.md").read_text("utf-8"))
    faults = [*turned(tree, allowed), *shared(tree), *redefined(tree), *misnamed(tree), *bare(tree), *long(tree)]
    if not allowed:
        faults.append("docs/design.md states no order of folders")
    sys.exit("\n".join(faults) or 0)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]))
