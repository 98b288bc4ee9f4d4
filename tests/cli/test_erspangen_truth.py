# SPDX-License-Identifier: GPL-2.0-or-later
"""The truth that erspangen tells holds against the capture, which is counted here from its bytes."""

import json
import random
import re
import struct
import subprocess
from pathlib import Path

import jsonschema
import pcapfile
import pytest

SCHEMA = Path(__file__).resolve().parent.parent.parent / "docs" / "truth.schema.json"
HEADER_LENGTH = {2: 8, 3: 12}
GRE_SEQUENCE = 0x1000


class Copy:
    """A frame that carries a copy, or the first fragment of one, taken apart."""

    def __init__(self, frame):
        data = frame.captured
        total, self.fragment = struct.unpack_from(">H2xH", data, 16)
        self.protocol = data[23]
        self.length = frame.length
        self.missing = 14 + total - frame.length  # cut off on the way
        self.payload = total - 20
        self.follows = self.fragment & 0x1FFF != 0
        self.is_fragment = self.fragment & 0x3FFF != 0
        self.source = data[26:30]
        if self.protocol != 47 or self.follows:
            return
        flags, protocol = struct.unpack_from(">HH", data, 34)
        at = 38
        self.sequence = None
        if flags & GRE_SEQUENCE:
            (self.sequence,) = struct.unpack_from(">I", data, at)
            at += 4
        self.type = 3 if protocol == 0x22EB else 2
        (word,) = struct.unpack_from(">I", data, at)
        self.session = word & 0x3FF
        self.truncated = word >> 10 & 1
        self.inner = self.payload - (at - 34) - HEADER_LENGTH[self.type]


def copies_of(path):
    return [Copy(frame) for frame in pcapfile.read(path)]


@pytest.fixture
def played(erspangen, tmp_path):
    """Plays a scenario, and returns its frames and the truth about them."""

    def played(scenario, *options):
        capture, truth = tmp_path / "made.pcap", tmp_path / "truth.json"
        (tmp_path / "made.ini").write_text(scenario, encoding="utf-8")
        subprocess.run(
            [erspangen, "write", *options, "--truth", truth, "-o", capture, tmp_path / "made.ini"],
            check=True,
        )
        return copies_of(capture), json.loads(truth.read_text(encoding="utf-8"))

    return played


def extents(arrivals):
    """RFC 4737: how far each late one came late. Duplicates are left out."""
    found = []
    seen = []
    for number in arrivals:
        if number in seen:
            continue
        seen.append(number)
        earliest = next(at for at, other in enumerate(seen) if other >= number)
        if earliest < len(seen) - 1:
            found.append(len(seen) - 1 - earliest)
    return sorted(found)


