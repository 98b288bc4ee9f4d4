# SPDX-License-Identifier: GPL-2.0-or-later
"""What others write never reaches a terminal, SVG, JSON or Prometheus raw: names of files and
interfaces, filters, scenarios."""

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
from packets import lossy
from time_limit import TIME_LIMIT

ODD = {
    "escape": ("\x1b[31m", "\\x1b[31m"),
    "carriage return": ("\r", "\\x0d"),
    "newline": ("\n", "\\x0a"),
    "delete": ("\x7f", "\\x7f"),
    "C1": ("\u009b", "\\x9b"),
    "quote": ('"', '"'),
    "override": ("\u202e", "\\u202e"),
    "isolate": ("\u2066", "\\u2066"),
    "mark": ("\u200f", "\\u200f"),
    "line separator": ("\u2028", "\\u2028"),
}
HIDDEN = [raw for name, (raw, _) in ODD.items() if name not in ("quote", "newline", "escape")] + ["\x1b"]
each = pytest.mark.parametrize("raw, shown", ODD.values(), ids=ODD)


def clean(text):
    return [mark for mark in HIDDEN if mark in text] == []


@each
def test_a_name_of_a_file_in_reports(rate, tmp_path, raw, shown):
    name = f"a{raw}b.pcap"
    lossy(tmp_path, [0, 3]).rename(tmp_path / name)
    words = rate("-r", name, "--prometheus", "x.prom", "--plot", "x.svg", cwd=tmp_path)
    assert clean(words.stdout + words.stderr)
    assert words.stdout.startswith(f"a{shown}b.pcap: ")
    line = rate("-r", name, "-j", cwd=tmp_path).stdout
    assert clean(line) and json.loads(line)["file"] == name
    assert clean((tmp_path / "x.prom").read_text(encoding="utf-8"))
    svg = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert clean(svg)
    assert "b.pcap" in "".join(ElementTree.fromstring(svg).itertext())


@each
def test_names_in_errors(erspanrate, erspangen, tmp_path, raw, shown):
    lossy(tmp_path, [0]).rename(tmp_path / "x.pcap")
    name = f"a{raw}b"
    for command in (
        [erspanrate, "-r", name],
        [erspanrate, "-i", name],
        [erspanrate, "-r", "x.pcap", "-f", name],
        [erspanrate, "-r", "x.pcap", "--domain", name],
        [erspanrate, "-r", "x.pcap", "-m", name],
        [erspanrate, "-r", "x.pcap", "-w", f"none/{name}"],
        [erspanrate, name],
        [erspanrate, f"--{name}"],
        [erspangen, name],
        [erspangen, "check", name],
        [erspangen, "write", "--type", name],
        [erspangen, "send", "-i", name],
    ):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=TIME_LIMIT)
        said = done.stderr.decode() + done.stdout.decode()
        assert done.returncode in (1, 2) and said
        assert clean(said), command


@each
def test_a_scenario(erspangen, tmp_path, raw, shown):
    """Its names and values, in errors and in the truth."""
    (tmp_path / "x.ini").write_text(f"[session a{raw}b]\ntype = 2\ncount = 1\nodd{raw} = 1\nloss = {raw}\n", "utf-8")
    done = subprocess.run([erspangen, "check", "x.ini"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2 and clean(done.stderr.decode() + done.stdout.decode())
    (tmp_path / "x.ini").write_text(f"[session a{raw}b]\ntype = 2\ncount = 1\n", encoding="utf-8")
    command = [erspangen, "write", "x.ini", "-o", "x.pcap", "-t", "truth.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert clean(done.stderr.decode() + done.stdout.decode())
    if done.returncode == 0:
        truth = (tmp_path / "truth.json").read_text(encoding="utf-8")
        assert clean(truth) and json.loads(truth)


def test_bytes_that_are_no_text(erspanrate, tmp_path):
    done = subprocess.run([erspanrate, "-r", b"a\xffb"], cwd=tmp_path, capture_output=True, check=False)
    assert b"a\\xffb" in done.stderr
    os.rename(lossy(tmp_path, [0]), os.fsencode(tmp_path) + b"/a\xff\x1bb")
    done = subprocess.run([erspanrate, "-r", b"a\xff\x1bb"], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().startswith("a\ufffd\\x1bb: ")
