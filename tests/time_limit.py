# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a test waits for what must come: nothing that works takes so long, on a busy machine with
sanitizers either."""

import time

TIME_LIMIT = 600  # seconds


def wait_until(true, running=None):
    """Returns as soon as it is true. Fails if it never is, or at once when the process that should make
    it true has ended before."""
    end = time.monotonic() + TIME_LIMIT
    while True:
        ended = running is not None and running.poll() is not None
        if true():
            return
        assert not ended, f"{running.args} ended with {running.returncode}"
        assert time.monotonic() < end
        time.sleep(0.02)
