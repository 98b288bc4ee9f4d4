# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate receives from an interface what was sent, and ends as it should."""

import json
import os
import re
import select
import signal
import subprocess
import time

import pcapfile
import pytest
from packets import capture as written
from packets import copy, ping, type2
from time_limit import TIME_LIMIT
from receiver import BACKENDS, COPIES, DEFAULT_USER, INJECT, DELIVERY_S, Receiver, each, user_of, wait_until_idle, wait_until_ready


@each()
def test_everything_that_is_sent_is_counted(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture)
    *intervals, total = running.finish()
    session = total["sessions"][0]
    assert session["copies"] == COPIES
    assert session["session_id"] == 7
    assert session["sequence"]["lost"] == 0
    # Ethernet 14, IPv4 20, GRE with sequence 8, Type II 8
    assert session["outer_bytes"] == COPIES * (200 + 14 + 20 + 8 + 8)
    assert session["inner_bytes"] == COPIES * 200
    assert total["totals"]["frames"] - total["totals"]["not_erspan"] == COPIES
    assert total["lost_where"] == {"on_the_way": 0, "interface": 0, "kernel": 0, "program": 0}
    assert sum(interval["all"]["copies"] for interval in intervals) <= COPIES


@each()
def test_intervals_add_up_to_the_total(receiver, capture, backend):
    running = receiver("-b", backend, "-t", "0.2")
    running.send(capture)
    *intervals, total = running.finish()
    assert intervals
    for earlier, later in zip(intervals, intervals[1:]):
        assert later["begin_s"] == pytest.approx(earlier["end_s"], abs=2e-6)
    assert sum(interval["all"]["copies"] for interval in intervals) == total["all"]["copies"]


def test_intervals_shorter_than_any_look(receiver):
    """They pass by the thousand between two looks, which must not keep it busy for ever."""
    running = receiver("-t", "1e-9")
    time.sleep(DELIVERY_S)
    *intervals, total = running.finish()
    assert 1 <= len(intervals) <= 50 * total["seconds"] + 1


@pytest.mark.thorough
def test_many_threads_end(receiver, capture):
    running = receiver("-b", "packet", "--threads", "64", "-q")
    running.send(capture, 0, 100)
    (total,) = running.finish()
    assert total["all"]["copies"] == 100


@each()
def test_a_vlan_tag_that_the_kernel_took_out(receiver, erspangen, tmp_path, backend):
    path = tmp_path / "tagged.pcap"
    subprocess.run(
        [erspangen, "write", "--type", "2", "--count", "10", "--outer-vlan", "300", "-o", path],
        check=True,
    )
    sent = path.stat().st_size - 24 - 10 * 16
    running = receiver("-b", backend)
    running.send(path)
    assert running.finish()[-1]["all"]["outer_bytes"] == sent


@each()
def test_a_filter_and_a_limit(net, erspanrate, capture, backend):
    receiving = net.start(
        "collector", erspanrate, "-i", "in0", "-j", "-q", "-b", backend,
        "-f", "proto gre", "-c", 50, stdout=subprocess.PIPE,
    )  # fmt: skip
    wait_until_ready(receiving)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 200)
    output, _ = receiving.communicate(timeout=TIME_LIMIT)
    assert receiving.returncode == 0
    assert json.loads(output)["totals"]["frames"] == 50


@each()
def test_an_interface_that_goes_away(net, receiver, capture, backend):
    """What was counted is reported, and the status tells."""
    running = receiver("-b", backend, "-q")
    running.send(capture, 0, 100)
    net.ip("source", "link", "del", "out0")
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert running.process.returncode == 1
    assert json.loads(output)["all"]["copies"] == 100


@each("count")
def test_counting_on_an_interface_that_goes_away(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture, 0, 100)
    running.net.ip("source", "link", "del", "out0")
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert running.process.returncode == 1
    assert json.loads(output.splitlines()[-1])["all"]["copies"] == 100


