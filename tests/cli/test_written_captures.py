# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that erspanrate writes: readers that take nothing, full disks, one file after another."""

import json
import os
import re
import signal
import subprocess
import time

import packets
import pcapfile
import pytest
from pipes import wait_until_full
from time_limit import TIME_LIMIT, wait_until

FULL = "No space left on device"
START_NS = 1_700_000_000 * 10**9  # 2023-11-14 22:13:20 UTC
HEADER, RECORD = pcapfile.FILE_HEADER.size, pcapfile.RECORD_HEADER.size


def big_copies(path, count, step_ns=10**6, size=1400):
    """A capture of numbered copies of frames that long; its frames."""
    frame = packets.ping() + bytes(size - len(packets.ping()))
    made = [packets.copy(packets.type2() + frame, sequence=number) for number in range(count)]
    frames = [
        pcapfile.Frame(packets.ETHERNET, len(one), one, START_NS + number * step_ns)
        for number, one in enumerate(made)
    ]
    pcapfile.write(path, packets.ETHERNET, frames, pcapfile.MAGIC_NANOSECONDS)
    return frames


def captured(frames):
    return [frame.captured for frame in frames]


# ---- readers that take nothing ----


def stop(running, signals):
    """Sends them a fifth of a second apart, and waits; the seconds until the end after the first."""
    began = time.monotonic()
    for number in signals:
        running.send_signal(number)
        time.sleep(0.2)
    running.wait(TIME_LIMIT)
    return time.monotonic() - began


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGTERM] * 2, [signal.SIGINT, signal.SIGTERM]])
def test_a_reader_that_takes_nothing_keeps_no_report_back(erspanrate, tmp_path, signals):
    big_copies(tmp_path / "x.pcap", 4000)  # more than pipe and buffer hold
    reader, writer = os.pipe()
    said = tmp_path / "said"
    with said.open("wb") as stderr, subprocess.Popen(
        [erspanrate, "-r", tmp_path / "x.pcap", "-j", "-B", "1", "-w", "-"], stdout=writer, stderr=stderr
    ) as running:
        os.close(writer)
        wait_until_full(reader)
        assert running.poll() is None
        seconds = stop(running, signals)
    os.close(reader)
    lines = said.read_text(encoding="utf-8").splitlines()
    total = next(json.loads(line) for line in lines if line.startswith("{"))
    written = total["written"]
    assert 0 < written["packets"] < 4000 and written["unwritten"] > 0
    assert f"{written['unwritten']:,} packets are not in it" in lines[-1]
    assert running.returncode == 1
    assert seconds < 60  # it would never end


def test_a_reader_that_takes_its_time_gets_all(erspanrate, tmp_path):
    frames = big_copies(tmp_path / "x.pcap", 3000)
    with subprocess.Popen(
        [erspanrate, "-r", tmp_path / "x.pcap", "-B", "1", "-w", "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        time.sleep(1)
        out = running.stdout.read()
    (tmp_path / "out.pcap").write_bytes(out)
    assert captured(pcapfile.read(tmp_path / "out.pcap")) == captured(frames)
    assert running.returncode == 0


# ---- full disks ----


needs_mounts = pytest.mark.skipif(
    os.geteuid() != 0 or subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0,
    reason="a small disk needs root, and namespaces of mounts",
)


@needs_mounts
@pytest.mark.parametrize("room_again", [True, False])
def test_a_disk_that_is_full_for_a_while(erspanrate, tmp_path, room_again):
    """It is said at once; packets are written again when there is room; every packet is whole."""
    frames = big_copies(tmp_path / "x.pcap", 4000)
    content = (tmp_path / "x.pcap").read_bytes()
    middle = HEADER + 2000 * (RECORD + len(frames[0].captured))
    for name in ("disk", "go", "gone"):
        os.mkdir(tmp_path / name) if name == "disk" else os.mkfifo(tmp_path / name)
    script = (
        f"mount -t tmpfs -o size=2m none disk && head -c 1500000 /dev/zero >disk/filler && "
        f"(read _ <go; rm disk/filler; echo >gone) & {erspanrate} -r - -j -w disk/out.pcap; "
        f"status=$?; cp disk/out.pcap out.pcap; exit $status"
    )
    if not room_again:
        script = script.replace("rm disk/filler", ":")
    said = tmp_path / "said"
    script = script.replace("&& (read", "; (read")
    with said.open("wb") as stderr, subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", script],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
    ) as running:  # fmt: skip
        running.stdin.write(content[:middle])
        running.stdin.flush()
        wait_until(lambda: FULL in said.read_text(encoding="utf-8"))
        (tmp_path / "go").write_text("\n")
        (tmp_path / "gone").read_text()
        time.sleep(0.3)
        output, _ = running.communicate(content[middle : middle + 200 * 1466], timeout=TIME_LIMIT)
    written = json.loads(output.splitlines()[-1])["written"]
    out = captured(pcapfile.read(tmp_path / "out.pcap"))
    known = set(captured(frames))
    assert all(frame in known for frame in out)
    assert len(out) == written["packets"]
    assert written["unwritten"] > 0
    assert f"{written['unwritten']:,} packets are not in it" in said.read_text(encoding="utf-8")
    assert running.returncode == 1
    if room_again:
        assert frames[2001].captured in out


@needs_mounts
def test_a_full_disk_gets_no_empty_files(erspanrate, tmp_path):
    """One that nothing could be written to is not followed by more of them."""
    big_copies(tmp_path / "x.pcap", 4000)
    (tmp_path / "disk").mkdir()
    script = (
        "mount -t tmpfs -o size=300k,mode=1777 none disk;"
        f"{erspanrate} -r x.pcap -q -w disk/out -C 100k; status=$?; stat -c '%s %n' disk/*; exit $status"
    )
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=TIME_LIMIT
    )
    assert done.returncode == 1 and FULL in done.stderr
    sizes = [int(size) for size in re.findall(r"^(\d+) disk/out", done.stdout, re.MULTILINE)]
    assert len(sizes) > 1 and sizes.count(0) <= 1


