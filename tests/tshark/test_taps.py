# SPDX-License-Identifier: GPL-2.0-or-later
"""Statistics: against the truth, the same in one pass and two, with filters, and from a pipe."""

import json
import re
import subprocess

import captures_table
import packets
import pytest
import random_scenarios
import reports

CAPTURES = captures_table.CAPTURES
FILES = captures_table.FILES

# What the truth calls two sessions is one that restarts; numbers in random bytes are by chance; what is lost
# of a mirror without numbers nobody sees.
ANOTHER_TRUTH = ("q27-restart", "random-bytes", "mirror-gre")
SCENARIOS = [path for path in sorted(CAPTURES.glob("*.ini")) if path.stem not in ANOTHER_TRUTH]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_report_is_the_truth(tshark, erspangen, tmp_path, scenario):
    capture, truth = reports.generate(erspangen, tmp_path, scenario)
    assert reports.sums(reports.report(tshark, capture, "-q")) == reports.truth_sums(truth)


LARGE = {
    "loss and late copies": "",
    "one counter": "sequence-domain = source\n",
    "a counter per line card": "sequence-domain = hw-id\n",
    "30 bits": "sequence-bits = 30\nsequence-start = 1073741000\n",
}


@pytest.mark.thorough
@pytest.mark.parametrize("domain", LARGE.values(), ids=LARGE.keys())
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_large_report_is_the_truth(tshark, erspangen, tmp_path, domain, seed):
    scenario = f"""[sessions]
type = 3
inner = udp
inner-size = 100
interval = 10us
count = 3000
seed = {seed}
{domain}
loss = 2%
late = 1%
late-by = 5
duplicate = 1%

[session a]
session = 1
hw = 1

[session b]
session = 2
hw = 2
delay = 3us

[session c]
session = 2
hw = 3
delay = 6us
"""
    capture, truth = reports.generate(erspangen, tmp_path, scenario)
    wanted = reports.truth_sums(truth)
    assert wanted["lost"] > 0 and wanted["late"] > 0 and wanted["duplicates"] > 0
    found = reports.report(tshark, capture, "-q")
    assert reports.sums(found) == wanted
    assert reports.report(tshark, capture, "-q", "-2") == found


@pytest.mark.thorough
@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.name)
def test_all_ways_to_read_come_to_the_same(tshark, capture):
    one = reports.report(tshark, capture, "-q")
    assert reports.report(tshark, capture, "-V", "-2", "-Y", "erspan.analysis") == one


@pytest.mark.parametrize("name", ["loss-runs.pcap", "sequence-by-hw-id.pcap", "marker.pcap"])
def test_what_is_shown_changes_no_sum(tshark, name):
    one = reports.report(tshark, CAPTURES / name, "-q")
    assert reports.report(tshark, CAPTURES / name, "-q", "-2") == one
    assert reports.report(tshark, CAPTURES / name, "-Y", "frame.number == 1") == one
    assert reports.report(tshark, CAPTURES / name, "-T", "fields", "-e", "erspan.time") == one


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [3, 7, 9])
def test_random_scenarios_come_to_the_same(tshark, erspangen, erspanrate, tmp_path, seed):
    """More than a hundred sessions with all that can go wrong: two passes, and the collector."""
    capture, _ = reports.generate(erspangen, tmp_path, random_scenarios.draw(seed))
    fast = ("-q", "-o", "erspan.dissect_inner:FALSE")
    one = reports.report(tshark, capture, *fast)
    assert reports.report(tshark, capture, "-2", *fast) == one
    done = subprocess.run([erspanrate, "-r", capture, "--json"], check=True, capture_output=True)
    collected = json.loads(done.stdout.splitlines()[-1])
    for member in ("sessions", "domains", "gaps"):
        assert collected[member] == one[member]


def test_two_mirrors_in_two_passes(tshark, two_mirrors):
    one = reports.report(tshark, two_mirrors, "-q")
    assert one["sessions"][1]["copies_of_copies"] == one["sessions"][1]["copies"]
    assert one["sessions"][1]["copies_of_other_session"] == one["sessions"][1]["copies"]
    assert reports.report(tshark, two_mirrors, "-q", "-2") == one


@pytest.mark.parametrize("wanted", ["erspan.session == 1", "erspan.seq > 7", "frame.number > 3"])
@pytest.mark.parametrize("name", ["loss-runs.pcap", "late-by-copies.pcap", "q1-shared-sequence.pcap",
                                  "q10-unix-nanoseconds.pcap", "mtu-cliff.pcap"])
