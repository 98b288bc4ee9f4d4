# SPDX-License-Identifier: GPL-2.0-or-later
"""What is true of a session that the programs report: what happened to the copies under its name."""

ETHERNET, IPV4_HEADER = 14, 20
# Lengths of the headers between a copy's outer Ethernet header and the mirrored frame, by type.
OVERHEAD = {"1": 24, "2": 36, "3": 40}


def sections(scenario, kind):
    return {group.split()[1]: keys for group, keys in scenario.items() if group.startswith(f"{kind} ")}


class Truth:
    """Of all sections of a scenario that have one source and one session ID."""

    def __init__(self, scenario, truth, names):
        everyone = sections(scenario, "session")
        traffic = sections(scenario, "traffic")
        told = {session["name"]: session for session in truth["sessions"]}
        self.parts = [everyone[name] for name in names]
        self.carried = [traffic.get(part.get("mirror"), part) for part in self.parts]
        self.told = [told[name] for name in names]
        numbers = sorted({session["domain"] for session in self.told})
        self.domains = [truth["domains"][number] for number in numbers]
        # Whose copies the counters of this session number, others' included.
        self.counted = [told[name] for domain in self.domains for name in domain["sessions"]]
        self.counting_parts = [everyone[session["name"]] for session in self.counted]
        self.numbered = [domain for domain in self.domains if domain["kind"] not in ("none", "constant")]
        self.shared = len(self.counted) > len(self.parts)
        self.single = len(self.parts) == 1 and not self.shared
        self.source = self.told[0]["source"]
        self.identity = self.told[0].get("session_id")
        self.address = (self.source, self.told[0]["destination"], self.identity)
        self.keys, self.traffic = self.parts[0], self.carried[0]
        self.missing = sum(domain["missing"] for domain in self.domains)
        self.lost = self.sum_lost(self.counted)
        self.all_lost = sum(self.lost.values())
        self.own_lost = self.sum_lost(self.told)
        # Whose first fragment came counts as a copy: none is missing.
        second = any(part.get("fragment-lost") == "second" for part in self.counting_parts)
        self.long_ones = self.lost["above_size"] + self.lost["refused"] + (0 if second else self.lost["fragment"])
        # Copies longer than an MTU on the way, which did not come whole for that: one that is lost in fragments
        # is in fragments because it exceeds an MTU.
        self.beyond_mtu = self.lost["above_size"] + self.lost["refused"] + self.lost["fragment"]
        self.unnumbered = all(part["type"] == "1" or part.get("sequence-domain") in ("none", "constant") for part in self.parts)
        # A first number alone shows no loss.
        single = self.count_with_others("delivered") <= 1 and not self.is_blurred()
        self.unknown = self.unnumbered or single
        self.iperf = all(carried.get("kind") == "iperf" for carried in self.carried)
        self.replay = any(carried.get("kind") == "capture" for carried in self.carried)

    @staticmethod
    def sum_lost(sessions):
        return {cause: sum(session["lost"][cause]["copies"] for session in sessions) for cause in sessions[0]["lost"]}

    def count(self, word):
        """Copies of a kind, under this name."""
        return sum(session[word]["copies"] for session in self.told)

    def count_with_others(self, word):
        """... and of all sessions that share its counters."""
        return sum(session[word]["copies"] for session in self.counted)

    def not_mirrored(self, why):
        return sum(session["not_mirrored"][why]["frames"] for session in self.told)

    def restarts(self):
        return sum(domain["restarts"] for domain in self.domains)

    def says(self, key):
        """True if a section has the key."""
        return any(key in part for part in self.parts)

    def values(self, key):
        return {part[key] for part in self.parts if key in part}

    def values_with_others(self, key):
        return {part[key] for part in self.counting_parts if key in part}

    def carries(self, key):
        return any(key in carried for carried in self.carried)

    def has_loop(self):
        return any(int(part.get(key, "1")) > 1 for part in self.parts for key in ("loop", "nesting"))

    def cliffs(self):
        """The longest mirrored frames whose copies fit into the MTU, for each section that has one. What is longer
        than a fragment does not come where one of its fragments is lost."""
        limits = []
        for part in self.counting_parts:
            longest = [int(part["drop-above"])] if "drop-above" in part else []
            if "fragment-lost" in part:  # the key counts what stands behind the IPv4 header
                longest.append(IPV4_HEADER + int(part["fragment"]))
            limits += [length - OVERHEAD[part["type"]] for length in longest]
        return limits

    def foreign(self):
        """Copies whose numbers are not the source's own: put in by others, or flipped."""
        return self.count_with_others("foreign") + self.count_with_others("corrupted")

    def slack(self):
        """By how much foreign copies may put the number of missing ones wrong: hardly, but where they are a
        great part of what came."""
        foreign = self.foreign()
        return float("inf") if foreign * 20 > self.count_with_others("delivered") else foreign

    def icmp_errors(self):
        return sum(session["icmp_errors"]["frames"] for session in self.told)

    def is_blurred(self):
        """True if the copies that come do not tell exactly how many are missing."""
        return self.restarts() > 0 or any(key in part for part in self.counting_parts for key in ("fragment", "loop"))


def truths(scenario, truth):
    """A Truth for each source and session ID of the scenario, by these."""
    names = {}
    for name, keys in sections(scenario, "session").items():
        identity = int(keys["session"]) if "session" in keys and keys["type"] != "1" else None
        names.setdefault((keys["source"], identity), []).append(name)
    made = {key: Truth(scenario, truth, several) for key, several in names.items()}
    for one in made.values():
        one.alone = len(made) == 1  # nothing that this session lacks comes in another
    return made
