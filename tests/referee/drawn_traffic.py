# SPDX-License-Identifier: GPL-2.0-or-later
"""What a drawn mirror carries: traffic of every kind that the generator knows, or frames of one protocol."""

import re
import subprocess


def choices(erspangen, topic, key):
    """The words that a key takes, as the generator's help says."""
    text = subprocess.run([erspangen, "write", f"--help-{topic}"], check=True, capture_output=True, text=True).stdout
    joined = re.sub(r"\|\s+", "|", text)
    (words,) = re.findall(rf"--{key}=(\S+)", joined)
    return words.split("|")


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


def of_protocol(rng, protocols, tunnels):
    """Keys of frames of one protocol, plain or in a tunnel."""
    keys = {"inner": rng.choice(protocols)}
    if rng.random() < 0.4:
        keys["inner-tunnel"] = rng.choice(tunnels)
        keys["inner-tunnel-ip"] = rng.choice(["4", "6"])
    if rng.random() < 0.5:
        keys["inner-size"] = rng.choice(["60", "100", "300", "1000"])
    if rng.random() < 0.3:
        keys["inner-ip"] = "6"
    if rng.random() < 0.3:
        keys["inner-checksum"] = rng.choice(["partial", "none"])
    if rng.random() < 0.3:
        keys["inner-ip-id"] = "zero"
    if rng.random() < 0.3:
        keys["flows"] = rng.choice(["2", "10"])
    if rng.random() < 0.1:
        keys["inner-vlan"] = "100"
    return keys


class Traffic:
    """Draws what is mirrored. replay: a capture of plain frames."""

    def __init__(self, erspangen, replay):
        self.kinds = choices(erspangen, "traffic", "kind")
        self.protocols = [word for word in choices(erspangen, "inner", "inner") if word not in ("none", "random")]
        self.tunnels = choices(erspangen, "inner", "inner-tunnel")
        self.replay = replay

    def group(self, rng):
        """The keys of a [traffic NAME]."""
        kind = rng.choice(self.kinds)
        if kind == "iperf" or rng.random() < 0.5:
            return iperf(rng)
        if kind == "capture":
            return {"kind": kind, "file": str(self.replay)}
        keys = {"kind": kind, "count": str(rng.choice([200, 800, 2000]))}
        if kind in ("rate", "poisson", "imix"):
            keys["rate"] = rng.choice(["5Mbit", "50Mbit", "500Mbit"])
        if kind == "periodic":
            keys["count"] = str(rng.choice([20, 200]))
            keys |= of_protocol(rng, self.protocols, self.tunnels)
            keys["every"] = rng.choice(["10ms", "50ms", "1s"])
        return keys

    def frames(self, rng):
        """The keys of a session that mirrors frames made for it alone."""
        keys = {"count": str(rng.choice([50, 300, 1000])), "interval": rng.choice(["5us", "100us", "3ms"])}
        return keys | of_protocol(rng, self.protocols, self.tunnels)