def test_a_filter_chooses_copies_and_changes_no_finding(tshark, name, wanted):
    """What these copies revealed, the same whether the filter is the statistic's or a read filter
    of the second pass."""
    capture = CAPTURES / name
    filtered = reports.report(tshark, capture, "-q", statistic=f"erspan,json,{wanted}")
    assert filtered.pop("filter") == wanted
    two = reports.report(tshark, capture, "-q", "-2", statistic=f"erspan,json,{wanted}")
    assert {**two, "filter": None} == {**filtered, "filter": None}
    copies = tshark.frames(capture, f"erspan && !erspan.quoted && ({wanted})")
    assert sum(session["copies"] for session in filtered["sessions"]) == len(copies)


def test_a_read_filter_takes_copies_away_from_the_second_pass(tshark):
    capture = CAPTURES / "loss-runs.pcap"
    wanted = "erspan.seq > 7"
    read = reports.report(tshark, capture, "-q", "-2", "-R", wanted)
    statistic = reports.report(tshark, capture, "-q", statistic=f"erspan,json,{wanted}")
    # Frame numbers count what the read filter lets through: these alone may differ.
    for found in (read, statistic):
        for gap in found["gaps"]:
            for key in ("frame_before", "frame_after", "before_ns", "size_before"):
                gap.pop(key, None)
    assert {**read, "filter": wanted} == statistic


@pytest.mark.parametrize("name", ["loss-runs.pcap", "q8-hidden-subheader.pcap"])
def test_from_a_pipe(tshark, name):
    """As in a live capture the file comes in pieces and is read once."""
    whole = reports.report(tshark, CAPTURES / name, "-q")
    with open(CAPTURES / name, "rb") as file:
        done = subprocess.run(
            [*tshark.drop, "tshark", "-n", "-r", "-", "-q", "-z", "erspan,json"],
            env=tshark.environment, cwd=tshark.stage, stdin=file, capture_output=True, check=True,
        )
    assert json.loads(done.stdout) == whole


@pytest.mark.parametrize("statistic", ["erspan,loss,no.such", "erspan,losses", "erspan,loss ip"])
def test_a_wrong_filter_is_an_error(tshark, statistic):
    done = subprocess.run(
        [*tshark.drop, "tshark", "-r", str(tshark.staged(FILES[0])), "-q", "-z", statistic],
        env=tshark.environment, cwd=tshark.stage, capture_output=True, text=True, check=False,
    )
    assert done.returncode != 0
    assert statistic in done.stderr
    assert "== ERSPAN" not in done.stdout


def rows(text, title):
    """The table below a title, its lines split at two or more spaces."""
    lines = text[text.index(f"== ERSPAN {title}") :].split("\n")[1:]
    table = lines[: lines.index("")]
    assert all(len(line) <= 120 for line in table)
    return [re.split(r"\s{2,}", line.strip()) for line in table]


def test_sessions_table(tshark):
    text = tshark.run(CAPTURES / "q1-shared-sequence.pcap", "-q", "-z", "erspan,sessions").stdout
    head, *lines = rows(text, "sessions")
    assert [dict(zip(head, line)) for line in lines] == [
        {"Stream": str(stream), "Source": "192.0.2.1", "Destination": "192.0.2.2",
         "Session": session, "Type": kind, "Copies": "3", "Frame bytes": "180",
         "Sequence": "source", "Lost": "0", "Lost %": "0.000", "Late": "0", "Dup": "0", "Rst": "0",
         "Again": "0", "Cut": "0"}
        for stream, (session, kind) in enumerate([("100", "II"), ("200", "III")])
    ]
    # One counter for both, told of below.
    shared = text[text.index("Sequence counters") :].split("\n")
    assert re.split(r"\s{2,}", shared[2]) == ["192.0.2.1", "192.0.2.2", "all", "all", "6", "0",
                                              "0.000", "0", "0", "0"]


def test_loss_table(tshark):
    """Numbers 6-7, 14 and 17-20 of copies a millisecond apart are missing."""
    text = tshark.run(CAPTURES / "loss-runs.pcap", "-q", "-z", "erspan,loss").stdout
    head, *lines = rows(text, "loss")
    found = [dict(zip(head, line)) for line in lines]
    assert [(row["First number"], row["Missing"], row["Frames around"]) for row in found] == [
        ("6", "2", "6-7"), ("14", "1", "12-13"), ("17", "4", "14-15")
    ]
    assert [row["Gap ms"] for row in found] == ["3.000", "2.000", "5.000"]
    assert [row["Time s"] for row in found] == ["0.008000", "0.015000", "0.021000"]
    assert {row["Bytes around"] for row in found} == {"100-100"}


