# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate shows: figures worked out by hand, tables, terminals."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import pcapfile
import pytest
from packets import COLLECTOR, SOURCE, capture, copy, ethernet, icmp, ipv4, lossy, ping, tcp, type2, type3


def test_a_table_for_people(rate, tmp_path):
    output = rate("-r", lossy(tmp_path, [0, 1, 2, 5])).stdout
    row = next(line for line in output.splitlines() if line.startswith("192.0.2.1 > 192.0.2.2, 5"))
    assert row.split()[4:6] == ["II", "4"]
    assert "33.3 %" in row  # 2 of 6
    assert "\033" not in output


# ---- figures, worked out by hand ----
DELAYS = [0, 2, 0, 0, 4, 0, 0, 0, 0]  # of copies a millisecond apart, in 100 us

NUMBERS = [5000, 5001, 5002, 5003, 0, 1, 2, 3, 4]  # the source restarts before the fifth

CUT = 5  # of this one the source kept 60 bytes

INNER, OUTER = 98, 14 + 20 + 8 + 12 + 98


@pytest.fixture
def timed(tmp_path):
    """Type III with Unix time in 100 us (quirk Q11)."""
    frames = []
    for at, (tenths, number) in enumerate(zip(DELAYS, NUMBERS, strict=True)):
        stamp = (1_700_000_000 * 10_000 + 10 * (at + 1) - tenths) % 2**32
        frame = ping(sequence=at)[: 60 if at == CUT else None]
        made = copy(type3(session=1, truncated=at == CUT, timestamp=stamp) + frame, 0x22EB, number)
        arrival_ns = 1_700_000_000 * 10**9 + (at + 1) * 10**6
        frames.append(pcapfile.Frame(1, len(made), made, arrival_ns))
    pcapfile.write(tmp_path / "timed.pcap", 1, frames)
    return tmp_path / "timed.pcap"


def jitters_ns():
    """After each copy: RFC 3550, 6.4.1."""
    jitter = 0
    for before, now in zip([0, *DELAYS], DELAYS):
        jitter += (abs(now - before) * 100_000 - jitter) / 16
        yield jitter


def figures(cut, restarts, delays, jitter_ns):
    """Of four copies in 4 ms; those of all sessions, and what those of the one have besides."""
    kept = 4 * INNER - cut * (INNER - 60)
    everyone = {
        "copies": 4,
        "copies_per_s": 1000,
        "outer_bytes": kept + 4 * (OUTER - INNER),
        "outer_bps": (kept + 4 * (OUTER - INNER)) * 8 / 0.004,
        "inner_bytes": kept,
        "inner_bps": kept * 8 / 0.004,
        "mirrored_bytes": 4 * INNER,
        "lost": 0,
        "loss": 0,
        "late": 0,
        "duplicates": 0,
        "restarts": restarts,
        "truncated": cut,
        "cut": cut,
        "visibility": None,
        "sizes": [0, 4, 0, 0, 0, 0, 0, 0, 0],
        # No two copies are in one window, of 1 ms or of 100 us.
        "peak_1ms_bps": OUTER * 8 * 1000,
        "peak_100us_bps": OUTER * 8 * 10000,
    }
    return everyone, {"delay_mean_ns": sum(delays) * 100_000 / len(delays), "jitter_ns": round(jitter_ns)}


def test_every_figure_of_an_interval(rate, timed):
    lines = [json.loads(line) for line in rate("-r", timed, "-j", "-t", "0.004").stdout.splitlines()]
    *intervals, last = lines
    jitter = list(jitters_ns())
    wanted = [figures(0, 0, DELAYS[:4], jitter[3]), figures(1, 1, DELAYS[4:8], jitter[7])]
    assert [(line["begin_s"], line["end_s"]) for line in intervals] == [(0, 0.004), (0.004, 0.008)]
    for line, (everyone, more) in zip(intervals, wanted, strict=True):
        (session,) = line["sessions"]
        assert line["all"] == everyone
        named = {"stream": 0, "source": "192.0.2.1", "destination": "192.0.2.2", "session_id": 1}
        assert session == named | everyone | more
    assert last["sessions"][0]["sequence"]["restarts"] == 1


