# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate can still do once it receives, and erspangen once it sends: nothing but that. Each is
tried from inside."""

import json
import signal
import subprocess
import time

import attempts
import pytest
from backends import receivers, senders
from receiver import DEFAULT_USER, DELIVERY_S, each, wait_until_ready
from time_limit import TIME_LIMIT

ALL_BACKENDS = ["pcap", "packet", "xdp", "count"]


def run(net, erspanrate, backend, world, *options):
    command = ["env", *(f"{name}={value}" for name, value in world.items()), erspanrate]
    command += ["-i", "in0", "-b", backend, "-q", "-j", *options]
    process = net.start("collector", *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_until_ready(process)
    time.sleep(DELIVERY_S)
    process.send_signal(signal.SIGINT)
    report, said = process.communicate(timeout=TIME_LIMIT)
    assert process.returncode == 0, said
    return json.loads(report.splitlines()[-1]), attempts.outcomes(said), said


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
@each(*ALL_BACKENDS)
def test_nothing_can_be_done_from_inside(net, erspanrate, backend, world):
    total, came, _ = run(net, erspanrate, backend, world)
    assert attempts.done(came) == {}
    held = total["confinement"]
    assert held["user"] == DEFAULT_USER.pw_name and held["no_capabilities"] and held["system_calls"]
    if held["files"]:  # a kernel of before 5.13 knows no such rights
        assert attempts.done(came, attempts.FILES) == {}


# Ways to hand frames on, each with the back-end that has it.
OUTPUTS = {
    "strip": ("strip", ["--to", "to0"]),
    "pcap server": ("packet", ["--pcap-server", "57012"]),
    "interface": ("packet", ["--to", "to0"]),
}


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
@pytest.mark.parametrize("backend, options", OUTPUTS.values(), ids=OUTPUTS)
def test_nothing_can_be_done_from_inside_what_hands_on(net, erspanrate, world, backend, options):
    if backend not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {backend}")
    net.link("collector", "to0", "source", "from0", mtu=9000)
    total, came, _ = run(net, erspanrate, backend, world, *options)
    assert attempts.done(came) == {}
    held = total["confinement"]
    assert held["user"] == DEFAULT_USER.pw_name and held["no_capabilities"] and held["system_calls"]
    if held["files"]:
        assert attempts.done(came, attempts.FILES) == {}


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


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
@pytest.mark.parametrize("backend", ["packet", "pcap", "af-xdp", "live-frames"])
def test_nothing_can_be_done_from_inside_what_sends(net, erspangen, world, tmp_path, backend):
    """And what root alone may write is there in the end, by another process."""
    if backend not in senders(erspangen):
        pytest.skip(f"erspangen was built without {backend}")
    tmp_path.chmod(0o700)
    net.run("collector", "ethtool", "-K", "in0", "gro", "on")
    environment = [f"{name}={value}" for name, value in world.items()]
    command = [erspangen, "send", "-i", "out0", "-b", backend, "--destination-mac", "02:00:00:00:00:01"]
    command += ["--rate", "20kpps", "--duration", "100ms", "--truth", tmp_path / "truth"]
    process = net.start("source", "env", "ATTEMPT_AT_END=yes", *environment, *command,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, said = process.communicate(timeout=TIME_LIMIT)
    assert process.returncode == 0, said
    came = attempts.outcomes(said)
    assert attempts.done(came) == {}
    assert json.loads((tmp_path / "truth").read_text("utf-8"))["sessions"]