class Scenario:
    """A small scenario made of a seed: what it says, and what must follow from it alone."""

    def __init__(self, seed):
        dice = random.Random(seed)
        self.count = dice.choice([1, 7, 60, 200])
        self.domain = dice.choice(["session", "source", "session-id", "hw-id"])
        self.bits = dice.choice([30, 32])
        self.start = dice.choice([0, 1000, 2**self.bits - 5])
        self.fragment = dice.random() < 0.2
        self.sessions = []
        lines = ["[sessions]", f"count = {self.count}", f"sequence-domain = {self.domain}"]
        lines += [f"sequence-bits = {self.bits}", f"sequence-start = {self.start}", "inner = udp"]
        if self.fragment:
            lines += ["df = no", "fragment = 80"]
        for number in range(dice.choice([1, 2, 3])):
            source = f"192.0.2.{dice.choice([1, 1, 3])}"
            hardware = dice.choice([0, 0, 4])
            name = f"s{number}"
            self.sessions.append((name, number + 1, source, hardware))
            lines += [f"[session {name}]", f"session = {number + 1}", f"source = {source}"]
            version = dice.choice([2, 3])
            lines += [f"type = {version}"]
            if version == 3 or self.domain == "hw-id":
                lines += [f"hw = {hardware}"]
            lines += [f"interval = {dice.choice(['10us', '1ms', '700us'])}"]
            lines += [f"inner-size = {dice.choice([60, 100, 300])}"]
            lines += self.impairments(dice)
        if dice.random() < 0.6:
            lines += ["[impairment way]", "to = 40ms", *self.impairments(dice)]
            lines += ["sessions = s0"] if dice.random() < 0.5 else []
            lines += ["loss = 1%"]
        if any(re.match("(loss|run-start|late|duplicate|corrupt) = ", line) for line in lines):
            lines.insert(1, f"seed = {seed}")
        self.text = "\n".join(self.without_twins(lines)) + "\n"

    def impairments(self, dice):
        listed = [
            ["drop-copies = 3-5,9"],
            ["late-copies = 2+3,7-8+1"],
            ["duplicate-copies = 1,4-6", "duplicate-after = 2"],
        ]
        choices = [
            *(listed if self.count >= 9 else []),
            ["loss = 7.5%"],
            ["run-start = 5%", "run-end = 30%", "run-loss = 90%"],
            ["drop-above = 200"],
            ["drop-above = 130", "drop-answer = yes"],
            ["police-rate = 3kpps", "police-burst = 5"],
            ["police-rate = 1Mbit", "police-burst = 2kB"],
            ["late = 5%", "late-by = 4"],
            ["late = 10%", "late-delay = 2.5ms"],
            ["duplicate = 6%"],
            ["duplicate = 3%", "duplicate-delay = 1.7ms"],
            ["corrupt = 10%", "corrupt-where = inner"],
            ["snap = 90"],
            ["truncate = 70"],
            ["mirror-up-to = 99"],
            ["sample = 3"],
        ]
        return [line for lines in dice.sample(choices, dice.choice([0, 1, 2, 3])) for line in lines]

    @staticmethod
    def without_twins(lines):
        """Each key once in a group: the first."""
        kept, keys = [], set()
        for line in lines:
            if line.startswith("["):
                keys = set()
            key = line.split(" = ")[0]
            if key not in keys:
                kept.append(line)
            keys.add(key)
        return kept

    def domain_of(self, session):
        """What the sessions that share a counter have in common."""
        name, number, source, hardware = session
        return {
            "session": (name,),
            "source": (source,),
            "session-id": (source, number),
            "hw-id": (source, number, hardware),
        }[self.domain]

    def ordinal(self, sequence):
        """Numbers in the order in which they were taken, whatever wraps."""
        return (sequence - self.start) % 2**self.bits


def total(group, key):
    return sum(part[key] for part in group.values())


@pytest.mark.parametrize("seed", range(80))
def test_random_scenarios(played, seed):
    scenario = Scenario(seed)
    frames, truth = played(scenario.text)
    copies = [frame for frame in frames if frame.protocol == 47 and not frame.follows]
    distinct = 0
    for session, told in zip(scenario.sessions, truth["sessions"], strict=True):
        own = [copy for copy in copies if copy.session == session[1]]
        once = {copy.sequence: copy for copy in own}
        distinct += len(once)
        assert told["mirrored"]["frames"] == scenario.count
        skipped = total(told["not_mirrored"], "frames")
        assert told["sent"]["copies"] == scenario.count - skipped
        assert told["sent"]["copies"] - total(told["lost"], "copies") == len(once)
        assert told["delivered"]["copies"] == len(once)
        assert told["duplicates"]["copies"] == len(own) - len(once)
        for key in ("inner_bytes", "outer_bytes"):
            sent, lost = told["sent"][key], total(told["lost"], key)
            if key == "inner_bytes":
                assert sent - lost == told["delivered"][key]
        if not scenario.fragment:
            assert told["delivered"]["inner_bytes"] == sum(copy.inner for copy in once.values())
            assert told["delivered"]["outer_bytes"] == sum(copy.length for copy in once.values())
            cut = [copy.missing for copy in once.values() if copy.missing > 0]
            assert told["snapped"] == {"copies": len(cut), "bytes": sum(cut)}
        lates = late_of_session(scenario, session, copies)
        assert told["late"]["copies"] == lates
    assert distinct == sum(domain["delivered"] for domain in truth["domains"])
    check_frames(frames, truth)
    check_domains(scenario, copies, truth)


