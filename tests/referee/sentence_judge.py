# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what a program says of a session against the truth of its scenario: which sentences are false, and
which cause, that the evidence can prove, is not named."""

import re

UNNUMBERED = "sequence-domain"
ETHERNET, FULL_FRAME = 14, 1514


def number(text):
    return int(text.replace(",", ""))


class Truth:
    """What happened to the copies of one session, and the scenario's own words."""

    def __init__(self, scenario, truth):
        (name,) = (group.split()[1] for group in scenario if group.startswith("session "))
        self.keys = scenario[f"session {name}"]
        (self.traffic,) = (keys for group, keys in scenario.items() if group.startswith("traffic "))
        (self.session,) = (session for session in truth["sessions"] if session["name"] == name)
        self.domain = truth["domains"][self.session["domain"]]
        self.source = self.session["source"]
        self.lost = {cause: lost["copies"] for cause, lost in self.session["lost"].items()}
        # Whose first fragment came counts as a copy: none is missing.
        fragments = 0 if self.keys.get("fragment-lost") == "second" else self.lost["fragment"]
        self.long_ones = self.lost["above_size"] + self.lost["refused"] + fragments
        self.all_lost = sum(self.lost.values())
        self.sent = self.session["sent"]["copies"]
        self.delivered = self.session["delivered"]["copies"]
        self.missing = self.domain["missing"]
        self.above_size = self.session["not_mirrored"]["above_size"]["frames"]
        self.sampled = self.session["not_mirrored"]["sampling"]["frames"]
        self.unnumbered = self.keys["type"] == "1" or self.keys.get("sequence-domain") in ("none", "constant")
        self.iperf = self.traffic["kind"] == "iperf"
        self.overhead = 42 - ETHERNET + {"1": 24 - 28, "2": 36 - 28, "3": 40 - 28}[self.keys["type"]]

    def share_lost(self, cause):
        return self.lost[cause] / self.sent if self.sent else 0

    def only(self, *causes):
        """True if nothing but these took copies."""
        return sum(self.lost[cause] for cause in causes) == self.all_lost

    def disturbed(self):
        """What makes copies look other than they are, beside loss."""
        return any(key in self.keys for key in ("corrupt", "restart-copies", "fragment", "loop", "late", "delay"))