def test_peaks_of_each_interval(rate, tmp_path):
    """Two sessions: bursts of three and one copies in 100 us, then of one and two, then nothing more."""
    begun_us = 1_700_000_000 * 10**6
    sessions_at = {0: 1, 10: 1, 20: 1, 500: 2, 4000: 2, 4010: 2, 4500: 1, 8000: 1}
    frames = []
    for number, (at_us, session) in enumerate(sessions_at.items()):
        made = copy(type2(session=session) + ping(sequence=number), 0x88BE, number)
        frames.append(pcapfile.Frame(1, len(made), made, (begun_us + at_us) * 1000))
    pcapfile.write(tmp_path / "bursts.pcap", 1, frames)
    outer = frames[0].length * 8
    lines = [
        json.loads(line)
        for line in rate("-r", tmp_path / "bursts.pcap", "-j", "-t", "0.004").stdout.splitlines()
    ]

    def peaks(figures):
        return figures["peak_1ms_bps"] / (outer * 1000), figures["peak_100us_bps"] / (outer * 10000)

    def by_session(line):
        return {session["session_id"]: peaks(session) for session in line["sessions"]}

    first, second, total = lines
    assert (peaks(first["all"]), by_session(first)) == ((4, 3), {1: (3, 3), 2: (1, 1)})
    assert (peaks(second["all"]), by_session(second)) == ((3, 2), {1: (1, 1), 2: (2, 2)})
    assert (peaks(total["all"]), by_session(total)) == ((4, 3), {1: (3, 3), 2: (2, 2)})


def test_the_summary_for_people(rate, timed):
    said = rate("-r", timed).stdout
    assert f"{timed}: 9 packets in 8.00 ms: copies 9\n" in said
    assert "  sequence  a counter of its own; restarted 1 time\n" in said
    assert "  sizes     64-127: 100 %; largest 98 bytes\n" in said
    # 152 bytes in 1 ms, and in 100 us
    assert "  peaks     1.22 Mbit/s in 1 ms, 12.2 Mbit/s in 100 us\n" in said
    mean_us, jitter_us = sum(DELAYS) * 100 / len(DELAYS), list(jitters_ns())[-1] / 1000
    delays = f"; delay 0.00 ns to 400 us, mean {mean_us:.1f} us; jitter {jitter_us:.1f} us\n"
    (time,) = (line for line in said.splitlines(keepends=True) if line.startswith("  time "))
    assert "ticks of 100 us" in time and time.endswith(delays)


def at_times(path, times_us):
    """Copies of 148 bytes."""
    frames = []
    for number, time_us in enumerate(times_us):
        made = copy(type2(5) + ping(sequence=number), sequence=number)
        frames.append(pcapfile.Frame(1, len(made), made, 1_700_000_000 * 10**9 + time_us * 1000))
    pcapfile.write(path, 1, frames)
    return path


def intervals_of(rate, path, seconds):
    *intervals, _ = map(json.loads, rate("-r", path, "-j", "-t", seconds).stdout.splitlines())
    return intervals


def test_silence_is_one_interval(rate, tmp_path):
    """Intervals of 2 ms end where a packet shows that they have; those without packets go to the next."""
    path = at_times(tmp_path / "silence.pcap", [0, 1000, 2000, 50000, 51000, 53000])
    intervals = intervals_of(rate, path, "0.002")
    times = [(line["begin_s"], line["end_s"], line["all"]["copies"]) for line in intervals]
    assert times == [(0, 0.002, 2), (0.002, 0.004, 1), (0.004, 0.052, 2)]


def test_the_session_with_most_bytes_comes_first(rate, tmp_path):
    """Of session 1 a copy, of session 2 three, of session 3 one that is longer than those."""
    frames = [(1, 56), (2, 56), (2, 56), (2, 56), (3, 1000), (1, 56)]
    copies = [copy(type2(session) + ping(size, sequence=n), sequence=n) for n, (session, size) in enumerate(frames)]
    path = capture(tmp_path / "three.pcap", copies)
    (interval,) = intervals_of(rate, path, "0.005")
    assert [session["session_id"] for session in interval["sessions"]] == [3, 2, 1]
    said = rate("-r", path, "--top", "2").stdout
    table = [line.split()[3] for line in said.splitlines() if line.startswith("192.0.2.1 > 192.0.2.2, ") and "II" in line]
    assert table == ["3", "2"]


def on_a_terminal(*command, columns=0):
    """What is shown there; 0 columns: it does not tell how wide it is."""
    try:
        terminal, end = pty.openpty()
    except OSError:
        pytest.skip("this system has no terminals, as in a minimal chroot")
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(command, stdout=end, env=environment) as program:
        os.close(end)
        shown = b""
        try:
            while part := os.read(terminal, 65536):
                shown += part
        except OSError:  # the other end is closed
            pass
    os.close(terminal)
    assert program.returncode == 0
    return shown.decode()


