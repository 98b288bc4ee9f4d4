# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws scenarios at random: sources of every sequence domain, and all that goes wrong on the way.

A drawing is made of its seed alone. One capture holds many sources, each a scenario of its own: they
share nothing but the file.

Not drawn, as nothing in the bytes tells, is a restart less than a thousand numbers before the wrap: it is
loss over the wrap as well.
"""

import random

SOURCES = 50  # in one capture


def impairments(rng, count):
    """What goes wrong with a session of so many copies, as keys of its section."""
    keys = {}
    if rng.random() < 0.4:
        keys["loss"] = f"{rng.choice([0.5, 2, 10, 30])}%"
    if rng.random() < 0.3:
        keys["run-start"] = f"{rng.choice([0.5, 2, 5])}%"
        keys["run-end"] = f"{rng.choice([3, 10, 40])}%"
    if rng.random() < 0.4:
        keys["late"] = f"{rng.choice([1, 5, 20])}%"
        keys["late-by"] = str(rng.choice([1, 2, 7, 64, rng.randint(1, 1000)]))
    if rng.random() < 0.4:
        keys["duplicate"] = f"{rng.choice([1, 5, 20])}%"
        if rng.random() < 0.5:
            keys["duplicate-after"] = str(rng.choice([1, 3, 50]))
    return keys


def session(rng, name, source, number, domain, count):
    """One section of the scenario."""
    keys = {
        "source": source,
        "type": str(rng.choice([2, 3])),
        "session": str(number),
        "count": str(count),
        "interval": f"{rng.choice([10, 100, 1000])}us",
        "delay": f"{rng.randint(0, 300)}us",
        "inner": "udp",
        "inner-size": str(rng.choice([60, 100, 300])),
        "sequence-domain": domain,
    }
    if domain == "hw-id":
        keys["type"] = "3"
    wrong = impairments(rng, count)
    if wrong:
        keys["seed"] = str(rng.randrange(1 << 32))
    return name, keys | wrong


def source(rng, index):
    """The sections of one source."""
    address = f"192.0.{index // 200}.{index % 200 + 1}"
    domain = rng.choice(["session", "session", "source", "hw-id"])
    count = rng.randint(40, 300)
    sections = []
    sessions = rng.randint(1, 4)
    for number in range(sessions):
        identity = 100 + number
        engines = rng.randint(2, 3) if domain == "hw-id" else 1
        for engine in range(engines):
            name = f"s{index}-{number}-{engine}"
            made = session(rng, name, address, identity, domain, count)
            if domain == "hw-id":
                made[1]["hw"] = str(engine)
            sections.append(made)
    first = begin(rng, sections, count)
    counters = sections[:1] if domain == "source" else sections
    for _, keys in counters:
        keys["sequence-start"] = str(first)
    return sections


def begin(rng, sections, count):
    """The first number of the source's counters; also whether they wrap or restart."""
    kind = rng.random()
    if kind < 0.15:
        return (1 << 32) - rng.randint(1, count)
    if kind < 0.3:
        for _, keys in sections:
            keys["sequence-bits"] = "30"
        return (1 << 30) - rng.randint(1, count)
    if kind < 0.4:
        return 0
    if kind < 0.7:
        # All at one time, since they may share a counter, and amid the copies of each. The counter falls
        # back by more than any copy is late: what falls back by less, amid loss and late copies, no reader
        # can tell for sure.
        delay = rng.randint(0, 300)
        moment = delay + rng.randint(count // 3, count * 2 // 3) * 10
        for _, keys in sections:
            keys["interval"] = "10us"
            keys["delay"] = f"{delay}us"
            keys["restart-time"] = f"{moment}us"
        return rng.randrange(100000, 1 << 28)
    return rng.randrange(1 << 28)


def spans(domain):
    """Of a truth's domain: how many copies came between two restarts, where any did."""
    return [span["copies"] for span in domain["spans"] if span["copies"] > 0]


def restarts(domain):
    """Those that show: with nothing left of the copies on one side, nothing tells of the restart."""
    return max(len(spans(domain)) - 1, 0)


def can_be_told(domain):
    """False where the bytes are the same as in another truth: the only copy that came between two
    restarts equals one of which a bit flipped in the number."""
    return restarts(domain) == 0 or 1 not in spans(domain)


def draw(seed):
    """A scenario file with SOURCES sources."""
    rng = random.Random(seed)
    text = []
    for index in range(SOURCES):
        for name, keys in source(rng, index):
            text.append(f"[session {name}]")
            text += [f"{key} = {value}" for key, value in keys.items()]
            text.append("")
    return "\n".join(text)