def test_counters_of_line_cards(tshark):
    text = tshark.run(CAPTURES / "sequence-by-hw-id.pcap", "-q", "-z", "erspan,sessions").stdout
    counters = text[text.index("Sequence counters") :].splitlines()[1:]
    head, *found = [re.split(r"\s{2,}", line) for line in counters if line]
    assert [dict(zip(head, row))["Hw ID"] for row in found] == ["1", "2"]
    assert [dict(zip(head, row))["Copies"] for row in found] == ["6", "3"]


@pytest.mark.parametrize("name, word", [("q3-constant-sequence.pcap", "constant"), ("type1-ipv4.pcap", "none")])
def test_sessions_whose_numbers_say_nothing(tshark, name, word):
    text = tshark.run(CAPTURES / name, "-q", "-z", "erspan,sessions").stdout
    head, *lines = rows(text, "sessions")
    assert {dict(zip(head, line))["Sequence"] for line in lines} == {word}


def test_tables_of_two_sessions(tshark, tmp_path):
    """Of the second number 1 comes twice, and 2 never: a fourth of those that should have come. Times count
    from the first copy of all."""
    def sent(session, number):
        return packets.copy(packets.type2(session) + packets.ping(sequence=10 * session + number), sequence=number)

    copies = [sent(1, 0), sent(2, 0), sent(2, 1), sent(2, 1), sent(2, 3), sent(1, 1)]
    capture = packets.capture(tmp_path / "two.pcap", copies)
    text = tshark.run(capture, "-q", "-z", "erspan,sessions", "-z", "erspan,loss").stdout
    head, *lines = rows(text, "sessions")
    found = {line[head.index("Session")]: dict(zip(head, line)) for line in lines}
    assert (found["2"]["Copies"], found["2"]["Dup"], found["2"]["Lost"], found["2"]["Lost %"]) == (
        "4", "1", "1", "25.000")
    assert (found["1"]["Copies"], found["1"]["Lost %"]) == ("2", "0.000")
    head, line = rows(text, "loss")
    loss = dict(zip(head, line))
    assert (loss["Time s"], loss["Session"], loss["First number"]) == ("0.004000", "2", "2")


def test_loss_table_without_loss(tshark):
    text = tshark.run(CAPTURES / "sequence-wrap.pcap", "-q", "-z", "erspan,loss").stdout
    assert "No sequence number is missing." in text


def test_late_copies_fill_their_gap(tshark):
    text = tshark.run(CAPTURES / "late-by-copies.pcap", "-q", "-z", "erspan,loss").stdout
    head, *lines = rows(text, "loss")
    found = [dict(zip(head, line)) for line in lines]
    assert [(row["Missing"], row["Came late"]) for row in found] == [("1", "1"), ("2", "2")]


@pytest.mark.parametrize("name, cause", [
    ("blog-iperf-mtu.pcap", "mtu"),
    ("superframes-not-mirrored.pcap", "super-frames"),
    ("one-direction.pcap", "one-direction"),
    ("sampled-iperf.pcap", "sampling"),
])
def test_bandwidth_names_the_cause(tshark, name, cause):
    found = reports.report(tshark, CAPTURES / name, "-q")
    assert found["sessions"][0]["verdicts"][0]["cause"] == cause
    text = tshark.run(CAPTURES / name, "-q", "-z", "erspan,bandwidth").stdout
    for line in found["sessions"][0]["verdicts"][0]["evidence"]:
        assert line in text


def test_rates_of_bandwidth(tshark, tmp_path):
    """Three frames of 98 bytes, in copies of 148, within 2 ms; one a millisecond."""
    copies = [packets.copy(packets.type2() + packets.ping(sequence=i), sequence=i) for i in range(3)]
    capture = packets.capture(tmp_path / "three.pcap", copies)
    head, line = rows(tshark.run(capture, "-q", "-z", "erspan,bandwidth").stdout, "bandwidth")
    shown = dict(zip(head, line))
    assert (shown["Time s"], shown["Copies"], shown["Mirrored"], shown["Peak 1 ms"]) == (
        "0.002", "1.78 Mbit/s", "1.18 Mbit/s", "1.18 Mbit/s")


