# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes of trying to break out of a program from inside (tests/attempts.c)."""

import os
import re
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

DENIED = {"Operation not permitted", "Permission denied"}
REFUSED = ("exec", "fork", "internet", "datagrams", "packets", "ptrace", "passwords", "root")
FILES = ("users", "file", "overwriting", "removing", "new file")  # what Landlock refuses, which a kernel of before 5.13 has not
SANITIZED = "ERSPAN_PRELOAD" in os.environ
NOT_IN_THERE = "a sanitizer starts processes of its own"


def library(directory):
    path = directory / "attempts.so"
    source = Path(__file__).with_suffix(".c")
    flags = ["-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror"]
    subprocess.run(["cc", *flags, source, "-o", path], check=True)
    directory.chmod(0o755)
    return path


@contextmanager
def world(attempts):
    """The environment for it, with a file that everybody can read where everybody can write."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        own = Path(directory) / "mine"
        own.write_text("mine")
        own.chmod(0o666)
        yield {"LD_PRELOAD": attempts, "ATTEMPT_FILE": own, "ATTEMPT_NEW_FILE": Path(directory) / "new"}


def outcomes(said):
    return dict(re.findall(r"^([a-z ]+): (.+)$", said, re.MULTILINE))


def done(came, tried=REFUSED):
    """Those that were not refused."""
    return {name: came[name] for name in tried if came[name] not in DENIED}
