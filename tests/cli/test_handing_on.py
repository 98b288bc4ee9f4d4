# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrored frames that are handed on: each once, in order, of chosen sessions."""

import json
import subprocess

import pcapfile
import pytest


def generate(erspangen, tmp_path, *keys):
    """A capture of UDP copies, whose inner IP IDs count as the copies do; and the truth."""
    path, truth = tmp_path / "copies.pcap", tmp_path / "truth.json"
    command = [erspangen, "write", "-o", path, "--truth", truth, *keys]
    subprocess.run(list(map(str, command)), check=True)
    return path, json.loads(truth.read_text())


def hand_on(erspanrate, path, *options, status=0):
    """The frames that come out, and what the report says of them."""
    out = path.with_name("frames.pcap")
    done = subprocess.run(
        [erspanrate, "-r", path, "--decapsulate", "-w", out, "-j", *options], capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    if status != 0:
        return done.stderr
    return list(pcapfile.read(out)), json.loads(done.stdout.splitlines()[-1])["handed_on"]


def numbers(frames):
    return [int.from_bytes(frame.captured[18:20], "big") for frame in frames]  # IPv4 identification


UDP = ["--inner", "udp", "--inner-size", "100", "--interval", "100us"]


def test_in_order(erspangen, erspanrate, tmp_path):
    keys = ["--late", "20%", "--late-by", "3", "--count", "2000", "--sequence-start", "5"]
    path, truth = generate(erspangen, tmp_path, *UDP, *keys)
    frames, told = hand_on(erspanrate, path, "--in-order", "10")
    out_of_order = sum(after < before for before, after in zip(numbers(frames), numbers(frames)[1:]))
    assert len(frames) == told["frames"] == 2000
    assert out_of_order == told["too_late"] <= 1  # only before the first copy
    assert told["reordered"] > truth["sessions"][0]["late"]["copies"] > 300


def test_what_is_lost_is_not_waited_for_longer(erspangen, erspanrate, tmp_path):
    """Between frames that are 0.1 ms apart a wait of 1 ms keeps back ten."""
    path, _ = generate(erspangen, tmp_path, *UDP, "--loss", "10%", "--count", "2000")
    frames, told = hand_on(erspanrate, path, "--in-order", "1")
    assert numbers(frames) == sorted(numbers(frames))
    assert (told["too_late"], told["reordered"], told["crowded"]) == (0, 0, 0)
    assert told["frames"] == len(frames)


def test_once(erspangen, erspanrate, tmp_path):
    path, truth = generate(erspangen, tmp_path, *UDP, "--duplicate", "10%", "--count", "1000")
    frames, told = hand_on(erspanrate, path, "--once")
    assert len(frames) == told["frames"] == 1000
    assert told["duplicates"] + told["mirrored_before"] == truth["sessions"][0]["duplicates"]["copies"] > 50


def two_sessions(tmp_path):
    scenario = tmp_path / "two.ini"
    scenario.write_text(
        "[sessions]\ntype = 2\ninner = udp\ninner-size = 100\nnetwork = 1\ncount = 500\ninterval = 1ms\n"
        "[session 1]\nsession = 1\n[session 2]\nsession = 2\nsource = 192.0.2.77\ndelay = 50us\n",
        encoding="ascii",
    )
    return scenario


def test_a_frame_of_two_mirrors_once(erspangen, erspanrate, tmp_path):
    path, _ = generate(erspangen, tmp_path, two_sessions(tmp_path))
    frames, told = hand_on(erspanrate, path, "--once")
    assert numbers(frames) == sorted(set(numbers(frames)))
    assert (told["frames"], told["mirrored_before"]) == (500, 500)


@pytest.mark.parametrize("options", [["--session", "2"], ["--session", "1-7", "--source", "192.0.2.77"], ["--session=2,9"]])
def test_chosen_sessions(erspangen, erspanrate, tmp_path, options):
    path, _ = generate(erspangen, tmp_path, two_sessions(tmp_path))
    frames, told = hand_on(erspanrate, path, *options)
    assert (len(frames), told["frames"], told["not_chosen"]) == (500, 500, 500)


@pytest.mark.parametrize(
    "options, words",
    [
        (["--session", "x"], "--session x: must be ID[-ID]"),
        (["--session", "7-3"], "--session 7-3: must be ID[-ID]"),
        (["--source", "here"], "--source here: must be an IPv4 or IPv6 address"),
        (["--in-order", "-1"], "--in-order=-1: must be 0 to 10000 ms"),
        (["--in-order", "nan"], "--in-order=nan"),
    ],
)
def test_wrong_options(erspangen, erspanrate, tmp_path, options, words):
    path, _ = generate(erspangen, tmp_path, *UDP, "--count", "3")
    assert words in hand_on(erspanrate, path, *options, status=2)


def test_options_need_frames(erspanrate, tmp_path):
    for option in (["--once"], ["--in-order", "5"], ["--session", "1"], ["--source", "192.0.2.1"]):
        done = subprocess.run([erspanrate, "-r", tmp_path / "x", *option], capture_output=True, text=True)
        assert done.returncode == 2 and "they need --decapsulate, --to or --pcap-server" in done.stderr
