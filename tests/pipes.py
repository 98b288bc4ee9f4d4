# SPDX-License-Identifier: GPL-2.0-or-later
"""What waits in a pipe that a program writes."""

import array
import fcntl
import termios
import time

from time_limit import wait_until

FULL_ENOUGH = 32768  # bytes: half of what a pipe holds; a writer may wait with less than a page of room
STILL_S = 0.3


def waiting_in(pipe):
    """Bytes that nobody has read."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


def wait_until_full(pipe):
    """Until much is in the pipe, which is not read meanwhile, and grows no more."""

    def is_full():
        before = waiting_in(pipe)
        time.sleep(STILL_S)
        return before == waiting_in(pipe) >= FULL_ENOUGH

    wait_until(is_full)
