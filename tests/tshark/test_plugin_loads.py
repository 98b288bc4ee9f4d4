# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards against testing the built-in dissector by mistake, and against losing its filters."""

import re

BUILT_IN_FIELDS = 35


def erspan_fields(tshark):
    """Filter name -> type, of everything that begins with "erspan."."""
    rows = (line.split("\t") for line in tshark.call("-G", "fields").stdout.splitlines())
    return {row[2]: row[3] for row in rows if row[0] == "F" and row[2].startswith("erspan.")}


def loaded_plugins(tshark):
    return re.findall(r"^(\S+)\s", tshark.call("-G", "plugins").stdout, re.MULTILINE)


def test_the_plugin_is_loaded(tshark):
    assert "erspan.so" in loaded_plugins(tshark)


def test_the_builtin_tshark_has_no_plugin(builtin_tshark):
    assert "erspan.so" not in loaded_plugins(builtin_tshark)


def test_the_plugin_starts_without_a_word(tshark, builtin_tshark, third_party):
    capture = third_party / "peers" / "zeek__erspanII.pcap"
    assert tshark.run(capture, afresh=True).stderr == builtin_tshark.run(capture, afresh=True).stderr


def test_every_builtin_filter_keeps_its_type(tshark, builtin_tshark):
    before = erspan_fields(builtin_tshark)
    after = erspan_fields(tshark)
    assert len(before) == BUILT_IN_FIELDS
    assert before == {name: after.get(name) for name in before}
    assert len(after) > len(before)


def test_disabling_the_protocol_leaves_the_copy_undissected(tshark, third_party):
    capture = third_party / "peers" / "zeek__erspanII.pcap"
    assert tshark.frames(capture, "erspan") == [1, 2, 3, 4]
    assert tshark.frames(capture, "erspan", ["--disable-protocol", "erspan"]) == []