def test_rates_of_a_single_copy_are_not_known(tshark, tmp_path):
    """No time passed, in which it could have come. The busiest millisecond is the one with the copy: 148 bytes."""
    capture = packets.capture(tmp_path / "one.pcap", [packets.copy(packets.type2() + packets.ping())])
    head, line = rows(tshark.run(capture, "-q", "-z", "erspan,bandwidth").stdout, "bandwidth")
    shown = dict(zip(head, line))
    assert (shown["Time s"], shown["Copies"], shown["Mirrored"], shown["Peak 1 ms"]) == (
        "0.000", "-", "-", "1.18 Mbit/s")
    (row,) = rows_of(tshark, capture, "erspan,rates")
    assert row[4:7] == ["-", "-", "1.184"]


def test_bandwidth_of_a_clean_capture(tshark):
    text = tshark.run(CAPTURES / "type2-ipv4.pcap", "-q", "-z", "erspan,bandwidth").stdout
    assert "likeliest" not in text


def test_bandwidth_of_a_part(tshark):
    """What a filter left out looks as if it had not come: no verdict."""
    capture = CAPTURES / "one-direction.pcap"
    whole = reports.report(tshark, capture, "-q")["sessions"][0]
    json_of_part = "erspan,json,frame.number != 1"
    for passes in [], ["-2"]:
        found = reports.report(tshark, capture, "-q", *passes, statistic=json_of_part)
        part = found["sessions"][0]
        assert (whole["left_out"], part["left_out"]) == (0, 1)
        assert (whole["verdicts"] != [], part["verdicts"]) == (True, [])
    text = tshark.run(capture, "-q", "-z", "erspan,bandwidth,frame.number != 1").stdout
    assert f"no verdict, as the filter left out 1 of its {whole['copies']} copies" in text


def test_tree(tshark):
    text = tshark.run(CAPTURES / "loss-runs.pcap", "-q", "-z", "erspan,tree").stdout
    counts = dict(re.findall(r"^ *(\S.*?) {2,}(\d+) ", text, re.MULTILINE))
    assert counts["Copies"] == "41"
    assert counts["After a gap"] == "3"
    assert counts["In order"] == "37"
    assert counts["Type II"] == "41"
    assert counts["64-127"] == "41"


@pytest.fixture
def odd_copies(tmp_path):
    """Copies of two sessions, one inside another, and one without an ERSPAN header."""
    def sent(session, number):
        return packets.copy(packets.type2(session) + packets.ping(sequence=number), sequence=number)

    copies = [sent(100, number) for number in (0, 3, 1, 2, 5, 5)]
    whole = packets.ping(127 - 42)
    copies.append(packets.copy(packets.type2(200, truncated=1) + whole[:60], sequence=0))
    copies.append(packets.copy(packets.type2(200) + sent(100, 6), sequence=1))
    copies += [packets.copy(packets.ping(size - 42), sequence=None) for size in (128, 255, 256)]
    return packets.capture(tmp_path / "odd.pcap", copies)


def test_tree_of_odd_copies(tshark, odd_copies):
    """By what the source saw, not by what it kept; without the copy inside another, whose 148 bytes count."""
    text = tshark.run(odd_copies, "-q", "-z", "erspan,tree").stdout
    counts = dict(re.findall(r"^ *(\S.*?) {2,}(\d+) ", text, re.MULTILINE))
    wanted = {
        "Copies": "11", "192.0.2.1 to 192.0.2.2, session 100": "6", "192.0.2.1 to 192.0.2.2, session 200": "2",
        "192.0.2.1 to 192.0.2.2": "3", "Type II": "8", "Type I": "3", "None": "3", "First": "2", "After a gap": "2",
        "Late": "2", "Duplicate": "1", "In order": "1", "64-127": "7", "128-255": "3", "256-511": "1",
    }
    assert {name: counts.get(name) for name in wanted} == wanted


def test_table_of_odd_copies(tshark, odd_copies):
    """Numbers 1 to 3 come in another order, 4 never, 5 twice."""
    text = tshark.run(odd_copies, "-q", "-z", "erspan,table").stdout
    found = [[cell.strip() for cell in row.split("|")][:12] for row in re.findall(r"^ +\d+ \|.*$", text, re.MULTILINE)]
    ends = ["192.0.2.1", "192.0.2.2"]
    assert found == [
        ["0", *ends, "100", "II", "6", "588", "1", "16.667", "-", "2", "1"],
        ["1", *ends, "200", "II", "2", "275", "0", "0.000", "-", "0", "0"],
        ["2", *ends, "-", "I", "3", "639", "-", "-", "-", "-", "-"],
    ]


