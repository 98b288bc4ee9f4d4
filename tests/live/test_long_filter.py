# SPDX-License-Identifier: GPL-2.0-or-later
"""A signal ends erspanrate while libpcap compiles a long filter, with each back-end that takes one."""

import signal
import subprocess

import long_filter
from time_limit import TIME_LIMIT
from receiver import each


@each()
def test_a_long_filter_can_be_interrupted(net, erspanrate, backend):
    command = [erspanrate, "-i", "in0", "-b", backend, "-f", long_filter.EXPRESSION]
    running = net.start("collector", *command, stderr=subprocess.PIPE)
    long_filter.wait_until_compiling(running)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=TIME_LIMIT)
    assert running.returncode == -signal.SIGTERM
