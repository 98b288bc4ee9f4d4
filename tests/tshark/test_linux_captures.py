# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies that Linux's own kernels made: every field, count and frame as a second decoder reads them, and
the cause that was set.

The captures are not part of the tree: they lie in linux-captures, beside the directory that
ERSPAN_THIRD_PARTY_CAPTURES names. The rows below say what the experiment did: who counts, what netem or tbf
dropped, what iperf3 delivered.
"""

import json
import subprocess
from collections import Counter, defaultdict
from typing import NamedTuple

import draft_decoder
import pcapfile
import pytest
from reports import report

SESSION, SOURCE = "session", "source"


class Row(NamedTuple):
    sessions: dict  # copies by session ID; None is Type I's
    counter: str = SESSION  # who has one
    lost: int = 0  # what netem, tbf or an MTU took
    late: int = 0
    visibility: float = None  # of all sessions together
    delivered: int = None  # bytes by iperf3 and its control connections
    cause: str = None  # of what is missing; "": of nothing


ROWS = {
    "k6.1-native-I-v4": Row({None: 47}, cause=""),
    "k6.1-native-II-v4": Row({100: 40}, cause=""),
    "k6.1-native-III-v4-in": Row({200: 40}, cause=""),
    "k6.1-native-II-v6": Row({300: 40}),
    "k6.12-native-III-v6-in": Row({400: 40}),
    "k6.1-native-II-v4-inherit": Row({110: 40}),
    "k7.3-native-II-v4-nopmtudisc": Row({111: 40}),
    "k7.3-native-5sources": Row({1: 10, 2: 10, 3: 10, 4: 10, None: 10}),
    "k6.12-any-v1": Row({1: 8, 2: 8, 3: 8, 4: 8, None: 8}),
    "k6.1-tcp-II-v4": Row({120: 211}, visibility=1, delivered=132706, cause=""),
    "k7.3-tcp-I-v4": Row({None: 223}, visibility=1, cause=""),
    "k6.12-tcp-III-v4": Row({220: 241}, visibility=1, cause=""),
    "k6.12-tcp-III-2directions": Row({221: 107, 222: 108}, visibility=1, cause=""),
    "k6.12-tcp-II-oneway": Row({121: 421}, cause="one-direction"),
    "k7.3-tcp-III-vlan": Row({223: 107}, visibility=1, cause=""),
    "k6.1-loss-II": Row({121: 202}, lost=15),
    "k7.3-reorder-II": Row({121: 218}, late=22, visibility=1),
    "k7.3-policed-II": Row({121: 158}, lost=128, cause="policer"),
    "k6.12-mtu-I-v4": Row({None: 43}, cause="cut"),
    "k6.12-mtu-II-v4": Row({130: 39}, cause="cut"),
    "k6.12-mtu-III-v6": Row({430: 40}, cause="cut"),
    "k7.3-mtu-tcp-II-v4": Row({130: 221}, visibility=1, cause="cut"),
    "k6.1-bpf-II-v4": Row({501: 40}, cause="cut"),
    "k6.12-bpf-II-v6": Row({601: 39}, cause="cut"),
    "k7.3-bpf-III-v6": Row({602: 40}, cause="cut"),
    "k6.1-bpf-4sessions-v4": Row({511: 26, 512: 7, 510: 7, 513: 4}, SOURCE),
    "k6.12-bpf-2sessions-tcp": Row({521: 112, 522: 118}, SOURCE, late=5, visibility=1),
    "k6.1-bpf-III-v4-fragmented": Row({502: 43}, cause="cut"),
    "k6.1-ovsdp-II-2sessions": Row({21: 22, 22: 11}, SOURCE),
    "k6.12-ovsdp-III-2directions": Row({20: 34}),
    "k6.1-ovsdp-tcp-overmtu": Row({27: 415}, cause="mtu"),
    "k6.12-ovs-II-v4": Row({31: 43}),
    "k6.1-ovs-III-v6": Row({36: 41}),
    "k6.12-ovs-snaplen96": Row({31: 43}, cause="cut"),
    "k7.3-ovs-4sessions": Row({31: 10, 32: 10, 36: 10, 37: 10}, SOURCE),
    "k7.3-ovs-2sessions-loss": Row({31: 156, 32: 154}, SOURCE, lost=14, late=6),
    "k6.12-ovs-tcp-mtu1500": Row({31: 264}, lost=320, cause="mtu"),
    "k6.1-path-II-v4": Row({41: 38}, lost=5, cause="mtu"),
    "k6.1-path-tcp-II-v4.router": Row({41: 320}, lost=306, cause="mtu"),
    "k7.3-path-tcp-III-v6": Row({43: 313}, lost=307, late=3, cause="mtu"),
    "k6.12-path-II-v4-fragmented": Row({42: 43}),
    "k6.12-icmp-unreachable": Row({44: 8}, cause=""),
}

# To tshark a copy in fragments arrives with the last of them, to erspanrate with the first: here 32 us before at most.
FRAGMENTS_APART_NS = 33_000

# What the kernel itself took out of the same copies.
DECAPSULATED = [
    "k6.1-native-I-v4", "k6.1-native-II-v4", "k6.1-native-III-v4-in", "k6.1-native-II-v6",
    "k6.12-native-III-v6-in",
]  # fmt: skip

FIELDS = {
    "frame": "frame.number", "type": "erspan.type", "version": "erspan.version", "vlan": "erspan.vlan",
    "cos": "erspan.cos", "t": "erspan.truncated", "session": "erspan.session", "index": "erspan.index",
    "ts": "erspan.timestamp", "sgt": "erspan.sgt", "p": "erspan.p", "ft": "erspan.ft", "hw": "erspan.hw",
    "d": "erspan.direction", "gra": "erspan.gra", "o": "erspan.o", "seq": "erspan.seq",
    "length": "erspan.inner.len",
}  # fmt: skip


@pytest.fixture(scope="module")
def linux_captures(third_party):
    directory = third_party.parent / "linux-captures"
    if not directory.is_dir():
        pytest.skip(f"no {directory}")
    return directory


@pytest.fixture(params=ROWS)
def name(request):
    return request.param


@pytest.fixture
def capture(linux_captures, name):
    return linux_captures / f"{name}.pcap"


def collected(erspanrate, capture):
    done = subprocess.run(
        [erspanrate, "-q", "-j", "-r", capture], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def is_gre(frame):
    """IPv4 behind Ethernet, any fragment of it."""
    return frame.captured[12:14] == b"\x08\0" and frame.captured[23] == 47


def same_clock(plugin, collector):
    """What follows from arrivals is the same but for the time between fragments; then both have it from one."""
    if plugin["clock"] is None:
        return collector["clock"] is None
    mine, other = plugin["clock"], collector["clock"]
    apart = [abs(mine["jitter_ns"] - other["jitter_ns"]), abs(mine["delay_ns"]["mean"] - other["delay_ns"]["mean"])]
    plugin["clock"] = collector["clock"]
    return max(apart) <= FRAGMENTS_APART_NS


def test_every_capture_has_a_row(linux_captures):
    there = {path.name[: -len(".pcap")] for path in linux_captures.glob("*.pcap")}
    assert {name for name in there if not name.endswith(".decap")} == set(ROWS)


def test_every_field_as_a_second_decoder_reads_it(tshark, capture):
    copies = list(draft_decoder.copies(pcapfile.read(capture)))
    # Cooked captures show each copy once more for each interface on the way.
    rows = tshark.fields(
        capture,
        [*FIELDS.values(), "erspan.encap", "erspan.bso", "erspan.delay"],
        "erspan and not erspan.quoted",
        ["-o", "ip.check_checksum:FALSE"],
    )
    assert len(rows) == len(copies) > 0
    for copy, (*values, en, bso, delay) in zip(copies, rows):
        assert values == [str(copy.get(key, "")) for key in FIELDS], f"frame {copy['frame']}"
        shown = {1: "", 2: en, 3: bso}[copy["type"]]
        assert shown == str(copy.get("en_or_bso", "")), f"frame {copy['frame']}"
        if "delay_ns" in copy:
            assert abs(float(delay) * 1e9 - copy["delay_ns"]) <= 2, f"frame {copy['frame']}"


def test_every_count_is_that_of_the_experiment(tshark, erspanrate, capture, name):
    row = ROWS[name]
    copies = list(draft_decoder.copies(pcapfile.read(capture)))
    assert Counter(copy.get("session") for copy in copies) == row.sessions
    numbers = defaultdict(list)
    for copy in copies:
        if "seq" in copy:
            whose = "" if row.counter == SOURCE else copy["session"]
            numbers[whose, copy["source"]].append(copy["seq"])
    counts = [draft_decoder.sequence_counts(values) for values in numbers.values()]
    assert sum(count["lost"] for count in counts) == row.lost
    assert sum(count["late"] for count in counts) == row.late

    found = collected(erspanrate, capture)
    assert {s["session_id"]: s["copies"] for s in found["sessions"]} == row.sessions
    assert {s["sequence_domain"] for s in found["sessions"]} == {row.counter}
    assert found["totals"]["lost"] == (row.lost if numbers else None)
    key = lambda count: [count[name] for name in ("lost", "late", "duplicates")]  # noqa: E731
    domains = [d["sequence"] for d in found["domains"] if d["sequence"]["copies"]]
    assert sorted(map(key, domains)) == sorted(map(key, counts))
    plugin = report(tshark, capture, "-q")["sessions"]
    if name.endswith("-fragmented"):
        assert all(map(same_clock, plugin, found["sessions"]))
        assert sum(s["outer_bytes"] for s in plugin) == sum(f.length for f in pcapfile.read(capture) if is_gre(f))
    assert plugin == found["sessions"]
    if row.lost == 0 and numbers:
        assert {s["sequence"]["lost"] for s in found["sessions"]} <= {0, None}
    delays = [copy["delay_ns"] for copy in copies if "delay_ns" in copy]
    clocks = [s["clock"]["delay_ns"] for s in found["sessions"] if s["clock"]]
    if delays:
        assert min(clock["min"] for clock in clocks) == pytest.approx(min(delays), abs=2)
        assert max(clock["max"] for clock in clocks) == pytest.approx(max(delays), abs=2)


def test_visibility_and_cause(erspanrate, capture, name):
    row = ROWS[name]
    found = collected(erspanrate, capture)
    if row.visibility is not None:
        assert found["totals"]["tcp"]["visibility"] == row.visibility
    if row.delivered is not None:
        assert found["totals"]["tcp"]["delivered_bytes"] == row.delivered
    causes = {v["cause"] for session in found["sessions"] for v in session["verdicts"]}
    if row.cause is not None:
        assert causes - {"undetermined"} == ({row.cause} if row.cause else set())
        assert row.cause == "" or "undetermined" not in causes


@pytest.mark.parametrize("name", DECAPSULATED)
def test_decapsulates_as_the_kernel_does(tshark, erspanrate, linux_captures, tmp_path, name):
    capture = linux_captures / f"{name}.pcap"
    kernel = [frame.captured for frame in pcapfile.read(linux_captures / f"{name}.decap.pcap")]
    exported = tmp_path / "exported.pcap"
    with open(exported, "wb") as file:
        tshark.call("-n", "-r", tshark.staged(capture), "-U", "ERSPAN", "-F", "pcap", "-w", "-", stdout=file)
    written = tmp_path / "written.pcap"
    subprocess.run([erspanrate, "-q", "-r", capture, "-w", written, "--decapsulate"], check=True)
    assert [frame.captured for frame in pcapfile.read(exported)] == kernel
    assert [frame.captured for frame in pcapfile.read(written)] == kernel