def late_of_session(scenario, session, copies):
    """Copies that came late in the session's sequence domain."""
    late, seen = 0, {}
    domain = scenario.domain_of(session)
    members = {other[1] for other in scenario.sessions if scenario.domain_of(other) == domain}
    for copy in copies:
        if copy.session not in members or scenario.ordinal(copy.sequence) in seen:
            continue
        ordinal = scenario.ordinal(copy.sequence)
        late += copy.session == session[1] and any(other > ordinal for other in seen)
        seen[ordinal] = True
    return late


def check_frames(frames, truth):
    sessions = truth["sessions"]
    errors = [frame for frame in frames if frame.protocol == 1]
    assert sum(told["frames"]["frames"] for told in sessions) == len(frames)
    assert sum(told["frames"]["bytes"] for told in sessions) == sum(f.length for f in frames)
    assert sum(told["icmp_errors"]["frames"] for told in sessions) == len(errors)
    assert sum(told["icmp_errors"]["bytes"] for told in sessions) == sum(f.length for f in errors)
    assert sum(told["fragments"] for told in sessions) == sum(f.is_fragment for f in frames)


def check_domains(scenario, copies, truth):
    domains = {scenario.domain_of(session) for session in scenario.sessions}
    assert len(truth["domains"]) == len(domains)
    for told in truth["domains"]:
        members = [session for session in scenario.sessions if session[0] in told["sessions"]]
        assert {scenario.domain_of(session) for session in members} <= domains
        assert told["kind"] == scenario.domain
        numbers = {session[1] for session in members}
        arrivals = [scenario.ordinal(c.sequence) for c in copies if c.session in numbers]
        sent = sum(truth["sessions"][session[1] - 1]["sent"]["copies"] for session in members)
        assert told["numbers"] == sent
        assert told["delivered"] == len(set(arrivals))
        if arrivals:
            missing = max(arrivals) - min(arrivals) + 1 - len(set(arrivals))
            assert told["missing"] == missing
            (span,) = told["spans"]
            assert scenario.ordinal(span["lowest"]) == min(arrivals)
            assert scenario.ordinal(span["highest"]) == max(arrivals)
        found = extents(arrivals)
        assert told["late"] == len(found)
        assert told["extent_max"] == max(found, default=0)
        listed = [entry["extent"] for entry in told["extents"] for _ in range(entry["copies"])]
        assert listed == found


@pytest.mark.parametrize("seed", range(8))
def test_restarts(played, seed):
    """Without lateness, the counter goes down where the source restarts, and nowhere else."""
    dice = random.Random(seed)
    copies = sorted(dice.sample(range(2, 100), 3))
    scenario = f"[session a]\ncount = 100\nsequence-start = 500\nloss = 5%\nseed = {seed}\n"
    scenario += f"restart-copies = {','.join(map(str, copies))}\n"
    frames, truth = played(scenario)
    (domain,) = truth["domains"]
    assert domain["restarts"] == 3
    assert truth["sessions"][0]["restarts"] == 3
    bounds = [1, *copies, 101]
    spans, missing = [], 0
    # Copy n of the second span and later has the number n less the span's first.
    starts = [500, 0, 0, 0]
    present = iter(frames)
    delivered = truth["sessions"][0]["delivered"]["copies"]
    sequences = [frame.sequence for frame in present]
    assert len(sequences) == delivered
    runs = [[sequences[0]]]
    for number in sequences[1:]:
        if number <= runs[-1][-1]:
            runs.append([])
        runs[-1].append(number)
    for run, start, first, end in zip(runs, starts, bounds, bounds[1:]):
        assert all(start <= number < start + end - first for number in run)
        spans.append({"copies": len(run), "lowest": run[0], "highest": run[-1]})
        missing += run[-1] - run[0] + 1 - len(run)
    assert domain["spans"] == spans
    assert domain["missing"] == missing