@pytest.mark.parametrize("name, lost", [("q3-constant-sequence.pcap", "-"), ("type1-ipv4.pcap", "-"), ("type2-ipv4.pcap", "0")])
def test_table_tells_loss_that_cannot_be_known(tshark, name, lost):
    text = tshark.run(CAPTURES / name, "-q", "-z", "erspan,table").stdout
    row = [cell.strip() for cell in re.search(r"^ +0 \|.*$", text, re.MULTILINE).group().split("|")]
    assert row[7] == lost


def test_conversations(tshark):
    text = tshark.run(CAPTURES / "q1-shared-sequence.pcap", "-q", "-z", "conv,erspan").stdout
    assert len(re.findall(r"192\.0\.2\.1 +<-> 192\.0\.2\.2", text)) == 2
    text = tshark.run(CAPTURES / "q1-shared-sequence.pcap", "-q", "-z", "endpoints,erspan").stdout
    assert len(re.findall(r"^192\.0\.2\.1 ", text, re.MULTILINE)) == 2


def rows_of(tshark, capture, statistic, *options):
    """The rows of a table of the Statistics menu, as tshark prints them."""
    text = tshark.run(capture, "-q", *options, "-z", statistic).stdout
    return [[cell.strip() for cell in row.split("|")[:-1]] for row in re.findall(r"^ +\d+ \|.*$", text, re.MULTILINE)]


def test_table_of_sessions(tshark):
    (row,) = rows_of(tshark, CAPTURES / "loss-runs.pcap", "erspan,table")
    assert row == ["0", "192.0.2.1", "192.0.2.2", "71", "II", "41", "4100", "7", "14.583", "-", "0", "0", "0", "0"]
    # 602 of 600074 bytes; docs of the scenario: 414 of 640 copies are lost.
    (row,) = rows_of(tshark, CAPTURES / "blog-iperf-mtu.pcap", "erspan,table")
    assert row[5:10] == ["226", "15550", "414", f"{414 / 6.4:.3f}", f"{602 / 6000.74:.3f}"]


@pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one pass", "two passes"])
def test_table_of_loss(tshark, passes):
    """Copies 3 and 6 to 8 of 12 are lost; the first number is 0, one copy each millisecond."""
    rows = rows_of(tshark, CAPTURES / "loss-listed.pcap", "erspan,gaps", *passes)
    assert [[*row[:3], *row[3:9]] for row in rows] == [
        ["3", "0.003000", "192.0.2.1", "72", "2", "1", "0", "2.000", "2"],
        ["5", "0.008000", "192.0.2.1", "72", "5", "3", "0", "4.000", "4"],
    ]
    # The filter leaves out the copy before the gap, and with it when it came.
    rows = rows_of(tshark, CAPTURES / "loss-listed.pcap", "erspan,gaps,erspan.seq > 4", *passes)
    assert [[row[0], *row[4:10]] for row in rows] == [["5", "5", "3", "0", "-", "4", "-"]]
    assert rows_of(tshark, CAPTURES / "type2-ipv4.pcap", "erspan,gaps", *passes) == []


def test_a_late_copy_is_in_the_table_of_loss(tshark):
    """As it comes the gap before it is known already; the table is of the end."""
    rows = rows_of(tshark, CAPTURES / "late-by-copies.pcap", "erspan,gaps")
    assert [(row[5], row[6]) for row in rows] == [("1", "1"), ("2", "2")]


def test_table_of_bandwidth_names_the_cause(tshark):
    (row,) = rows_of(tshark, CAPTURES / "blog-iperf-mtu.pcap", "erspan,rates")
    assert [row[2], *row[7:11]] == ["86", "2", "0.600", "0.001", f"{602 / 6000.74:.3f}"]
    assert "exceed an MTU" in row[11]
    # No cause where a filter leaves copies out.
    (row,) = rows_of(tshark, CAPTURES / "blog-iperf-mtu.pcap", "erspan,rates,erspan.seq > 100")
    assert row[11] == "-"