def lose_interface_unread(net, running, capture):
    """It gets 100 copies and loses its interface before it can look at one."""
    running.signal(signal.SIGSTOP)
    running.send(capture, 0, 100)
    net.ip("source", "link", "del", "out0")
    running.signal(signal.SIGCONT)


@each()
def test_the_last_packets_of_an_interface_that_goes_away(net, receiver, capture, backend):
    """What it had received, however shortly before, is counted."""
    running = receiver("-b", backend, "-q")
    lose_interface_unread(net, running, capture)
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert running.process.returncode == 1
    assert json.loads(output)["all"]["copies"] == 100


@each()
def test_a_limit_on_an_interface_that_goes_away(net, receiver, capture, backend):
    """Of what it had received, however shortly before, no more than was asked for."""
    running = receiver("-b", backend, "-q", "-f", "proto gre", "-c", "60")
    lose_interface_unread(net, running, capture)
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert json.loads(output)["all"]["copies"] == 60


@each(*BACKENDS, "count")
def test_an_interface_that_is_down_for_a_while(net, erspanrate, capture, backend):
    """What comes before and after is counted, and the pause is told."""
    running = net.start(
        "collector", erspanrate, "-i", "in0", "-j", "-q", "-b", backend, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_until_ready(running)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 100)
    net.ip("collector", "link", "set", "in0", "down")
    assert any("in0: the interface is down" in line for line in running.stderr)
    net.ip("collector", "link", "set", "in0", "up")
    assert any("in0: the interface is up again" in line for line in running.stderr)
    net.wait_until_up("source", "out0")
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 100, 200)
    wait_until_idle(running)
    running.send_signal(signal.SIGINT)
    output, _ = running.communicate(timeout=TIME_LIMIT)
    assert running.returncode == 0
    assert json.loads(output)["all"]["copies"] == 200


@each()
def test_root_becomes_another_user(receiver, backend):
    running = receiver("-b", backend)
    assert user_of(running.process) == {str(DEFAULT_USER.pw_uid)}
    running.finish()


def test_metrics_where_nobody_may_write(net, erspanrate, tmp_path):
    """Root wonders, and is told."""
    done = net.run(
        "collector", erspanrate, "-i", "in0", "-d", "0.1", "--prometheus", tmp_path / "x.prom", check=False
    )
    assert done.returncode == 1 and "x.prom: Permission denied: --user says who" in done.stderr
    assert "copies 0" in done.stdout


def test_a_duration_ends_the_run(net, erspanrate):
    begun = time.monotonic()
    done = net.run("collector", erspanrate, "-i", "in0", "-j", "-q", "-d", "1")
    assert 1 <= json.loads(done.stdout)["seconds"] <= time.monotonic() - begun


def test_a_pipe_that_breaks(net, erspanrate, capture):
    """The counts go to standard error."""
    read, write = os.pipe()
    running = net.start(
        "collector", erspanrate, "-i", "in0", "-t", "0.2", stdout=write, stderr=subprocess.PIPE
    )
    os.close(write)
    wait_until_ready(running)
    net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 100)
    os.close(read)
    _, said = running.communicate(timeout=TIME_LIMIT)
    assert running.returncode == 1
    assert "Broken pipe" in said
    assert "copies 100" in said


def test_a_signal_that_comes_twice(receiver):
    """As that of timeout(1): the run ends with its report."""
    running = receiver("-q")
    running.signal(signal.SIGTERM)
    time.sleep(0.005)
    running.signal(signal.SIGTERM)
    output, _ = running.process.communicate(timeout=TIME_LIMIT)
    assert running.process.returncode == 0
    assert json.loads(output)["type"] == "total"