def test_a_counter_of_several_sessions_has_the_bits_of_the_first(played):
    first = "[session a]\nsession = 1\nsequence-domain = source\nsequence-bits = 30\n"
    scenario = first + "sequence-start = 0x3ffffffe\ncount = 2\n[session b]\nsession = 2\n"
    _, truth = played(scenario + "sequence-domain = source\ncount = 2\n")
    (domain,) = truth["domains"]
    assert domain["spans"] == [{"copies": 4, "lowest": 0x3FFFFFFE, "highest": 1}]


def test_times_are_those_of_the_frames(played):
    scenario = "[session a]\ncount = 3\ninterval = 1s\ndelay = 5s\nstart = 7\n".replace("start = 7\n", "")
    _, truth = played("[capture]\nstart = 7\n" + scenario + "drop-copies = 1\n")
    (session,) = truth["sessions"]
    assert session["sent"]["first_ns"] == 12_000_000_000
    assert session["sent"]["last_ns"] == 14_000_000_000
    assert session["frames"]["first_ns"] == 13_000_000_000
    assert session["frames"]["last_ns"] == 14_000_000_000


def test_frames_are_recorded_on_request(played):
    scenario = "[session a]\ncount = 4\nlate-copies = 2+1\nduplicate-copies = 4\n[marker m]\n"
    frames, truth = played(scenario, "--truth-frames")
    records = truth["frames"]
    assert [record["number"] for record in records] == list(range(1, len(frames) + 1))
    assert [record["bytes"] for record in records] == [frame.length for frame in frames]
    copies = [record for record in records if "copy" in record]
    assert [record["copy"] for record in copies] == [1, 3, 2, 4, 4]
    assert [record["sequence"] for record in copies] == [0, 2, 1, 3, 3]
    done = [record["done"] for record in copies]
    assert done == [None, None, "late by 1 copies", None, "duplicate of copy 4, sequence 3"]


def test_a_domain_without_counter(played):
    _, truth = played("[session a]\nsequence-domain = none\n[session b]\nsequence = constant\n")
    assert [domain["kind"] for domain in truth["domains"]] == ["none", "constant"]


def test_names_are_escaped(played):
    name = 'tab\there "and" \\ there é'
    _, truth = played(f"[session {name}]\n")
    assert truth["sessions"][0]["name"] == name


def test_no_truth_without_a_capture(erspangen, tmp_path):
    def write(*arguments):
        done = subprocess.run(
            [erspangen, "write", *arguments], cwd=tmp_path, capture_output=True, check=False
        )
        assert done.returncode != 0
        assert done.stderr
        assert list(tmp_path.iterdir()) == []

    write("--truth", "t.json", "-o", "/dev/full", "--count", "100000")
    write("--truth", "no/such/t.json", "-o", "x.pcap")
    write("--truth-frames", "-o", "x.pcap")


INNER, OUTER = 200, 14 + 20 + 8 + 8 + 200  # bytes of each mirrored frame, and of its copy


def sums(copies, outer=OUTER):
    return {"copies": copies, "inner_bytes": copies * INNER, "outer_bytes": copies * outer}


