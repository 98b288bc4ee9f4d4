# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen list names devices, with their quirks; each is a scenario with the bytes that such a device sends."""

import re
import struct
import subprocess

import captures_table
import pcapfile
import pytest

DEVICES = sorted((captures_table.CAPTURES / "devices").glob("*.ini"))
DOCS = captures_table.CAPTURES.parent / "docs"

GRE_S, GRE_K = 0x1000, 0x2000
TYPE_I_OR_II, TYPE_III, BRIDGING, EVERFLOW = 0x88BE, 0x22EB, 0x6558, 0x8949

# GRE's flags and protocol, and the version of the header behind it; None: there is none.
HEADERS = {
    "nexus-1000v": (GRE_S, TYPE_III, 2),
    "nexus-3000": (0, TYPE_I_OR_II, None),
    "nexus-3548": (GRE_S, TYPE_III, 2),
    "nexus-5000": (GRE_S, TYPE_I_OR_II, 1),
    "nexus-7000": (GRE_S, TYPE_I_OR_II, 1),
    "nexus-9000": (0, TYPE_III, 2),
    "catalyst-6500": (GRE_S, TYPE_I_OR_II, 1),
    "catalyst-6500-msfc": (0, TYPE_I_OR_II, 1),
    "ios-xe": (GRE_S, TYPE_I_OR_II, 1),
    "ncs-6000": (GRE_S, TYPE_I_OR_II, 1),
    "cisco-8000": (GRE_S, TYPE_I_OR_II, 1),
    "aci": (GRE_S, TYPE_I_OR_II, 1),
    "arista": (GRE_K, TYPE_I_OR_II, None),
    "sonic-broadcom": (0, TYPE_I_OR_II, None),
    "sonic-mellanox": (0, EVERFLOW, None),
    "sonic-tofino": (0, TYPE_III, 2),
    "sonic-marvell": (0, TYPE_III, 2),
    "pensando": (0, TYPE_III, 2),
    "nsx": (GRE_K, BRIDGING, None),
    "nsx-erspan": (GRE_S, TYPE_I_OR_II, 1),
    "vsphere": (0, BRIDGING, None),
    "vsphere-erspan": (GRE_S, TYPE_I_OR_II, 1),
    "linux-type1": (0, TYPE_I_OR_II, None),
    "linux-type2": (GRE_S, TYPE_I_OR_II, 1),
    "linux-type3": (GRE_S, TYPE_III, 2),
    "linux-metadata": (GRE_S, TYPE_I_OR_II, 1),
    "linux-ip6erspan": (GRE_S, TYPE_I_OR_II, 2),
    "openvswitch": (GRE_S, TYPE_I_OR_II, 1),
    "openvswitch-kernel": (GRE_S, TYPE_I_OR_II, 1),
    "vpp": (GRE_S, TYPE_I_OR_II, 1),
    "huawei": (0, TYPE_I_OR_II, None),
    "h3c": (0, TYPE_I_OR_II, None),
    "dell-os9": (0, TYPE_I_OR_II, None),
    "juniper-ex": (0, TYPE_I_OR_II, None),
    "cumulus": (0, TYPE_I_OR_II, None),
}


