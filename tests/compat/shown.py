# SPDX-License-Identifier: GPL-2.0-or-later
"""shown.py DIRECTORY: writes down all that this machine's tshark shows of ERSPAN.

For each capture of captures/, and of ERSPAN_THIRD_PARTY_CAPTURES, a file: every field of the plugin,
hidden ones too, with value, label and place; every expert item; and every statistic. Two versions of
Wireshark that show the same write the same. How Wireshark itself words a time or a boolean is not the
plugin's: these are written one way, and a duration by its value alone.
"""

import concurrent.futures
import os
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from programs import BUILD, TREE, Tshark  # noqa: E402

ATTRIBUTES = ["name", "showname", "show", "value", "pos", "size", "hide"]
STATISTICS = ["sessions", "loss", "bandwidth", "json", "tree"]
OLD_TIME = re.compile(r"([A-Z][a-z]{2} [ \d]\d, \d{4} \d\d:\d\d:\d\d)(\.\d+) UTC")
NEW_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d\.\d+)(Z| UTC|\+0000)")
UNIT = r"(?:(?:nano|micro|milli)?seconds?|minutes?|hours?|days?)"
DURATION = re.compile(rf": -?[\d.]+ {UNIT}(?:, [\d.]+ {UNIT})*$")


def one_way(text):
    text = OLD_TIME.sub(
        lambda found: datetime.strptime(found[1], "%b %d, %Y %H:%M:%S").isoformat() + found[2] + "Z", text
    )
    text = NEW_TIME.sub(r"\1T\2Z", text)
    text = DURATION.sub("", text)
    return {"True": "1", "False": "0"}.get(text, text)


def lines_of(element, depth=0):
    words = [f"{key}={one_way(element.get(key))}" for key in ATTRIBUTES if key in element.keys()]
    yield "  " * depth + " | ".join(words)
    for child in element:
        yield from lines_of(child, depth + 1)


def shown(tshark, capture):
    options = [option for statistic in STATISTICS for option in ("-z", f"erspan,{statistic}")]
    pdml, statistics = tshark.run(capture, "-T", "pdml", *options).stdout.split("</pdml>")
    lines = []
    for packet in ElementTree.fromstring(pdml + "</pdml>"):
        for layer in packet.iter("proto"):
            if layer.get("name") == "erspan":
                number = packet.find("./proto/field[@name='num']").get("show")
                lines += [f"frame {number}", *lines_of(layer)]
    return "\n".join(lines) + statistics


def captures():
    yield from sorted((TREE / "captures").glob("*.pcap*"))
    if "ERSPAN_THIRD_PARTY_CAPTURES" in os.environ:
        yield from sorted(Path(os.environ["ERSPAN_THIRD_PARTY_CAPTURES"]).rglob("*.pcap*"))


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="erspan-shown-") as stage:
        Path(stage).chmod(0o755)
        tshark = Tshark(Path(stage), BUILD / "plugin" / "erspan.so")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            chosen = list(captures())
            for capture, text in zip(chosen, pool.map(lambda one: shown(tshark, one), chosen)):
                (directory / f"{capture.name}.txt").write_text(text, encoding="utf-8")
    print(f"{len(chosen)} captures")


main()
