# SPDX-License-Identifier: GPL-2.0-or-later
"""erspandump captures: an interface for each session, comments, statistics, the toolbar; and Wireshark's
own programs start it and read what it writes."""

import os
import shutil
import signal
import struct
import subprocess
from pathlib import Path

import pcapfile
import pytest
from cable import MACS
from time_limit import TIME_LIMIT, wait_until
from receiver import INJECT, wait_until_idle, wait_until_ready

RECEIVED, LOST, LATE, DROPPED = range(4)  # the controls
MESSAGE = struct.Struct(">c3sBB")


@pytest.fixture
def copies(erspangen, tmp_path):
    """Session 1 is whole. Session 2 mirrors the same frames 0.05 ms later, but for three copies that get lost."""
    scenario, path = tmp_path / "two.ini", tmp_path / "two.pcap"
    scenario.write_text(
        "[sessions]\ntype = 3\ninner = udp\ninner-size = 100\nnetwork = 1\ncount = 200\ninterval = 1ms\n"
        "[session 1]\nsession = 1\n"
        "[session 2]\nsession = 2\nsource = 192.0.2.77\ndirection = egress\ndelay = 50us\ndrop-copies = 7-9\n",
        encoding="ascii",
    )
    subprocess.run([erspangen, "write", scenario, "-o", path], check=True)
    return path