# What becomes of ten copies a millisecond apart, and what must be told of it.
TOLD = [
    ("truncate = 120", {"truncated": {"copies": 10, "bytes": 10 * (INNER - 120)}}),
    ("snap = 100", {"snapped": {"copies": 10, "bytes": 10 * (OUTER - 100)}}),
    ("corrupt-copies = 2-4\ncorrupt-bits = 5", {"corrupted": sums(3), "flipped_bits": 15}),
    # Behind the outer IP header 80 bytes go first, and then the rest: one more of the outer headers.
    ("df = no\nfragment = 80", {"fragmented": sums(10, OUTER + 34), "fragments": 20}),
    (
        "df = no\nfragment = 80\nduplicate-copies = 3",
        {"fragmented": sums(10, OUTER + 34), "duplicates": sums(1, OUTER + 34), "fragments": 22},
    ),
    ("duplicate-copies = 4-6", {"duplicates": sums(3), "delivered": sums(10)}),
    ("late-copies = 2+1,5+3", {"late": sums(2), "delivered": sums(10)}),
    ("restart-copies = 3,7", {"restarts": 2, "delivered": sums(10)}),
    ("drop-copies = 1-3", {"lost": {"listed": sums(3)}, "delivered": sums(7)}),
    (f"drop-above = {OUTER - 14}", {"lost": {"above_size": sums(0)}}),
    (f"drop-above = {OUTER - 15}", {"lost": {"above_size": sums(10)}}),
    ("police-rate = 1pps\npolice-burst = 2", {"lost": {"policer": sums(8)}}),
    ("loss = 100%", {"lost": {"random": sums(10)}}),
    ("run-start = 100%\nrun-end = 0.0001%", {"lost": {"runs": sums(10)}}),
    ("icmp-error = mtu\nicmp-copy = 4\nicmp-instead = yes", {"lost": {"refused": sums(1)}}),
    ("sample = 4", {"not_mirrored": {"sampling": {"frames": 7, "inner_bytes": 7 * INNER}}}),
    (f"mirror-up-to = {INNER - 1}", {"not_mirrored": {"above_size": {"frames": 10, "inner_bytes": 10 * INNER}}}),
]


@pytest.mark.parametrize("keys, want", TOLD, ids=lambda value: value if isinstance(value, str) else "")
def test_each_fate_is_summed(played, keys, want):
    """And no other: what is not named here has no copies."""
    _, truth = played(f"[session a]\ncount = 10\ninner = udp\ninner-size = {INNER}\n{keys}\n")
    (told,) = truth["sessions"]
    for member in ("lost", "not_mirrored"):
        nothing = {cause: dict.fromkeys(told[member][cause], 0) for cause in told[member]}
        assert told[member] == nothing | want.get(member, {})
    for member in ("failed", "truncated", "late", "duplicates", "snapped", "corrupted", "fragmented"):
        assert told[member] == want.get(member, dict.fromkeys(told[member], 0)), member
    for member in ("flipped_bits", "fragments", "restarts"):
        assert told[member] == want.get(member, 0), member
    if "delivered" in want:
        assert told["delivered"] == want["delivered"]


@pytest.mark.parametrize("late", ["", "late-copies = 2+1\n"])
@pytest.mark.parametrize("lost", ["first", "second"])
def test_a_copy_without_one_of_its_fragments_is_lost(played, lost, late):
    scenario = f"[session a]\ncount = 4\ninner = udp\ndf = no\nfragment = 80\nfragment-lost = {lost}\n"
    frames, truth = played(scenario + late + "[session b]\ncount = 2\ninner = arp\n")
    told, other = truth["sessions"]
    assert [frame.follows for frame in frames if frame.is_fragment] == [lost == "first"] * 4
    assert (told["sent"]["copies"], told["delivered"]["copies"], told["fragments"]) == (4, 0, 4)
    assert told["lost"]["fragment"] == {key: told["sent"][key] for key in told["lost"]["fragment"]}
    assert truth["domains"][0]["delivered"] == 0
    assert other["delivered"]["copies"] == 2


@pytest.mark.parametrize("seed", range(10))
def test_the_schema_describes_it(played, seed):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    _, truth = played(Scenario(seed).text + "[marker m]\n", "--truth-frames")
    jsonschema.validate(truth, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(truth | {"more": 1}, schema)
