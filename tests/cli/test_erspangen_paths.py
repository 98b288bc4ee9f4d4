# SPDX-License-Identifier: GPL-2.0-or-later
"""Points along a path: what erspangen's truth says of them holds against the copies, counted here from their bytes."""

import json
import struct
import subprocess

import drawn_paths
import jsonschema
import pcapfile
import pytest
from test_erspangen_truth import SCHEMA

GRE_AT, ERSPAN_AT = 34, 42
HEADER_LENGTH = {0x88BE: 8, 0x22EB: 12}
SUBHEADER_LENGTH = 8
VLAN, IPV4 = 0x8100, 0x0800


class Seen:
    """A mirrored IPv4 frame, at a point."""

    def __init__(self, frame):
        (protocol,) = struct.unpack_from(">H", frame.captured, GRE_AT + 2)
        header = ERSPAN_AT
        self.time_ns = frame.time_ns
        self.session = struct.unpack_from(">H", frame.captured, header + 2)[0] & 0x3FF
        behind = header + HEADER_LENGTH[protocol]
        optional = protocol == 0x22EB and frame.captured[behind - 1] & 1
        inner = frame.captured[behind + (SUBHEADER_LENGTH if optional else 0) :]
        at = 12
        (kind,) = struct.unpack_from(">H", inner, at)
        self.vlan = 0
        if kind == VLAN:
            self.vlan = struct.unpack_from(">H", inner, at + 2)[0] & 0xFFF
            at += 4
            (kind,) = struct.unpack_from(">H", inner, at)
        assert kind == IPV4
        ip = inner[at + 2 :]
        self.macs = inner[:12]
        self.dscp = ip[1] >> 2
        self.id = struct.unpack_from(">H", ip, 4)[0]
        self.ttl = ip[8]
        words = struct.unpack(">10H", ip[:20])
        assert sum(words) % 0xFFFF == 0, "IPv4 checksum"
        self.ports = struct.unpack_from(">HH", ip, 20)
        self.addresses = ip[12:20]
        # The frame, whatever routers and translators made of it: packets are numbered, and carry a count.
        self.name = (self.id, ip[28:36])


@pytest.fixture
def played(write, tmp_path):
    """Writes the scenario; returns what was seen, by session ID and in order, and the truth."""

    def played(scenario):
        truth = tmp_path / "truth.json"
        path = write("--truth", truth, scenario=scenario)
        seen = {}
        for frame in pcapfile.read(path):
            copy = Seen(frame)
            seen.setdefault(copy.session, []).append(copy)
        return seen, json.loads(truth.read_text(encoding="utf-8"))

    return played


def counted(before, behind):
    """What the copies of two points show: the counts of the truth, and the delays."""
    first = {copy.name: (copy, place) for place, copy in enumerate(before)}
    second = {copy.name for copy in behind}
    assert (len(first), len(second)) == (len(before), len(behind)), "the frames have names of their own"
    both = [copy for copy in behind if copy.name in first]
    latest, reordered = {}, 0
    vlans, dscps, addresses, ports = 0, 0, 0, 0
    for copy in both:
        before_it, place = first[copy.name]
        vlans += copy.vlan != before_it.vlan
        dscps += copy.dscp != before_it.dscp
        addresses += copy.addresses != before_it.addresses
        ports += copy.ports != before_it.ports
        reordered += place < latest.get(before_it.ports, -1)
        latest[before_it.ports] = max(place, latest.get(before_it.ports, -1))
    return {
        "both": len(both),
        "only_from": len(first.keys() - second),
        "only_to": len(second - first.keys()),
        "reordered": reordered,
        "vlan_changed": vlans,
        "dscp_changed": dscps,
        "addresses_changed": addresses,
        "ports_changed": ports,
    }, sorted(copy.time_ns - first[copy.name][0].time_ns for copy in both)


def datagrams(seed):
    """A drawn path of UDP, whose frames all go forward, and all points of which may show any frame."""
    for again in range(seed, seed + 100000, 1000):
        text = drawn_paths.draw(again)
        if "iperf" not in text and "mirror-up-to" not in text:
            return text
    raise AssertionError


