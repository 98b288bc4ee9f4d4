# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges the verdicts of a program on a session against its truth: which sentences are false, and which
cause, that the evidence can prove, must be named."""

import re

UNITS = {"bytes": 1, "byte": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
SCALE = {"bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9, "Tbit/s": 1e12}


def number(text):
    return int(text.replace(",", ""))


def false_of_loss(truth, line):
    missing = re.match(r"([\d,]+) of ([\d,]+) cop(?:y|ies) (?:are|is) missing", line)
    if not missing or truth.is_blurred():
        return None
    if abs(number(missing[1]) - truth.missing) > truth.slack():
        return f"{truth.missing} are missing"
    if number(missing[1]) > number(missing[2]):
        return "more are missing than there were"
    return None


def false_of_payload(truth, line):
    seen = re.match(r"visibility .*: ([\d.,]+) (\w+) of ([\d.,]+) (\w+) that were acknowledged came", line)
    if seen and float(seen[1].replace(",", "")) * UNITS[seen[2]] > float(seen[3].replace(",", "")) * UNITS[seen[4]]:
        return "more came than there was"
    rate = re.match(r"by the ACKs the traffic was about ([\d.,]+) (\S+); ([\d.,]+) (\S+) of that", line)
    if rate:
        whole = float(rate[1].replace(",", "")) * SCALE[rate[2]]
        part = float(rate[3].replace(",", "")) * SCALE[rate[4]]
        if part > whole:
            return "a part is more than the whole"
    return None


def false_of_gaps(truth, line):
    runs = re.match(r"missing in ([\d,]+) gaps?, of ([\d.,]+) on average and ([\d,]+) at most", line)
    if runs and number(runs[3]) * 10 < float(runs[2].replace(",", "")) * 10 - 1:
        return "a mean is no more than the most"
    return None


def false_of_icmp(truth, line):
    errors = re.match(r"([\d,]+) ICMP errors? says? that a copy is too big", line)
    if errors and not truth.has_loop() and number(errors[1]) > truth.icmp_errors():
        return "fewer errors came"
    return None


def false_of_direction(truth, line):
    seen = re.match(r"all copies say that the frame was seen at (\w+)", line)
    if seen and "auto" in truth.values("direction") and truth.values("mirror-direction") == {"both"}:
        return "frames of both directions were mirrored"
    return None


LINES = [false_of_loss, false_of_payload, false_of_gaps, false_of_icmp, false_of_direction]

# Lines of evidence that say what was counted, and are judged where they stand or by the texts.
KNOWN = re.compile(
    r"|".join(
        [
            r"[\d,]+ of [\d,]+ cop(y|ies) (are|is) missing",
            r"missing in [\d,]+ gaps?, of",
            r"frames of up to [\d,]+ bytes came",
            r"visibility ",
            r"by the ACKs the traffic was about",
            r"what would tell: ",
            r"these are of all sessions that share the sequence counter",
            r"in the milliseconds with loss",
            r"[\d,]+ ICMP errors? says? that a copy is too big",
            r"no mirrored frame above [\d,]+ bytes came",
            r"a copy's IP packet is [\d,]+ bytes longer",
            r"an MTU of [\d,]+ bytes, as is usual",
            r"[\d,]+ segments? with more payload than the MSS",
            r"segments of both ends of the connections came",
            r"[\d,]+ of [\d,]+ cop(y|ies) hold payload",
            r"[\d.,]+ \w+ of payload were acknowledged ",
            r"(about )?one frame( with payload)? in [\d,.]+ [^:]+ came, of all connections alike: a source that samples",
            r"payload for about [\d,]+ full-size frames came, of [\d,]+ that (their sequence numbers|the ACKs) imply: N lies between",
            r"[\d,]+ frames of TCP came, of [\d,]+ that hosts sent meanwhile by the identifications of",
            r"all copies say that the frame was seen at",
            r"[\d,]+ cop(y|ies) cut, [\d,]+ of them declared so",
            r"the copies hold [\d.,]+ \w+ of the [\d.,]+ \w+ of their frames",
            r"the largest frame had ",
            r"the longest copy that came fills an MTU of ",
            r"[\d,]+ cop(y|ies) came, with [\d,]+ cop(y|ies) inside them",
        ]
    )
)


def false_of_mtu(truth, verdict):
    text = verdict["summary"]
    dropped = truth.beyond_mtu
    if truth.carries("tso"):  # no policer's bucket ever holds a super-frame: it is an MTU to them
        dropped += truth.lost["policer"]
    if "before it numbers" in text:
        return None if truth.not_mirrored("above_size") > 0 else "the source mirrors every frame, however long"
    if dropped == 0 and not ("the source does not mirror them" in text and truth.not_mirrored("above_size") > 0):
        return "no MTU dropped a copy"
    stated = re.search(r"an MTU of ([\d,]+) bytes on the way", text)
    if stated and str(number(stated[1])) not in truth.values_with_others("drop-above"):
        return f"the MTU is {truth.values_with_others('drop-above')}"
    sizes = re.search(r"frames of up to ([\d,]+) bytes came, none of ([\d,]+) bytes or more", text)
    cliffs = truth.cliffs()
    if sizes and cliffs and dropped and not any(number(sizes[1]) <= cliff < number(sizes[2]) for cliff in cliffs):
        return f"frames of up to {cliffs} bytes come"
    if "super-frames" in text and not truth.carries("tso"):
        return "there were no super-frames"
    return None


def false_of_super_frames(truth, verdict):
    text = verdict["summary"]
    hidden = truth.not_mirrored("above_size")
    if "which the source does not copy" in text and hidden == 0:
        return "every frame was mirrored, however long"
    if "no numbers tell which" in text and hidden + truth.beyond_mtu == 0:
        return "no frame was too long for anything"
    if re.search("that no wire carries|more payload than the other end takes", text) and not truth.carries("tso"):
        return "there were no super-frames"
    return None


def false_of_sampling(truth, verdict):
    if truth.not_mirrored("sampling") == 0:
        return "nothing was sampled"
    # Where N is not stated, the middle of its interval stands for it.
    stated = re.search(r"about one frame(?: with payload)? in ([\d,.]+) \(", verdict["summary"])
    numbers = [stated[1]] if stated else re.search(r"([\d,.]+) to ([\d,.]+)[ )]", verdict["summary"]).groups()
    said = sum(float(one.replace(",", "")) for one in numbers) / len(numbers)
    if not any(0.7 <= said / int(sample) <= 1.4 for sample in truth.values("sample")):
        return f"one in {truth.values('sample')} is mirrored"
    return None


def false_of_cut(truth, verdict):
    if truth.count("truncated") + truth.count("snapped") == 0 and not truth.says("fragment"):
        return "nothing was cut"
    first = re.search(r"only the first ([\d,]+) bytes", verdict["summary"])
    by_source_alone = truth.says("truncate") and not truth.says("snap")
    if first and by_source_alone and first[1].replace(",", "") not in truth.values("truncate"):
        return f"{truth.values('truncate')} bytes were kept"
    return None


def false_of_policer(truth, verdict):
    text = verdict["summary"]
    in_runs = truth.lost["policer"] + truth.lost["runs"] + truth.lost["listed"]
    if in_runs == 0 and not ("an MTU on the way" in text and truth.beyond_mtu > 0):
        return "nothing was lost in runs or beyond a rate"
    if "regardless of frame size" in text and truth.long_ones * 2 > truth.all_lost:
        return "the long ones were lost"
    return None


def false_of_one_direction(truth, verdict):
    if truth.values("mirror-direction") <= {"both"} and not truth.replay and not truth.says("inner"):
        return "both directions are mirrored"
    return None


def false_of_loop(truth, verdict):
    return None if truth.has_loop() else "there is no loop"


def false_of_undetermined(truth, verdict):
    text = verdict["summary"]
    if "no numbers tell" in text and not truth.unnumbered:
        return "the copies are numbered"
    if "no numbers are missing" in text:
        edges = truth.all_lost - truth.missing
        unseen = truth.not_mirrored("above_size") + truth.not_mirrored("sampling") + edges
        if unseen == 0 and not truth.says("delay") and truth.values("mirror-direction") <= {"both"}:
            return "everything was mirrored"
    if "regardless of frame size" in text and truth.long_ones * 2 > truth.all_lost:
        return "the long ones were lost"
    if "large ones rather than small ones" in text and truth.not_mirrored("sampling") > 0 and truth.long_ones == 0:
        return "size had no say in what was lost"
    if re.match(r"[\d,]+ of ", text) and truth.all_lost + truth.foreign() == 0 and not truth.is_blurred():
        return "nothing is missing"
    return None


def false_of_collector(truth, verdict):
    return "a file has no collector"


RULES = {
    "mtu": false_of_mtu,
    "super-frames": false_of_super_frames,
    "sampling": false_of_sampling,
    "cut": false_of_cut,
    "policer": false_of_policer,
    "one-direction": false_of_one_direction,
    "loop": false_of_loop,
    "undetermined": false_of_undetermined,
    "collector": false_of_collector,
}


def false_sentences(truth, verdicts):
    """A line for each sentence that is not true."""
    found = []
    for verdict in verdicts:
        if why := RULES[verdict["cause"]](truth, verdict):
            found.append(f"{verdict['cause']}: {verdict['summary']} -- but {why}")
        found += [f"unknown to the judge: {line}" for line in verdict["evidence"] if not KNOWN.match(line)]
        for line in [verdict["summary"], *verdict["evidence"]]:
            found += [f"{verdict['cause']}: {line} -- but {why}" for rule in LINES if (why := rule(truth, line))]
    return found


def payload_is_known(truth):
    """True if TCP's ACKs come, and payload enough for them to tell of."""
    return truth.iperf and truth.values("mirror-direction") <= {"both"} and truth.count("delivered") >= 50


