# SPDX-License-Identifier: GPL-2.0-or-later
"""Per copy: what is lost before it, late, a duplicate, a restart, a copy of a copy, and when the
source saw it. Expected values follow from the scenarios and from the definitions."""

import subprocess

import captures_table
import packets
import pcapfile
import pytest
from shows import Shows

CAPTURES = captures_table.CAPTURES


SHOWS = [
    # Numbers 11, 13, 20, 31, 36, 46 are missing; frame 12 carries number 12, after frame 11's 10.
    Shows("loss-random.pcap", "erspan.analysis.lost == 1 && erspan.analysis.gap",
          [12, 13, 19, 29, 33, 42], {
              "erspan.analysis.lost.first": ["11", "13", "20", "31", "36", "46"],
              "erspan.analysis.lost.frame_before": ["11", "12", "18", "28", "32", "41"],
          }),
    # Numbers 6-7, 14, 17-20.
    Shows("loss-runs.pcap", "erspan.analysis.lost", [7, 13, 15], {
        "erspan.analysis.lost": ["2", "1", "4"],
        "erspan.analysis.lost.first": ["6", "14", "17"],
    }),
    # Copy 3 (number 2) comes behind 4 and 5, copies 8 and 9 (7, 8) two places late each.
    Shows("late-by-copies.pcap", "erspan.analysis.late && erspan.analysis.reordered", [5, 9, 11], {
        "erspan.seq": ["2", "7", "8"],
        "erspan.analysis.late": ["2", "1", "3"],
        "erspan.analysis.late.revealed_by": ["3", "8", "8"],
    }),
    Shows("late-by-copies.pcap", "erspan.analysis.lost", [3, 8]),
    # Copy 2 twice at once, copy 4 again behind copy 6.
    Shows("duplicates.pcap", "erspan.analysis.duplicate", [3, 8], {"erspan.seq": ["1", "3"]}),
    Shows("duplicates.pcap", "erspan.analysis.lost || erspan.analysis.late", []),
    # 1000 to 1002, then 0, 1, 2: the second of the new ones proves the restart.
    Shows("q27-restart.pcap", "erspan.analysis.restart", [5], {
        "erspan.seq": "1", "erspan.analysis.restart.frame": "4",
    }),
    Shows("q27-restart.pcap", "erspan.analysis.lost || erspan.analysis.late || "
          "erspan.analysis.duplicate", []),
    Shows("q3-constant-sequence.pcap", "erspan.analysis.sequence_constant", [3]),
    Shows("q3-constant-sequence.pcap", "erspan.analysis.lost || erspan.analysis.duplicate", []),
    Shows("q4-30-bit-sequence.pcap", "erspan.analysis.sequence_30_bits", [3], {"erspan.seq": "0"}),
    Shows("q4-30-bit-sequence.pcap", "erspan.analysis.lost", []),
    Shows("sequence-wrap.pcap", "erspan.analysis", []),
    # One counter for two sessions: neither misses anything.
    Shows("q1-shared-sequence.pcap", "erspan.sequence_domain == 0", [2, 3, 4, 5, 6]),
    Shows("q1-shared-sequence.pcap", "erspan.analysis", []),
    # The same frame where it enters and where it leaves; before and after routing.
    Shows("q21-both-directions.pcap", "erspan.analysis.mirrored_twice", [2, 4, 6, 8], {
        "erspan.analysis.copy_of": ["1", "3", "5", "7"],
    }),
    Shows("q21-before-and-after-routing.pcap", "erspan.analysis.copy_of", [2, 4, 6], {
        "erspan.analysis.copy_of": ["1", "3", "5"],
    }),
    # The copy inside another and the quoted one have no part in any sequence.
    Shows("q23-fragmentation-needed.pcap", "erspan.analysis.lost", [3], {
        "erspan.analysis.lost.first": "1", "erspan.analysis.lost.frame_before": "1",
    }),
    Shows("nested-20.pcap", "erspan.analysis", []),
    # The marker says when the counter stood where: the copy after it has a time of day.
    Shows("marker.pcap", "erspan.time.method == 0", [3], {
        "erspan.time": "1700000000.001", "erspan.delay": "0",
    }),
    Shows("q10-unix-nanoseconds.pcap", "erspan.time.method == 2", [1, 2, 3], {
        "erspan.time": ["1700000000", "1700000001", "1700000002"],
        "erspan.time.delta": ["", "1", "1"], "erspan.delay": "0", "erspan.jitter": "0",
    }),
    Shows("q11-unix-100us.pcap", "erspan.time.method == 3 && erspan.time.tick == 100000000",
          [1, 2, 3], {"erspan.time.delta": ["", "0.001", "0.001"]}),
]

