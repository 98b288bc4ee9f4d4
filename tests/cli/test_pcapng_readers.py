# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate reads a pcapng file by itself and a pipe by libwiretap: both say the same.

The files are captures of this tree and what is left of them with some bytes changed. Where libwiretap gives a
file up at a block that holds no packet, erspanrate may read on.
"""

import json
import random
import subprocess

import pytest
from programs import TREE

CAPTURES = sorted((TREE / "captures").glob("*.pcap"))[::8] + sorted((TREE / "captures").glob("*.pcapng"))
CHANGED = 40  # files
MUCH = 100_000  # bytes of a capture that is changed


def report(erspanrate, path, piped):
    """Exit status, and what is said but for the file's name."""
    reading = 'cat "$2" | "$1" -r - --json' if piped else '"$1" -r "$2" --json'
    done = subprocess.run(["sh", "-c", reading, "sh", erspanrate, path], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        line.pop("file", None)
    return done.returncode, lines


def as_pcapng(path, directory):
    out = directory / "as.pcapng"
    subprocess.run(["editcap", "-F", "pcapng", path, out], check=True, capture_output=True)
    return out


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_captures(erspanrate, tmp_path, path):
    copy = as_pcapng(path, tmp_path)
    status, lines = report(erspanrate, copy, piped=False)
    assert (status, lines) == report(erspanrate, copy, piped=True)
    assert status == 0 and lines[-1]["totals"]["frames"] > 0


def changed(content, draw):
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 5))):
        at = draw.randrange(min(len(data), draw.choice((200, 2000, MUCH))))
        data[at] = draw.choice((0, 1, 255, data[at] ^ 1, draw.randrange(256)))
    return data


@pytest.mark.parametrize("seed", range(CHANGED))
def test_changed_captures(erspanrate, tmp_path, seed):
    draw = random.Random(seed)
    path = tmp_path / "changed.pcapng"
    path.write_bytes(changed(as_pcapng(draw.choice(CAPTURES), tmp_path).read_bytes()[:MUCH], draw))
    status, lines = report(erspanrate, path, piped=False)
    by_wiretap, wanted = report(erspanrate, path, piped=True)
    if by_wiretap == 0:
        assert (status, lines) == (0, wanted)
    else:
        frames, least = ([line["totals"]["frames"] for line in each[-1:]] for each in (lines, wanted))
        assert frames >= least
