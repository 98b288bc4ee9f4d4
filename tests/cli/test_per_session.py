# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture for each session, and a bound on their files: erspanrate --per-session."""

import json
import resource
import subprocess

import packets
import pcapfile
import pytest
from time_limit import TIME_LIMIT, wait_until

SESSIONS_MAX = 255
RECORD = 16 + len(packets.ping())
PAGE = resource.getpagesize()


def copies_of(sessions, frames=1):
    """A capture's copies: of each session so many, whose ping has the session's number."""
    return [
        packets.copy(packets.type2(session=session) + packets.ping(sequence=session), sequence=number)
        for number in range(frames)
        for session in sessions
    ]


def split(erspanrate, capture, name, *options, status=0):
    command = [erspanrate, "-r", capture, "--decapsulate", "--per-session", "-w", name, "-j", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout.splitlines()[-1]) if status == 0 else done.stderr


def files_in(directory):
    return {path.name: [frame.captured for frame in pcapfile.read(path)] for path in sorted(directory.iterdir())}


@pytest.fixture
def out(tmp_path):
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def test_a_file_has_the_frames_of_its_session(erspanrate, tmp_path, out):
    capture = packets.capture(tmp_path / "copies.pcap", copies_of([1, 2], 3))
    total = split(erspanrate, capture, out / "mirror.pcap")
    assert files_in(out) == {
        f"mirror-192.0.2.1-192.0.2.2-{session}.pcap": [packets.ping(sequence=session)] * 3 for session in (1, 2)
    }
    assert total["written"] == {"packets": 6, "unwritten": 0}


def test_names_have_no_colons_and_no_suffix_of_a_directory(erspanrate, tmp_path, out):
    """Type I over IPv6 has no session ID."""
    erspan = b"\0\0\x88\xbe" + packets.ping()
    head = b"\x60" + bytes(3) + len(erspan).to_bytes(2, "big") + b"\x2f\x40"
    ends = bytes.fromhex("20010db8" + 11 * "00" + "01" + "20010db8" + 11 * "00" + "02")
    capture = packets.capture(tmp_path / "copies.pcap", [packets.ethernet(0x86DD, head + ends + erspan)])
    directory = out / "some.where"
    directory.mkdir()
    split(erspanrate, capture, directory / "mirror")
    assert files_in(directory) == {"mirror-2001_db8__1-2001_db8__2-no-id": [packets.ping()]}


def test_sessions_beyond_the_bound_share_a_file(erspanrate, tmp_path, out):
    sessions = range(SESSIONS_MAX + 45)
    capture = packets.capture(tmp_path / "copies.pcap", copies_of(sessions, 2))
    split(erspanrate, capture, out / "mirror.pcap")
    found = files_in(out)
    assert len(found) == SESSIONS_MAX + 1
    others = [packets.ping(sequence=session) for session in sessions[SESSIONS_MAX:]]
    assert found.pop("mirror-others.pcap") == others * 2
    assert all(len(frames) == 2 and len(set(frames)) == 1 for frames in found.values())


@pytest.mark.parametrize("rotation, each", [(["-C", "1k"], 10), (["-G", "1"], 100)])
def test_the_newest_files_of_each_session_stay(erspanrate, tmp_path, out, rotation, each):
    """A frame takes 114 bytes and comes every 5 ms: a file of more than 1 KiB has 9 or 10, one of a second 100."""
    frames = [packets.copy(packets.type2(session=n % 2) + packets.ping(sequence=n), sequence=n // 2) for n in range(1000)]
    capture = tmp_path / "copies.pcap"
    records = [pcapfile.Frame(packets.ETHERNET, len(frame), frame, 5 * 10**6 * n) for n, frame in enumerate(frames)]
    pcapfile.write(capture, packets.ETHERNET, records)
    name = "mirror-%s.pcap" if rotation[0] == "-G" else "mirror.pcap"
    split(erspanrate, capture, out / name, *rotation, "-W", "3")
    found = files_in(out)
    assert len(found) == 6
    for session in (0, 1):
        kept = [frame for name, frames in found.items() if f"-{session}.pcap" in name for frame in frames]
        numbers = sorted(int.from_bytes(frame[40:42], "big") for frame in kept)
        assert numbers == list(range(numbers[0], 1000, 2)) and 2 * (each - 1) < len(numbers) <= 3 * each


def test_a_run_that_is_killed_leaves_whole_files(erspanrate, tmp_path, out):
    capture = packets.capture(tmp_path / "copies.pcap", copies_of([1, 2, 3], 2000))
    command = [erspanrate, "-r", "-", "--decapsulate", "--per-session", "-w", out / "mirror.pcap", "-C", "10k"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    process.stdin.write(capture.read_bytes())
    process.stdin.flush()
    wait_until(lambda: len(list(out.iterdir())) > 6)
    process.kill()
    process.wait(TIME_LIMIT)
    process.stdin.close()
    cut = {path.name: size for path in out.iterdir() if (size := path.stat().st_size) and (size - 24) % RECORD != 0}
    # Linux may end a write that a kill interrupts at the end of a page: of the file that was written last.
    assert len(cut) <= 1 and all(size % PAGE == 0 for size in cut.values()), cut


def test_what_cannot_be_written_is_said(erspanrate, tmp_path):
    capture = packets.capture(tmp_path / "copies.pcap", copies_of([1]))
    said = split(erspanrate, capture, tmp_path / "none" / "mirror.pcap", status=1)
    assert "none: No such file or directory" in said


@pytest.mark.parametrize(
    "options, words",
    [
        (["--per-session", "-w", "x.pcap"], "--per-session needs --decapsulate"),
        (["--per-session", "--decapsulate", "-w", "-"], "--per-session needs -w FILE"),
        (["--per-session", "--decapsulate", "-w", "x.pcap", "-W", "3"], "-W needs -C or -G"),
    ],
)
def test_what_it_needs(erspanrate, options, words):
    done = subprocess.run([erspanrate, "-r", "in.pcap", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and words in done.stderr
