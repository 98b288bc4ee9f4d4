# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture is read in one thread, and analysed in a second one: the report is the same, however many are allowed."""

import json
from pathlib import Path

import pytest

CAPTURES = sorted((Path(__file__).parents[2] / "captures").glob("*.pcap*"))
THREADS = (1, 2, 3, 8)

# Loss, late copies, a second mirror of the same frames, TCP, times of sources, and copies inside copies.
SCENARIO = """
[sessions]
type = 2
flows = 40
inner-size = 200
count = 6000
interval = 50us
network = 1
[session 1]
session = 1
loss = 2%
[session 2]
session = 2
source = 192.0.2.77
late = 1%
late-by = 3
[session 3]
session = 3
type = 3
source = 192.0.2.78
duplicate = 1%
"""


def everything(rate, threads, *arguments):
    """The report as text, and all lines of the JSON, without what says how it was made."""
    text = rate("--threads", threads, *arguments).stdout
    return text, [json.loads(line) for line in rate("--threads", threads, "-j", *arguments).stdout.splitlines()]


@pytest.fixture
def capture(write):
    return write(scenario=SCENARIO)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--paths", "-t", "0.05"),
        ("--domain", "source", "-n", "2"),
        ("-c", "7777"),
        ("-d", "0.1"),
        ("-f", "ip src 192.0.2.77"),
        ("--memory", "64"),  # too little for frames that wait for the second thread
    ],
    ids=" ".join,
)
def test_options(rate, capture, options):
    expected = everything(rate, 1, "-r", capture, *options)
    assert expected[1][-1]["all"]["copies"] > 5000
    for threads in THREADS[1:]:
        assert everything(rate, threads, "-r", capture, *options) == expected


def test_all_captures_as_one(rate):
    """Of all link types and mirrors, with markers, fragments and ICMP errors between the copies."""
    expected = everything(rate, 1, "-r", *CAPTURES)
    assert expected[1][-1]["totals"]["markers"] > 0
    for threads in THREADS[1:]:
        assert everything(rate, threads, "-r", *CAPTURES) == expected


@pytest.mark.thorough
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_each_capture(rate, path):
    expected = everything(rate, 1, "-r", path)
    assert everything(rate, 2, "-r", path) == expected


def test_mirrored_frames_are_the_same(rate, capture, tmp_path):
    written = []
    for threads in THREADS[:2]:
        path = tmp_path / f"{threads}.pcap"
        rate("-r", capture, "--threads", threads, "-w", path, "--decapsulate", "--once")
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_a_broken_file_is_the_same_error(rate, capture, tmp_path):
    path = tmp_path / "cut.pcap"
    path.write_bytes(capture.read_bytes()[:-5])
    alone, threaded = (rate("-r", path, "--threads", threads, status=1) for threads in THREADS[:2])
    assert alone.stderr == threaded.stderr and "cut" in alone.stderr
    assert alone.stdout == threaded.stdout