def tables_on_a_terminal(erspanrate, tmp_path, columns):
    """Of each interval, the lines."""
    shown = on_a_terminal(erspanrate, "-r", lossy(tmp_path, range(3)), "-t", "0.001", columns=columns)
    first, second = re.sub("\033\\[[0-9]*m", "", shown).split("\033[2A\033[J")
    return [table.splitlines() for table in (first, second.split("\r\n\r\n")[0])]


# What has to give way, one after the other, as long as a table is too wide.
GIVE_WAY = ["peak 1 ms", "jitter", "delay", "cut", "dup", "late", "inner bit/s"]


def columns_of(header):
    """Of each column, with the blanks before it, the width."""
    ends = {match.group(): match.end() for match in re.finditer(r"\S+(?: \S+)*", header)}
    return dict(zip(ends, (end - before for before, end in zip([0, *ends.values()], ends.values()))))


def test_a_table_fits_its_terminal(erspanrate, tmp_path):
    """So that the next one takes its place. No column goes that has room."""
    wide = tables_on_a_terminal(erspanrate, tmp_path, 200)
    narrow = tables_on_a_terminal(erspanrate, tmp_path, 80)
    for whole, shown in zip(wide, narrow):
        assert len(whole) == len(shown) == 2
        widths = columns_of(whole[0])
        gone = [name for name in GIVE_WAY if name in widths and name not in columns_of(shown[0])]
        assert gone == [name for name in GIVE_WAY if name in widths][: len(gone)]
        assert list(columns_of(shown[0])) == [name for name in widths if name not in gone]
        assert max(map(len, shown)) == sum(widths.values()) - sum(widths[name] for name in gone) <= 80
        assert len(shown[0]) + widths[gone[-1]] > 80


def test_loss_is_shown_on_a_narrow_terminal(erspanrate, tmp_path):
    shown = on_a_terminal(erspanrate, "-r", lossy(tmp_path, range(3)), "-t", "0.001", columns=30)
    title, *_ = re.sub("\033\\[[0-9]*m", "", shown).splitlines()
    assert title.split()[-2:] == ["lost", "%"]


RED = "\033[1;31m"


@pytest.mark.parametrize("segments, colour", [(200, ""), (199, RED)])
def test_what_is_not_nearly_all_is_red(erspanrate, tmp_path, segments, colour):
    """All segments but one are mirrored: of 200 that is 99.5 %, of 199 less."""
    hosts = {"source": bytes([198, 51, 100, 1]), "destination": bytes([198, 51, 100, 2])}
    back = {"source": hosts["destination"], "destination": hosts["source"]}
    packets = [tcp((1000, 80), 0, 0, flags=2, **hosts), tcp((80, 1000), 0, 1, flags=18, **back)]  # SYN, and its ACK
    packets += [tcp((1000, 80), 1 + n * 1000, 1, bytes(1000), **hosts) for n in range(segments) if n != 50]
    packets += [tcp((80, 1000), 1, 1 + segments * 1000, **back)]
    copies = [copy(type2() + ethernet(0x0800, packet), sequence=n) for n, packet in enumerate(packets)]
    path = capture(tmp_path / "tcp.pcap", copies)
    shown = on_a_terminal(erspanrate, "-r", path)
    (row,) = (line for line in shown.splitlines() if line.startswith("192.0.2.1 > 192.0.2.2, 100 "))
    assert row.split("  ")[-1].strip().removesuffix("\033[0m") == f"{colour}99.5 %"


def test_what_stands_in_front_of_the_summary(rate, tmp_path):
    """A copy that is cut inside its header, one inside another, one quoted by an ICMP error, and ARP."""
    whole = copy(type2(1) + ping(), sequence=0)
    nested = copy(type2(2) + whole, sequence=0)
    error = ethernet(0x0800, ipv4(1, icmp(3, 4, bytes(4), whole[14:80]), source=COLLECTOR, destination=SOURCE))
    path = capture(tmp_path / "mixed.pcap", [whole, nested, copy(b"\x10\x00\x00", sequence=1), error, ethernet(0x0806, bytes(28))])
    head = rate("-r", path).stdout.splitlines()[0]
    counts = ", inside others 1, quoted in ICMP errors 1, broken 1, not ERSPAN 1"
    assert head == f"{path}: 5 packets in 4.00 ms: copies 2{counts}"
