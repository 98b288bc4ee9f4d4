#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Says which rules no unit test defends: mutate.py WORD...

Copies the tree, builds the unit tests of the analysis, visibility, paths, the report and the verdicts there, and for
each line of mutants.tsv puts the replacement in its place, builds, and runs these tests. A mutant that all
tests pass survives: a rule may be broken and nobody would know. With words, only the mutants whose line
in the table contains all of them. Fails if one survives, or if a line is no longer in its file.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("mutants.tsv")
TESTS = "unit/(sequence|verdict|report|analysis|visibility|paths)/"
TESTS_OF_VERDICTS = "unit/verdict/"  # no other calls them
LONGEST = 600  # s, of one build or of all tests: a mutant may loop for ever


def mutants(words):
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#") and all(word in line for word in words):
            yield line.split("\t")


def replaced(text, old, new):
    """The text with its only line `old` replaced; None if there is not exactly one."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if line.strip() == old]
    if len(places) != 1:
        return None
    lines[places[0]] = new
    return "\n".join(lines)


class Copy:
    """The tree in a directory of its own, as it lies here, with a build for speed of building."""

    def __init__(self, directory):
        self.tree, self.build = directory / "tree", directory / "build"
        left_out = shutil.ignore_patterns(".*", "build*", "__pycache__")
        shutil.copytree(TREE, self.tree, symlinks=True, ignore=left_out)
        lists = self.tree / "CMakeLists.txt"
        text = lists.read_text("utf-8")
        text = text.replace(" -Werror", "")  # a mutant may leave a function without a caller
        text = text.replace('if(CMAKE_C_COMPILER_ID STREQUAL "GNU"', "if(FALSE")  # whole programs link slowly
        lists.write_text(text, "utf-8")
        options = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS=-O2"]
        self.quietly("cmake", "-S", self.tree, "-B", self.build, *options)
        listed = self.quietly("ctest", "--test-dir", self.build, "-N", "-R", TESTS)
        names = [line.rpartition("/")[2] for line in listed.splitlines() if "unit/" in line]
        self.targets = [f"test_{name}" for name in names]

    @staticmethod
    def quietly(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST).stdout

    def outcome(self, tests=TESTS):
        """What becomes of the tree as it is: "survived", or what noticed."""
        try:
            self.quietly("cmake", "--build", self.build, "--target", *self.targets)
        except subprocess.CalledProcessError:
            return "does not build"
        try:
            self.quietly("ctest", "--test-dir", self.build, "-R", tests, "--stop-on-failure", "--timeout", "300")
        except subprocess.CalledProcessError as failed:
            return next(line.split()[3] for line in failed.stdout.splitlines() if "***" in line)
        return "survived"


def main(words):
    wrong = []
    with tempfile.TemporaryDirectory(prefix="erspan-mutants-") as directory:
        copy = Copy(Path(directory))
        assert copy.outcome() == "survived", "the tests fail before any change"
        for number, (name, old, new) in enumerate(mutants(words), start=1):
            path = copy.tree / name
            original = path.read_text("utf-8")
            text = replaced(original, old, new)
            outcome = "not found" if text is None else None
            if text is not None:
                path.write_text(text, "utf-8")
                outcome = copy.outcome(TESTS_OF_VERDICTS if "/verdict/" in name else TESTS)
                path.write_text(original, "utf-8")
            print(f"{number:3} {outcome:28} {name}: {new.strip()}", flush=True)
            if outcome in ("survived", "not found", "does not build"):
                wrong.append((outcome, name, old, new))
    for outcome, name, old, new in wrong:
        print(f"\n{outcome}: {name}\n    {old}\n    {new}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