def false_of_numbers(truth, line):
    """Numbers that stand in evidence: of loss, visibility and rates."""
    wrong = re.match(r"([\d,]+) of ([\d,]+) cop(?:y|ies) are missing", line)
    if wrong and not truth.disturbed() and number(wrong[1]) != truth.missing:
        return f"{truth.missing} are missing"
    units = {"bytes": 1, "byte": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
    seen = re.match(r"visibility .*: ([\d.,]+) (\w+) of ([\d.,]+) (\w+) that were acknowledged came", line)
    if seen and float(seen[1].replace(",", "")) * units[seen[2]] > float(seen[3].replace(",", "")) * units[seen[4]]:
        return "more came than there was"
    scale = {"bit/s": 1, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9, "Tbit/s": 1e12}
    rate = re.match(r"by the ACKs the traffic was about ([\d.,]+) (\S+); ([\d.,]+) (\S+) of that", line)
    if rate:
        whole = float(rate[1].replace(",", "")) * scale[rate[2]]
        part = float(rate[3].replace(",", "")) * scale[rate[4]]
        if part > whole:
            return "a part is more than the whole"
    return None


def false_of_mtu(truth, verdict):
    text = verdict["summary"]
    dropped = truth.lost["above_size"] + truth.lost["refused"] + truth.lost["fragment"]
    if "tso" in truth.traffic:  # no policer's bucket ever holds a super-frame
        dropped += truth.lost["policer"]
    if dropped == 0 and not ("does not mirror" in text and truth.above_size > 0):
        return "no MTU dropped a copy"
    stated = re.search(r"an MTU of ([\d,]+) bytes on the way", text)
    if stated and truth.keys.get("drop-above", "0") != str(number(stated[1])):
        return f"the MTU is {truth.keys.get('drop-above')}"
    sizes = re.search(r"frames of up to ([\d,]+) bytes came, none of ([\d,]+) bytes or more", text)
    if sizes and "drop-above" in truth.keys and dropped:
        cliff = int(truth.keys["drop-above"]) - truth.overhead
        if not number(sizes[1]) <= cliff < number(sizes[2]):
            return f"frames of up to {cliff} bytes come"
    if "super-frames" in text and "tso" not in truth.traffic:
        return "there were no super-frames"
    return None


def false_of_super_frames(truth, verdict):
    text = verdict["summary"]
    if "which the source does not copy" in text and truth.above_size == 0:
        return "every frame was mirrored, however long"
    if "no numbers tell which" in text and truth.above_size + truth.long_ones == 0:
        return "no frame was too long for anything"
    if "that no wire carries" in text and "tso" not in truth.traffic:
        return "there were no super-frames"
    return None


def false_of_sampling(truth, verdict):
    if truth.sampled == 0:
        return "nothing was sampled"
    (said,) = re.findall(r"about one frame in ([\d,]+) is mirrored", verdict["summary"])
    if not 0.7 <= number(said) / int(truth.keys["sample"]) <= 1.4:
        return f"one in {truth.keys['sample']} is mirrored"
    return None


def false_of_cut(truth, verdict):
    if truth.session["truncated"]["copies"] + truth.session["snapped"]["copies"] == 0 and "fragment" not in truth.keys:
        return "nothing was cut"
    first = re.search(r"only the first ([\d,]+) bytes", verdict["summary"])
    if first and "truncate" in truth.keys and first[1] != truth.keys["truncate"]:
        return f"{truth.keys['truncate']} bytes were kept"
    return None


def false_of_policer(truth, verdict):
    text = verdict["summary"]
    in_runs = truth.lost["policer"] + truth.lost["runs"] + truth.lost["listed"]
    if in_runs == 0 and not ("an MTU on the way" in text and truth.long_ones > 0):
        return "nothing was lost in runs or beyond a rate"
    if "regardless of frame size" in text and truth.long_ones * 2 > truth.all_lost:
        return "the long ones were lost"
    return None


def false_of_one_direction(truth, verdict):
    if truth.keys.get("mirror-direction", "both") == "both":
        return "both directions are mirrored"
    return None


def false_of_loop(truth, verdict):
    if int(truth.keys.get("loop", "1")) < 2 and int(truth.keys.get("nesting", "1")) < 2:
        return "there is no loop"
    return None


def false_of_undetermined(truth, verdict):
    text = verdict["summary"]
    if "no numbers tell" in text and not truth.unnumbered:
        return "the copies are numbered"
    if "no numbers are missing" in text:
        edges = truth.all_lost - truth.missing
        if truth.above_size + truth.sampled + edges == 0 and "delay" not in truth.keys:
            return "everything was mirrored"
    if "regardless of frame size" in text and truth.long_ones * 2 > truth.all_lost:
        return "the long ones were lost"
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
        for line in [verdict["summary"], *verdict["evidence"]]:
            if why := false_of_numbers(truth, line):
                found.append(f"{verdict['cause']}: {line} -- but {why}")
    return found


def payload_is_known(truth):
    """True if TCP's ACKs come, and payload enough for them to tell of."""
    return truth.iperf and truth.keys.get("mirror-direction", "both") == "both" and truth.delivered >= 50


def provable(truth):
    """The causes that must be named: each alone, with evidence enough."""
    causes = {key for key in truth.keys if key not in ("source", "type", "session", "mirror", "seed", "df")}
    lost_alone = len(truth.lost) - list(truth.lost.values()).count(0) == 1 and not truth.disturbed()
    plain = not truth.unnumbered and causes <= {"drop-above", "drop-answer", "truncate", "truncate-flag"}
    named = set()
    if truth.session["truncated"]["copies"] * 20 >= truth.delivered > 100:
        named.add("cut")
    if truth.lost["above_size"] >= 50 and plain and payload_is_known(truth):
        named.add("mtu")
    if causes <= {"mirror-up-to"} and truth.above_size >= 10 and payload_is_known(truth):
        named.add("super-frames")
    if causes <= {"sample"} and truth.sampled and truth.iperf and truth.delivered >= 200 and "tso" not in truth.traffic:
        named.add("sampling")
    if causes == {"mirror-direction"} and truth.iperf and truth.delivered >= 50:
        named.add("one-direction")
    if causes == {"loop"}:
        named.add("loop")
    if causes <= {"run-start", "run-end"} and not truth.unnumbered and truth.lost["runs"] >= 100:
        named.add("policer")
    if causes == {"loss"} and lost_alone and not truth.unnumbered and truth.missing >= 10:
        named.add("undetermined")
    return named
