# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark, with the plugin, shows in every capture what the table of captures/README.md promises."""

import captures_table
import pytest

CHECKSUMS = captures_table.CHECKSUMS
ROWS = captures_table.rows()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row(tshark, row):
    found = tshark.fields(
        captures_table.CAPTURES / row.capture,
        ["frame.number", *row.values],
        row.display_filter,
        CHECKSUMS,
    )
    assert len(found) == row.frames, f"frames {[line[0] for line in found]}"
    for column, (field, expected) in enumerate(row.values.items(), start=1):
        assert (field, [line[column] for line in found]) == (field, expected)


# Nothing in these is wrong, so nobody may warn of anything, in the copies or in what they carry.
GOOD = [
    "capture-snapped.pcap",
    "everflow.pcap",
    "ft2-ipv4.pcap",
    "ft2-ipv6.pcap",
    "gre-all.pcap",
    "gre-in-udp.pcap",
    "imix.pcap",
    "ipv4-options.pcap",
    "ipv6-limit.pcap",
    "marker.pcap",
    "microbursts.pcap",
    "outer-qinq.pcap",
    "outer-vlan.pcap",
    "plain-gre.pcap",
    "poisson.pcap",
    "q18-gre-key.pcap",
    "q26-session-0.pcap",
    "raw-ip.pcap",
    "sampling.pcap",
    "sequence-wrap.pcap",
    "sll.pcap",
    "traffic-kinds.pcap",
    "two-links.pcapng",
    "type1-ipv4.pcap",
    "type1-ipv6.pcap",
    "type2-ipv4.pcap",
    "type2-ipv6.pcap",
    "type2-nanoseconds.pcap",
    "type3-ipv4.pcap",
    "type3-ipv6.pcap",
    *(f"subheader-{platform}.pcap" for platform in ("1", "3", "5", "5-ipv6", "6", "7", "0")),
]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_wrong_with_good_traffic(tshark, name):
    complaints = "_ws.expert.severity >= 0x600000 || tcp.analysis.flags || _ws.malformed"
    assert tshark.frames(captures_table.CAPTURES / name, complaints, CHECKSUMS) == []


# What Wireshark's own ERSPAN dissector knows of the plain captures, it must read as we do.
PLAIN = [name for name in GOOD if name.startswith(("type", "subheader-", "outer-", "q18-"))]


@pytest.mark.parametrize("name", PLAIN)
def test_another_decoder_agrees(tshark, builtin_tshark, name):
    known = {
        line.split("\t")[2]
        for line in builtin_tshark.call("-G", "fields").stdout.splitlines()
        if line.startswith("F\t")
    }
    fields = sorted(field for field in known if field.startswith("erspan."))
    fields += ["frame.number", "gre.proto", "ip.src", "ip.dst", "tcp.seq_raw", "tcp.len"]
    capture = captures_table.CAPTURES / name
    rows = builtin_tshark.fields(capture, fields, occurrence="a")
    assert rows == tshark.fields(capture, fields, occurrence="a")
    assert any(rows)
