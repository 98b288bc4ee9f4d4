# SPDX-License-Identifier: GPL-2.0-or-later
"""Which copies chance meets, worked out anew from what generator/base/random.h defines: SplitMix64."""

import captures_table
import pytest

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def stream(seed, *names):
    state = mix(seed + GOLDEN & MASK)
    for name in names:
        for byte in name.encode():
            state = mix(state ^ byte)
        state = mix(state + GOLDEN & MASK)
    return state


def hits(seed, purpose, number, percentage):
    """Copies count from 1; a session's own impairments belong to "NAME/"."""
    bits = mix(stream(seed, "mirror/", purpose) + (number + 1) * GOLDEN & MASK)
    return bits * 10**9 >> 64 < percentage * 10**7


def left_by_loss():
    return [number - 1 for number in range(1, 49) if not hits(2, "loss", number, 12.5)]


def left_by_runs():
    in_run, left = False, []
    for number in range(1, 49):
        in_run ^= hits(3, "run", number, 25 if in_run else 6)
        if not in_run:
            left.append(number - 1)
    return left


@pytest.mark.parametrize(
    "capture, left", [("loss-random.pcap", left_by_loss), ("loss-runs.pcap", left_by_runs)]
)
def test_the_table_has_those_that_are_left(capture, left):
    (row,) = (row for row in captures_table.rows() if row.capture == capture)
    assert row.values["erspan.seq"] == [str(number) for number in left()]
