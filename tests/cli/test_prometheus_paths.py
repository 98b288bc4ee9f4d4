# SPDX-License-Identifier: GPL-2.0-or-later
"""What --prometheus says of paths: the format, the truth of the generator, and how many series there can be."""

import subprocess

import exposition
import two_points

BUCKETS_S = [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 5e-2, 1e-1]

# From 50 to 150 us.
SCENARIO = two_points.SCENARIO.replace("path-jitter = 10us", "path-jitter = 100us")


def metrics(erspangen, erspanrate, tmp_path, scenario, *options):
    capture, truth = two_points.write(erspangen, tmp_path, scenario)
    out = tmp_path / "erspan.prom"
    read = [erspanrate, "-r", capture, "-q", "--prometheus", out, *options]
    subprocess.run(read, check=True, capture_output=True)
    return exposition.parse(out.read_text(encoding="utf-8")), truth


def test_counts_and_delays(erspangen, erspanrate, tmp_path):
    families, truth = metrics(erspangen, erspanrate, tmp_path, SCENARIO, "--paths")
    (pair,) = truth["paths"]
    names = {
        "from": str(tmp_path / "two.pcap"),
        "point": "192.0.2.1 session 1 ingress Hw ID 0",
        "next": "192.0.2.1 session 2 ingress Hw ID 0",
    }
    assert families["erspan_path_frames_total"].values() == [(names, pair["both"])]
    assert families["erspan_path_only_next_total"].values() == [(names, pair["only_to"])]
    assert families["erspan_path_reordered_total"].values() == [(names, pair["reordered"])]
    ((_, lost),) = families["erspan_path_lost"].values()
    ((_, unknown),) = families["erspan_path_unknown"].values()
    assert 0 < lost <= pair["lost"]
    assert lost + unknown == pair["only_from"]

    delays = families["erspan_path_delay_seconds"]
    assert delays.kind == "histogram"
    one_clock = {**names, "clock": "one"}
    assert delays.values("_count") == [(one_clock, pair["both"])]
    buckets = {labels.pop("le"): (labels, value) for labels, value in delays.values("_bucket")}
    assert [float(limit) for limit in buckets] == [*BUCKETS_S, float("inf")]
    counts = {float(limit): value for limit, (_, value) in buckets.items()}
    # From 50 to 150 us, evenly.
    assert counts[2.5e-5] == 0
    assert abs(counts[1e-4] - pair["both"] / 2) < 0.1 * pair["both"]
    assert counts[2.5e-4] == pair["both"]
    ((_, total),) = delays.values("_sum")
    mean = total / pair["both"]
    ((labels, within),) = families["erspan_path_delay_uncertainty_seconds"].values()
    assert labels == one_clock
    assert abs(mean - 100e-6) < 5e-6
    assert 1e-7 <= within < 1e-6


def test_without_paths_there_are_none(erspangen, erspanrate, tmp_path):
    families, _ = metrics(erspangen, erspanrate, tmp_path, SCENARIO)
    assert "erspan_copies_total" in families
    assert not [name for name in families if name.startswith("erspan_path")]


def test_delays_by_arrival_have_no_uncertainty(erspangen, erspanrate, tmp_path):
    families, truth = metrics(erspangen, erspanrate, tmp_path, SCENARIO.replace("type = 3\ngra = 1\n", ""), "--paths")
    ((labels, count),) = families["erspan_path_delay_seconds"].values("_count")
    assert (labels["clock"], count) == ("arrival", truth["paths"][0]["both"])
    assert labels["point"] == "192.0.2.1 session 1 index 0"
    assert families["erspan_path_delay_uncertainty_seconds"].values() == []


MANY = "[traffic t]\nkind = rate\nrate = 1kpps\ncount = 20\nflows = 1\n" + "".join(
    f"[session {number}]\nsession = {number}\n" + (f"after = {number - 1}\n" if number > 1 else "mirror = t\n")
    for number in range(1, 5)
)
SERIES = len(BUCKETS_S) + len(["+Inf", "sum", "count"]) + 5  # counts of the pair; docs/erspanrate.md says 24 with the uncertainty


def test_each_pair_has_so_many_series(erspangen, erspanrate, tmp_path):
    families, truth = metrics(erspangen, erspanrate, tmp_path, MANY, "--paths")
    pairs = [pair for pair in truth["paths"] if pair["both"] > 0]
    assert len(pairs) == 4 * 3 / 2
    series = sum(len(family.samples) for name, family in families.items() if name.startswith("erspan_path"))
    assert series == len(pairs) * SERIES
