# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong with copies: each impairment, exactly where it is exact, else within its law."""

import math
import struct
import subprocess

import packets
import pcapfile
import pytest

START_NS = 1_700_000_000_000_000_000
IP, GRE, ERSPAN, INNER = 14, 34, 42, 50  # offsets in a plain Type II copy
MS = 1_000_000


class Made:
    """A capture that was written."""

    def __init__(self, path):
        frames = pcapfile.read(path)
        self.frames = [frame.captured for frame in frames]
        self.times = [frame.time_ns - START_NS for frame in frames]
        assert self.times == sorted(self.times)

    @property
    def sequences(self):
        return [struct.unpack_from(">I", frame, 38)[0] for frame in self.frames]


@pytest.fixture
def make(erspangen, tmp_path):
    def make(*arguments, scenario=None):
        keys = [f"--{argument}" for argument in " ".join(arguments).split(" --") if argument]
        options = [part for key in keys for part in key.split(" ", 1)]
        if scenario is not None:
            (tmp_path / "made.ini").write_text(scenario, encoding="utf-8")
            options.append(tmp_path / "made.ini")
        path = tmp_path / "made.pcap"
        subprocess.run(
            [erspangen, "write", "--time-precision", "ns", *options, "-o", path], check=True
        )
        return Made(path)

    return make


