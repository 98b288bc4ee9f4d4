# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate can still do once it receives: nothing but that. Each is tried from inside."""

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from time_limit import TIME_LIMIT
from receiver import DEFAULT_USER, SETTLE, each, wait_until_ready

DENIED = {"Operation not permitted", "Permission denied"}
ALL_BACKENDS = ["pcap", "packet", "xdp", "count"]
SANITIZED = "ERSPAN_PRELOAD" in os.environ
NOT_IN_THERE = "a sanitizer starts processes of its own"


@pytest.fixture(scope="module")
def attempts(tmp_path_factory):
    """A library that tries to break out."""
    library = tmp_path_factory.mktemp("attempts") / "attempts.so"
    source = Path(__file__).with_name("attempts.c")
    subprocess.run(
        ["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror", source, "-o", library], check=True
    )
    return library


@pytest.fixture
def world(attempts):
    """A file that everybody can read in a directory that everybody can write to."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        own = Path(directory) / "mine"
        own.write_text("mine")
        own.chmod(0o666)
        yield {"LD_PRELOAD": attempts, "ATTEMPT_FILE": own, "ATTEMPT_NEW_FILE": Path(directory) / "new"}


def outcomes(said):
    return dict(re.findall(r"^([a-z ]+): (.+)$", said, re.MULTILINE))


def run(net, erspanrate, backend, world, *options):
    command = ["env", *(f"{name}={value}" for name, value in world.items()), erspanrate]
    command += ["-i", "in0", "-b", backend, "-q", "-j", *options]
    process = net.start("collector", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_ready(process)
    time.sleep(SETTLE)
    process.send_signal(signal.SIGINT)
    report, said = process.communicate(timeout=TIME_LIMIT)
    assert process.returncode == 0, said
    return json.loads(report.splitlines()[-1]), outcomes(said), said


@pytest.mark.skipif(SANITIZED, reason=NOT_IN_THERE)
@each(*ALL_BACKENDS)
def test_nothing_can_be_done_from_inside(net, erspanrate, backend, world):
    total, came, _ = run(net, erspanrate, backend, world)
    tried = ("exec", "fork", "internet", "datagrams", "packets", "ptrace", "passwords", "root")
    assert {name: came[name] for name in tried if came[name] not in DENIED} == {}
    held = total["confinement"]
    assert held["user"] == DEFAULT_USER.pw_name and held["no_capabilities"] and held["system_calls"]
    if held["files"]:  # a kernel of before 5.13 knows no such rights
        assert {came[name] for name in ("users", "file", "new file")} <= DENIED


def test_it_can_be_turned_off_and_says_so(net, erspanrate, world):
    total, came, said = run(net, erspanrate, "pcap", world, "--no-confinement")
    assert came["file"] == "done"
    assert "this run is not confined" in said
    held = total["confinement"]
    assert (held["user"], held["system_calls"], held["files"]) == (DEFAULT_USER.pw_name, False, False)


def test_no_user_no_run(net, erspanrate, tmp_path):
    """Where root can become nobody else, it does not go on as root."""
    users = tmp_path / "passwd"
    users.write_text("root:x:0:0:root:/root:/bin/sh\n")
    where = tmp_path / "nsswitch.conf"
    where.write_text("passwd: files\n")
    said = net.start(
        "collector", "unshare", "--mount", "sh", "-c",
        f"mount --bind {users} /etc/passwd && touch /etc/nsswitch.conf && mount --bind {where} /etc/nsswitch.conf && exec {erspanrate} -i in0 -d 1",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, wrong = said.communicate(timeout=TIME_LIMIT)
    assert said.returncode == 1
    assert "there is neither a user erspan nor nobody to continue as" in wrong
