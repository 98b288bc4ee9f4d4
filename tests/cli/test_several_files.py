# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate reads several files as one capture: by the times of their packets, whatever their names say."""

import gzip
import json
import os
import subprocess

import pcapfile
import pytest

ETHERNET = 1


@pytest.fixture
def whole(write):
    """Two sessions whose copies take turns; session 2 loses ten."""
    path = write(
        scenario="[sessions]\ntype = 2\ninner = udp\ninner-size = 100\ncount = 1000\ninterval = 1ms\n"
        "[session 1]\nsession = 1\n"
        "[session 2]\nsession = 2\nsource = 192.0.2.77\ndelay = 300us\ndrop-copies = 400-409\n"
    )
    return path, pcapfile.read(path)


def put(path, frames):
    pcapfile.write(path, ETHERNET, frames)
    return path


def shown(rate, *arguments):
    """Text and JSON of the report, without the name."""
    text = rate("-r", *arguments).stdout.split(": ", 1)[1]
    values = json.loads(rate("-j", "-r", *arguments).stdout.splitlines()[-1])
    del values["file"]
    return text, values


def ring(frames, directory, each=250):
    directory.mkdir()
    return [put(directory / f"ring_{i:05}.pcap", frames[i : i + each]) for i in range(0, len(frames), each)]


def test_a_ring(rate, whole, tmp_path):
    path, frames = whole
    files = ring(frames, tmp_path / "ring")
    assert len(files) == 8
    expected = shown(rate, path)
    assert expected[1]["all"]["copies"] == 1990 and expected[1]["all"]["lost"] == 10
    assert shown(rate, *files) == expected
    assert shown(rate, *reversed(files)) == expected
    assert shown(rate, tmp_path / "ring") == expected
    assert shown(rate, files[0], *(part for file in files[1:] for part in ("-r", file))) == expected


def test_files_of_the_same_time(rate, whole, tmp_path):
    """Each session in a file of its own, as two machines would write them."""
    path, frames = whole
    sources = (bytes([192, 0, 2, 1]), bytes([192, 0, 2, 77]))
    files = [
        put(tmp_path / f"{i}.pcap", [frame for frame in frames if frame.captured[26:30] == source])
        for i, source in enumerate(sources)
    ]
    assert shown(rate, *files) == shown(rate, path)
    out = tmp_path / "merged.pcap"
    rate("-r", *files, "-w", out)
    assert [frame.captured for frame in pcapfile.read(out)] == [frame.captured for frame in frames]


def test_formats_may_differ(rate, whole, tmp_path):
    path, frames = whole
    first, second = put(tmp_path / "1.pcap", frames[:500]), put(tmp_path / "2.pcap", frames[500:1000])
    third = put(tmp_path / "3.pcap", frames[1000:])
    subprocess.run(["editcap", "-F", "pcapng", second, tmp_path / "2.pcapng"], check=True)
    (tmp_path / "1.pcap.gz").write_bytes(gzip.compress(first.read_bytes()))
    files = [tmp_path / "1.pcap.gz", tmp_path / "2.pcapng", third]
    assert shown(rate, *files) == shown(rate, path)
    done = rate("-j", "-r", "-", *files[1:], input=first.read_bytes(), text=False)
    assert json.loads(done.stdout.splitlines()[-1])["all"]["copies"] == 1990


def test_more_files_than_descriptors(erspanrate, whole, tmp_path):
    _, frames = whole
    ring(frames, tmp_path / "ring", each=1)
    command = f"ulimit -S -n 256 && exec {erspanrate} -j -r {tmp_path}/ring"
    done = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1])["all"]["copies"] == 1990


def test_the_count_is_of_all(rate, whole, tmp_path):
    _, frames = whole
    files = [put(tmp_path / "1.pcap", frames[:500]), put(tmp_path / "2.pcap", frames[500:])]
    done = rate("-c", "600", "-j", "-r", *files)
    assert json.loads(done.stdout.splitlines()[-1])["all"]["copies"] == 600


def test_what_is_no_capture_of_the_folder(rate, whole, tmp_path):
    path, frames = whole
    files = ring(frames, tmp_path / "ring")
    (tmp_path / "ring" / ".hidden").write_text("no capture", encoding="utf-8")
    (tmp_path / "ring" / "folder").mkdir()
    assert shown(rate, tmp_path / "ring") == shown(rate, path)
    notes = tmp_path / "ring" / "notes.txt"
    notes.write_text("no capture", encoding="utf-8")
    assert f"{notes}: " in rate("-r", tmp_path / "ring", status=1).stderr
    notes.unlink()
    files[-1].write_bytes(b"")
    assert f"{files[-1]}: the file is empty" in rate("-r", tmp_path / "ring", status=1).stderr


def test_a_folder_without_files(rate, tmp_path):
    assert "the folder has no file" in rate("-r", tmp_path, status=1).stderr


@pytest.mark.parametrize("again", ["x.pcap", "./x.pcap", "link.pcap", "other.pcap"])
def test_one_file_twice(rate, generated, tmp_path, again):
    path, _ = generated()
    (tmp_path / "link.pcap").symlink_to(path)
    os.link(path, tmp_path / "other.pcap")
    assert "is named twice" in rate("-r", "x.pcap", again, status=2, cwd=tmp_path).stderr


def test_none_is_written_over(rate, whole, tmp_path):
    _, frames = whole
    files = ring(frames, tmp_path / "ring")
    before = files[3].read_bytes()
    assert "this is the file to read" in rate("-r", tmp_path / "ring", "-w", files[3], status=2).stderr
    assert files[3].read_bytes() == before


def test_a_file_that_is_cut(rate, whole, tmp_path):
    """The report is of what came before it, and the error names the file."""
    _, frames = whole
    files = ring(frames, tmp_path / "ring")
    files[-1].write_bytes(files[-1].read_bytes()[:-50])
    done = rate("-j", "-r", *files, status=1)
    assert f"{files[-1]}: " in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["all"]["copies"] == 1989


def test_a_name_that_is_wrong(rate, generated, tmp_path):
    path, _ = generated()
    assert "misspelt: No such file" in rate("-r", path, tmp_path / "misspelt", status=1).stderr
    assert "unexpected argument x.pcap" in rate("x.pcap", status=2).stderr
    assert "requires a name" in rate("-r", path, "", status=2).stderr
