# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenarios for the referee, each drawn from its seed alone: one mirror, what it carries, and none, one or
two causes for which something of that does not come.

A scenario is a dictionary of groups, each a dictionary of keys. Its addresses are its own, so that several
can share a capture.
"""

import random
import re
import subprocess

UNNUMBERED = ("1", "none", "constant")


def traffic_kinds(erspangen):
    """The kinds of traffic that this generator knows, but for captures, which need a file."""
    text = subprocess.run([erspangen, "write", "--help-traffic"], check=True, capture_output=True, text=True).stdout
    (choices,) = re.findall(r"--kind=(\S+)", text) or ["iperf"]
    return [kind for kind in choices.split("|") if kind != "capture"]


def iperf(rng):
    keys = {"kind": "iperf", "flows": str(rng.choice([1, 2, 4, 8])), "bytes": f"{rng.choice([300, 1000, 3000])}kB"}
    keys["rate"] = rng.choice(["200Mbit", "1Gbit", "10Gbit"])
    keys["rtt"] = rng.choice(["100us", "200us", "2ms"])
    keys["inner-mtu"] = rng.choice(["1500", "1500", "1500", "1400", "9000"])
    if rng.random() < 0.25:
        keys["tso"] = rng.choice(["16KiB", "32KiB", "64KiB"])
    if rng.random() < 0.3:
        keys["lro-ack"] = "yes"
    return keys


def traffic(rng, kinds):
    kind = rng.choice(kinds)
    if kind == "iperf" or rng.random() < 0.6:
        return iperf(rng)
    keys = {"kind": kind, "count": str(rng.choice([200, 800, 2000]))}
    if kind in ("rate", "poisson", "imix"):
        keys["rate"] = rng.choice(["5Mbit", "50Mbit", "500Mbit"])
    return keys


def cause_mtu(rng, session, carried):
    session["drop-above"] = rng.choice(["1500", "1500", "1400", "1540", "9000"])
    if rng.random() < 0.4:
        session["drop-answer"] = "yes"


def cause_super_frames(rng, session, carried):
    carried["tso"] = rng.choice(["16KiB", "32KiB", "64KiB"])
    session["mirror-up-to"] = "1518"


def cause_sampling(rng, session, carried):
    session["sample"] = rng.choice(["7", "11", "23", "101"])


def cause_cut(rng, session, carried):
    session["truncate"] = rng.choice(["64", "128", "200"])
    if rng.random() < 0.3:
        session["truncate-flag"] = "no"


def cause_policer(rng, session, carried):
    session["police-rate"] = rng.choice(["20Mbit", "100Mbit", "400Mbit"])


def cause_runs(rng, session, carried):
    session["run-start"] = rng.choice(["0.5%", "1%", "3%"])
    session["run-end"] = rng.choice(["5%", "10%", "20%"])


def cause_chance(rng, session, carried):
    session["loss"] = rng.choice(["0.5%", "2%", "10%", "30%", "60%"])


def cause_one_direction(rng, session, carried):
    session["mirror-direction"] = rng.choice(["forward", "reverse"])


def cause_loop(rng, session, carried):
    session["loop"] = rng.choice(["2", "3"])


def cause_unnumbered(rng, session, carried):
    session.pop("sequence-domain", None)
    how = rng.choice(UNNUMBERED)
    if how == "1":
        session["type"] = "1"
        session.pop("session")
    else:
        session["sequence-domain"] = how


def cause_outage(rng, session, carried):
    first = rng.randint(20, 200)
    session["drop-copies"] = f"{first}-{first + rng.randint(5, 300)}"


def cause_disorder(rng, session, carried):
    session["late"] = rng.choice(["1%", "10%"])
    session["late-by"] = str(rng.choice([1, 5, 50]))
    if rng.random() < 0.5:
        session["duplicate"] = "2%"


def cause_restart(rng, session, carried):
    session["restart-copies"] = str(rng.randint(100, 180))


def cause_damage(rng, session, carried):
    session["corrupt"] = rng.choice(["0.2%", "1%"])


def cause_fragments(rng, session, carried):
    session["df"] = "no"
    session["fragment"] = "1480"
    if rng.random() < 0.5:
        session["fragment-lost"] = rng.choice(["first", "second"])


def cause_late_start(rng, session, carried):
    session["delay"] = rng.choice(["500us", "2ms"])


CAUSES = [value for name, value in sorted(globals().items()) if name.startswith("cause_")]


def draw(seed, number, kinds):
    """The scenario of a seed. number: its place in a capture, less than 200."""
    rng = random.Random(seed)
    carried = traffic(rng, kinds)
    carried["network"] = str(number)
    name, port = f"s{number}", f"t{number}"
    session = {
        "source": f"192.0.2.{number + 1}",
        "type": str(rng.choice([2, 3])),
        "session": str(rng.randint(1, 1023)),
        "mirror": port,
        "seed": str(rng.randrange(1 << 32)),
    }
    for cause in rng.sample(CAUSES, rng.choice([0, 1, 1, 1, 1, 2, 2])):
        cause(rng, session, carried)
    return {f"traffic {port}": carried, f"session {name}": session}


def text(scenario):
    lines = []
    for group, keys in scenario.items():
        lines.append(f"[{group}]")
        lines += [f"{key} = {value}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"