TIMES = ("erspan.time", "erspan.time.delta", "erspan.delay", "erspan.jitter")


def plain(field, value):
    """Times as seconds without a tail of zeros; newer versions write a Z or a T in dates."""
    if field not in TIMES or value == "":
        return value
    whole, _, fraction = value.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("shows", SHOWS, ids=str)
def test_capture_shows(tshark, shows, passes):
    # A relative time prints as a number; a date only where asked as one.
    fields = ["frame.number", *(field for field in shows.values if field != "erspan.time")]
    rows = tshark.fields(CAPTURES / shows.capture, fields, shows.display_filter, passes)
    columns = list(zip(*rows)) or [()] * len(fields)
    frames = [int(number) for number in columns[0]]
    if passes and shows.display_filter == "erspan.sequence_domain == 0":
        assert frames == [1, *shows.frames]  # by then it is known of the first copy too
    else:
        assert frames == shows.frames
    for field, found in zip(fields[1:], columns[1:]):
        assert (field, [plain(field, value) for value in found]) == (field, shows.wanted(field))


@pytest.mark.parametrize("shows", [s for s in SHOWS if "erspan.time" in s.values],
                         ids=lambda shows: shows.capture)
def test_time_of_day(tshark, shows):
    """Asked as a filter, which is the same in all versions."""
    for frame, seconds in zip(shows.frames, shows.wanted("erspan.time")):
        whole, _, fraction = seconds.partition(".")
        assert int(whole) - 1700000000 < 60
        stamp = f"2023-11-14 22:13:{20 + int(whole) - 1700000000:02d}.{fraction.ljust(9, '0')}"
        found = tshark.frames(CAPTURES / shows.capture,
                              f'frame.number == {frame} && erspan.time == "{stamp}"')
        assert found == [frame], stamp


def test_the_domain_that_loses_shows_no_loss_once_all_is_known(tshark):
    """Two line cards count for themselves; the session's own counter would have gaps."""
    capture = CAPTURES / "sequence-by-hw-id.pcap"
    assert tshark.frames(capture, "erspan.analysis.lost", ["-2"]) == []
    forced = ["-o", "erspan.sequence_domain:session"]
    # 1, 900: 899 between them; then 2 is far below and 901 goes on.
    assert 2 in tshark.frames(capture, "erspan.analysis.lost == 899", forced)


def numbered(numbers, **keys):
    """Copies with these numbers, each of another frame."""
    return [packets.copy(packets.type2(**keys) + packets.ping(sequence=i), sequence=number)
            for i, number in enumerate(numbers)]


@pytest.fixture
def odd_frames(tshark, tmp_path):
    def odd_frames(numbers, display_filter, *options):
        capture = packets.capture(tmp_path / "made.pcap", numbered(numbers))
        one = tshark.frames(capture, display_filter, list(options))
        assert tshark.frames(capture, display_filter, ["-2", *options]) == one
        return one

    return odd_frames


@pytest.mark.parametrize("numbers, display_filter, frames", [
    ([0, 1, 2, 3], "erspan.analysis", []),
    ([4294967295, 0, 1], "erspan.analysis", []),
    ([5, 8], "erspan.analysis.lost == 2 && erspan.analysis.lost.first == 6", [2]),
    ([5, 8, 7, 6], "erspan.analysis.late == 1", [3]),
    ([5, 8, 7, 6], "erspan.analysis.late == 2", [4]),
    ([5, 8, 7, 6, 9], "erspan.analysis.gap", [2]),
    ([7, 7, 7, 7], "erspan.analysis.sequence_constant", [3]),
], ids=str)
def test_numbers(odd_frames, numbers, display_filter, frames):
    assert odd_frames(numbers, display_filter) == frames


