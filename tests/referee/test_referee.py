# SPDX-License-Identifier: GPL-2.0-or-later
"""No sentence of either program is false over a hundred random scenarios; scripts/referee judges more."""

import drawn_scenarios
import pytest
import referee

SCENARIOS = 100


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(1, SCENARIOS + 1, drawn_scenarios.PLACES))
def test_no_sentence_is_false(first, stage):
    tally = referee.run(referee.Referee(stage()), range(first, first + drawn_scenarios.PLACES), workers=1)
    assert tally.false == []
