# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen writes to: formats, interfaces, gzip, pipes; and what remains when it cannot."""

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path

import pcapfile
import pytest
from processes import files_open_in
from time_limit import TIME_LIMIT, wait_until
from programs import measured

ENDLESS = ["--count", "1000000000000", "--interval", "1us"]

TWO_PORTS = """
[session a]
collector-port = eth1
session = 1
[session b]
collector-port = eth2
session = 2
[session c]
collector-port = eth2
link = sll
session = 3
[marker m]
collector-port = eth1
"""


@pytest.fixture
def write(erspangen, tmp_path):
    def write(*arguments, scenario=None):
        return subprocess.run(
            [erspangen, "write", *arguments], cwd=tmp_path, input=scenario, capture_output=True,
            text=True, check=False,
        )

    return write


def test_an_interface_for_each_collector_port(write, tmp_path):
    assert write("-", "-o", "x.pcapng", "--count", "2", scenario=TWO_PORTS).returncode == 0
    frames = pcapfile.read(tmp_path / "x.pcapng")
    arrived = sorted((frame.interface, frame.link_type) for frame in frames)
    assert arrived == sorted([("eth1", 1), ("eth2", 1), ("eth2", 113), ("eth1", 1)] * 2)
    for frame in frames:
        if frame.captured[12:14] == b"\x08\x00" and frame.captured[23] == 47:
            assert frame.interface == {1: "eth1", 2: "eth2"}[frame.captured[45]]
    done = subprocess.run(["capinfos", "-M", tmp_path / "x.pcapng"], capture_output=True, text=True, check=True)
    assert re.search(r"Number of interfaces in file:\s*3\b", done.stdout)


def test_a_comment_says_what_was_done_to_a_frame(write, tmp_path):
    scenario = "[session a]\ncount = 20\n[impairment i]\nduplicate = 100%\nfrom = 10ms\n"
    done = write("-", "-o", "x.pcapng", scenario=scenario)
    assert done.returncode == 0, done.stderr
    frames = pcapfile.read(tmp_path / "x.pcapng")
    assert len(frames) == 30
    assert not any(frame.comment for frame in frames[:10])
    assert any("duplicate" in frame.comment for frame in frames[10:])


def test_ports_have_no_place_in_pcap(write, tmp_path):
    done = write("--collector-port", "eth1", "-o", "x.pcap")
    assert done.returncode == 2 and "collector-port" in done.stderr and "pcapng" in done.stderr
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


def test_pcapng_in_nanoseconds(write, tmp_path):
    keys = ["--time-precision", "ns", "--interval", "1001ns", "--count", "3"]
    assert write(*keys, "-o", "x.pcapng").returncode == 0
    times = [frame.time_ns % 10**9 for frame in pcapfile.read(tmp_path / "x.pcapng")]
    assert times == [0, 1001, 2002]


@pytest.mark.parametrize("capture, truth", [
    ("x.pcap", "x.pcap"), ("x.pcap", "./x.pcap"), ("x.pcap", "self/x.pcap"), ("link", "x.pcap"), ("-", "-")
])  # fmt: skip
def test_capture_and_truth_are_two_files(write, tmp_path, capture, truth):
    (tmp_path / "self").symlink_to(".")
    (tmp_path / "link").symlink_to("x.pcap")
    done = write("-o", capture, "--truth", truth)
    assert done.returncode == 2 and done.stdout == "" and "one file cannot be both outputs" in done.stderr
    assert not (tmp_path / "x.pcap").exists()


def test_truth_to_standard_output(write, tmp_path):
    done = write("-o", "x.pcap", "--truth", "-", "--count", "3")
    assert json.loads(done.stdout)["sessions"][0]["sent"]["copies"] == 3
    assert [path.name for path in tmp_path.iterdir()] == ["x.pcap"]


@pytest.mark.parametrize("command", [
    "wrap x.pcapng --format pcapng", "wrap - --format pcapng", "write --kind capture --file x.pcapng --format pcapng"
])  # fmt: skip
def test_a_capture_is_not_added_to_what_it_reads(erspangen, write, tmp_path, command):
    assert write("-o", "x.pcapng").returncode == 0
    path = tmp_path / "x.pcapng"
    before = path.read_bytes()
    with open(path, "rb") as read, open(path, "ab") as written:
        done = subprocess.run(
            [erspangen, *command.split(), "-o", "-"], cwd=tmp_path, stdin=read, stdout=written,
            stderr=subprocess.PIPE, text=True, check=False, timeout=TIME_LIMIT,
        )  # fmt: skip
    assert done.returncode == 2 and "standard output goes" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng"])
def test_gzip(write, tmp_path, name):
    for made in (name, f"{name}.gz", f"again-{name}.gz"):
        assert write("--count", "1000", "-o", made).returncode == 0
    zipped = tmp_path / f"{name}.gz"
    assert pcapfile.read(zipped) == pcapfile.read(tmp_path / name)
    assert zipped.stat().st_size < (tmp_path / name).stat().st_size / 4
    assert zipped.read_bytes() == (tmp_path / f"again-{name}.gz").read_bytes()
    subprocess.run(["capinfos", zipped], check=True, capture_output=True)