@pytest.mark.parametrize("numbers, frame, messages, ends", [
    ([5, 7], 2, ["Copies are missing"], ", 1 missing"),
    ([5, 8], 2, ["Copies are missing"], ", 2 missing"),
    ([5, 8, 7, 6], 3, ["Late: copies with higher numbers came first"], ", late"),
    ([5, 8, 7, 6], 4, ["Late: copies with higher numbers came first"], ", late"),
    ([5, 6, 3], 3, ["Late: copies with higher numbers came first", "Copies are missing"], ", late, 1 missing"),
    ([100, 101, 0, 2], 4, ["The sequence began again", "Copies are missing"], ", 1 missing"),
    ([0, 1, 50_000_000], 3, ["Out of place: belongs to no sequence, unless the sequence begins again here or many copies are missing before it"], ""),
    ([100, 101, 0], 3, ["Out of place: is late, unless the sequence begins again here"], ""),
    ([*range(100, 110), 102], 11,
     ["Out of place: is a duplicate with other content, unless the sequence begins again here"], ""),
], ids=str)
def test_what_is_said_of_numbers(tshark, tmp_path, numbers, frame, messages, ends):
    said(tshark, packets.capture(tmp_path / "said.pcap", numbered(numbers)), frame, messages, ends)


def said(tshark, capture, frame, messages, ends):
    """All that the plugin says of a copy, and how its line in the tree ends."""
    text = tshark.verbose(capture, f"frame.number == {frame}")
    (line,) = (line for line in text.splitlines() if line.startswith("Encapsulated Remote Switch"))
    assert line.rsplit(", sequence ", 1)[1].lstrip("0123456789") == ends
    of_sequence = [line for line in text.splitlines() if "[Expert Info" in line and "/Sequence)" in line]
    assert sorted(line.split("): ", 1)[1].removesuffix("]") for line in of_sequence) == sorted(messages)


@pytest.mark.parametrize("header, message", [
    (packets.type2(1, index=8), "The same frame was mirrored before"),
    (packets.type2(2, index=7), "The same frame was mirrored before by another session"),
])
def test_what_is_said_of_a_frame_mirrored_before(tshark, tmp_path, header, message):
    copies = [packets.copy(packets.type2(1, index=7) + packets.ping(), sequence=0),
              packets.copy(header + packets.ping(), sequence=1)]
    said(tshark, packets.capture(tmp_path / "twice.pcap", copies), 2, [message], ", copy of a copy")


@pytest.mark.parametrize("kept", [29, 41])
def test_arps_cut_before_the_address_they_ask_for(tshark, tmp_path, kept):
    """Two ports show what one host asks, for one address and then for another: not the same frame."""
    asker = bytes.fromhex("0001 0800 06 04 0001 0200000000aa c6336401 000000000000")
    asked = [packets.ethernet(0x0806, asker + bytes([198, 51, 100, last])) for last in (2, 3)]
    copies = [packets.copy(packets.type2(index=index) + arp, sequence=index) for index, arp in enumerate(asked)]
    outer = len(copies[0]) - len(asked[0])
    cut = packets.capture(tmp_path / "cut.pcap", copies, snap=outer + kept)
    assert tshark.frames(cut, "erspan.analysis.copy_of") == []


def test_a_whole_arp_at_two_ports(tshark, tmp_path):
    asks = bytes.fromhex("0001 0800 06 04 0001 0200000000aa c6336401 000000000000 c6336402")
    copies = [packets.copy(packets.type2(index=index) + packets.ethernet(0x0806, asks), sequence=index) for index in (0, 1)]
    assert tshark.frames(packets.capture(tmp_path / "whole.pcap", copies), "erspan.analysis.copy_of") == [2]


def test_many_missing_copies_are_no_stray(tshark, tmp_path):
    """While the copy behind a long gap is the only one, it may be the first of many."""
    numbers = [0, 1, *range(3000, 3020)]
    capture = packets.capture(tmp_path / "gap.pcap", numbered(numbers))
    text = tshark.verbose(capture, "frame.number == 3")
    assert "or many copies are missing before it" in text
    assert "Copies are missing" in tshark.verbose(capture, "frame.number == 3", ["-2"])