@pytest.fixture
def refused(erspangen):
    """The message of a scenario that cannot be."""

    def refused(scenario, *options):
        done = subprocess.run(
            [erspangen, "write", "-", "-o", "/dev/null", *options],
            input=scenario,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        return done.stderr

    return refused


def within(found, mean, deviation):
    """Five standard deviations: a right program fails once in two million seeds."""
    assert abs(found - mean) <= 5 * deviation, f"{found} is not {mean} +- {5 * deviation}"


def lost(made, count):
    return sorted(set(range(count)) - set(made.sequences))


def test_listed_copies_are_lost(make):
    made = make("count 10 --drop-copies 2,5-7")
    assert made.sequences == [0, 2, 3, 7, 8, 9]


def test_random_loss(make):
    made = make("count 40000 --loss 2.5%")
    found = len(lost(made, 40000))
    within(found, 1000, math.sqrt(40000 * 0.025 * 0.975))
    assert len(make("count 100 --loss 0%").frames) == 100
    assert len(make("count 100 --loss 100%").frames) == 0


def runs_of(numbers):
    runs = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def test_loss_in_runs(make):
    """A run starts with 1 %, ends with 20 %: so 1/21 is lost, 5 at a time."""
    count, start, end = 60000, 0.01, 0.2
    gone = lost(make(f"count {count} --run-start 1% --run-end 20%"), count)
    share = start / (start + end)
    memory = 1 - start - end
    deviation = math.sqrt(count * share * (1 - share) * (1 + memory) / (1 - memory))
    within(len(gone), count * share, deviation)
    runs = runs_of(gone)
    # Lengths are geometric: mean 1/r, variance (1-r)/r^2.
    within(len(gone) / len(runs), 1 / end, math.sqrt((1 - end) / end**2 / len(runs)))


def test_a_run_need_not_lose_all(make):
    count = 60000
    gone = len(lost(make(f"count {count} --run-start 1% --run-end 20%"), count))
    fewer = len(lost(make(f"count {count} --run-start 1% --run-end 20% --run-loss 40%"), count))
    within(fewer, 0.4 * gone, math.sqrt(gone * 0.4 * 0.6))


def test_impairments_draw_apart_from_each_other(make):
    """Another impairment does not change which copies this one meets."""
    alone = lost(make("count 5000 --loss 3%"), 5000)
    assert lost(make("count 5000 --loss 3% --late 20% --late-by 7 --duplicate 4%"), 5000) == alone
    assert set(alone) < set(lost(make("count 5000 --loss 3% --run-start 1% --drop-copies 3"), 5000))
    assert lost(make("count 5000 --loss 3% --seed 2"), 5000) != alone


def test_the_same_bytes_again(make):
    keys = "count 500 --loss 3% --late 5% --late-delay 3.5ms --corrupt 5% --duplicate 5%"
    assert make(keys).frames == make(keys).frames


def test_an_mtu(make):
    sizes = "count 40 --inner udp --inner-size 300"
    plain = make(sizes)
    lengths = [len(frame) - IP for frame in plain.frames]
    assert lengths == [336] * 40
    assert len(make(sizes, "--drop-above 336").frames) == 40
    assert len(make(sizes, "--drop-above 335").frames) == 0


def test_an_mtu_with_icmp(make):
    plain = make("count 6 --inner-size 1000")
    made = make("count 6 --inner-size 1000 --drop-above 600 --drop-answer yes --icmp-quote 100")
    assert len(made.frames) == 6
    for before, after in zip(plain.frames, made.frames):
        if len(before) - IP <= 600:
            assert after == before
            continue
        assert after[23] == 1
        assert after[26:34] == before[30:34] + before[26:30]
        kind, code, _, unused, mtu = struct.unpack_from(">BBHHH", after, 34)
        assert (kind, code, unused, mtu) == (3, 4, 0, 600)
        assert after[42:] == before[IP : IP + 100]


def test_an_mtu_with_packet_too_big(make):
    keys = "source 2001:db8::1 --destination 2001:db8::2 --inner udp --inner-size 900 --count 2"
    made = make(keys, "--drop-above 700 --drop-answer yes")
    plain = make(keys)
    for before, after in zip(plain.frames, made.frames, strict=True):
        assert after[20] == 58
        assert struct.unpack_from(">BB2xI", after, 54) == (2, 0, 700)
        assert after[62:] == before[IP : IP + 548]


def test_a_policer_of_packets(make):
    """Three in the bucket, and one more in 10 ms: 0.2 are left after the third, at 2 ms."""
    made = make("count 50 --interval 1ms --police-rate 100pps --police-burst 3")
    assert made.sequences == [0, 1, 2, 10, 20, 30, 40]


def test_a_policer_of_bits(make):
    """Outer packets of 136 bytes are 1088 bits: three empty a bucket of 409 bytes but for 8 bits.
    At 1 bit/us these make, from the third on, 1108 after 1100 us."""
    keys = "count 60 --interval 100us --inner random --inner-size 100"
    made = make(keys, "--police-rate 1Mbit --police-burst 409")
    level, passed = 409 * 8, []
    for number in range(60):
        level = min(level + (100 if number else 0), 409 * 8)
        if level >= 1088:
            level -= 1088
            passed.append(number)
    assert made.sequences == passed
    assert passed[:4] == [0, 1, 2, 11]


def test_late_by_copies(make):
    made = make("count 9 --late-copies 3+2,4+1")
    assert made.sequences == [0, 1, 4, 2, 3, 5, 6, 7, 8]
    assert made.times == [0, MS, 4 * MS, 4 * MS, 4 * MS, 5 * MS, 6 * MS, 7 * MS, 8 * MS]


def test_lateness_counts_copies_that_are_lost(make):
    made = make("count 6 --late-copies 2+2 --drop-copies 4")
    assert made.sequences == [0, 2, 1, 4, 5]
    assert made.times == [0, 2 * MS, 3 * MS, 4 * MS, 5 * MS]


def test_late_at_the_end(make):
    """There is nothing to wait for after the last copy."""
    made = make("count 4 --late-copies 3+7,4+5")
    assert made.sequences == [0, 1, 3, 2]
    assert made.times == [0, MS, 3 * MS, 3 * MS]


def test_late_by_time(make):
    made = make("count 5 --late 100% --late-delay 2.5ms --to 1ms")
    assert made.sequences == [1, 2, 0, 3, 4]
    assert made.times == [MS, 2 * MS, 2_500_000, 3 * MS, 4 * MS]
    made = make("count 3 --late 100% --late-delay 1s")
    assert made.times == [1000 * MS, 1001 * MS, 1002 * MS]


def test_late_by_both(make):
    made = make("count 5 --late 100% --late-by 1 --late-delay 2.5ms --to 1ms")
    assert made.sequences == [1, 2, 3, 0, 4]
    assert made.times == [MS, 2 * MS, 3 * MS, 3_500_000, 4 * MS]


def test_how_often_late(make):
    made = make("count 20000 --late 10% --late-by 3")
    highest, late = -1, 0
    for number in made.sequences:
        late += number < highest
        highest = max(highest, number)
    assert sorted(made.sequences) == list(range(20000))
    within(late, 2000, math.sqrt(20000 * 0.1 * 0.9))


def test_duplicates(make):
    plain = make("count 5")
    made = make("count 5 --duplicate-copies 2-3")
    assert made.sequences == [0, 1, 1, 2, 2, 3, 4]
    assert [made.frames[1], made.frames[2]] == [plain.frames[1]] * 2
    assert make("count 5 --duplicate-copies 2 --duplicate-after 2").sequences == [0, 1, 2, 3, 1, 4]
    made = make("count 5 --duplicate-copies 2 --duplicate-delay 1.5ms")
    assert made.sequences == [0, 1, 2, 1, 3, 4]
    assert made.times[3] == 2_500_000


def test_a_late_duplicate_stays_behind_the_first(make):
    made = make("count 6 --duplicate-copies 2 --duplicate-after 1 --late-copies 2+2")
    assert made.sequences == [0, 2, 3, 1, 4, 1, 5]


def test_how_many_duplicates(make):
    made = make("count 20000 --duplicate 5%")
    within(len(made.frames) - 20000, 1000, math.sqrt(20000 * 0.05 * 0.95))


def test_truncation(make):
    keys = "count 8 --inner-size 300"
    plain = make(keys)
    flagged = make(keys, "--truncate 100")
    silent = make(keys, "--truncate 100 --truncate-flag no")
    assert any(len(frame) == INNER + 300 for frame in plain.frames)
    for whole, cut, quiet in zip(plain.frames, flagged.frames, silent.frames):
        inner = whole[INNER : INNER + 100]
        assert cut[INNER:] == quiet[INNER:] == inner
        (length,) = struct.unpack_from(">H", cut, IP + 2)
        assert length == 20 + 8 + 8 + len(inner)
        is_cut = len(whole) > INNER + 100
        assert cut[ERSPAN + 2] >> 2 & 1 == is_cut
        assert quiet[ERSPAN + 2] >> 2 & 1 == 0


def test_snapping(make):
    plain = make("count 8 --inner-size 300")
    made = make("count 8 --inner-size 300 --snap 96")
    assert made.frames == [frame[:96] for frame in plain.frames]


REGIONS = {
    "anywhere": (0, None),
    "ip": (IP, GRE),
    "gre": (GRE, ERSPAN),
    "erspan": (ERSPAN, INNER),
    "inner": (INNER, None),
}


@pytest.mark.parametrize("where", REGIONS)
@pytest.mark.parametrize("bits", [1, 5, 64])
def test_corruption(make, where, bits):
    plain = make("count 30 --inner udp")
    keys = f"count 30 --inner udp --corrupt-copies 4-20 --corrupt-bits {bits}"
    made = make(keys, f"--corrupt-where {where}")
    first, end = REGIONS[where]
    for number, (before, after) in enumerate(zip(plain.frames, made.frames, strict=True), 1):
        assert len(before) == len(after)
        assert before[:first] == after[:first]
        if end is not None:
            assert before[end:] == after[end:]
        flipped = sum((a ^ b).bit_count() for a, b in zip(before, after))
        assert flipped == (bits if 4 <= number <= 20 else 0)


def test_how_often_corrupt(make):
    plain, made = make("count 10000 --inner udp"), make("count 10000 --inner udp --corrupt 3%")
    found = sum(a != b for a, b in zip(plain.frames, made.frames, strict=True))
    within(found, 300, math.sqrt(10000 * 0.03 * 0.97))


def test_the_source_restarts(make):
    made = make("count 8 --sequence-start 700 --restart-copies 4,7")
    assert made.sequences == [700, 701, 702, 0, 1, 2, 0, 1]
    made = make("count 6 --sequence-start 700 --restart-time 2.5ms")
    assert made.sequences == [700, 701, 702, 0, 1, 2]


def test_the_clock_restarts_if_told(make):
    keys = "count 5 --type 3 --gra 1 --timestamp 5000000 --restart-time 2.5ms"
    stamps = [struct.unpack_from(">I", f, 46)[0] for f in make(keys).frames]
    assert stamps == [5_000_000 + 10_000 * n for n in range(5)]
    made = make(keys, "--restart-clock yes")
    stamps = [struct.unpack_from(">I", f, 46)[0] for f in made.frames]
    assert stamps == [5_000_000, 5_010_000, 5_020_000, 5_000, 15_000]


def test_sessions_that_share_a_counter_restart_once(make):
    made = make(
        scenario="[sessions]\nsequence-domain = source\ncount = 4\n"
        "[session a]\n[session b]\ndelay = 10us\n[impairment power]\nrestart-time = 2ms\n"
    )
    assert made.sequences == [0, 1, 2, 3, 0, 1, 2, 3]


def test_super_frames_are_not_mirrored(make):
    plain = make("count 30 --inner-size 3000")
    short = [frame[INNER:] for frame in plain.frames if len(frame) - INNER <= 1514]
    made = make("count 30 --inner-size 3000 --mirror-up-to 1514")
    assert 0 < len(short) < 30
    assert [frame[INNER:] for frame in made.frames] == short
    assert made.sequences == list(range(len(short)))


def test_sampling(make):
    plain, made = make("count 10"), make("count 10 --sample 4")
    assert [frame[INNER:] for frame in made.frames] == [plain.frames[n][INNER:] for n in (0, 4, 8)]
    assert made.sequences == [0, 1, 2]
    assert made.times == [0, 4 * MS, 8 * MS]


@pytest.mark.parametrize("tags", ["none", "20,30"])
def test_before_and_behind_a_router(make, tags):
    scenario = f"[sessions]\nnetwork = 1\ncount = 6\ninner-vlan = {tags}\n"
    made = make(scenario=scenario + "[session before]\n[session behind]\nrouted = yes\ndelay = 9us\n")
    at = INNER + 14 + (8 if tags != "none" else 0)
    for before, behind in zip(made.frames[::2], made.frames[1::2], strict=True):
        assert before[INNER : INNER + 6] != behind[INNER : INNER + 6]
        assert before[INNER + 6 : INNER + 12] != behind[INNER + 6 : INNER + 12]
        assert before[INNER + 12 : at + 8] == behind[INNER + 12 : at + 8]
        assert behind[at + 8] == before[at + 8] - 1
        assert packets.checksum(before[at : at + 20]) == packets.checksum(behind[at : at + 20]) == 0
        assert before[at + 12 :] == behind[at + 12 :]


def test_behind_a_router_ipv6(make):
    plain, made = make("inner-ip 6"), make("inner-ip 6 --routed yes")
    at = INNER + 14
    for before, behind in zip(plain.frames, made.frames, strict=True):
        assert behind[at + 7] == before[at + 7] - 1
        assert behind[INNER + 12 : at + 7] + behind[at + 8 :] == (
            before[INNER + 12 : at + 7] + before[at + 8 :]
        )


def test_what_is_not_ip_passes_no_router(make, refused):
    mixed = ["[traffic t]\nkind = requests\ncount = 8\n[session a]\nmirror = t\n", "routed = yes\n"]
    plain, routed = (make(scenario=text).frames for text in (mixed[0], "".join(mixed)))
    is_ip = [frame[INNER + 12 : INNER + 14] == b"\x08\x00" for frame in plain]
    assert any(is_ip) and not all(is_ip)
    assert [before != after for before, after in zip(plain, routed, strict=True)] == is_ip
    assert "mirrored frames that carry IP" in refused("[session a]\ninner = stp\nrouted = yes\n")


def test_a_mirror_loop(make):
    plain, made = make("count 3 --inner udp"), make("count 3 --inner udp --loop 4")
    assert made.sequences == list(range(12))
    for number in range(3):
        copies = made.frames[4 * number : 4 * number + 4]
        assert copies[0][INNER:] == plain.frames[number][INNER:]
        for inside, around in zip(copies, copies[1:]):
            assert around[INNER:] == inside


def test_a_loop_mirrors_what_the_way_loses(make):
    assert make("count 2 --loop 3 --drop-copies 1-2").sequences == [2, 3, 4, 5]


SESSIONS = """
[sessions]
count = 2
sequence-domain = {domain}
[session a]
type = 2
session = 1
[session b]
type = 3
session = 1
hw = 0
[session c]
type = 3
session = 1
hw = 9
[session d]
type = 2
session = 5
[session e]
type = 3
session = 5
source = 192.0.2.77
"""


@pytest.mark.parametrize(
    ("domain", "sequences"),
    [
        ("session", [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
        ("source", [0, 1, 2, 3, 0, 4, 5, 6, 7, 1]),
        ("session-id", [0, 1, 2, 0, 0, 3, 4, 5, 1, 1]),
        ("hw-id", [0, 1, 0, 0, 0, 2, 3, 1, 1, 1]),
        ("constant", [0] * 10),
    ],
)
def test_sequence_domains(make, domain, sequences):
    assert make(scenario=SESSIONS.format(domain=domain)).sequences == sequences


def test_no_sequence_domain(make):
    for frame in make(scenario=SESSIONS.format(domain="none")).frames:
        assert struct.unpack_from(">H", frame, GRE)[0] & 0x1000 == 0


def test_groups_choose_sessions_and_times(make):
    made = make(
        scenario="[session a]\n[session b]\nsession = 2\ndelay = 10us\n[session c]\nsession = 3\n"
        "[impairment storm]\nsessions = b, c\nfrom = 2ms\nto = 5ms\nloss = 100%\n"
    )
    arrived = [(frame[ERSPAN + 3], number) for frame, number in zip(made.frames, made.sequences)]
    assert [number for session, number in arrived if session == 1] == list(range(10))
    for session, gone in ((2, {2, 3, 4}), (3, {2, 3, 4})):
        assert {number for s, number in arrived if s == session} == set(range(10)) - gone


def test_delays_of_several_groups_add_up(make):
    made = make(
        scenario="[session a]\nlate-copies = 2+1\n[impairment x]\nlate-copies = 2+2\n"
        "[impairment y]\nlate-copies = 2+1\n"
    )
    assert made.sequences == [0, 2, 3, 4, 5, 1, 6, 7, 8, 9]


def test_options_are_those_of_sessions(make):
    scenario = "[session a]\nloss = 100%\n[impairment x]\ndrop-copies = 1\n"
    assert make("loss 0%", scenario=scenario).sequences == list(range(1, 10))


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ("loss = 1", 3, "loss = 1: must be PERCENTAGE% (0% to 100%)"),
        ("loss = 101%", 3, "loss = 101%: must be PERCENTAGE% (0% to 100%)"),
        ("drop-copies = 0", 3, "drop-copies = 0: must be none|NUMBER"),
        ("drop-copies = 5-3", 3, "drop-copies = 5-3: must be none|NUMBER"),
        ("drop-copies = 1+1", 3, "drop-copies = 1+1: must be none|NUMBER"),
        ("late-copies = 5", 3, "late-copies = 5: must be none|NUMBER[-NUMBER]+BEHIND"),
        ("late = 5%", 2, "late needs late-by or late-delay"),
        ("late-by = 2", 3, "late-by requires late"),
        ("duplicate-after = 2", 3, "requires duplicate or"),
        ("run-end = 20%", 3, "requires run-start"),
        ("police-burst = 9", 3, "requires police-rate"),
        ("drop-answer = yes", 3, "requires drop-above"),
        ("truncate-flag = yes", 3, "requires truncate"),
        ("corrupt-bits = 1", 3, "requires corrupt or corrupt-copies"),
        ("restart-clock = yes", 3, "requires type = 3"),
        ("from = 2s\nto = 1s\nloss = 1%", 2, "to must be later than from"),
        ("sample = 0", 3, "sample = 0: must be 1-"),
    ],
)
def test_what_cannot_be_is_refused(refused, lines, line, message):
    told = refused(f"[capture]\n[session a]\n{lines}\n")
    assert f"standard input:{line}: " in told
    assert message in told
    told = refused(f"[session a]\n[impairment b]\n{lines}\nsnap = 900\n")
    assert f"standard input:{line}: " in told


def test_groups_that_mean_nothing_are_refused(refused):
    assert "nothing goes wrong by this" in refused("[session a]\n[impairment b]\nfrom = 1s\n")
    told = refused("[session a]\n[impairment b]\nloss = 1%\nsessions = a,c\n")
    assert "standard input:2: [impairment b]: sessions: the scenario has no" in told


def test_combinations_that_contradict_are_refused(refused):
    assert "contradicts" in refused("[session a]\nsequence-domain = none\nsequence = yes\n")
    assert "contradicts" in refused("[session a]\nsequence-domain = constant\nsequence = no\n")
    assert "nesting = 1" in refused("[session a]\nloop = 2\nnesting = 2\n")
    assert "65535" in refused("[session a]\nloop = 64\ninner-size = 63000\n")
