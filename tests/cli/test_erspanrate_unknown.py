# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be known is said so: loss without numbers, and why no copy came."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from packets import capture, copy, ethernet, ipv4, ping, type2, udp

TYPE_I = [ethernet(0x0800, ipv4(47, b"\0\0\x88\xbe" + ping(sequence=n))) for n in range(3)]
CONSTANT = [copy(type2() + ping(sequence=n), sequence=5) for n in range(3)]
COUNTING = [copy(type2(session=9) + ping(sequence=n), sequence=n) for n in (1, 2, 4)]
ARP = ethernet(0x0806, bytes(28))
# What only numbers that move tell: null where they do not.
ORDER = ("lost", "late", "duplicates", "restarts")
GRETAP = ethernet(0x0800, ipv4(47, b"\0\0\x65\x58" + ping()))


@pytest.fixture
def told(erspanrate, tmp_path):
    """What each output says of a capture of these packets."""

    def tell(packets):
        path, metrics, plot = tmp_path / "x.pcap", tmp_path / "metrics", tmp_path / "x.svg"
        capture(path, packets)
        command = [erspanrate, "-r", path, "--prometheus", metrics, "--plot", plot]
        text, lines = (
            subprocess.run([*command, *more], capture_output=True, check=True, text=True).stdout
            for more in ([], ["-j"])
        )
        series = re.findall(r'^erspan_(lost|late_total|duplicates_total)\{.*session="(\d*)"\} (.*)$', metrics.read_text(), re.M)
        order = {(name, session): value for name, session, value in series}
        return text, json.loads(lines.splitlines()[-1]), order, ElementTree.parse(plot)

    return tell


def shown_loss(text, session):
    """The cells "lost", "%", "late" and "dup" of the session's row at the end."""
    line = next(line for line in text.splitlines() if re.match(rf"192\S+ > \S+{session} ", line))
    return re.split(r" {2,}", line)[6:10]


@pytest.mark.parametrize(
    ("packets", "session", "word"),
    [
        (TYPE_I, "", "none"),
        (CONSTANT, ", 100", "always the same number"),
        (COUNTING[:1], ", 9", "no number that follows another"),
    ],
)
def test_loss_without_numbers_is_unknown(told, packets, session, word):
    text, total, order, plot = told(packets)
    assert f"sequence  {word}: loss cannot be known" in text
    assert shown_loss(text, session) == ["-", "-", "-", "-"]
    assert total["all"]["copies"] == len(packets)
    assert total["all"]["lost"] is total["all"]["loss"] is total["totals"]["lost"] is None
    for told_of in (total["all"], total["sessions"][0]["sequence"], *(domain["sequence"] for domain in total["domains"])):
        assert [told_of[name] for name in ORDER] == [None] * len(ORDER)
    assert order == {}
    assert any("cannot be known" in (node.text or "") for node in plot.iter())


def test_what_is_known_is_not_hidden_by_what_is_not(told):
    text, total, order, plot = told(CONSTANT + COUNTING)
    assert shown_loss(text, ", 100") == ["-", "-", "-", "-"]
    assert shown_loss(text, ", 9") == ["1", "25.0 %", "0", "0"]  # 3 is missing of 1 to 4
    assert (total["all"]["lost"], total["all"]["loss"], total["totals"]["lost"]) == (1, 0.25, 1)
    assert [total["all"][name] for name in ORDER] == [1, 0, 0, 0]
    assert order == {("lost", "9"): "1", ("late_total", "9"): "0", ("duplicates_total", "9"): "0"}
    assert not any("cannot be known" in (node.text or "") for node in plot.iter())


def test_a_copy_that_came_twice_is_one_though_loss_is_unknown(told):
    text, total, order, _ = told(COUNTING[:1] * 2)
    assert shown_loss(text, ", 9") == ["-", "-", "-", "1"]
    assert [total["sessions"][0]["sequence"][name] for name in ORDER] == [None, None, 1, None]
    assert [total["all"][name] for name in ORDER] == [None, None, 1, None]
    assert order == {("duplicates_total", "9"): "1"}


def test_intervals_of_unknown_order(erspanrate, tmp_path):
    path = tmp_path / "x.pcap"
    capture(path, CONSTANT)
    told = subprocess.run([erspanrate, "-r", path, "-t", "0.0015", "-j"], capture_output=True, check=True, text=True).stdout
    lines = [json.loads(line) for line in told.splitlines()]
    intervals = [line for line in lines if line["type"] == "interval"]
    assert [line["all"]["copies"] for line in intervals] == [2]  # the third came at the end
    for figures in [line["all"] for line in lines] + [one for line in intervals for one in line["sessions"]]:
        assert [figures[name] for name in ORDER] == [None] * len(ORDER)


def test_no_copy_at_all(told):
    text, total, order, _ = told([ARP, ARP, GRETAP, ethernet(0x0800, ipv4(17, udp(4789, bytes(20))))])
    assert "No ERSPAN arrived in" in text
    assert re.search(r"^ +2 +EtherType 0x0806 \(ARP\)$", text, re.M)
    assert re.search(r"^ +1 +GRE with protocol type 0x6558 ", text, re.M)
    assert re.search(r"^ +1 +UDP to port 4789 \(VXLAN\)$", text, re.M)
    assert "0x88be" in text
    assert "Nothing was lost" not in text
    assert total["all"]["lost"] is None
    assert total["arrived_instead"] == [
        {"kind": "ethertype", "number": 0x0806, "packets": 2},
        {"kind": "gre", "number": 0x6558, "packets": 1},
        {"kind": "udp", "number": 4789, "packets": 1},
    ]
    assert order == {}


def test_copies_are_not_what_arrived_instead(told):
    text, total, _, _ = told([ARP, *COUNTING])
    assert "No ERSPAN" not in text
    assert "arrived_instead" not in total


def test_a_constant_number_where_another_counter_begins(told):
    """The same hello again and again, under the number with which the counter of another session begins."""
    hellos = [copy(type2(session=1) + ping(), sequence=7) for _ in range(200)]
    counted = [copy(type2(session=2) + ping(sequence=n), sequence=7 + n) for n in range(200)]
    _, total, order, _ = told([packet for pair in zip(hellos, counted) for packet in pair])
    constant, counting = total["sessions"]
    assert constant["constant_sequence"] and constant["sequence"]["lost"] is None
    assert counting["sequence_domain"] == "session" and counting["sequence"]["lost"] == 0
    assert ("lost", "1") not in order