@pytest.mark.parametrize("name", [
    "q8-hidden-subheader.pcap", "traffic-kinds.pcap", "replay.pcap", "q25-odd-frames.pcap",
])
def test_a_frame_that_was_sent_again_is_no_copy_of_a_copy(tshark, name):
    """Bridges' hellos, and other frames that one port sends twice, are dissected each time."""
    for passes in ([], ["-2"]):
        first = [*passes, "-o", "erspan.inner_copies:first"]
        assert tshark.frames(CAPTURES / name, "erspan.analysis.copy_of", first) == []


def test_what_is_said_of_a_duplicate(tshark, tmp_path):
    twice = [packets.copy(packets.type2() + packets.ping(), sequence=5)] * 2
    copies = [packets.copy(packets.type2() + packets.ping(sequence=4), sequence=4), *twice]
    messages = ["Duplicate: a copy with this number came before"]
    said(tshark, packets.capture(tmp_path / "double.pcap", copies), 3, messages, ", duplicate")


def test_a_number_that_belongs_nowhere(tshark, tmp_path, odd_frames):
    """Out of place where it stands; a stray once the copies behind it have gone on without it. On a second
    visit that is known."""
    numbers = [0, 1, 2, 50_000_000, 3, 4, 5, 6, 7]
    capture = packets.capture(tmp_path / "stray.pcap", numbered(numbers))
    assert tshark.frames(capture, "erspan.analysis.out_of_place") == [4]
    (told,) = tshark.frames(capture, "erspan.analysis.stray")
    assert told > 4
    assert tshark.frames(capture, "erspan.analysis.stray", ["-2"]) == [4]
    assert tshark.frames(capture, "erspan.analysis.out_of_place", ["-2"]) == []
    assert odd_frames(numbers, "erspan.analysis.lost || erspan.analysis.restart") == []


SECOND = 10**9


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
def test_delay_and_jitter(tshark, tmp_path, passes):
    """Unix time in 100 us (quirk Q11) of frames that arrive 0, 0.2 and 0 ms late, each 1 ms behind the last.
    RFC 3550, 6.4.1: jitter goes a sixteenth of the way to each difference of delays."""
    seen = [10, 18, 30]  # in 100 us
    frames = []
    for number, tenths in enumerate(seen):
        stamp = (1_700_000_000 * 10_000 + tenths) % 2**32
        copy = packets.copy(packets.type3(timestamp=stamp) + packets.ping(sequence=number), 0x22EB, number)
        arrival_ns = 1_700_000_000 * SECOND + (number + 1) * 1_000_000
        frames.append(pcapfile.Frame(packets.ETHERNET, len(copy), copy, arrival_ns))
    pcapfile.write(tmp_path / "late.pcap", packets.ETHERNET, frames)
    first = 0.0002 / 16
    wanted = [(None, 0, 0), (0.0008, 0.0002, first), (0.0012, 0, first + (0.0002 - first) / 16)]
    rows = tshark.fields(
        tmp_path / "late.pcap", ["erspan.time.delta", "erspan.delay", "erspan.jitter"], options=passes
    )
    found = [tuple(float(cell) if cell else None for cell in row) for row in rows]
    assert found == [pytest.approx(row, abs=1e-9) for row in wanted]


@pytest.mark.parametrize("tick, lies", [("100ns", False), ("8ns", True)])
def test_a_clock_that_ticks_otherwise_than_declared(tshark, erspangen, tmp_path, tick, lies):
    """Said once, with the first copy whose time is known by the tick that was measured."""
    capture = tmp_path / "tick.pcap"
    keys = ["--type", "3", "--gra", "1", "--tick", tick, "--interval", "1ms", "--count", "60"]
    subprocess.run([erspangen, "write", *keys, "-o", capture], check=True)
    measured = tshark.frames(capture, f"erspan.time.tick == {int(tick[:-2]) * 1000}")
    assert measured
    for passes in ([], ["-2"]):
        said = tshark.frames(capture, "erspan.gra.contradiction", passes)
        assert said == (measured[:1] if lies else [])


