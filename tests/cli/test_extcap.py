# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspandump answers Wireshark, by Wireshark's own grammar of extcaps (doc/extcap.4 there)."""

import re
import subprocess
from pathlib import Path

import pytest
from time_limit import TIME_LIMIT

SENTENCE = re.compile(r"(\w+) ((?:\{\w+=[^{}]*\})+)")
DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def dump(erspandump):
    def run(*arguments, status=0):
        command = [erspandump, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT)
        assert done.returncode == status, done.stderr
        return done

    return run


def sentences(text):
    """(kind, attributes) of each line."""
    for line in text.splitlines():
        kind, attributes = SENTENCE.fullmatch(line).groups()
        yield kind, dict(re.findall(r"\{(\w+)=([^{}]*)\}", attributes))


def test_interfaces(dump):
    (extcap, interface, *controls) = sentences(dump("--extcap-interfaces", "--extcap-version=4.0").stdout)
    assert extcap[0] == "extcap" and "version" in extcap[1]
    assert (interface[0], interface[1]["value"]) == ("interface", "erspan")
    assert [one["display"] for _, one in controls] == ["Received", "Lost", "Late", "Dropped here"]
    assert [one["number"] for _, one in controls] == ["0", "1", "2", "3"]


def test_link_types(dump):
    ((kind, dlt),) = sentences(dump("--extcap-interface", "erspan", "--extcap-dlts").stdout)
    assert (kind, dlt["number"]) == ("dlt", "1")


def test_fields(dump):
    """Each field is an option that the program has, and takes what the field shows first."""
    shown = list(sentences(dump("--extcap-interface=erspan", "--extcap-config").stdout))
    offered = re.findall(r"^ +(--[a-z-]+)", dump("--help").stdout, re.MULTILINE)
    for field in (one for kind, one in shown if kind == "arg"):
        assert field["call"] in offered and field["tooltip"] and field["display"]
        values = [one for kind, one in shown if kind == "value" and one["arg"] == field["number"]]
        assert (field["type"] == "selector") == bool(values)
        first = {
            "selector": [one["value"] for one in values if one["default"] == "true"][:1],
            "integer": [field.get("default")],
            "string": ["7"] if field["call"] == "--session" else ["192.0.2.1"],
            "boolflag": [],
        }[field["type"]]
        assert field.get("default", "false") == "false" or field["type"] == "integer"
        # All is right but for the file that is missing.
        if first or field["type"] == "boolflag":
            assert "--capture needs --fifo" in dump("--capture", field["call"], *first, status=2).stderr


def test_filter(dump):
    """Wireshark has it checked while the user types: nothing said is a right one."""
    assert dump("--extcap-interface", "erspan", "--extcap-capture-filter", "src 192.0.2.1 and ip proto 47").stdout == ""
    assert "syntax error" in dump("--extcap-interface", "erspan", "--extcap-capture-filter", "src and").stdout


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "--capture is required"),
        (["--capture"], "--capture needs --fifo PIPE"),
        (["--capture", "--fifo", "-"], "no interface is chosen: --interface NAME"),
        (["--capture", "--fifo", "-", "--interface", ""], "no interface is chosen"),
        (["--extcap-config", "--extcap-interface", "eth0"], "--extcap-interface=eth0: the only one is erspan"),
        (["--capture", "--fifo", "-", "--interface", "x", "--snap", "10"], "--snap=10: must be 64 to 262144"),
        (["--capture", "--fifo", "-", "--interface", "x", "--in-order", "-1"], "--in-order=-1: must be 0 to 10000"),
        (["--capture", "--fifo", "-", "--interface", "x", "--session", "7-"], "--session 7-: must be ID"),
        (["--capture", "--fifo", "-", "--interface", "x", "--source", "1.2"], "--source 1.2: must be an IPv4"),
        (["--capture", "--fifo", "-", "--interface", "x", "--time", "now"], "--time=now: must be arrival or source"),
        (["--capture", "--fifo", "-", "--interface", "x", "--frames", "all"], "--frames=all: must be mirrored or copies"),
        (["--capture", "extra"], "unexpected argument extra"),
        (["--nothing"], "--nothing"),
    ],
)
def test_wrong_requests(dump, arguments, words):
    assert words in dump(*arguments, status=2).stderr


def test_version(dump):
    assert re.fullmatch(r"erspandump \d+\.\d+\.\d+\n", dump("--version").stdout)


def test_options_are_explained(dump):
    """Each option that is not Wireshark's own is in the manual, and no other."""
    shown = dump("--help").stdout
    offered = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE))
    own = {name for name in offered if not name.startswith(("--extcap", "--help", "--version"))}
    table = (DOCS / "handoff.md").read_text("utf-8").split("## In Wireshark")[1].split("\n## ")[0]
    assert set(re.findall(r"`(--[a-z-]+)", table)) - {"--system", "--user"} == own
