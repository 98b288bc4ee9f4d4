# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/fields.md lists every field, type and preference of the plugin, and nothing else."""
import re
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "fields.md"
PROTOCOLS = ("erspan", "erspan-marker", "everflow")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|", re.MULTILINE)


def documented():
    """(name, second column) of every row; a preference and a field may share a name."""
    return [(name, kind.strip()) for name, kind in ROW.findall(REFERENCE.read_text())]


def test_every_field_is_documented(tshark):
    fields = {}
    for line in tshark.call("-G", "fields").stdout.splitlines():
        columns = line.split("\t")
        if columns[0] == "F" and columns[4] in PROTOCOLS:
            fields[columns[2]] = columns[3]
    rows = documented()
    severities = {"chat", "note", "warning", "error"}
    listed = {name: "FT_NONE" if kind in severities else kind
              for name, kind in rows
              if kind.startswith("FT_") or kind in severities}
    assert listed == fields


def test_every_preference_is_documented(tshark):
    current = tshark.call("-G", "currentprefs").stdout
    preferences = set(re.findall(r"^#?(erspan\.[a-z_]+):", current, re.MULTILINE))
    rows = documented()
    assert preferences == {name for name, kind in rows if kind.startswith("`")}
