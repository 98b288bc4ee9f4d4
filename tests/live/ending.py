# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a program takes to end after SIGTERM. A busy machine can make it longer, but a program that always takes
too long is at fault: so it has some tries."""

import signal
import time

from time_limit import TIME_LIMIT

A_SECOND = 1
TRIES = 20
APART = 0.15  # seconds between two signals; two that come sooner count as one


def ends_within_a_second(start, signals, status=0):
    """What start() made, and its standard output, of the first try that ends so with this status."""
    ends = []
    for _ in range(TRIES):
        process = start()
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        for _ in range(1, signals):
            time.sleep(APART)
            process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=TIME_LIMIT)
        ends.append((process.returncode, time.monotonic() - begun))
        if ends[-1][0] == status and ends[-1][1] < A_SECOND:
            return process, said
    raise AssertionError(f"status and seconds of each try: {ends}")
