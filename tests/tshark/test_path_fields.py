# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields erspan.path of single copies, against the truth of the generator and the table of paths."""

import json
import subprocess

import pytest
from two_points import SCENARIO, write

TICK_NS = 100
FIRST, SECOND = "192.0.2.1 session 1", "192.0.2.1 session 2"


@pytest.fixture(scope="module")
def two_points(erspangen, erspanrate, tmp_path_factory):
    """The capture, the truth of its pair, and what erspanrate says of it."""
    capture, truth = write(erspangen, tmp_path_factory.mktemp("path-fields"))
    done = subprocess.run([erspanrate, "-r", capture, "--paths", "-j"], capture_output=True, text=True, check=True)
    (pair,) = json.loads(done.stdout)["paths"]["pairs"]
    return capture, truth["paths"][0], pair


def rows(tshark, capture, display_filter, fields, *options):
    """The fields of each frame that passes the filter, as lists of their values."""
    chosen = [word for field in fields for word in ("-e", field)]
    done = tshark.run(capture, *options, "-Y", display_filter, "-T", "fields", *chosen)
    return [[cell.split(",") for cell in line.split("\t")] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_each_later_copy_tells_its_step(tshark, two_points, passes):
    capture, truth, pair = two_points
    fields = ["frame.number", "erspan.session", "ip.id", "erspan.timestamp", "erspan.path.frame_before"]
    copies = {int(number): (session, identity, int(stamp))
              for [number], [session], [*_, identity], [stamp], _ in rows(tshark, capture, "erspan", fields, *passes)}
    fields = ["frame.number", "erspan.path.frame_before", "erspan.path.from", "erspan.path.delay",
              "erspan.path.delay.within", "erspan.path.delay.basis", "erspan.path.hops"]
    steps = rows(tshark, capture, "erspan.path.delay", fields, *passes)
    assert len(steps) == truth["both"]
    known = 0
    for [number], [before], [name], [delay], within, [basis], [hops] in steps:
        session, identity, stamp = copies[int(number)]
        before_session, before_identity, before_stamp = copies[int(before)]
        assert (session, before_session, identity, name, hops) == ("2", "1", before_identity, FIRST, "1")
        if basis != "0":  # the clock is known only after some copies
            assert within == [""]
            continue
        known += 1
        within_ns, delay_ns = (round(float(text) * 1e9) for text in (within[0], delay))
        assert delay_ns == (stamp - before_stamp) * TICK_NS
        assert TICK_NS <= within_ns <= 2 * TICK_NS
        assert 50_000 - within_ns <= delay_ns <= 60_000 + within_ns
    assert known >= 0.9 * truth["both"]


def test_links_lead_both_ways(tshark, two_points):
    capture, truth, _ = two_points
    before = rows(tshark, capture, "erspan.path.frame_before", ["frame.number", "erspan.path.frame_before"], "-2")
    after = rows(tshark, capture, "erspan.path.frame_after", ["erspan.path.frame_after", "frame.number"], "-2")
    assert sorted(before) == sorted(after)
    assert len(before) == truth["both"]


def test_frames_that_the_second_point_did_not_show(tshark, two_points):
    """The items of single frames add up to the counts of the pair, which the truth bounds."""
    capture, truth, pair = two_points
    lost = rows(tshark, capture, "erspan.path.lost", ["erspan.session", "erspan.path.missing_at"], "-2")
    assert lost == [[["1"], [SECOND]]] * pair["lost"]
    assert 0 < pair["lost"] <= truth["lost"]
    unseen = rows(tshark, capture, "erspan.path.unseen", ["erspan.session", "erspan.path.missing_at"], "-2")
    assert unseen == [[["1"], [SECOND]]] * len(unseen)
    assert len(unseen) <= pair["unknown"]
    # Frames before the first of their flow that both points have shown are counted, and have no item.
    assert len(lost) + len(unseen) >= truth["only_from"] - 4 * 4
    both = rows(tshark, capture, "erspan.path.missing_at && erspan.path.frame_after", ["frame.number"], "-2")
    assert both == []


SAMPLING = SCENARIO.replace("path-loss = 1%", "path-loss = 60%")


def test_no_loss_is_claimed_where_the_mirror_may_sample(tshark, erspangen, tmp_path):
    capture, _ = write(erspangen, tmp_path, SAMPLING)
    assert rows(tshark, capture, "erspan.path.lost", ["frame.number"], "-2") == []
    assert len(rows(tshark, capture, "erspan.path.unseen", ["frame.number"], "-2")) > 1000


def test_one_point_has_no_path(tshark, erspangen, tmp_path):
    capture = tmp_path / "one.pcap"
    subprocess.run([erspangen, "write", "--count", "50", "-o", capture], check=True)
    assert rows(tshark, capture, "erspan.path", ["frame.number"], "-2") == []


def test_table_of_the_menu(tshark, two_points):
    capture, truth, pair = two_points
    text = tshark.run(capture, "-q", "-z", "erspan,pairs").stdout
    (line,) = [line for line in text.splitlines() if line.startswith(FIRST)]
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[:4] == [FIRST, SECOND, str(truth["both"]), str(pair["lost"])]
    assert cells[5:8] == [str(pair["unknown"]), str(truth["only_to"]), "1"]
    assert cells[12] == "one"