# ---- one file after another, as in tcpdump ----


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def joined(directory):
    return [frame for name in names(directory) for frame in captured(pcapfile.read(directory / name))]


@pytest.fixture
def rotated(rate, tmp_path):
    """Runs it into a directory of its own; the frames read and that directory."""

    def run(*options, name="o", count=30, step_ns=10**9):
        out = tmp_path / "out"
        out.mkdir(mode=0o777)
        out.chmod(0o777)
        frames = big_copies(tmp_path / "x.pcap", count, step_ns)
        rate("-r", tmp_path / "x.pcap", "-w", out / name, *options, env={**os.environ, "TZ": "UTC"})
        return frames, out

    return run


def test_files_of_a_size(rotated):
    """-C: a file that is larger gets no more; the second one has a 1 behind its name."""
    frames, out = rotated("-C", "4k")
    each = RECORD + len(frames[0].captured)
    in_one = next(number for number in range(99) if HEADER + number * each > 4096)
    assert names(out) == sorted(["o"] + [f"o{number}" for number in range(1, 30 // in_one)])
    ordered = ["o"] + [f"o{number}" for number in range(1, 30 // in_one)]
    assert [frame for name in ordered for frame in captured(pcapfile.read(out / name))] == captured(frames)


def test_a_ring_of_files(rotated):
    """-C and -W: numbers from 0 with as many digits as the last; the oldest file is written over."""
    frames, out = rotated("-C", "1k", "-W", "11")
    assert names(out) == [f"o{number:02}" for number in range(11)]
    there = [captured(pcapfile.read(out / f"o{number:02}")) for number in range(11)]
    assert there == [[frames[22 + n].captured if n < 8 else frames[11 + n].captured] for n in range(11)]


def test_files_of_a_time(rotated):
    """-G: of the packets' times, which name them."""
    frames, out = rotated("-G", "10", name="o-%H%M%S")
    assert names(out) == ["o-221320", "o-221330", "o-221340"]
    assert joined(out) == captured(frames)


def test_so_many_files_of_a_time(rotated):
    """-G and -W: then it ends."""
    frames, out = rotated("-G", "10", "-W", "2", name="o-%s")
    assert names(out) == [f"o-{1_700_000_000 + 10 * number}" for number in range(2)]
    assert joined(out) == captured(frames[:20])


def test_files_of_a_time_and_a_size(rotated):
    """-G and -C: a number goes behind the time."""
    _, out = rotated("-G", "15", "-C", "1k", "-W", "3", name="o-%M%S-")
    assert names(out) == sorted(f"o-{time}-{number}" for time in ("1320", "1335") for number in range(15))


def test_a_rotation_of_two_link_types(rate, tmp_path):
    path, out = tmp_path / "copies.pcap", tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)
    kinds = [1, 228, 1, 228, 1, 1]
    inner = [packets.ping(sequence=n)[0 if kind == 1 else 14 :] for n, kind in enumerate(kinds)]
    packets.capture(path, [
        packets.copy(packets.type3(ft=0 if kind == 1 else 2) + frame, 0x22EB, sequence=n)
        for n, (kind, frame) in enumerate(zip(kinds, inner))
    ])  # fmt: skip
    rate("-r", path, "-w", out / "o", "-C", "1k", "--decapsulate")
    assert joined(out) == inner


def test_nothing_to_write(rotated):
    _, out = rotated("-C", "1k", "-f", "arp")
    assert names(out) == ["o"] and joined(out) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_files_are_made_by_the_user_of_the_run(rate, tmp_path):
    """Where the one that was told may make none, the error comes before the first packet."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o755)
    big_copies(tmp_path / "x.pcap", 3)
    done = rate("-r", tmp_path / "x.pcap", "-w", closed / "o", "-C", "1k", "--user", "nobody", status=1)
    assert f"{closed}: Permission denied" in done.stderr


@pytest.mark.parametrize(
    "options, wrong",
    [
        (["-C", "1x", "-w", "o"], "--file-size=1x"),
        (["-C", "0", "-w", "o"], "--file-size=0"),
        (["-C", "-1", "-w", "o"], "--file-size=-1"),
        (["-C", "99999999999g", "-w", "o"], "--file-size=99999999999g"),
        (["-G", "0", "-w", "o"], "--file-seconds=0"),
        (["-W", "0", "-C", "1", "-w", "o"], "--file-count=0"),
        (["-W", "2", "-w", "o"], "-W needs -C or -G"),
        (["-C", "1", "-w", "-"], "need -w FILE"),
        (["-G", "1"], "need -w FILE"),
        (["-G", "1", "-w", "%H/o"], "--write=%H/o"),
    ],
)
def test_what_cannot_be_rotated(rate, tmp_path, options, wrong):
    assert wrong in rate("-r", "x.pcap", *options, status=2, cwd=tmp_path).stderr
