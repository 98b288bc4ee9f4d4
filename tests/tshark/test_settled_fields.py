# SPDX-License-Identifier: GPL-2.0-or-later
"""What each frame says of missing copies when the analysis took something back: in two passes each frame
tells what is true in the end; in one pass a later frame tells the difference. What is expected follows
from the numbers that were sent."""

import json
import random
import subprocess

import packets
import pytest
import reports

FIELDS = ["frame.number", "erspan.analysis.lost", "erspan.analysis.lost.change", "erspan.analysis.late",
          "erspan.analysis.stray", "erspan.analysis.duplicate", "erspan.analysis.restart.frame"]


class Sent:
    """Numbers in order of arrival, and what is true of them."""

    def __init__(self):
        self.numbers = []
        self.foreign = []
        self.lost = {}  # frame: how many are missing before it
        self.indexes = []

    def send(self, *numbers, index=7):
        self.numbers += numbers
        self.indexes += [index] * len(numbers)

    def intrude(self, *numbers):
        self.foreign += range(len(self.numbers) + 1, len(self.numbers) + 1 + len(numbers))
        self.send(*numbers)

    def lose(self, count):
        """The next copy is behind a gap."""
        self.lost[len(self.numbers) + 1] = count

    def write(self, path):
        made = [packets.copy(packets.type2(index=index) + packets.ping(sequence=i), sequence=number % 2**32)
                for i, (number, index) in enumerate(zip(self.numbers, self.indexes))]
        return packets.capture(path, made)


def foreign_far_ahead():
    sent = Sent()
    sent.send(*range(100))
    sent.intrude(16_000_000, 16_000_001)
    sent.lose(3)
    sent.send(*range(103, 140))
    return sent


def foreign_a_little_ahead():
    """It makes a gap at once; three copies go on before it, one of them behind a gap of its own."""
    sent = Sent()
    sent.send(*range(100, 120))
    sent.intrude(400)
    sent.send(120, 121)
    sent.lose(2)
    sent.send(*range(124, 160))
    return sent


def foreign_with_followers():
    sent = Sent()
    sent.send(*range(1000, 1040))
    sent.intrude(1300, 1301, 1302)
    sent.send(*range(1040, 1080))
    return sent


def one_zero():
    sent = Sent()
    sent.send(*range(5000, 5050))
    sent.intrude(0)
    sent.send(*range(5050, 5100))
    return sent


def three_counters():
    sent = Sent()
    for i in range(40):
        for counter, start in enumerate([70_000, 3_000_000, 12]):
            if i == 20:
                sent.lose(1)
            sent.send(start + i + (i >= 20))
        assert counter == 2
    return sent


def a_jump():
    sent = Sent()
    sent.send(*range(10))
    sent.lose(100_000 - 10)
    sent.send(*range(100_000, 100_080))
    return sent


HISTORIES = [foreign_far_ahead, foreign_a_little_ahead, foreign_with_followers, one_zero, three_counters, a_jump]


def number(cell):
    return int(cell) if cell else 0


def shown(tshark, capture, *options):
    """By frame: what its fields say."""
    rows = tshark.fields(capture, FIELDS, options=options)
    return {int(row[0]): dict(zip(FIELDS[1:], row[1:])) for row in rows}


def sum_of_missing(frames):
    return sum(number(frame["erspan.analysis.lost"]) + number(frame["erspan.analysis.lost.change"])
               for frame in frames.values())


def with_field(frames, field):
    return [frame for frame, values in frames.items() if values[field] != ""]


def gaps_of(report):
    return {gap["frame_after"]: gap["lost"] for gap in report["gaps"]}


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.__name__)
def test_what_frames_say_in_the_end(tshark, erspanrate, tmp_path, history):
    sent = history()
    capture = sent.write(tmp_path / "made.pcap")
    lost = sum(sent.lost.values())
    twice = shown(tshark, capture, "-2")
    assert {frame: number(twice[frame]["erspan.analysis.lost"])
            for frame in with_field(twice, "erspan.analysis.lost")} == sent.lost
    assert with_field(twice, "erspan.analysis.stray") == sent.foreign
    assert with_field(twice, "erspan.analysis.lost.change") == []
    assert sum_of_missing(twice) == lost
    once = shown(tshark, capture)
    assert sum_of_missing(once) == lost
    report = json.loads(subprocess.run([erspanrate, "-r", capture, "-j"], stdout=subprocess.PIPE, check=True).stdout)
    assert gaps_of(report) == sent.lost
    assert reports.report(tshark, capture, "-q")["gaps"] == report["gaps"]
    assert reports.report(tshark, capture, "-q", "-2")["gaps"] == report["gaps"]


def mixed(seed):
    """Loss, lateness, foreign copies and restarts at random."""
    chance = random.Random(seed)
    sent = Sent()
    following, held = chance.choice([0, 2**30 - 300, chance.randrange(2**32)]), []
    for _ in range(1500):
        if chance.random() < 0.002:
            following = chance.choice([0, following + chance.randrange(5_000_000), chance.randrange(2**32)])
        if chance.random() < 0.01:
            start = chance.choice([following + chance.randrange(2, 900), 0, chance.randrange(2**32)])
            sent.intrude(*range(start, start + chance.choice([1, 1, 2, 3, 5])))
        if chance.random() < 0.03:
            following += chance.choice([1, 1, 2, 40])
        elif chance.random() < 0.03:
            held.append((following, chance.randrange(1, 12)))
        else:
            sent.send(following)
        following += 1
        held = [(late, left - 1) for late, left in held]
        sent.send(*(late for late, left in held if left < 0))
        held = [(late, left) for late, left in held if left >= 0]
    return sent


@pytest.mark.parametrize("seed", range(6))
def test_what_frames_say_adds_up(tshark, erspanrate, tmp_path, seed):
    """Whatever is true of the numbers: fields, report and list of gaps agree."""
    capture = mixed(seed).write(tmp_path / "mixed.pcap")
    report = reports.report(tshark, capture, "-q", "-2")
    (session,) = report["sessions"]
    counts = session["sequence"]
    twice = shown(tshark, capture, "-2")
    assert sum_of_missing(shown(tshark, capture)) == counts["lost"]
    assert sum_of_missing(twice) == counts["lost"]
    assert len(with_field(twice, "erspan.analysis.stray")) <= counts["strays"]
    assert len(with_field(twice, "erspan.analysis.late")) <= counts["late"]
    assert len(with_field(twice, "erspan.analysis.restart.frame")) == counts["restarts"]
    assert gaps_of(report).items() <= {frame: number(values["erspan.analysis.lost"])
                                       for frame, values in twice.items()}.items()
    done = subprocess.run([erspanrate, "-r", capture, "-j"], stdout=subprocess.PIPE, check=True)
    collector = json.loads(done.stdout)
    assert collector["gaps"] == report["gaps"]
    assert collector["sessions"] == report["sessions"]
    assert reports.report(tshark, capture, "-q")["gaps"] == report["gaps"]
