# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what erspanrate --paths reports of a drawn path by the truth of erspangen.

Counts must equal the truth. The report may call a missing frame lost only if the network lost it; how many of
those it must find is asked where no mirror lost a copy. Delays must lie within the uncertainty that it states.
"""

# Of the frames that the network lost, some cannot be told from a flow that begins late or ends early.
EDGES = 4  # frames of a flow at each of its ends
FOUND = 0.8  # the part of the others that must be found
SAMPLED = 0.25  # when more than this is missing, the mirror may sample


def reported(report, truth):
    """The pairs of the report, by the names of the sessions at their points."""
    names = {(session["source"], session["session_id"]): session["name"] for session in truth["sessions"]}
    points = {
        point["point"]: names[point["source"], point["session_id"]] for point in report["points"]
    }
    return {(points[pair["from"]], points[pair["to"]]): pair for pair in report["pairs"]}


def judge_counts(told, pair, sparse):
    """Where the mirrors of both points leave out most frames, they may show no common frame of a flow. Then the report
    does not know that it passes both, and counts nothing of it."""
    counts = ("both", "only_from", "only_to", "reordered", "vlan_changed", "dscp_changed", "addresses_changed", "ports_changed")
    for key in counts:
        if sparse and key in ("only_from", "only_to") and told[key] < pair[key]:
            continue
        if told[key] != pair[key]:
            yield f"{key} is {told[key]}, in truth {pair[key]}"
    if told["lost"] + told["unknown"] != told["only_from"]:
        yield f"lost {told['lost']} and unknown {told['unknown']} are not only_from {told['only_from']}"
    if told["unknown_longer"] > told["unknown"]:
        yield f"unknown_longer {told['unknown_longer']} is more than unknown {told['unknown']}"
    if (told["loss"] is None) != (told["lost"] == 0 and told["only_from"] > 0):
        yield f"loss is {told['loss']} with {told['lost']} lost and {told['unknown']} unknown"


def judge_loss(told, pair, flows, mirrors_whole):
    if told["lost"] > pair["lost"]:
        yield f"lost is {told['lost']}, in truth {pair['lost']}"
    few = pair["lost_in_all"] <= SAMPLED * pair["passed"]
    least = FOUND * (pair["lost"] - 2 * EDGES * flows)
    if mirrors_whole and few and told["lost"] < least:
        yield f"lost is {told['lost']} of {pair['lost']}: {told['unknown']} are unknown"


def judge_delay(told, pair):
    delay = told["delay"]
    if delay is None or "delay" not in pair or delay["frames"] != pair["both"]:
        return
    if delay["basis"] == "arrival" or delay["uncertainty_ns"] is None:
        return
    for key, truth in pair["delay"].items():
        if abs(delay[key] - truth) > delay["uncertainty_ns"]:
            yield (
                f"delay {key} is {delay[key]} ± {delay['uncertainty_ns']} ({delay['basis']}), in truth {truth}"
            )


def judge_ways(report):
    """The ways of frames add up to the pairs: each frame that both have shown went a way past both."""
    if report["frames_of_other_ways"] > 0:
        return
    for pair in report["pairs"]:
        ends = (pair["from"], pair["to"])
        frames = sum(
            way["frames"] for way in report["ways"]
            if set(ends) <= set(way["points"]) and way["points"].index(ends[0]) < way["points"].index(ends[1])
        )  # fmt: skip
        if frames != pair["both"]:
            yield f"points {ends}: {frames} frames went past both, of {pair['both']}"


def judge(truth, report, flows):
    """What is wrong with the report, in sentences."""
    pairs = reported(report, truth)
    whole = all(
        sum(cause["copies"] for cause in session["lost"].values()) == 0
        and sum(cause["frames"] for cause in session["not_mirrored"].values()) == 0
        for session in truth["sessions"]
    )
    sparse = {
        session["name"] for session in truth["sessions"] if sum(cause["frames"] for cause in session["not_mirrored"].values()) > 0
    }
    found = list(judge_ways(report))
    known = {(pair["from"], pair["to"]) for pair in truth["paths"]}
    for ends in pairs.keys() - known:
        found.append(f"{ends[0]} > {ends[1]}: no frame went so")
    for pair in truth["paths"]:
        ends = (pair["from"], pair["to"])
        if ends not in pairs:
            if pair["both"] > 0:
                found.append(f"{ends[0]} > {ends[1]}: is missing")
            continue
        told = pairs[ends]
        for wrong in (
            *judge_counts(told, pair, sparse.issuperset(ends)), *judge_loss(told, pair, flows, whole), *judge_delay(told, pair)
        ):  # fmt: skip
            found.append(f"{ends[0]} > {ends[1]} ({told['order']}): {wrong}")
    return found