def provable(truth):
    """The causes that must be named: each alone, with evidence enough."""
    if not truth.single or not truth.alone:
        return set()
    causes = set(truth.keys) - {"source", "type", "session", "mirror", "seed", "df", "nat", "sequence-start", "sequence-bits"}
    delivered, above_size = truth.count("delivered"), truth.not_mirrored("above_size")
    plain = not truth.unnumbered and causes <= {"drop-above", "drop-answer", "truncate", "truncate-flag"}
    named = set()
    if truth.count("truncated") * 20 >= delivered > 100:
        named.add("cut")
    if truth.lost["above_size"] >= 50 and plain and payload_is_known(truth):
        named.add("mtu")
    if causes <= {"mirror-up-to"} and above_size >= 10 and payload_is_known(truth):
        named.add("super-frames")
    sampled = causes <= {"sample", "sample-by"} and truth.not_mirrored("sampling") > 0
    if sampled and truth.iperf and delivered >= 200 and "tso" not in truth.traffic:
        named.add("sampling")
    if causes == {"mirror-direction"} and truth.iperf and delivered >= 50:
        named.add("one-direction")
    if causes == {"loop"}:
        named.add("loop")
    if causes <= {"run-start", "run-end"} and not truth.unnumbered and truth.lost["runs"] >= 100:
        named.add("policer")
    if causes == {"loss"} and not truth.unnumbered and truth.missing >= 10:
        named.add("undetermined")
    return named