def test_a_named_pipe(erspangen, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([erspangen, "write", "--count", "5", "-o", pipe]):
        frames = list(pcapfile.pcap_frames(pipe.read_bytes()))
    assert len(frames) == 5


def running(erspangen, where, *arguments, **keywords):
    """An endless run that has begun to write there."""
    process = subprocess.Popen(
        [erspangen, "write", *ENDLESS, *arguments], cwd=where, stderr=subprocess.PIPE, text=True, **keywords
    )
    return process


def unfinished(writer, where):
    """The sizes of the files that it writes there, which have no name yet where /proc is mounted."""
    if not os.path.exists("/proc/self"):
        return [path.stat().st_size for path in where.iterdir()]
    return files_open_in(writer, where)


def waiting_in(pipe):
    """Bytes that nobody has read."""
    (count,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return count


def test_a_second_signal_leaves_no_truth_either(erspangen, tmp_path):
    with running(erspangen, tmp_path, "-o", "x.pcap", "--truth", "x.json") as writer:
        wait_until(lambda: len(unfinished(writer, tmp_path)) == 2)
        for number in (signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGCONT):
            writer.send_signal(number)
        writer.wait()
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng", "x.pcap.gz"])
def test_a_signal_leaves_no_file(erspangen, tmp_path, number, name):
    with running(erspangen, tmp_path, "-o", name) as writer:
        wait_until(lambda: any(unfinished(writer, tmp_path)))
        writer.send_signal(number)
        message = writer.stderr.read()
    assert writer.returncode == 1
    assert message == f"erspangen write: {name}: interrupted\n"
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


def test_a_second_signal_ends_it_at_once(erspangen, tmp_path):
    """Stopped, it gets both before it can go on."""
    with running(erspangen, tmp_path, "-o", "x.pcap") as writer:
        wait_until(lambda: any(unfinished(writer, tmp_path)))
        writer.send_signal(signal.SIGSTOP)
        writer.send_signal(signal.SIGINT)
        writer.send_signal(signal.SIGTERM)
        writer.send_signal(signal.SIGCONT)
        writer.wait()
    assert writer.returncode in (-signal.SIGINT, -signal.SIGTERM)
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


def test_a_signal_while_nobody_reads(erspangen, tmp_path):
    """A write to a full pipe waits for ever: a signal ends it."""
    reader, writer_end = os.pipe()
    room = fcntl.fcntl(reader, fcntl.F_GETPIPE_SZ)
    with running(erspangen, tmp_path, "-o", "-", stdout=writer_end) as writer:
        os.close(writer_end)
        wait_until(lambda: waiting_in(reader) == room)
        writer.terminate()
        assert "interrupted" in writer.stderr.read()
    assert writer.returncode == 1
    os.close(reader)


def test_an_interrupted_standard_output_looks_cut(erspangen, tmp_path):
    reader, writer_end = os.pipe()
    with running(erspangen, tmp_path, "-o", "-", stdout=writer_end) as writer:
        os.close(writer_end)
        with os.fdopen(reader, "rb") as pipe:
            content = pipe.read(1 << 20)
            writer.terminate()
            content += pipe.read()
    (tmp_path / "got.pcap").write_bytes(content)
    done = subprocess.run(["capinfos", tmp_path / "got.pcap"], capture_output=True, text=True, check=False)
    assert "cut short" in done.stderr + done.stdout


@pytest.mark.parametrize("mode, kept", [("wb", b""), ("ab", b"before")])
def test_an_interrupted_redirection_is_taken_back(erspangen, tmp_path, mode, kept):
    got = tmp_path / "got.pcap"
    got.write_bytes(b"before")
    with open(got, mode) as output, running(erspangen, tmp_path, "-o", "-", stdout=output) as writer:
        wait_until(lambda: got.stat().st_size > 1000)
        writer.terminate()
    assert got.read_bytes() == kept


def limited():
    """At most a megabyte in a file, as on a disk that is full; the signal that tells is another story."""
    import resource  # pylint: disable=import-outside-toplevel

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng"])
def test_no_room_leaves_no_file(erspangen, tmp_path, name):
    with running(erspangen, tmp_path, "-o", name, preexec_fn=limited) as writer:
        message = writer.stderr.read()
    assert writer.returncode == 1
    assert message == f"erspangen write: {name}: File too large\n"
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


@pytest.mark.parametrize("arguments", [["--format", "pcapng"], ["--count", "1"], ["--count", "100000"]])
def test_a_full_device(write, arguments):
    done = write(*arguments, "-o", "/dev/full")
    assert done.returncode == 1
    assert done.stderr == "erspangen write: /dev/full: No space left on device\n"


def test_a_reader_that_goes_away(erspangen, tmp_path):
    with running(erspangen, tmp_path, "-o", "-", stdout=subprocess.PIPE) as writer:
        writer.stdout.buffer.read(100)
        writer.stdout.close()
        assert "Broken pipe" in writer.stderr.read()
    assert writer.returncode == 1


def test_progress_for_a_terminal_alone(erspangen, tmp_path):
    try:
        terminal, end = pty.openpty()
    except OSError:
        pytest.skip("this system has no terminals, as in a minimal chroot")
    command = [erspangen, "write", *ENDLESS, "-o", "/dev/null"]
    with subprocess.Popen(command, stderr=end, cwd=tmp_path) as writer:
        os.close(end)
        shown = b""
        while b"\x1b[K" not in shown:
            shown += os.read(terminal, 1000)
        writer.terminate()
    os.close(terminal)
    line = rb"\r[\d,]+ frames, [\d.]+ [kMG]?frames/s, \d+ %, \d+ s left\x1b\[K"
    assert re.match(line, shown)
    with running(erspangen, tmp_path, "-o", "/dev/null") as writer:
        time.sleep(1.5)
        writer.terminate()
        assert writer.stderr.read() == "erspangen write: /dev/null: interrupted\n"


def test_a_file_that_is_there_keeps_its_mode(erspangen, tmp_path):
    path = tmp_path / "private.pcap"
    path.touch(mode=0o600)
    subprocess.run([erspangen, "write", "--count", "1", "-o", path], check=True)
    assert path.stat().st_size > 24
    assert path.stat().st_mode & 0o7777 == 0o600


def test_a_link_stays_a_link(erspangen, tmp_path):
    """Even one whose target is not there yet."""
    link = tmp_path / "link.pcap"
    link.symlink_to("target.pcap")
    subprocess.run([erspangen, "write", "--count", "1", "-o", link], check=True)
    assert link.is_symlink()
    assert (tmp_path / "target.pcap").stat().st_size > 24


def test_a_file_that_may_not_be_written_is_not_replaced(erspangen, stage):
    """Not even in a directory where one could; root may write anything, so root is nobody here."""
    directory = stage()
    directory.chmod(0o777)
    path = directory / "read-only.pcap"
    path.write_bytes(b"mine")
    path.chmod(0o444)
    program = shutil.copy(erspangen, directory / "erspangen")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    command = [*(nobody if os.geteuid() == 0 else []), program, "write", "--count", "1", "-o", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "read-only.pcap: Permission denied" in done.stderr
    assert path.read_bytes() == b"mine"


def test_a_limit_on_file_sizes_leaves_nothing(erspangen, tmp_path):
    limited = f"ulimit -f 100; exec {erspangen} write --count 100000 -o {tmp_path}/big.pcap"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True)
    assert done.returncode == 1
    assert "File too large" in done.stderr
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


def test_interrupted(erspangen, tmp_path):
    command = [erspangen, "write", "--count", "1000000000", "-o", "x.pcap"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as writer:
        wait_until(lambda: unfinished(writer, tmp_path))
        writer.terminate()
        message = writer.stderr.read()
    assert writer.returncode == 1 and b"interrupted" in message
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


@pytest.mark.parametrize("silent", [["--loss", "100%"], ["--sample", "4294967295"]], ids=" ".join)
def test_interrupted_while_no_frame_goes_out(erspangen, tmp_path, silent):
    copies = ["--count", "9000000000000000000", "--interval", "0"]
    command = [erspangen, "write", *copies, *silent, "-o", "x.pcap"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as writer:
        wait_until(lambda: unfinished(writer, tmp_path))
        writer.terminate()
        message = writer.communicate(timeout=TIME_LIMIT)[1]
    assert writer.returncode == 1 and b"interrupted" in message
    wait_until(lambda: not list(tmp_path.iterdir()))  # after a signal another process removes it


def test_a_million_copies_in_constant_memory(erspangen):
    scenario = "\n".join(
        f"[session {n}]\ntype = {n % 3 + 1}\nflows = 250\ncount = 250000\ninterval = 1us"
        for n in range(4)
    )
    command = [erspangen, "write", "-", "-o", "-"]
    done, seconds, mebibytes = measured(command, input=scenario.encode(), stdout=subprocess.DEVNULL)
    assert done.returncode == 0
    assert mebibytes < 128  # the capture has 200 MB
    assert seconds < 10


def test_what_was_done_is_told(erspangen, tmp_path):
    path = tmp_path / "made.pcapng"
    keys = "--count 5 --late-copies 2+1 --duplicate-copies 4 --restart-copies 5"
    subprocess.run([erspangen, "write", *keys.split(), "-o", path], check=True)
    told = [frame.comment for frame in pcapfile.read(path)]
    doubled, restarted = "duplicate of copy 4, sequence 3", "the source has restarted"
    assert told == ["", "", "late by 1 copies", "", doubled, restarted]