@pytest.fixture
def run(erspangen, tmp_path):
    def run(*arguments):
        done = subprocess.run(
            [erspangen, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


@pytest.fixture
def copies(run, tmp_path):
    def copies(*arguments):
        """What stands behind the outer IP header of each copy."""
        run("write", *arguments, "-o", "x.pcap")
        frames = pcapfile.read(tmp_path / "x.pcap")
        is_v6 = [frame.captured[12:14] == b"\x86\xdd" for frame in frames]
        # Linux sends a destination options header of 8 bytes before GRE over IPv6.
        return [frame.captured[14 + 40 + 8 if v6 else 14 + 20 :] for frame, v6 in zip(frames, is_v6)]

    return copies


def comment(path, start):
    (line,) = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(f"# {start}")]
    return line[len(f"# {start}") :].strip()


def test_every_device_is_in_the_table():
    assert {path.stem for path in DEVICES} == set(HEADERS)


@pytest.mark.parametrize("name", HEADERS)
def test_device_sends_its_header(copies, name):
    flags, protocol, version = HEADERS[name]
    first = copies(name)[0]
    assert struct.unpack(">HH", first[:4]) == (flags, protocol)
    behind = first[4 + 4 * bool(flags & GRE_K) + 4 * bool(flags & GRE_S) :]
    if version is not None:
        assert behind[0] >> 4 == version
    elif protocol != EVERFLOW:  # a frame from a host of the scenarios: the address is locally administered
        assert behind[0] == behind[6] == 0x02


def sequence_of(copy):
    return struct.unpack(">I", copy[4:8])[0]


def test_details_of_some(copies, run, tmp_path):
    assert {sequence_of(copy) for copy in copies("ncs-6000")} == {0}
    wrapped = [sequence_of(copy) for copy in copies("nexus-3548", "--sequence-start", "0x3fffffff")]
    assert wrapped[:2] == [0x3FFFFFFF, 0]
    for name, ttl in [("ios-xe", 254), ("huawei", 32), ("sonic-broadcom", 255), ("aci", 64)]:
        run("write", name, "-o", "x.pcap")
        assert pcapfile.read(tmp_path / "x.pcap")[0].captured[14 + 8] == ttl


def test_list_by_device(run):
    """A paragraph for each: name, description, quirks by the names that docs/quirks.md has, and the basis."""
    names = dict(re.findall(r"^\| (Q\d+) \((.*?)\):", (DOCS / "quirks.md").read_text(encoding="utf-8"), re.M))
    shown = run("list").split("\nSituations:\n")[0]
    assert shown.startswith("Devices:\n") and max(map(len, shown.splitlines())) <= 80
    listed = dict(re.findall(r"^(\S+) +(\S.*(?:\n +.*)*)", shown, re.M))
    assert set(listed) == set(HEADERS)
    for path in DEVICES:
        text = re.sub(r"\s+", " ", listed[path.stem])
        quirks, based_on = comment(path, "Quirks:"), comment(path, "Based on:")
        assert text == f"{path.read_text(encoding='utf-8').splitlines()[1][2:]} quirks: {quirks}; based on {based_on}"
        for quirk, name in re.findall(r"(Q\d+) \(([^)]*)\)", quirks):
            assert names[quirk] == name
        assert quirks == "none known" or re.findall(r"Q\d+", quirks)


def test_list_with_a_word(run, erspangen):
    shown = run("list", "NEXUS")
    assert set(re.findall(r"^nexus\S*", shown, re.M)) == {name for name in HEADERS if name.startswith("nexus")}
    assert "nexus-3548" in run("list", "30-bit") and "ios-xe" not in run("list", "30-bit")
    done = subprocess.run([erspangen, "list", "pigeon"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and '"pigeon"' in done.stderr


def test_options_go_with_a_device(copies):
    """A Nexus 5000, session 10, copies out of order."""
    made = copies("nexus-5000", "--session", "10", "--late", "50%", "--late-by", "3")
    assert all(struct.unpack(">H", copy[10:12])[0] & 0x3FF == 10 for copy in made)
    numbers = list(map(sequence_of, made))
    assert numbers != sorted(numbers) and sorted(numbers) == list(range(100))


def test_a_capture_in_the_place_of_a_scenario(run, erspangen, tmp_path):
    """The same as --kind capture --file; and where it goes wrong, the error says what helps."""
    run("write", "--type", "1", "--count", "20", "-o", "mine.pcap")
    run("write", "mine.pcap", "--type", "3", "--session", "55", "-o", "a.pcap")
    run("write", "--kind", "capture", "--file", "mine.pcap", "--type", "3", "--session", "55", "-o", "b.pcap")
    assert (tmp_path / "a.pcap").read_bytes() == (tmp_path / "b.pcap").read_bytes()
    assert len(pcapfile.read(tmp_path / "a.pcap")) == 20
    run("check", "mine.pcap")

    def refused(*arguments):
        done = subprocess.run([erspangen, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        return done.stderr

    assert "one capture at a time" in refused("write", "mine.pcap", "--file", "a.pcap", "-o", "x.pcap")
    assert "this is the file to read" in refused("write", "mine.pcap", "-o", "mine.pcap")
    (tmp_path / "zeros").write_bytes(bytes(100))
    assert "no capture that Wireshark reads" in refused("write", "zeros", "-o", "x.pcap")
    assert "erspangen send does" in refused("wrap", "mine.pcap", "--rate", "100Mbit", "-o", "x.pcap")
    assert "erspangen send does" in refused("wrap", "mine.pcap", "-i", "lo")
    assert "erspangen write does" in refused("send", "mine.pcap", "-o", "x.pcap")
    assert "did you mean" not in refused("write", "-x", "4", "-o", "x.pcap")
