# SPDX-License-Identifier: GPL-2.0-or-later
"""What proc(5) says of another process. That process goes on meanwhile: a file that it had open a moment
ago may be closed, a thread may have ended."""

import os
from pathlib import Path


def stat_fields(task):
    """The fields behind the name in /proc/PID/stat or in that of a thread: the state is the first."""
    return (task / "stat").read_text("ascii").rpartition(")")[2].split()


def state_of(task):
    """The letter of its state; that of a zombie once it is gone."""
    try:
        return stat_fields(task)[0]
    except OSError:
        return "Z"


def is_asleep(process):
    return state_of(Path(f"/proc/{process.pid}")) == "S"


def files_open_in(process, directory):
    """The sizes of the files in a directory that the process has open, with a name or without."""
    sizes = {}
    for descriptor in Path(f"/proc/{process.pid}/fd").glob("*"):
        try:
            if os.readlink(descriptor).startswith(f"{directory}/"):
                found = descriptor.stat()
                sizes[found.st_ino] = found.st_size
        except FileNotFoundError:
            pass  # closed since it was listed
    return list(sizes.values())
