# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios for the referee, each drawn from its seed alone: one mirror or several of one source, what they
carry, and none, one or two causes for which something of that does not come.

A scenario is a dictionary of groups, each a dictionary of keys. Its addresses are its own, so that several
can share a capture.
"""

import random

import drawn_causes
from drawn_causes import CAUSES

# What sessions of one name tell apart: copies that are lost, late or cut.
OF_ONE_NAME = [
    drawn_causes.cause_chance,
    drawn_causes.cause_runs,
    drawn_causes.cause_policer,
    drawn_causes.cause_cut,
    drawn_causes.cause_snapped,
    drawn_causes.cause_disorder,
    drawn_causes.cause_mtu,
    drawn_causes.cause_outage,
    drawn_causes.cause_wrap,
]

FLOOD = 60  # sessions of one copy
PLACES = 25  # scenarios in a capture, at most

# Whose addresses are whose, so that no connection is in two of them: up to three [traffic] of each place, then
# the frames that up to four sessions of each place make, then the frames of floods.
NETWORKS_OF_FRAMES = 3 * PLACES
NETWORKS_OF_FLOODS = 225


def apart(number):
    """Of two numbers at least two bits differ: a flipped bit makes none of another."""
    return 2 * number + number.bit_count() % 2


def separate_by_index(number):
    return {"index": str(number)}


def separate_by_hardware_id(number):
    return {"type": "3", "hw": str(number)}


def separate_by_ttl(number):
    return {"ttl": str(60 + number)}


def separate_by_mac(number):
    return {"source-mac": f"02:00:00:00:00:{number:02x}"}


def separate_by_vlan(number):
    return {"outer-vlan": str(10 + number)}


def separate_by_nothing(number):
    return {}


SEPARATIONS = [value for name, value in sorted(globals().items()) if name.startswith("separate_by_")]


class Drawing:
    """One scenario while it is drawn. place: in a capture, less than PLACES."""

    def __init__(self, seed, place, traffic):
        self.rng = random.Random(seed)
        self.place = place
        self.traffic = traffic
        self.groups = {}
        self.sessions = 0
        self.traffics = 0
        self.one_name = False  # of several sessions: what starts their numbers alike makes one of them

    def carried(self):
        """A [traffic NAME] of its own."""
        name = f"t{self.place}-{len(self.groups)}"
        group = self.traffic.group(self.rng)
        if group["kind"] != "capture":
            group["network"] = str(self.place + PLACES * self.traffics)
        self.traffics += 1
        self.groups[f"traffic {name}"] = group
        return name

    def session(self, mirror=None, **keys):
        made = {
            "source": f"198.18.0.{apart(self.place + 1)}",
            "type": str(self.rng.choice([2, 3])),
            "session": str(1 + self.sessions * 100 + self.rng.randrange(100)),
            "seed": str(self.rng.randrange(1 << 32)),
        }
        if mirror:
            made["mirror"] = mirror
        else:
            made |= self.traffic.frames(self.rng) | {"network": str(NETWORKS_OF_FRAMES + 4 * self.place + self.sessions)}
        made |= {key.replace("_", "-"): value for key, value in keys.items()}
        self.groups[f"session s{self.place}-{self.sessions}"] = made
        self.sessions += 1
        return made

    def content(self):
        """The name of a traffic, or nothing for frames that the session makes itself."""
        return self.carried() if self.rng.random() < 0.75 else None

    def shape_single(self):
        return [self.session(self.content())]

    def shape_shared(self):
        kind = self.rng.choice(["2", "3"])
        start = str(self.rng.randrange(1 << 28))
        return [
            self.session(self.content(), type=kind, sequence_domain="source", sequence_start=start)
            for _ in range(self.rng.choice([2, 3]))
        ]

    def shape_directions(self):
        name = self.carried()
        return [self.session(name, mirror_direction=way) for way in ("forward", "reverse")]

    def shape_twice(self):
        name = self.carried()
        first, second = self.session(name), self.session(name)
        if self.rng.random() < 0.5:
            second["routed"] = "yes"
        return [first, second]

    def shape_counters(self):
        self.one_name = True
        separate = self.rng.choice(SEPARATIONS)
        kind, identity = self.rng.choice(["2", "3"]), str(self.rng.randrange(1, 1024))
        made = []
        for number in range(self.rng.choice([2, 3, 4])):
            start = self.rng.randrange(1 << 28)
            keys = self.session(None, type=kind, session=identity, sequence_start=str(start))
            keys |= separate(number)
            keys |= {"count": str(self.rng.choice([300, 600])), "interval": self.rng.choice(["90us", "100us", "130us"])}
            made.append(keys)
        return made

    def shape_flood(self):
        bystander = self.session(self.content())
        for number in range(FLOOD):
            name = f"session s{self.place}-{self.sessions}"
            self.groups[name] = {
                "source": f"198.19.{apart(self.place + 1)}.{apart(number + 1)}",
                "type": "2",
                "session": str(self.place + 1),
                "inner": "udp",
                "inner-size": str(100 + number),
                "network": str(NETWORKS_OF_FLOODS + self.place),
                "count": "1",
            }
            self.sessions += 1
        return [bystander]

    SHAPES = [
        (shape_single, 60),
        (shape_shared, 10),
        (shape_directions, 8),
        (shape_twice, 8),
        (shape_counters, 12),
        (shape_flood, 2),
    ]

    def add_causes(self, sessions):
        causes = [cause for cause in CAUSES if not self.one_name or cause in OF_ONE_NAME]
        for cause in self.rng.sample(causes, self.rng.choice([0, 1, 1, 1, 1, 2, 2])):
            everyone = self.rng.random() < 0.5 and not self.one_name
            state = self.rng.getstate()
            for session in sessions if everyone else sessions[:1]:
                self.rng.setstate(state)
                cause(self.rng, session, self.groups.get(f"traffic {session.get('mirror')}", {}))


def draw(seed, place, traffic):
    """The scenario of a seed."""
    drawing = Drawing(seed, place, traffic)
    shapes, weights = zip(*Drawing.SHAPES)
    (shape,) = drawing.rng.choices(shapes, weights)
    drawing.add_causes(shape(drawing))
    return drawing.groups


def text(scenario):
    lines = []
    for group, keys in scenario.items():
        lines.append(f"[{group}]")
        lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


KEPT = ("kind", "source", "mirror", "type", "session", "inner", "count")


def smaller(scenario):
    """Scenarios with a group or a key less."""
    sessions = [group for group in scenario if group.startswith("session ")]
    for group in sessions if len(sessions) > 1 else ():
        rest = {name: keys for name, keys in scenario.items() if name != group}
        mirrored = {f"traffic {keys.get('mirror')}" for keys in rest.values()}
        yield {name: keys for name, keys in rest.items() if name.startswith("session ") or name in mirrored}
    for group, keys in scenario.items():
        for key in keys:
            if key not in KEPT:
                yield {name: {k: v for k, v in content.items() if (name, k) != (group, key)} for name, content in scenario.items()}