class Dump:
    """An erspandump that writes to a file."""

    def __init__(self, net, erspandump, path, *options):
        self.net, self.path = net, path
        with open(path, "wb") as output:
            command = [erspandump, "--capture", "--extcap-interface", "erspan", "--interface", "in0", "--fifo", "-"]
            self.process = net.start("collector", *command, *options, stdout=output, stderr=subprocess.PIPE)
        wait_until_ready(self.process)

    def send(self, capture):
        self.net.run("source", "/usr/bin/python3", INJECT, "out0", capture, 0, 1 << 30)
        wait_until_idle(self.process)

    def finish(self):
        """Ends it as Wireshark does; the frames."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=TIME_LIMIT)
        assert (self.process.returncode, errors) == (0, "")
        return list(pcapfile.read(self.path))


@pytest.fixture
def dump(net, erspandump, tmp_path):
    return lambda *options: Dump(net, erspandump, tmp_path / "out.pcapng", *options)


def numbers(frames):
    return [int.from_bytes(frame.captured[18:20], "big") for frame in frames]  # IPv4 identification, from 1


ONE, TWO = "192.0.2.1 session 1 ingress", "192.0.2.77 session 2 egress"


def test_an_interface_for_each_session(dump, copies):
    running = dump()
    running.send(copies)
    frames = running.finish()
    first = [frame for frame in frames if frame.interface == ONE]
    second = [frame for frame in frames if frame.interface == TWO]
    assert len(first) + len(second) == len(frames)
    assert numbers(first) == list(range(1, 201))
    assert numbers(second) == [*range(1, 7), *range(10, 201)]
    assert all(frame.comment == "" for frame in first)
    again = "the same frame was mirrored before, in another session"
    assert [frame.comment for frame in second[:6]] == [again] * 6
    assert second[6].comment == f"3 copies are missing before this one; {again}"
    found = pcapfile.statistics(running.path)
    received, lost, dropped = 4, 5, 7  # isb_ifrecv, isb_ifdrop, isb_osdrop
    assert [found[ONE][code] for code in (received, lost, dropped)] == [200, 0, 0]
    assert [found[TWO][code] for code in (received, lost, dropped)] == [197, 3, 0]
    assert found[TWO][pcapfile.COMMENT].startswith("197 copies; 3 lost, 0 late; 0 not written here")


def test_copies_as_they_came(dump, copies):
    running = dump("--frames", "copies", "--no-comments")
    running.send(copies)
    frames = running.finish()
    assert [frame.captured for frame in frames] == [frame.captured for frame in pcapfile.read(copies)]
    assert {frame.comment for frame in frames} == {""}
    assert {frame.interface for frame in frames} == {ONE, TWO}


@pytest.mark.parametrize(
    "options, expected",
    [
        (["--once"], list(range(1, 201))),
        (["--session", "2"], [*range(1, 7), *range(10, 201)]),
        (["--source", "192.0.2.1, 192.0.2.9"], list(range(1, 201))),
        (["--filter", "src 192.0.2.1", "--extcap-capture-filter", "ip"], list(range(1, 201))),
    ],
)
def test_chosen_frames(dump, copies, options, expected):
    running = dump(*options)
    running.send(copies)
    assert numbers(running.finish()) == expected


def test_in_order(dump, erspangen, tmp_path):
    """Each has its own interface and comment still, though it waited."""
    path = tmp_path / "late.pcap"
    keys = ["--inner", "udp", "--inner-size", "100", "--count", "200", "--late", "20%", "--late-by", "3"]
    subprocess.run([erspangen, "write", *keys, "--session", "5", "-o", path], check=True)
    running = dump("--in-order", "5000")
    running.send(path)
    frames = running.finish()
    came = [int.from_bytes(frame.captured[38:42], "big") for frame in pcapfile.read(path)]
    assert came != sorted(came)
    late_at_first = came[0] != min(came)
    assert numbers(frames) == sorted(numbers(frames)) or late_at_first
    assert {frame.interface for frame in frames} == {"192.0.2.1 session 5"}
    assert sum("came before this one" in frame.comment for frame in frames) > 10


def test_times_of_the_source(net, dump, erspangen):
    """Unix time in the copies (quirk Q10): where it is known, frames are as far apart as the source made them."""
    running = dump("--time", "source")
    keys = ["--type", "3", "--gra", "3", "--platform", "3", "--timestamp", "unix", "--inner", "udp"]
    net.run("source", erspangen, "send", "-i", "out0", *MACS, *keys, "--interval", "10ms", "--count", "60")
    wait_until_idle(running.process)
    times = [frame.time_ns for frame in running.finish()]
    assert [after - before for before, after in zip(times[20:], times[21:])] == [10_000_000] * 39


def messages(fifo):
    """(control, command, text) of each message that waits in it."""
    waiting, found = os.read(fifo, 1 << 16), []
    while waiting:
        sync, length, control, command = MESSAGE.unpack_from(waiting)
        assert sync == b"T"
        end = 4 + int.from_bytes(length, "big")
        found.append((control, command, waiting[MESSAGE.size : end].decode()))
        waiting = waiting[end:]
    return found


def test_the_toolbar(dump, copies, tmp_path):
    to_it, from_it = tmp_path / "in", tmp_path / "out"
    for path in (to_it, from_it):
        os.mkfifo(path)
    reader = os.open(from_it, os.O_RDONLY | os.O_NONBLOCK)
    running = dump("--extcap-control-in", to_it, "--extcap-control-out", from_it)
    writer = os.open(to_it, os.O_WRONLY | os.O_NONBLOCK)  # it reads there
    os.write(writer, b"T\0\0\2\0\0")
    running.send(copies)
    running.finish()
    shown = {}
    for control, command, text in messages(reader):
        assert command == 1  # set
        shown[control] = text
    assert shown == {RECEIVED: "397", LOST: "3", LATE: "0", DROPPED: "0"}
    os.close(reader)
    os.close(writer)


def test_the_reader_ends(net, erspandump, copies):
    """As after "Stop" in Wireshark, while copies come: no error."""
    read, write = os.pipe()
    command = [erspandump, "--capture", "--interface", "in0", "--fifo", "-"]
    process = net.start("collector", *command, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    wait_until_ready(process)
    os.close(read)
    net.run("source", "/usr/bin/python3", INJECT, "out0", copies, 0, 1 << 30)
    assert (process.wait(TIME_LIMIT), process.stderr.read()) == (0, "")


def test_a_reader_that_is_too_slow(net, erspandump, erspangen, tmp_path):
    """One that reads nothing: what waits is bounded, and what is dropped is said. 96 MB do not fit."""
    path = tmp_path / "large.pcap"
    keys = ["--inner", "udp", "--inner-size", "8000", "--type", "2"]
    subprocess.run([erspangen, "write", *keys, "--count", "6000", "-o", path], check=True)
    read, write = os.pipe()
    command = [erspandump, "--capture", "--interface", "in0", "--fifo", "-"]
    process = net.start("collector", *command, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    wait_until_ready(process)
    for _ in range(2):
        net.run("source", "/usr/bin/python3", INJECT, "out0", path, 0, 1 << 30)
        wait_until_idle(process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=TIME_LIMIT)
    os.close(read)
    assert process.returncode == 0
    assert "frames not handed on: the reader was too slow" in errors


@pytest.mark.parametrize("fifo", ["-", "/dev/full"])
def test_what_cannot_be_written_is_said(net, erspandump, fifo):
    """At once, before any frame comes: only a reader that ends is no error."""
    with open("/dev/full", "wb") as full:
        command = [erspandump, "--capture", "--interface", "in0", "--fifo", fifo]
        process = net.start("collector", *command, stdout=full, stderr=subprocess.PIPE)
    _, errors = process.communicate(timeout=TIME_LIMIT)
    name = "standard output" if fifo == "-" else fifo
    assert (process.returncode, errors) == (1, f"erspandump: {name}: No space left on device\n")


@pytest.mark.parametrize("option", ["--fifo", "--extcap-control-in", "--extcap-control-out"])
def test_no_file_is_written_over(net, erspandump, tmp_path, option):
    """Wireshark names pipes that it made; the option that is given last counts."""
    path = tmp_path / "precious"
    path.write_text("precious")
    command = [erspandump, "--capture", "--interface", "in0", "--fifo", "-", option, path]
    done = net.run("collector", *command, check=False)
    assert done.returncode == 1 and f"{path}: must be a pipe" in done.stderr
    assert path.read_text() == "precious"


def test_no_such_interface(net, erspandump):
    done = net.run("collector", erspandump, "--capture", "--interface", "none0", "--fifo", "-", check=False)
    assert done.returncode == 1 and "none0: there is no such interface" in done.stderr


@pytest.fixture
def place(stage):
    """A directory that the user nobody may use; where tshark looks for extcaps and writes. pytest's own are closed
    again whenever another pytest starts."""
    directory = stage()
    for name in ("extcap", "home"):
        (directory / name).mkdir()
        (directory / name).chmod(0o777)
    return directory


def test_no_right_to_capture(net, erspandump, place):
    program = shutil.copy(erspandump, place / "erspandump")
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program]
    done = net.run("collector", *command, "--capture", "--interface", "in0", "--fifo", "-", check=False)
    assert done.returncode == 1 and f"setcap cap_net_raw+ep {program}" in done.stderr


def captures(net):
    """Whether an erspandump runs at the collector that has opened all it needs: then it gives up its rights."""
    for process in net.run("collector", "ip", "netns", "pids", net.full["collector"]).stdout.split():
        try:
            status = Path(f"/proc/{process}/status").read_text("ascii")
        except OSError:
            continue  # it has ended
        if "Name:\terspandump\n" in status and "\nNoNewPrivs:\t1\n" in status:
            return True
    return False


def test_tshark_captures(net, erspandump, copies, place):
    """tshark starts it, with dumpcap between them. Root's tshark uses the system's extcaps alone."""
    shutil.copy(erspandump, place / "extcap")
    environment = {**os.environ, "WIRESHARK_EXTCAP_DIR": str(place / "extcap"), "HOME": str(place / "home")}
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+net_raw"]
    nobody += ["--ambient-caps=+net_raw", "tshark"]
    assert "erspan (ERSPAN: mirrored frames)" in net.run("collector", *nobody, "-D", env=environment).stdout
    path = place / "home" / "out.pcapng"
    choice = ["-i", "erspan", "-o", "extcap.erspan.interface:in0", "-c", "397", "-w", path]
    tshark = net.start("collector", *nobody, *choice, env=environment, stderr=subprocess.DEVNULL)

    wait_until(lambda: captures(net), tshark)
    net.run("source", "/usr/bin/python3", INJECT, "out0", copies, 0, 1 << 30)
    assert tshark.wait(TIME_LIMIT) == 0
    frames = list(pcapfile.read(path))
    assert [sum(frame.interface == name for frame in frames) for name in (ONE, TWO)] == [200, 197]
    assert sum("3 copies are missing before this one" in frame.comment for frame in frames) == 1