@each()
def test_who_reads_what_is_written_sees_it_at_once(net, erspanrate, tmp_path, backend):
    """As Wireshark does at the end of a pipe: three copies are less than a buffer."""
    copies = written(tmp_path / "few.pcap", [copy(type2(7) + ping(sequence=n), sequence=n) for n in range(3)])
    running = net.start(
        "collector", erspanrate, "-i", "in0", "-q", "-b", backend, "-w", "-", "--decapsulate",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_until_ready(running)
    net.run("source", "/usr/bin/python3", INJECT, "out0", copies, 0, 3)
    padded = (len(ping()) + 3) // 4 * 4
    expected, came = 28 + 32 + 3 * (32 + padded), 0  # pcapng: a section, an interface, packets
    while came < expected:
        assert select.select([running.stdout], [], [], TIME_LIMIT)[0], f"{came} of {expected} bytes"
        came += len(os.read(running.stdout.fileno(), 1 << 16))
    assert came == expected


@each("packet")
def test_threads_share_by_sender(receiver, erspangen, tmp_path, backend):
    """Eight sources, each with a counter for all its sessions: no thread sees a gap."""
    path = tmp_path / "sources.pcap"
    groups = [
        f"[session {source}-{session}]\nsource = 198.51.100.{source}\nsession = {session}\n"
        for source in range(8)
        for session in range(2)
    ]
    scenario = "[sessions]\ntype = 2\ncount = 100\nsequence-domain = source\n"
    done = subprocess.run(
        [erspangen, "write", "-", "-o", path], input=scenario + "".join(groups), text=True
    )
    assert done.returncode == 0
    running = receiver("-b", backend, "--threads", "3")
    running.send(path)
    total = running.finish()[-1]
    assert [session["copies"] for session in total["sessions"]] == [100] * 16
    assert sorted(session["stream"] for session in total["sessions"]) == list(range(16))
    assert total["all"]["lost"] == 0


@each("count")
def test_what_the_kernel_cannot_count(receiver, erspangen, tmp_path, backend):
    """A sequence number that never moves tells of no loss."""
    path = tmp_path / "constant.pcap"
    command = ["write", "--type", "2", "--count", "50", "--sequence", "constant", "-o", path]
    subprocess.run([erspangen, *command], check=True)
    running = receiver("-b", backend)
    running.send(path)
    total = running.finish()[-1]
    assert total["all"]["copies"] == 50
    assert total["all"]["lost"] is total["all"]["loss"] is None
    assert total["sessions"][0]["lost"] is None
    assert set(total["lost_where"].values()) == {None}


@each("count")
def test_counting_in_the_kernel(receiver, capture, backend):
    running = receiver("-b", backend)
    running.send(capture, 0, 1000)
    running.send(capture, 1100, 2000)
    (session,) = running.finish()[-1]["sessions"]
    assert session["copies"] == 1900
    assert session["outer_bytes"] == 1900 * (200 + 14 + 20 + 8 + 8)
    assert session["session_id"] == 7
    assert session["lost"] == 100


@each("count")
@pytest.mark.parametrize(
    "over",
    [["--df", "no", "--ip-id", "increment"], ["--source", "2001:db8::1", "--destination", "2001:db8::2"]],
    ids=["ipv4", "ipv6"],
)
def test_fragments_in_the_kernel(net, receiver, erspanrate, erspangen, tmp_path, backend, over):
    """The first is the copy; the bytes of all are the session's. One whose first is lost is no session's."""
    path, truth = tmp_path / "fragments.pcap", tmp_path / "truth.json"
    keys = ["--type", "2", "--session", "7", "--count", "50", "--fragment", "800"]
    keys += ["--inner", "udp", "--inner-size", "1400"]
    subprocess.run([erspangen, "write", *keys, *over, "-o", path, "--truth", truth], check=True)
    frames = json.loads(truth.read_text())["sessions"][0]["frames"]
    assert frames["frames"] == 100
    running = receiver("-b", backend)
    running.send(path, 1)  # the first fragment of all does not come
    total = running.finish()[-1]
    (session,) = total["sessions"]
    assert session["copies"] == 49
    parts = [len(frame.captured) for frame in pcapfile.read(path)]
    assert sum(parts) == frames["bytes"]
    assert session["outer_bytes"] == sum(parts[2:])
    running = Receiver(net, erspanrate, "-b", backend, as_json=False)
    running.send(path, 1)
    assert "copies 49, of these in first fragments 49, later fragments 50" in running.finish_text()


def numbers_with(foreign):
    """1,000 to 2,999, of which 1,100 to 1,104 are missing, with foreign ones after 1,500, 2,000 and 2,500."""
    run = [number for number in range(1000, 3000) if not 1100 <= number < 1105]
    at = [run.index(number) + 1 for number in (1500, 2000, 2500)]
    parts = zip([0, *at], [*at, len(run)], [foreign] * 3 + [[]])
    return [number for begin, end, between in parts for number in [*run[begin:end], *between]]


@each("count")
@pytest.mark.parametrize(
    "numbers, lost, restarts",
    [
        (numbers_with([16_764_210]), 5, 0),
        (numbers_with([16_764_210, 16_764_211]), 5, 0),
        (numbers_with([0]), 5, 0),
        (numbers_with([3_000_000_000 + n for n in range(5)]), 5, 0),
        (numbers_with([16_764_210 + n for n in range(20)]), 5, 0),
        ([*range(1000, 1501), 1900, *range(1501, 3000)], 0, 0),
        ([16_764_210, *range(1000, 3000)], 0, 0),
        ([*range(5000, 6000), *range(0, 64)], 0, 1),
        ([*range(5000, 6000), *range(16000, 16064)], 10000, 0),
    ],
    ids=["one", "two", "zero", "five", "twenty", "near", "first", "restart", "jump"],
)
def test_foreign_numbers_in_the_kernel(receiver, tmp_path, backend, numbers, lost, restarts):
    path = written(tmp_path / "foreign.pcap", [copy(type2(7) + ping(), sequence=number) for number in numbers])
    running = receiver("-b", backend)
    running.send(path, 0, len(numbers))
    (session,) = running.finish()[-1]["sessions"]
    assert session["copies"] == len(numbers)
    found = session["sequence"] if "sequence" in session else session
    assert (session["lost"], found["restarts"]) == (lost, restarts)


@each("count")
def test_two_counters_in_the_kernel(receiver, tmp_path, backend):
    """The kernel follows one run: where copies of two come mixed it does not say what is lost."""
    numbers = [number for n in range(500) for number in (1000 + n, 5_000_000 + 2 * n)]
    path = written(tmp_path / "mixed.pcap", [copy(type2(7) + ping(), sequence=number) for number in numbers])
    running = receiver("-b", backend)
    running.send(path, 0, len(numbers))
    total = running.finish()[-1]
    assert total["sessions"][0]["lost"] is total["all"]["lost"] is None


@each("count")
def test_copies_without_a_whole_header(net, erspanrate, tmp_path, backend):
    """They count as packets, if not as copies."""
    whole = copy(type2(7) + ping(), sequence=1)
    cut = written(tmp_path / "cut.pcap", [whole[: 14 + 20 + 8 + 3]] * 1000)
    running = net.start("collector", erspanrate, "-i", "in0", "-q", "-b", backend, stdout=subprocess.PIPE)
    wait_until_ready(running)
    net.run("source", "/usr/bin/python3", INJECT, "out0", cut, 0, 1000)
    wait_until_idle(running)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=TIME_LIMIT)
    packets, copies = re.match(r".*: ([0-9,]+) packets in .*: copies ([0-9]+)", said).groups()
    assert int(packets.replace(",", "")) >= 1000 and copies == "0"


@pytest.mark.parametrize("mtu, warned", [(1500, True), (1550, False)])
def test_an_mtu_that_is_too_small(net, erspanrate, mtu, warned):
    net.ip("collector", "link", "set", "in0", "mtu", str(mtu))
    done = net.run("collector", erspanrate, "-i", "in0", "-q", "-d", "0.1")
    assert (f"in0: MTU {mtu} may be too small" in done.stderr) == warned


def test_an_interface_that_is_down(net, erspanrate):
    net.ip("collector", "link", "set", "in0", "down")
    command = net.command("collector", erspanrate, "-i", "in0", "-d", "1")
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    assert done.returncode == 1
    assert "in0" in done.stderr and "down" in done.stderr
