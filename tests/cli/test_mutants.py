# SPDX-License-Identifier: GPL-2.0-or-later
"""Each rule of tests/mutation/mutants.tsv stands in its file: scripts/mutate would find it."""

import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "mutation"))

import mutate  # noqa: E402


def test_each_mutant_is_found():
    mutants = list(mutate.mutants([]))
    missing = [
        (name, old)
        for name, old, new in mutants
        if mutate.replaced((TREE / name).read_text("utf-8"), old, new) is None
    ]
    assert missing == []
    assert len(mutants) >= 60
    assert len({(name, old, new) for name, old, new in mutants}) == len(mutants)
