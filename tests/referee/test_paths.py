# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate reports of paths is the truth, over a few random scenarios; scripts/referee-paths judges more."""

import drawn_paths
import paths
import pytest

SCENARIOS = 12

# Frames whose order changed come to two points at the same time, and each mirror loses copies of others.
AT_ONE_TIME = 10187

# The second point shows the first frames before the first point does, and frames overtake each other.
BEGINS_BEHIND = 20239


@pytest.mark.parametrize("seed", [*range(1, SCENARIOS + 1), AT_ONE_TIME, BEGINS_BEHIND])
def test_report_is_the_truth(seed, tmp_path):
    assert paths.run(drawn_paths.draw(seed), tmp_path) == []


@pytest.mark.parametrize("seed", range(1, SCENARIOS // 2 + 1))
def test_mirrors_that_lose_are_not_the_network(seed, tmp_path):
    """Where only mirrors lose copies, no frame is said to be lost by the network."""
    assert paths.run(drawn_paths.draw(seed, network_loses=False, mirrors_lose=True), tmp_path) == []
