# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges the plugin's expert items of a source's frames against the truths of its sessions."""

import re


class Source:
    """What is true of all sessions of one outer source address together."""

    def __init__(self, truths, sees_all):
        """sees_all: the program has seen the whole capture before it says anything of a frame."""
        self.truths = truths
        self.sees_all = sees_all

    def any(self, test):
        return any(test(truth) for truth in self.truths)

    def says(self, *keys):
        return self.any(lambda truth: any(truth.says(key) for key in keys))

    def sum(self, word):
        return sum(truth.count(word) for truth in self.truths)

    def is_disordered(self):
        """True if copies come out of order or under numbers that were not theirs."""
        return (
            self.sum("late") + self.sum("duplicates") + self.sum("foreign") + self.sum("corrupted") > 0
            or self.any(lambda truth: truth.restarts() > 0)
            or self.has_several_counters()
        )

    def has_several_counters(self):
        return self.any(lambda truth: len(truth.domains) > 1)

    def may_restart(self):
        """True if copies far from those before go on at their next number."""
        restarts = self.any(lambda truth: truth.restarts() > 0)
        return restarts or self.has_several_counters() or self.sum("foreign") + self.sum("corrupted") > 0

    def may_stand_still(self):
        """True if a number stays the same; several counters that start alike seem to at first."""
        return self.any(lambda truth: "constant" in truth.values("sequence-domain")) or self.has_several_counters()

    def may_seem_constant(self):
        """True if the first copies have one number and alike frames: what they are is known later."""
        return not self.sees_all and self.any(lambda truth: "constant" in truth.values("sequence-domain"))

    def lacks_numbers(self):
        """True if a session has no GRE sequence number."""
        return self.any(lambda truth: any(domain["kind"] == "none" for domain in truth.domains)) or self.says("corrupt")

    def may_repeat(self):
        """True if a frame can be mirrored twice: of several sessions, by a loop, a spoofer, or in a replay that
        another scenario has, too."""
        replays = self.any(lambda truth: truth.replay)
        several = len(self.truths) > 1 or self.any(lambda truth: len(truth.parts) > 1)
        # What no number tells from a mirror at another point.
        unnumbered = self.any(lambda truth: truth.unnumbered and truth.count("duplicates") > 0)
        return several or replays or unnumbered or self.says("loop") or self.sum("foreign") + self.sum("corrupted") > 0

    def are_missing(self):
        return self.any(lambda truth: truth.missing + truth.all_lost > 0)


# A number that is more above the one before is pending. Chance leaves no such gap.
FAR = 1024

# A sentence, and what must hold of the source for it to be allowed.
ITEMS = [
    (r"Copies are missing", lambda s: s.are_missing() or s.is_disordered() or s.says("loop")),
    (r"Late: ", lambda s: s.is_disordered()),
    (r"Duplicate: ", lambda s: s.sum("duplicates") > 0 or s.may_restart() or s.may_seem_constant()),
    (r"The sequence began again", lambda s: s.may_restart()),
    (r"Out of place: ", lambda s: s.is_disordered()),
    (r"Out of place: .* or many copies are missing", lambda s: s.any(lambda truth: truth.missing - truth.lost["random"] > FAR)),
    (r"Stray: ", lambda s: s.sum("foreign") + s.sum("corrupted") > 0 or s.may_restart()),
    (r"The sequence wraps at 30 bits", lambda s: s.any(lambda truth: "30" in truth.values("sequence-bits"))),
    (r"The sequence number never changes", lambda s: s.may_stand_still()),
    (r"The same frame was mirrored before", lambda s: s.may_repeat()),
    # The sessions of these scenarios mirror one port: no network is between them. A bit that flips in a copy makes
    # another frame of it, and the one that it was did not come.
    (r"The network lost this frame", lambda s: s.says("corrupt")),
    (r"A point behind did not show this frame", lambda s: s.may_repeat()),
    (r"A copy inside a copy", lambda s: s.says("loop", "nesting")),
    (r"The source truncated the mirrored frame", lambda s: s.says("truncate", "corrupt")),
    (r"The mirrored frame was cut although T is not set", lambda s: s.says("truncate", "snap", "fragment", "corrupt")),
    (r"No GRE sequence number", lambda s: s.lacks_numbers()),
    (r"An ERSPAN header follows although GRE declares none", lambda s: s.lacks_numbers()),
    (r"The source's clock does not count what the granularity declares", lambda s: s.says("tick")),
    (r"[Ss]everal senders|.*several senders", lambda s: s.has_several_counters() or s.says("spoof-ttl", "ttl", "source-mac", "outer-vlan")),
    (r"Quoted in an ICMP error", lambda s: s.says("drop-answer")),
    (r"En = ISL|The VLAN tag is in the frame|No VLAN tag is in the frame", lambda s: s.says("corrupt") or s.any(lambda truth: truth.carries("inner-vlan"))),
]

# What other dissectors say of the outer packets.
FOREIGN = re.compile(r"Expert Info|IPv4 total length exceeds|Frame check sequence|.*[Tt]ime To Live|.*[Cc]hecksum|.*[Ff]ragment")


def false_items(source, messages):
    """A line for each kind of item that is not true. messages: of all frames of the source."""
    found = []
    for message in sorted(messages):
        allowed = [test for pattern, test in ITEMS if re.match(pattern, message)]
        if source.says("corrupt") and not allowed:
            continue  # any bit may be another
        if not allowed and not FOREIGN.match(message):
            found.append(f"unknown to the judge: {message}")
        if allowed and not any(test(source) for test in allowed):
            found.append(f"item: {message}")
    return found
