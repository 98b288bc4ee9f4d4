# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks tshark for the report of a capture, and erspangen for a capture with its truth."""

import json
import subprocess

SUMS = ("lost", "late", "duplicates", "restarts")


def report(tshark, capture, *arguments, statistic="erspan,json"):
    """The object that -z erspan,json prints, whatever stands before it."""
    text = tshark.run(capture, *arguments, "-z", statistic).stdout
    return json.loads(text[text.index("{\n") :])


def sums(found):
    """What all sequence counters of a report come to."""
    counts = [domain["sequence"] for domain in found["domains"]]
    total = {name: sum(count[name] or 0 for count in counts) for name in SUMS}
    total["extent_max"] = max((count["extent_max"] for count in counts), default=0)
    return total


def generate(erspangen, directory, scenario, *options):
    """Writes a capture; returns it and the truth about it. scenario: a path, or its text."""
    if isinstance(scenario, str):
        (directory / "made.ini").write_text(scenario, encoding="utf-8")
        scenario = directory / "made.ini"
    capture, truth = directory / "made.pcapng", directory / "truth.json"
    subprocess.run(
        [erspangen, "write", *options, "--truth", truth, "-o", capture, scenario], check=True
    )
    return capture, json.loads(truth.read_text(encoding="utf-8"))


def truth_sums(truth):
    """The same sums as the truth has them."""
    return {
        "lost": sum(domain["missing"] for domain in truth["domains"]),
        "late": sum(domain["late"] for domain in truth["domains"]),
        "duplicates": sum(session["duplicates"]["copies"] for session in truth["sessions"]),
        "restarts": sum(domain["restarts"] for domain in truth["domains"]),
        "extent_max": max((domain["extent_max"] for domain in truth["domains"]), default=0),
    }
