# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws scenarios of paths at random: two to four points, each with a mirror that may lose copies, and between
them a network that delays, loses, routes, translates and reorders frames. A drawing is made of its seed alone.
"""

import random


def traffic(rng):
    """The keys of the traffic, each frame of which has an IP identification of its own for a while."""
    kind = rng.choice(["rate", "poisson", "imix", "iperf"])
    keys = {"kind": kind, "flows": str(rng.choice([1, 2, 5]))}
    if kind == "iperf":
        keys |= {"bytes": rng.choice(["400kB", "1MB"]), "rate": rng.choice(["20Mbit", "60Mbit"])}
        keys |= {"rtt": rng.choice(["5ms", "20ms"])}
    else:
        keys |= {"count": str(rng.randint(300, 900)), "rate": rng.choice(["2kpps", "5kpps"])}
    if kind in ("rate", "poisson"):
        keys["inner-size"] = str(rng.choice([100, 300, 900, 1500]))
    if kind in ("iperf", "poisson"):
        keys["seed"] = str(rng.randrange(1 << 32))
    return keys


def network(rng):
    """What the stretch before a point does."""
    keys = {"path-delay": f"{rng.choice([2, 5, 80, 700, 3000])}us"}
    if rng.random() < 0.4:
        keys["path-jitter"] = f"{rng.choice([1, 30, 500])}us"
    if rng.random() < 0.2:
        keys["path-rate"] = rng.choice(["50Mbit", "100Mbit"])
        if rng.random() < 0.5:
            keys["path-queue"] = "20kB"
    lost = rng.random()
    if lost < 0.3:
        keys["path-loss"] = rng.choice(["0.3%", "2%", "8%"])
    elif lost < 0.5:
        keys |= {"path-run-start": rng.choice(["0.3%", "1%"]), "path-run-end": rng.choice(["20%", "40%"])}
    elif lost < 0.6:
        first = rng.randint(30, 200)
        keys["path-drop-frames"] = f"{first}-{first + rng.randint(0, 10)}"
    if lost < 0.5 and rng.random() < 0.3:
        keys["path-loss-above"] = rng.choice(["80", "500", "1400"])
    if rng.random() < 0.15:
        keys |= {"path-reorder": rng.choice(["1%", "5%"]), "path-reorder-delay": f"{rng.choice([500, 2000])}us"}
    if rng.random() < 0.5:
        keys["path-hops"] = str(rng.choice([1, 1, 2, 3]))
    if rng.random() < 0.2:
        keys["path-vlan"] = str(rng.choice([0, 20]))
    if rng.random() < 0.2:
        keys["path-dscp"] = str(rng.choice([10, 46]))
    return keys


def mirror_loss(rng):
    """What happens to the copies of a point on their way to the collector."""
    kind = rng.random()
    if kind < 0.3:
        return {"loss": rng.choice(["0.3%", "2%", "8%"])}
    if kind < 0.5:
        return {"run-start": rng.choice(["0.3%", "1%"]), "run-end": rng.choice(["10%", "40%"])}
    if kind < 0.6:
        first = rng.randint(30, 200)
        return {"drop-copies": f"{first}-{first + rng.randint(0, 30)}"}
    return {}


def draw(seed, network_loses=None, mirrors_lose=None):
    """A scenario. Whether the network, and the mirrors, may lose anything is drawn if None."""
    rng = random.Random(seed)
    lengths = random.Random(f"lengths {seed}")  # apart, so that the rest of a drawing is what it was before
    drifts = random.Random(f"drifts {seed}")  # likewise
    translator = random.Random(f"translator {seed}")  # likewise
    network_loses = rng.random() < 0.7 if network_loses is None else network_loses
    mirrors_lose = rng.random() < 0.7 if mirrors_lose is None else mirrors_lose
    carried = traffic(rng)
    clock = rng.choice(["none", "one", "one", "set", "own"])
    ptp = {"gra": "2", "platform": "5", "timestamp": "unix"}
    sections = [("traffic port", carried)]
    points = rng.randint(2, 4)
    translated_from = translator.randint(1, points - 1) if translator.random() < 0.3 else points
    translation = translator.choice(["address", "port", "port", "mac"])
    for point in range(points):
        keys = {"session": str(10 + point), "source": f"192.0.2.{point + 1}"}
        if clock == "one":  # all mirrors are of one switch
            keys |= {"source": "192.0.2.1", "type": "3", "gra": "1", "timestamp": "123456"}
        elif clock == "set":  # each switch has its own, and all tell the time of day
            keys |= {"type": "3"} | ptp
        elif clock == "own":
            keys |= {"type": "3", "gra": "1", "timestamp": str(rng.randrange(1 << 31))}
            keys["drift"] = f"{drifts.randint(-90, 90)}ppm"
        if point == 0:
            keys["mirror"] = "port"
        else:
            keys["after"] = f"p{point - 1}"
            stretch = network(rng)
            if not network_loses:
                lossy = ("path-loss", "path-run", "path-drop", "path-queue")
                stretch = {key: value for key, value in stretch.items() if not key.startswith(lossy)}
            keys |= stretch
        if point >= translated_from:
            keys["nat"] = translation
        if mirrors_lose:
            keys |= mirror_loss(rng)
        if mirrors_lose and lengths.random() < 0.15:  # without a gap in its numbers: quirk Q36
            keys["mirror-up-to"] = lengths.choice(["80", "600", "1400"])
        random_keys = ("path-loss", "path-run", "path-jitter", "path-reorder", "loss", "run")
        if any(key.startswith(random_keys) for key in keys):
            keys["seed"] = str(rng.randrange(1 << 32))
        sections.append((f"session p{point}", keys))
    text = ["[capture]", "time-precision = ns", ""]
    for name, keys in sections:
        text += [f"[{name}]", *(f"{key} = {value}" for key, value in keys.items()), ""]
    return "\n".join(text)