def test_severities(tshark):
    """A gap warns; the rest is worth a note."""
    severity = {"warning": 0x600000, "note": 0x400000}
    for capture, item, wanted in [
        ("loss-random.pcap", "erspan.analysis.gap", "warning"),
        ("late-by-copies.pcap", "erspan.analysis.reordered", "note"),
        ("duplicates.pcap", "erspan.analysis.duplicate", "note"),
        ("q27-restart.pcap", "erspan.analysis.restart", "note"),
        ("q21-both-directions.pcap", "erspan.analysis.mirrored_twice", "note"),
        ("q3-constant-sequence.pcap", "erspan.analysis.sequence_constant", "note"),
    ]:
        group = f"{item} && _ws.expert.severity == {severity[wanted]}"
        assert tshark.frames(CAPTURES / capture, group), f"{item} is no {wanted}"


def test_without_analysis_nothing_is_said(tshark):
    off = ["-o", "erspan.analyse:FALSE"]
    capture = CAPTURES / "loss-random.pcap"
    assert tshark.frames(capture, "erspan.analysis || erspan.sequence_domain", off) == []
    assert "switched off" in tshark.run(capture, "-q", "-z", "erspan,sessions", *off).stdout


RETRANSMISSION = "tcp.analysis.retransmission || tcp.analysis.fast_retransmission || " \
    "tcp.analysis.spurious_retransmission || tcp.analysis.duplicate_ack || tcp.analysis.out_of_order"


def test_first_copies_keep_tcp_clean(tshark, two_mirrors):
    """Two sessions mirror the same connections: TCP sees each segment twice, unless told."""
    assert tshark.frames(two_mirrors, RETRANSMISSION)
    first = ["-o", "erspan.inner_copies:first"]
    copies = tshark.frames(two_mirrors, "erspan")
    for passes in ([], ["-2"]):
        assert tshark.frames(two_mirrors, RETRANSMISSION, [*first, *passes]) == []
        # Each segment is dissected once, and shown as data in its other copy.
        dissected = tshark.frames(two_mirrors, "tcp", [*first, *passes])
        assert len(copies) == 2 * len(dissected)
        repeats = tshark.frames(two_mirrors, "erspan.analysis.copy_of && data", [*first, *passes])
        assert sorted(dissected + repeats) == copies


OVS_NUMBERS = list(range(7, 13))


def test_a_router_s_mtu_shows_as_the_six_missing_numbers(tshark, third_party):
    capture = third_party / "ovs" / "ovs31-router-mtu1500-df-true-collector.pcapng"
    rows = tshark.fields(capture, ["erspan.analysis.lost", "erspan.analysis.lost.first"],
                         "erspan.analysis.lost")
    assert rows == [(str(len(OVS_NUMBERS)), str(OVS_NUMBERS[0]))]


# Numbers are whole in these, by the tables of test_third_party_captures.py.
WHOLE = [
    "ovs/ovs31-inner-vlan-qinq-runt-bpdu.pcapng",
    "ovs/ovs31-mtu1500-fullsize-inner.pcapng",
    "ovs/ovs31-v1-ipv4-s100-idx74565.pcapng",
    "ovs/ovs31-v1-ipv4-snaplen96.pcapng",
    "ovs/ovs31-v1-ipv6-s300-idx1.pcapng",
    "ovs/ovs31-v2-ipv4-s200-dir0-hw7.pcapng",
    "ovs/ovs31-v2-ipv6-s513-dir1-hw16.pcapng",
    "peers/suricata-verify__decode-erspan-typeI-02.pcap",
    "peers/suricata-verify__decode-erspan-typeII-01.pcap",
    "peers/tcpdump__erspan-type-i-4.pcap",
    "peers/tcpdump__erspan-type-iii-ft-7.pcap",
    "peers/zeek__erspanI.pcap",
    "peers/zeek__erspanII.pcap",
    "peers/zeek__erspanIII.pcap",
]


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("name", WHOLE)
def test_whole_sequences_miss_nothing(tshark, third_party, name, passes):
    wrong = "erspan.analysis.lost || erspan.analysis.late || erspan.analysis.duplicate"
    assert tshark.frames(third_party / name, wrong, passes) == []
