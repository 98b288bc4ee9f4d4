# SPDX-License-Identifier: GPL-2.0-or-later
"""A filter that libpcap takes minutes to compile; it looks at no signal meanwhile."""

import os
from pathlib import Path

from processes import stat_fields
from time_limit import wait_until

EXPRESSION = " or ".join(f"(ip[{n % 60}:2] > {n} and tcp[{n % 20}] = {n % 250})" for n in range(3000))


def wait_until_compiling(process):
    """The process had so much of a processor that it is compiling now. Needs /proc."""

    def seconds():
        fields = stat_fields(Path(f"/proc/{process.pid}"))
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    wait_until(lambda: seconds() > 0.5)
