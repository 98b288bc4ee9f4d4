# SPDX-License-Identifier: GPL-2.0-or-later
"""Why something of a drawn mirror does not come, or comes other than it was. Each function changes the
keys of a session, and of the traffic that it mirrors where that takes part."""

UNNUMBERED = ("1", "none", "constant")


def cause_mtu(rng, session, carried):
    session["drop-above"] = rng.choice(["1500", "1500", "1400", "1540", "9000"])
    if rng.random() < 0.4:
        session["drop-answer"] = "yes"


def cause_super_frames(rng, session, carried):
    if carried.get("kind") == "iperf":
        carried["tso"] = rng.choice(["16KiB", "32KiB", "64KiB"])
    session["mirror-up-to"] = "1518"


def cause_sampling(rng, session, carried):
    session["sample"] = rng.choice(["7", "11", "23", "101"])
    if rng.random() < 0.5:
        session["sample-by"] = "chance"


def cause_cut(rng, session, carried):
    session["truncate"] = rng.choice(["64", "128", "200"])
    if rng.random() < 0.3:
        session["truncate-flag"] = "no"


def cause_snapped(rng, session, carried):
    session["snap"] = rng.choice(["90", "128", "256"])


def cause_policer(rng, session, carried):
    session["police-rate"] = rng.choice(["20Mbit", "100Mbit", "400Mbit"])
    session["police-burst"] = "16384"  # no super-frame fits


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


def cause_blocks(rng, session, carried):
    session["reorder-block"] = rng.choice(["4", "16", "64"])
    session["reorder-queues"] = rng.choice(["2", "4"])
    if rng.random() < 0.3 and session["reorder-block"] != "64":  # 64 in a row, far back, are a restart
        session["reorder-mode"] = "reversed"
        session["sequence-start"] = str(rng.randint(1000, 1 << 28))  # what falls back to 0 restarted


def cause_intruder(rng, session, carried):
    if rng.random() < 0.5:
        session["spoof"] = rng.choice(["0.2%", "1%"])
    else:
        session["spoof-copies"] = str(rng.randint(20, 150))
        session["spoof-count"] = rng.choice(["1", "2", "5"])
    session["spoof-number"] = rng.choice(["ahead", "behind", "near", "zero", "same", "random"])
    if rng.random() < 0.3:
        session["spoof-ttl"] = "7"


def cause_restart(rng, session, carried):
    session["sequence-start"] = str(rng.randint(100000, 1 << 28))
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


def cause_translated(rng, session, carried):
    session["nat"] = rng.choice(["mac", "address", "port"])


def cause_wrap(rng, session, carried):
    bits = rng.choice([30, 32])
    session["sequence-bits"] = str(bits)
    session["sequence-start"] = str((1 << bits) - rng.randint(5, 100))


CAUSES = [value for name, value in sorted(globals().items()) if name.startswith("cause_")]
