# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that is refused in the middle of a run ends it with a report of what was counted."""

import json
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from processes import is_asleep
from time_limit import TIME_LIMIT, wait_until

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

import hostile  # noqa: E402

BEFORE, ALL = 20_000, 400_000
MORE = 96 << 20  # bytes: what is counted before, and its report, take less; all of it more


def mapped(process):
    pages = Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[0]
    return int(pages) * resource.getpagesize()


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="/proc is not mounted")
@pytest.mark.skipif("ERSPAN_PRELOAD" in os.environ, reason="a sanitizer maps more than any limit leaves")
def test_the_report_comes(erspanrate, tmp_path):
    path = tmp_path / "sessions.pcap"
    size = hostile.write(path, "sessions", ALL, ALL)
    first = 24 + (size - 24) // ALL * BEFORE
    same_user = ["--user", "root"] if os.geteuid() == 0 else []  # a limit is set for processes of one's own
    running = subprocess.Popen([erspanrate, "-r", "-", "-j", *same_user], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)  # fmt: skip
    capture = path.read_bytes()
    running.stdin.write(capture[:first])
    running.stdin.flush()
    wait_until(lambda: is_asleep(running), running)
    resource.prlimit(running.pid, resource.RLIMIT_AS, (mapped(running) + MORE,) * 2)

    def feed():
        try:
            running.stdin.write(capture[first:])
            running.stdin.close()
        except BrokenPipeError:
            pass  # that is what is wanted

    feeder = threading.Thread(target=feed)
    feeder.start()
    text, said = running.stdout.read(), running.stderr.read().decode()
    feeder.join(TIME_LIMIT)
    assert running.wait(TIME_LIMIT) == 1, said
    assert "no more memory is to be had" in said
    assert BEFORE <= json.loads(text.splitlines()[-1])["all"]["copies"] < ALL
