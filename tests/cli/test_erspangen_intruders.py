# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies that someone else puts in under a session's name, and copies that queues bring out of order:
what arrives is counted here from the bytes, and the truth says the same."""

import json
import struct
import subprocess
from pathlib import Path

import jsonschema
import packets
import pcapfile
import pytest

SCHEMA = Path(__file__).resolve().parent.parent.parent / "docs" / "truth.schema.json"
FOREIGN = bytes([10, 255])  # the network of what strangers' copies carry


class Copy:
    def __init__(self, frame):
        data = frame.captured
        self.time_ns = frame.time_ns
        self.mac = data[6:12]
        self.ttl = data[22]
        self.sequence = struct.unpack_from(">I", data, 38)[0]
        self.session = data[45]
        self.inner = data[50:]
        self.foreign = FOREIGN in (self.inner[26:28], self.inner[30:32])
        assert packets.checksum(data[14:34]) == 0


@pytest.fixture
def play(erspangen, tmp_path):
    """The copies of a scenario, and its truth, which follows the schema and counts the frames."""

    def play(keys="", scenario="[session a]\n"):
        capture, truth = tmp_path / "made.pcap", tmp_path / "truth.json"
        (tmp_path / "made.ini").write_text(scenario, encoding="utf-8")
        command = [erspangen, "write", "--time-precision", "ns", "--truth-frames", *keys.split()]
        subprocess.run([*command, "--truth", truth, "-o", capture, tmp_path / "made.ini"], check=True)
        told = json.loads(truth.read_text(encoding="utf-8"))
        jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
        copies = [Copy(frame) for frame in pcapfile.read(capture)]
        assert [frame.get("foreign", False) for frame in told["frames"]] == [c.foreign for c in copies]
        assert [frame["sequence"] for frame in told["frames"]] == [c.sequence for c in copies]
        foreign = sum(session["foreign"]["copies"] for session in told["sessions"])
        assert foreign == sum(copy.foreign for copy in copies)
        return copies, told

    return play


def numbers(copies, foreign=False):
    return [copy.sequence for copy in copies if copy.foreign == foreign]


# What is said of copies 3 and 7, whose numbers are 1002 and 1006.
NUMBERS = [
    ("", [1002 + 2**24, 1006 + 2**24]),
    ("--spoof-distance 5000", [6002, 6006]),
    ("--spoof-count 3 --spoof-distance 100", [1102, 1103, 1104, 1106, 1107, 1108]),
    ("--spoof-number behind --spoof-distance 2", [1000, 1004]),
    ("--spoof-number behind --spoof-distance 1003", [2**32 - 1, 3]),
    ("--spoof-number behind --sequence-bits 30 --spoof-distance 1003", [2**30 - 1, 3]),
    ("--spoof-number zero --spoof-count 2", [0, 0, 0, 0]),
    ("--spoof-number same", [1002, 1006]),
]


@pytest.mark.parametrize(("keys", "expected"), NUMBERS)
def test_foreign_numbers_are_those_asked_for(play, keys, expected):
    copies, told = play(f"--sequence-start 1000 --spoof-copies 3,7 {keys}")
    assert numbers(copies, True) == expected
    assert numbers(copies) == list(range(1000, 1010))  # the session's own go on
    assert told["sessions"][0]["delivered"]["copies"] == 10
    assert told["domains"][0]["missing"] == 0 and told["domains"][0]["numbers"] == 10
    at = [copy.foreign for copy in copies].index(True)
    assert copies[at - 1].sequence == 1002 and copies[at - 1].time_ns == copies[at].time_ns


@pytest.mark.parametrize("distance", [1, 100, 7000])
def test_near_numbers_are_near_on_both_sides(play, distance):
    keys = f"--count 3 --sequence-start 10000 --spoof-copies 2 --spoof-count 400 --spoof-number near"
    copies, _ = play(f"{keys} --spoof-distance {distance}")
    found = [number - 10001 for number in numbers(copies, True)]
    assert len(found) == 400
    assert min(found) >= -distance and max(found) <= distance
    assert min(found) < -0.8 * distance and max(found) > 0.8 * distance


def test_random_numbers_are_from_all_of_them(play):
    keys = "--count 3 --spoof-copies 2 --spoof-count 1000 --spoof-number random"
    copies, _ = play(keys)
    found = numbers(copies, True)
    quarters = [sum(number >> 30 == quarter for number in found) for quarter in range(4)]
    assert all(180 < quarter < 320 for quarter in quarters)  # five deviations
    assert numbers(play(f"{keys} --seed 5")[0], True) != found
    assert numbers(play(keys)[0], True) == found


def test_by_chance(play):
    copies, told = play("--count 20000 --spoof 1% --spoof-number zero")
    foreign = len(numbers(copies, True))
    assert abs(foreign - 200) < 5 * 14.1
    assert told["sessions"][0]["delivered"]["copies"] == 20000
    assert told["sessions"][0]["frames"]["frames"] == 20000 + foreign


def test_a_stranger_has_another_ttl_and_mac_address_if_asked(play):
    copies, _ = play("--spoof-copies 5 --ttl 60")
    assert {copy.ttl for copy in copies} == {60} and len({copy.mac for copy in copies}) == 1
    copies, _ = play("--spoof-copies 5 --ttl 60 --spoof-ttl 9 --spoof-mac 02:00:00:00:00:99")
    assert {(copy.foreign, copy.ttl, copy.mac[5]) for copy in copies} == {(False, 60, 1), (True, 9, 0x99)}


def test_foreign_copies_come_whatever_happens_to_the_others(play):
    copies, told = play("--drop-copies 4-6 --spoof-copies 5 --spoof-number zero")
    assert numbers(copies) == [0, 1, 2, 6, 7, 8, 9]
    assert numbers(copies, True) == [0]
    session = told["sessions"][0]
    assert session["sent"]["copies"] == 10 and session["lost"]["listed"]["copies"] == 3


def test_no_two_foreign_copies_carry_the_same_frame(play):
    copies, _ = play("--count 2 --spoof-copies 1 --spoof-count 1000")
    carried = [copy.inner for copy in copies if copy.foreign]
    assert len(set(carried)) == 1000


def test_an_impairment_of_one_session_only(play):
    scenario = "[session a]\nsession = 1\n[session b]\nsession = 2\n"
    scenario += "[impairment i]\nsessions = b\nfrom = 2500us\nto = 4500us\nspoof = 100%\n"
    copies, told = play(scenario=scenario)
    assert [copy.session for copy in copies if copy.foreign] == [2, 2]
    assert [session["foreign"]["copies"] for session in told["sessions"]] == [0, 2]


def test_tshark_reads_them_as_copies_of_the_session(play, erspangen, tshark, tmp_path):
    path = tmp_path / "three.pcap"
    keys = "--type 3 --platform 5 --switch 3 --session 9 --count 5 --spoof-copies 1-5".split()
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    rows = tshark.fields(path, ["erspan.session", "erspan.version", "udp.length"], occurrence="l")
    assert [row[0] for row in rows] == ["9"] * 10
    assert [row[2] for row in rows[1::2]] == ["166"] * 5
    assert tshark.frames(path, "_ws.malformed") == []


# Blocks out of order


def interleaved(count, block, queues):
    """Copies take turns over the queues; each queue is emptied when all have a block."""
    order = []
    for start in range(0, count, block * queues):
        group = range(start, min(start + block * queues, count))
        first = [n for n in group if (n - start) % queues == 0]
        rest = [n for queue in range(1, queues) for n in group if (n - start) % queues == queue]
        order += first + rest
    return order


def reversed_blocks(count, block, queues):
    order = []
    for start in range(0, count, block * queues):
        blocks = [range(at, min(at + block, count)) for at in range(start, start + block * queues, block)]
        order += [n for one in reversed(blocks) for n in one]
    return order


MODES = {"interleaved": interleaved, "reversed": reversed_blocks}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("block", "queues"), [(2, 2), (64, 2), (64, 4), (256, 3), (7, 64), (1000, 2)])
@pytest.mark.parametrize("count", [1, 65, 2000])
def test_queues_empty_in_blocks(play, mode, block, queues, count):
    keys = f"--count {count} --reorder-block {block} --reorder-queues {queues} --reorder-mode {mode}"
    copies, told = play(keys)
    expected = MODES[mode](count, block, queues)
    assert numbers(copies) == expected
    late = sum(any(other > n for other in expected[:at][-block * queues :]) for at, n in enumerate(expected))
    session, domain = told["sessions"][0], told["domains"][0]
    assert session["delivered"]["copies"] == count and domain["missing"] == 0
    assert session["late"]["copies"] == domain["late"] == late


def test_queues_do_not_hide_losses_and_doubles(play):
    keys = "--count 400 --reorder-block 16 --loss 5% --duplicate 5% --seed 3"
    copies, told = play(keys)
    session = told["sessions"][0]
    once = set(numbers(copies))
    assert session["delivered"]["copies"] == len(once) < 400
    assert session["lost"]["random"]["copies"] == 400 - len(once)
    assert session["duplicates"]["copies"] == len(copies) - len(once) > 0