def test_tables_agree_with_the_json(tshark):
    """Of sessions that a filter keeps, and of those alone."""
    capture = CAPTURES / "q1-shared-sequence.pcap"
    found = json.loads(tshark.run(capture, "-q", "-z", "erspan,json").stdout)
    rows = rows_of(tshark, capture, "erspan,table")
    assert [(row[3], row[5]) for row in rows] == [
        (str(session["session_id"]), str(session["copies"])) for session in found["sessions"]
    ]
    last = found["sessions"][-1]["session_id"]
    (row,) = rows_of(tshark, capture, f"erspan,table,erspan.session == {last}")
    assert row[3] == str(last)


def test_expert_and_io_statistics(tshark):
    """The fields work where Wireshark's own statistics look for them."""
    text = tshark.run(CAPTURES / "loss-runs.pcap", "-q", "-z", "expert").stdout
    assert re.findall(r"^ +(\d+) +Sequence +ERSPAN +(.*)$", text, re.MULTILINE) == [("3", "Copies are missing")]
    lost = "SUM(erspan.analysis.lost)erspan.analysis.lost"
    text = tshark.run(CAPTURES / "loss-runs.pcap", "-q", "-z", f"io,stat,0,{lost}").stdout
    assert re.search(r"\| +7 +\|", text)


@pytest.mark.parametrize("name, item, text, field, values", [
    ("loss-listed.pcap", "erspan.analysis.gap", "Copies are missing", "erspan.analysis.lost", [1, 3]),
    # Numbers arrive as 1 2 4 5 3 6 7 10 8 11 9 12; RFC 4737 counts from the first that was sent later.
    ("late-by-copies.pcap", "erspan.analysis.reordered", "Late: copies with higher numbers came first",
     "erspan.analysis.late", [2, 1, 3]),
    ("truncate.pcap", "erspan.copy.truncated", "The source truncated the mirrored frame (T)",
     "erspan.inner.len", [64, 64]),
    ("q14-inner-cut.pcap", "erspan.copy.cut", "The mirrored frame was cut although T is not set",
     "erspan.inner.len", [64, 64]),
    ("versions-type2.pcap", "erspan.version.unknown", "Unknown ERSPAN version",
     "erspan.version", range(3, 16)),
    ("cut-type2.pcap", "erspan.header.cut", "The copy ends inside its ERSPAN header",
     "erspan.header.present", range(8)),
    ("cut-subheader.pcap", "erspan.header.cut", "The copy ends inside its ERSPAN header: in the platform sub-header",
     "erspan.header.present", range(12, 20)),
], ids=str)
def test_list_of_expert_items_has_a_line_for_each_kind(tshark, name, item, text, field, values):
    """What differs from copy to copy is a field, not part of the text."""
    rows = tshark.fields(CAPTURES / name, [field], item)
    assert [int(value) for (value,) in rows] == list(values)
    listed = tshark.run(CAPTURES / name, "-q", "-z", "expert").stdout
    found = re.findall(r"^ +(\d+) +\w+ +ERSPAN +(.*)$", listed, re.MULTILINE)
    assert (str(len(rows)), text) in found


def test_list_of_expert_items_has_a_line_for_copies_of_all_depths(tshark):
    listed = tshark.run(CAPTURES / "nested-20.pcap", "-q", "-z", "expert").stdout
    assert re.findall(r"^ +(\d+) +Protocol +ERSPAN +(.*)$", listed, re.MULTILINE) == [
        ("19", "A copy inside a copy: a mirror session mirrors a mirror")
    ]


def test_memory_limit_is_said(tshark, erspangen, tmp_path):
    """1000 sessions of one source in a mebibyte of memory: every copy is in the sum, and what could not be
    followed is said."""
    sessions = "".join(f"[session s{i}]\nsession = {i}\n" for i in range(1000))
    capture, _ = reports.generate(
        erspangen, tmp_path, f"[sessions]\ncount = 2\nnetwork = 1\ninner-size = 100\n{sessions}"
    )
    small = ["-o", "erspan.memory_limit:1"]
    found = reports.report(tshark, capture, "-q", *small)
    assert found["totals"]["frames"] == 2000
    shown = sum(session["copies"] for session in found["sessions"])
    assert shown + found["other"]["copies"] == 2000
    assert found["other"]["made_room"] > 0
    text = tshark.run(capture, "-q", "-z", "erspan,sessions", *small).stdout
    assert f"Memory limit reached {found['totals']['given_up']} times" in text
    assert "evicted for busier ones" in text