@pytest.mark.parametrize("seed", range(8))
def test_truth_of_drawn_paths(played, seed):
    """The counts and delays of each two points are those of the copies; what the network lost is in neither."""
    seen, truth = played(datagrams(seed))
    names = {session["name"]: session["session_id"] for session in truth["sessions"]}
    points = len(names)
    pairs = truth["paths"]
    assert len(pairs) == points * (points - 1) // 2
    for pair in pairs:
        counts, delays = counted(seen[names[pair["from"]]], seen[names[pair["to"]]])
        assert {key: pair[key] for key in counts} == counts
        assert pair["direction"] == "forward"
        assert pair["lost"] + pair["unseen"] == pair["only_from"]
        assert pair["lost"] <= pair["lost_in_all"] <= pair["passed"]
        assert (pair["delay"]["min_ns"], pair["delay"]["max_ns"]) == (delays[0], delays[-1])
        for name, parts in (("p50_ns", 5000), ("p90_ns", 9000), ("p99_9_ns", 9990)):
            assert pair["delay"][name] == delays[-(-len(delays) * parts // 10000) - 1]


@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize("mirrors", [False, True])
def test_who_lost_it(played, network, mirrors):
    """Nothing is lost but by whom the scenario lets lose."""
    for seed in range(4):
        _, truth = played(drawn_paths.draw(seed, network, mirrors))
        assert network or all(pair["lost_in_all"] == 0 for pair in truth["paths"])
        assert mirrors or all(pair["unseen"] == pair["only_to"] == 0 for pair in truth["paths"])


PATH = """
[traffic port]
kind = rate
rate = 1kpps
count = 40
inner-size = {size}
[session a]
mirror = port
session = 1
[session b]
after = a
session = 2
"""


def test_listed_frames_are_lost_in_the_network(played):
    seen, truth = played(PATH.format(size=100) + "path-drop-frames = 3,7-9\ndrop-copies = 1\n")
    (pair,) = truth["paths"]
    assert {key: pair[key] for key in ("passed", "both", "lost", "unseen")} == {
        "passed": 40, "both": 35, "lost": 4, "unseen": 1
    }  # fmt: skip
    lost = {copy.name for copy in seen[1]} - {copy.name for copy in seen[2]}
    assert lost == {seen[1][n - 1].name for n in (1, 3, 7, 8, 9)}


@pytest.mark.parametrize(("size", "lost"), [(1000, 0), (1001, 40)])
def test_only_longer_frames_are_lost(played, size, lost):
    for key in ("path-loss = 100%\npath-loss-above = 1000", "path-mtu = 1000"):
        _, truth = played(PATH.format(size=size) + key + "\n")
        assert truth["paths"][0]["lost"] == lost


def test_a_queue_delays_and_overflows(played):
    """A frame of 1000 bytes takes 1024 byte times on a link, 8.192 ms at 1 Mbit/s, and comes each millisecond.
    Beside the frame that is sent one fits into 2000 bytes, at times."""
    rate = PATH.format(size=1000) + "path-rate = 1Mbit\n"
    _, truth = played(rate)
    (pair,) = truth["paths"]
    assert pair["delay"]["min_ns"] == 8_192_000
    assert pair["delay"]["max_ns"] == 40 * 8_192_000 - 39 * 1_000_000
    _, truth = played(rate + "path-queue = 2000\n")
    (pair,) = truth["paths"]
    assert pair["lost"] > 0
    assert pair["delay"]["max_ns"] <= (2000 + 24) * 8 * 1000


def test_what_routers_and_switches_change(played):
    """From here on: a tag, a DSCP, and of each router a TTL less and its addresses."""
    scenario = PATH.format(size=100) + "path-hops = 2\npath-vlan = 20\npath-dscp = 46\n"
    scenario += "[session c]\nafter = b\nsession = 3\npath-hops = 1\npath-vlan = 0\n"
    seen, _ = played(scenario)
    shown = {
        session: {(copy.ttl - seen[1][0].ttl, copy.vlan, copy.dscp) for copy in copies}
        for session, copies in seen.items()
    }
    assert shown == {1: {(0, 0, 0)}, 2: {(-2, 20, 46)}, 3: {(-3, 0, 46)}}
    assert len({copies[0].macs for copies in seen.values()}) == 3


def test_a_translator_changes_the_ports_from_its_point_on(played):
    """Translation is of the copies of each point: the frames stay the same ones."""
    scenario = PATH.format(size=100) + "nat = port\n[session c]\nafter = b\nsession = 3\nnat = port\n"
    seen, truth = played(scenario)
    ports = {session: {copy.ports for copy in copies} for session, copies in seen.items()}
    assert ports[1] != ports[2] == ports[3]
    assert [pair["both"] for pair in truth["paths"]] == [40, 40, 40]


def test_reverse_frames_pass_the_other_way(erspangen, tmp_path):
    """Acknowledgements come to the last point first, and the delay of each direction is the path's."""
    scenario = (
        "[traffic port]\nkind = iperf\nbytes = 100kB\nrtt = 5ms\n[session a]\nmirror = port\n"
        "[session b]\nafter = a\nsession = 2\npath-delay = 70us\npath-hops = 1\n"
        "[session c]\nafter = b\nsession = 3\npath-delay = 30us\n"
    )
    truth = tmp_path / "t.json"
    subprocess.run(
        [erspangen, "write", "-", "-o", tmp_path / "x.pcap", "-t", truth],
        input=scenario, text=True, check=True,
    )  # fmt: skip
    pairs = json.loads(truth.read_text(encoding="utf-8"))["paths"]
    told = [(pair["direction"], pair["from"] + pair["to"], pair["delay"]["max_ns"] // 1000) for pair in pairs]
    assert told == [
        ("forward", "ab", 70), ("forward", "ac", 100), ("forward", "bc", 30),
        ("reverse", "cb", 30), ("reverse", "ca", 100), ("reverse", "ba", 70),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("after = z", "after: the scenario has no [session NAME] of that name"),
        ("after = c", "after: a path has 16 points at most, and no circle"),
        ("path-delay = 1ms", "path-delay requires after"),
        ("after = a", "after: another session comes after that one already"),
        ("after = b\nmirror = port", "mirror requires a session without after"),
        ("after = b\nrouted = yes", "routed requires a session without after"),
        ("after = b\npath-reorder = 1%", "path-reorder needs path-reorder-delay"),
        ("after = b\npath-queue = 1kB", "path-queue requires path-rate"),
        ("after = b\npath-rate = 0bit", "path-rate: nothing moves at 0"),
        ("after = b\npath-delay = 86401s", "a day at most"),
    ],
)
def test_refused(write, keys, message):
    with pytest.raises(Exception) as error:
        write(scenario=PATH.format(size=100) + f"[session c]\n{keys}\n")
    assert message in str(error.value)


def test_the_first_session_of_a_path_mirrors_traffic(write):
    with pytest.raises(Exception) as error:
        write(scenario="[session a]\n[session b]\nafter = a\n")
    assert "the first session of a path needs mirror" in str(error.value)


@pytest.mark.parametrize("seed", range(3))
def test_the_schema_describes_it(played, seed):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    _, truth = played(datagrams(seed))
    jsonschema.validate(truth, schema)
