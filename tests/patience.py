# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a test waits for what must come: nothing that works takes so long, on a busy machine with
sanitizers either."""

import time

PATIENCE = 600  # seconds


def wait_until(true):
    """Returns as soon as it is true; fails if it never is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
