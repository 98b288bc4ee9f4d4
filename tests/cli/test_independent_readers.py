# SPDX-License-Identifier: GPL-2.0-or-later
"""Readers that this project did not write find in the captures what the scenarios say.

Every field value below is one of the scenario beside the capture, or worked out from the format.
"""

import subprocess

import captures_table
import pcapfile
import pytest

CAPTURES = captures_table.CAPTURES


@pytest.mark.parametrize("capture", captures_table.FILES, ids=lambda path: path.name)
def test_capinfos_and_editcap_accept(capture, tmp_path):
    subprocess.run(["capinfos", capture], check=True, capture_output=True)
    done = subprocess.run(
        ["editcap", capture, tmp_path / "again.pcapng"], check=True, capture_output=True, text=True
    )
    assert done.stderr == ""


@pytest.fixture(scope="module")
def scapy():
    """Scapy's layers; it is Debian's, as its pcap reader here is ours."""
    import scapy.contrib.erspan as erspan
    import scapy.layers.inet as inet
    import scapy.layers.inet6 as inet6
    import scapy.layers.l2 as l2

    return {"Ether": l2.Ether, "GRE": l2.GRE, "IP": inet.IP, "IPv6": inet6.IPv6,
            "II": erspan.ERSPAN_II, "III": erspan.ERSPAN_III, "Platform": erspan.ERSPAN_PlatformSpecific}


def gre_and_header(scapy, name, header):
    """GRE and ERSPAN header of each frame. Scapy takes all of 0x88BE for Type II, and a Type III
    header for one: the layer is told."""
    for frame in pcapfile.read(CAPTURES / name):
        packet = scapy["Ether"](frame.captured)
        gre = packet[scapy["GRE"]]
        yield gre, scapy[header](bytes(gre.payload))


@pytest.mark.parametrize(
    "name, want",
    [
        ("type2-ipv4.pcap", {"ver": 1, "vlan": 10, "cos": 5, "en": 2, "t": 0, "session_id": 100, "reserved": 0, "index": 74565}),
        ("type2-zeros.pcap", {"vlan": 0, "cos": 0, "en": 0, "t": 0, "session_id": 0, "reserved": 0, "index": 0}),
        ("type2-ones.pcap", {"vlan": 4095, "cos": 7, "en": 3, "t": 1, "session_id": 1023, "reserved": 4095, "index": 1048575}),
    ],
)
def test_scapy_reads_type_2(scapy, name, want):
    for gre, header in gre_and_header(scapy, name, "II"):
        assert gre.proto == 0x88BE and gre.seqnum_present == 1
        assert {field: getattr(header, field) for field in want} == want


def test_scapy_reads_type_3(scapy):
    want = {"ver": 2, "vlan": 20, "cos": 3, "bso": 0, "t": 0, "session_id": 200, "sgt_other": 4660,
            "p": 1, "ft": 0, "hw": 7, "d": 1, "gra": 0, "o": 0}
    read = list(gre_and_header(scapy, "type3-ipv4.pcap", "III"))
    for gre, header in read:
        assert gre.proto == 0x22EB
        assert {field: getattr(header, field) for field in want} == want
    assert [gre.sequence_number for gre, _ in read] == [0, 1, 2, 3]
    assert [header.timestamp for _, header in read] == [1000, 1010, 1020, 1030]


def test_scapy_reads_a_subheader(scapy):
    """Platform 5: switch 513 and port 4660 in 26 bits, seconds in 32."""
    for gre, header in gre_and_header(scapy, "subheader-5.pcap", "III"):
        platform = scapy["Platform"](bytes(gre.payload)[12:20])
        assert (header.o, platform.platf_id, platform.info1) == (1, 5, 513 << 16 | 4660)
        assert platform.info2 in (1700000000, 1700000001)


def test_scapy_reads_gre(scapy):
    for gre, _ in gre_and_header(scapy, "gre-all.pcap", "III"):
        assert (gre.chksum_present, gre.key_present, gre.seqnum_present) == (1, 1, 1)
        assert gre.key == 0xFFFFFFFF
        assert gre.sequence_number in (41, 42)


def test_tcpdump_reads_gre():
    """Debian 12's tcpdump knows no ERSPAN; the outer packet and GRE it does."""
    shown = subprocess.run(
        ["tcpdump", "-nr", CAPTURES / "type2-ipv4.pcap"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert len(shown) == 4
    for sequence, line in enumerate(shown):
        assert f"IP 192.0.2.1 > 192.0.2.2: GREv0, seq {sequence}," in line
