# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges the texts of both programs: the lines about a session, and those about all."""

import re

from sentence_judge import UNITS, number


def false_of_sequence(truth, line):
    """The line that tells how a session's copies are numbered."""
    kinds = {domain["kind"] for domain in truth.domains}
    if "always the same number" in line and kinds != {"constant"}:
        return "the numbers move"
    if "none: loss cannot be known" in line and not truth.unnumbered:
        return "the copies are numbered"
    counters = re.search(r"(\d+) counters, told apart by", line)
    if counters and int(counters[1]) != len(truth.numbered) and truth.foreign() == 0:
        return f"{len(truth.numbered)} counters number them"
    if "several senders" in line and not any(truth.says(key) for key in ("ttl", "source-mac", "outer-vlan", "spoof-ttl")):
        return "there is one sender"
    if "one counter for all sessions of the source" in line and not truth.shared:
        return "the session has a counter of its own"
    late = re.search(r"late by up to (\d+) cop", line)
    if late and truth.foreign() == 0 and not truth.is_blurred():
        # Of sessions that share a counter the text has the latest copy of all, as the truth does.
        most = max(domain["extent_max"] for domain in truth.domains)
        if int(late[1]) != most:
            return f"late by up to {most}"
    if "stray" in line and truth.foreign() == 0:
        return "every copy is of the source"
    restarted = re.search(r"restarted (\d+) time", line)
    if restarted and int(restarted[1]) > truth.restarts() + truth.foreign():
        return f"{truth.restarts()} restarts"
    return None


def false_of_time(truth, line):
    return "the clock counts as declared" if "not as declared" in line else None


def false_of_headers(truth, line):
    keys = ("truncate", "snap", "fragment", "corrupt")
    return None if any(truth.says(key) for key in keys) or truth.replay else "no header was cut"


def false_of_visible(truth, line):
    captured, captured_in, delivered, delivered_in = re.match(
        r"visible +([\d.,]+) (\w+) of ([\d.,]+) (\w+) that TCP acknowledges", line
    ).groups()
    if float(captured.replace(",", "")) * UNITS[captured_in] > float(delivered.replace(",", "")) * UNITS[delivered_in]:
        return "a part is more than the whole"
    return None


def allowed(truth, line):
    return None


def false_of_mirror(truth, line):
    return "it is ERSPAN"


SESSION_LINES = {
    "mirror": false_of_mirror,
    "sequence": false_of_sequence,
    "sizes": allowed,
    "peaks": allowed,
    "time": false_of_time,
    "headers": false_of_headers,
    "visible": false_of_visible,
}


def label(truth):
    """How erspanrate heads the lines of a session."""
    told = truth.told[0]
    end = "" if truth.identity is None else f", {truth.identity}"
    return f"{told['source']} > {told['destination']}{end}"


def said_of_verdicts(verdicts, first, more):
    """The lines that must stand in a text for the verdicts that JSON has."""
    lines = []
    for verdict in verdicts:
        lines += [first + verdict["summary"], *(more + line for line in verdict["evidence"])]
    return lines


def false_session(truth, text, verdicts):
    """Of what erspanrate prints of one session."""
    blocks = re.findall(rf"^{re.escape(label(truth))}\n((?:  .*\n)+)", text, re.MULTILINE)
    if len(blocks) != 1:
        return [f"text: {len(blocks)} blocks of {label(truth)}"]
    lines = blocks[0].splitlines()
    details = [line for line in lines if line.split()[0] in SESSION_LINES and line.startswith("  ") and line[2] != " "]
    found = []
    for line in details:
        if why := SESSION_LINES[line.split()[0]](truth, line.strip()):
            found.append(f"text: {line.strip()} -- but {why}")
    if [line for line in lines if line not in details] != said_of_verdicts(verdicts, "  ", "    - "):
        found.append("text: the verdicts are others than those in JSON")
    return found


def false_row(truth, text):
    """Of the session's row in the first table."""
    rows = re.findall(rf"^{re.escape(label(truth))}  +(\S+)  +([\d,]+)  +(.*)$", text, re.MULTILINE)
    if len(rows) != 1:
        return [f"text: {len(rows)} rows of {label(truth)}"]
    types, copies, rest = rows[0]
    came = truth.count("delivered") + truth.count("duplicates") + truth.count("foreign")
    found = []
    exact = truth.count("corrupted") == 0 and not any(truth.says(key) for key in ("fragment", "loop"))
    if exact and number(copies) != came:
        found.append(f"row: {copies} copies -- but {came} came")
    cells = re.split(r"  +", rest)
    lost = cells[3] if len(cells) > 3 else ""
    if truth.unknown and truth.foreign() == 0 and lost != "-":
        found.append(f"row: {lost} lost -- but that cannot be known")
    if lost.replace(",", "").isdigit() and not truth.shared and not truth.is_blurred():
        if abs(number(lost) - truth.missing) > truth.slack():
            found.append(f"row: {lost} lost -- but {truth.missing} are missing")
    return found


def false_shared(truths, lost_of):
    """Sessions that share a counter: what is missing is the loss of some of them, no more. lost_of: what
    JSON says of each."""
    found = []
    for truth in truths:
        names = {session["name"] for session in truth.counted}
        sharing = [other for other in truths if {session["name"] for session in other.told} <= names]
        if not truth.shared or truth.is_blurred() or truth.foreign() > 0 or truth is not sharing[0]:
            continue
        said = sum(lost_of.get((other.source, other.identity)) or 0 for other in sharing)
        if said != truth.missing:
            found.append(f"{said} lost in sessions that share a counter -- but {truth.missing} are missing")
    return found


def false_head(text, truth):
    """Of erspanrate's first line, about the whole file."""
    packets, copies = re.match(r".*?: ([\d,]+) packets? in [^:]*: copies ([\d,]+)", text.lstrip()).groups()
    frames = sum(session["frames"]["frames"] for session in truth["sessions"])
    return [] if number(packets) == frames else [f"head: {packets} packets -- but {frames} were written"]


def false_totals(text, truths):
    """Of the lines of both statistics about all sessions."""
    found = []
    missing = any(truth.missing + truth.foreign() + truth.all_lost > 0 or truth.is_blurred() for truth in truths)
    if "No sequence number is missing." in text and any(
        truth.missing > 0 and truth.foreign() == 0 and not truth.is_blurred() for truth in truths
    ):
        found.append("loss: No sequence number is missing -- but some are")
    if re.search(r"^ *\d+\.\d{6}  ", text, re.MULTILINE) and not missing:
        late = any(truth.count("late") > 0 or len(truth.domains) > 1 for truth in truths)
        if not late:
            found.append("loss: a gap -- but nothing is missing")
    unknown = re.search(r"Loss cannot be known of ([\d,]+) session", text)
    certain = sum(truth.unknown for truth in truths if truth.count("delivered") > 0)
    if unknown and not any(truth.says("corrupt") or truth.unknown and truth.foreign() for truth in truths) and number(unknown[1]) != certain:
        found.append(f"loss: {unknown[0]} -- but of {certain}")
    if re.search(r"Memory limit reached|Memory is bounded", text):
        found.append("text: the memory limit was not reached")
    return found
