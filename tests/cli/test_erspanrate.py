# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate reads captures: against the generator's truth, and what it does with bad input."""

import fcntl
import gzip
import json
import os
import signal
import struct
import subprocess
import termios
from pathlib import Path

import jsonschema
import pcapfile
import pytest
from packets import capture, copy, ethernet, ipv4, lossy, ping, type2
from processes import is_asleep
from time_limit import wait_until

TREE = Path(__file__).resolve().parents[2]

SCHEMA = json.loads((TREE / "docs" / "erspanrate.schema.json").read_text(encoding="utf-8"))


def test_the_sums_of_a_capture(total, tmp_path):
    report = total("-r", lossy(tmp_path, [0, 1, 2, 5, 6, 4, 9, 9]))
    session = report["sessions"][0]
    # 3 and 7, 8 never came; 4 came after 5 and 6; the second 9 has the content of the first
    assert session["sequence"]["lost"] == 3
    assert session["sequence"]["late"] == 1
    assert session["sequence"]["extent_max"] == 2
    assert session["sequence"]["duplicates"] == 1
    assert report["all"]["copies"] == session["copies"] == 8
    assert report["all"]["loss"] == pytest.approx(3 / 10)
    assert report["seconds"] == pytest.approx(0.007)
    assert report["all"]["copies_per_s"] == pytest.approx(8 / 0.007, rel=1e-4)


def test_intervals_follow_the_times_of_packets(rate, tmp_path):
    path = lossy(tmp_path, [0, 1, 2, 3, 6, 7, 5])
    lines = rate("-r", path, "-j", "-t", "0.002").stdout.splitlines()
    *intervals, last = map(json.loads, lines)
    # 2 ms each: copies 0 1 | 2 3 | 6 7 | 5, of which the end makes no interval
    assert [interval["all"]["copies"] for interval in intervals] == [2, 2, 2]
    assert [interval["all"]["lost"] for interval in intervals] == [0, 0, 2]
    assert last["all"]["lost"] == 1


def test_numbers_that_become_less_lost(rate, tmp_path):
    path = lossy(tmp_path, [0, 3, 1, 2, 4, 5])
    lines = rate("-r", path, "-j", "-t", "0.002").stdout.splitlines()
    assert [json.loads(line)["all"]["lost"] for line in lines] == [2, -2, 0]


def test_a_domain_can_be_forced(total, tmp_path):
    path = tmp_path / "shared.pcap"
    capture(path, [copy(type2(1 + n % 2) + ping(sequence=n), sequence=n) for n in range(40)])
    shared = total("-r", path)
    assert shared["all"]["lost"] == 0
    assert shared["sessions"][0]["sequence_domain"] == "source"
    forced = total("-r", path, "--domain", "session")
    # each session misses every second number between its first and its last: 19
    assert forced["all"]["lost"] == 2 * 19


def test_what_sessions_that_share_a_counter_lost_together(total, tmp_path):
    """A copy of one session shows that 20 is missing; 20 then comes late, in the other one."""
    path = tmp_path / "shared.pcap"
    numbers = [*range(20), 21, 22, 20, *range(23, 40)]
    capture(path, [copy(type2(1 + n % 2) + ping(sequence=n), sequence=n) for n in numbers])
    report = total("-r", path)
    assert [domain["kind"] for domain in report["domains"]] == ["source"]
    assert report["domains"][0]["sequence"]["late"] == report["all"]["late"] == 1
    assert report["all"]["lost"] == report["totals"]["lost"] == report["domains"][0]["sequence"]["lost"] == 0


@pytest.mark.parametrize("loss", ["loss-random", "loss-runs", "loss-listed"])
def test_truth_of_loss(total, erspangen, tmp_path, loss):
    path, truth = tmp_path / "x.pcap", tmp_path / "truth.json"
    subprocess.run([erspangen, "write", loss, "-o", path, "-t", truth], check=True)
    made = json.loads(truth.read_text(encoding="utf-8"))["sessions"][0]
    session = total("-r", path)["sessions"][0]
    assert session["copies"] + session["sequence"]["lost"] == made["mirrored"]["frames"]


@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng", "x.pcap.gz", "x.pcapng.gz"])
def test_formats(total, generated, name):
    path, _ = generated(name=name)
    assert total("-r", path)["all"]["copies"] == 1000


@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng", "x.pcap.gz"])
def test_standard_input(total, generated, name):
    path, _ = generated(name=name)
    with open(path, "rb") as file:
        assert total("-r", "-", stdin=file)["all"]["copies"] == 1000
    cat = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
    with cat:
        assert total("-r", "-", stdin=cat.stdout)["all"]["copies"] == 1000


def test_interfaces_with_different_link_types(total):
    report = total("-r", "captures/two-links.pcapng", cwd=TREE)
    assert [session["copies"] for session in report["sessions"]] == [2, 2]
    assert report["totals"]["frames"] == 4


def test_a_file_that_ends_in_the_middle(rate, generated):
    """What came before is reported, the error too."""
    path, _ = generated()
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    done = rate("-r", path, "-j", status=1)
    assert json.loads(done.stdout)["all"]["copies"] == 999
    assert "x.pcap" in done.stderr


def test_a_pipe_that_ends_in_the_middle(rate, generated):
    path, _ = generated()
    with subprocess.Popen(["head", "-c", "-10", path], stdout=subprocess.PIPE) as pipe:
        done = rate("-r", "-", "-j", stdin=pipe.stdout, status=1)
    assert json.loads(done.stdout)["all"]["copies"] == 999
    assert "standard input: after packet 999" in done.stderr


def is_waiting_at(pipe, process):
    """The process has read all that was written into the pipe, and sleeps."""
    (unread,) = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))
    return unread == 0 and is_asleep(process)


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="/proc tells that it waits")
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_interruption_while_a_pipe_is_silent(erspanrate, generated, compress):
    """It is one way to end a run, not an error."""
    path, _ = generated()
    with subprocess.Popen(
        [erspanrate, "-r", "-", "-j"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdin.write(compress(path.read_bytes()))
        running.stdin.flush()
        wait_until(lambda: is_waiting_at(running.stdin, running), running)
        running.send_signal(signal.SIGINT)
        output, said = running.stdout.read(), running.stderr.read()
    assert running.returncode == 0 and said == b""
    assert json.loads(output)["all"]["copies"] == 1000


@pytest.mark.parametrize("start", [0, 2**31 - 2, 2**32 - 5], ids=["1970", "2038", "2106"])
def test_times_far_away(erspangen, total, tmp_path, start):
    """However the file is read, the time of arrival tells what clock the source has."""
    scenario, path, compressed = (tmp_path / name for name in ("x.ini", "x.pcap", "x.pcap.gz"))
    session = "[session a]\ntype = 3\ngra = 3\nplatform = 3\ntimestamp = unix\ninterval = 1s\ncount = 4\n"
    scenario.write_text(f"[capture]\nstart = {start}\n{session}", encoding="utf-8")
    subprocess.run([erspangen, "write", scenario, "-o", path], check=True)
    compressed.write_bytes(gzip.compress(path.read_bytes()))
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as pipe:
        reports = [total("-r", path), total("-r", compressed), total("-r", "-", stdin=pipe.stdout)]
    for report in reports:
        (session,) = report["sessions"]
        assert session["clock"]["method"] == "Unix time in nanoseconds"
        assert session["clock"]["copies"] == 4
        assert session == reports[0]["sessions"][0]


def test_fractions_of_more_than_a_second(total, generated):
    """Some write them. Those before a time that libpcap cannot tell are neither lost nor counted twice."""
    path, _ = generated()
    content = bytearray(path.read_bytes())
    first = pcapfile.FILE_HEADER.size
    _, _, captured, _ = pcapfile.RECORD_HEADER.unpack_from(content, first)
    second = first + pcapfile.RECORD_HEADER.size + captured
    struct.pack_into("<I", content, first + 4, 1_500_000)
    struct.pack_into("<I", content, second, 2**31)
    path.write_bytes(content)
    compressed = path.with_suffix(".gz")
    compressed.write_bytes(gzip.compress(content))
    assert total("-r", path)["all"]["copies"] == total("-r", compressed)["all"]["copies"] == 1000


def test_a_time_beyond_all(rate, generated):
    """pcapng has 64 bits for it. A copy is a copy; it counts for no rate."""
    path, _ = generated(name="x.pcapng")
    content = path.read_bytes()
    (length,) = struct.unpack("<I", content[-4:])
    high = len(content) - length + pcapfile.BLOCK_HEADER.size + 4  # half of the last one's time
    path.write_bytes(content[:high] + b"\xff" * 4 + content[high + 4 :])
    done = rate("-r", path, "-j")
    assert json.loads(done.stdout)["all"]["copies"] == 1000
    assert "x.pcapng: frame 1000 has no time, or one before 1970 or after 2116" in done.stderr


@pytest.mark.parametrize("content", [b"", b"nothing of a capture"])
def test_files_that_are_none(rate, tmp_path, content):
    path = tmp_path / "none"
    path.write_bytes(content)
    done = rate("-r", path, status=1)
    assert done.stdout == ""
    assert "none" in done.stderr


@pytest.mark.parametrize(
    "arguments, word",
    [
        ([], "-i INTERFACE or -r FILE"),
        (["-i", "a", "-r", "b"], "exclude each other"),
        (["eth0"], "eth0"),
        (["-r", "x", "-b", "fast"], "--backend=fast"),
        (["-r", "x", "--domain", "x"], "--domain=x"),
        (["-r", "x", "-s", "10"], "--snap=10"),
        (["-r", "x", "-c", "0"], "--count=0"),
        (["-r", "x", "-d", "-1"], "--duration=-1"),
        (["-r", "x", "-f", "nonsense ("], "nonsense ("),
        (["-i", "x", "--threads", "2"], "--threads=2"),
        (["-r", "x", "--threads", "0"], "--threads=0"),
        (["-r", "x", "--decapsulate"], "--decapsulate"),
        (["-r", "x", "-t", "-1"], "--interval=-1"),
        (["-r", "x", "-t", "nan"], "--interval=nan"),
        (["-r", "x", "-n", "1000001"], "--top=1000001: must be 0 to 1000000"),
        (["-r", ""], "--read requires a name"),
        (["-i", ""], "--interface requires a name"),
        (["-r", "x", "-w", ""], "--write requires a name"),
        (["-r", "x", "--plot="], "--plot requires a name"),
        (["-r", "x", "--plot=-"], "--plot=-"),
        (["-r", "x", "--prometheus=-"], "--prometheus=-"),
        (["--nothing"], "--nothing"),
    ],
)
def test_wrong_options(rate, arguments, word):
    assert word in rate(*arguments, status=2).stderr


@pytest.mark.parametrize("packed", [False, True], ids=["libpcap", "libwiretap"])
def test_a_link_layer_without_erspan_keeps_its_number_or_is_left_out(rate, tmp_path, packed):
    """Wireshark's own number of 802.11 is no file's: nothing is written under a wrong one."""
    path, out = tmp_path / "x.pcap", tmp_path / "out.pcap"
    ieee_802_11 = 105
    pcapfile.write(path, ieee_802_11, [pcapfile.Frame(ieee_802_11, 60, bytes(60), 0)] * 3)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
        done = rate("-r", path, "-w", out, status=1)
        assert "out.pcap: 3 packets are not in it" in done.stderr
        assert pcapfile.read(out) == []
    else:
        rate("-r", path, "-w", out)
        assert [frame.link_type for frame in pcapfile.read(out)] == [ieee_802_11] * 3


def test_packets_older_than_the_first_are_told_of(rate, tmp_path):
    path = tmp_path / "x.pcap"
    packet = copy(type2(5) + ping(0))
    times = [2_000_000_000, 0, 1_000_000_000]
    pcapfile.write(path, 1, [pcapfile.Frame(1, len(packet), packet, time_ns) for time_ns in times])
    done = rate("-r", path)
    assert done.stderr.count("older than it") == 1
    pcapfile.write(path, 1, [pcapfile.Frame(1, len(packet), packet, time_ns) for time_ns in times[1:]])
    assert rate("-r", path).stderr == ""


def test_help_fits_a_screen(rate):
    help_text = rate("--help").stdout
    assert len(help_text.splitlines()) <= 45
    assert max(map(len, help_text.splitlines())) <= 100
    assert rate("--version").stdout.startswith("erspanrate ")


def test_a_limit(total, generated):
    path, _ = generated()
    assert total("-r", path, "-c", "10")["all"]["copies"] == 10


def test_a_filter(total, tmp_path):
    path = tmp_path / "two.pcap"
    other = copy(type2(2) + ping(), source=bytes([198, 51, 100, 1]))
    capture(path, [copy(type2(1) + ping()), other, other])
    assert total("-r", path, "-f", "src host 198.51.100.1")["all"]["copies"] == 2


def test_what_is_no_erspan_is_counted(total, tmp_path):
    path = tmp_path / "others.pcap"
    frames = [copy(type2() + ping()), ethernet(0x88CC, bytes(40)), ethernet(0x800, b"\x45"), b""]
    capture(path, frames)
    totals = total("-r", path)["totals"]
    assert totals["frames"] == 4
    assert totals["not_erspan"] == 3


def test_fragments(total, tmp_path):
    """A later fragment has no GRE header: it tells that there is one, and no more."""
    path = tmp_path / "fragment.pcap"
    packet = bytearray(ipv4(47, bytes(64)))
    packet[6:8] = (185).to_bytes(2, "big")
    capture(path, [ethernet(0x800, bytes(packet))])
    totals = total("-r", path)["totals"]
    assert totals["later_fragments"] == 1
    assert totals["not_erspan"] == 0


def test_every_prefix_of_a_copy(total, tmp_path):
    """Hostile bytes end no run."""
    whole = copy(type2() + ping())
    path = tmp_path / "prefixes.pcap"
    capture(path, [whole[:length] for length in range(len(whole) + 1)])
    assert total("-r", path)["totals"]["frames"] == len(whole) + 1


def test_a_duration_of_the_file(total, tmp_path):
    """Copies are a millisecond apart; a file of 5000 is longer than what is read at once."""
    path = capture(tmp_path / "long.pcap", [copy(type2(5) + ping(sequence=n), sequence=n) for n in range(10000)])
    of_two_seconds = total("-r", path, "-d", "2")
    assert of_two_seconds["seconds"] == 2
    assert of_two_seconds["all"]["copies"] == 2000


@pytest.mark.parametrize("name", ["blog-iperf-mtu", "type3-ipv6", "type1-ipv4", "plain-gre"])
def test_the_schema_describes_every_line(rate, name):
    lines = rate("-r", TREE / "captures" / f"{name}.pcap", "-j", "-t", "0.0005").stdout.splitlines()
    assert len(lines) > 1
    for line in lines:
        jsonschema.validate(json.loads(line), SCHEMA)


def counters_of(erspanrate, path):
    done = subprocess.run([erspanrate, "-r", path, "--json"], check=True, capture_output=True)
    (session,) = json.loads(done.stdout.splitlines()[-1])["sessions"]
    return session


def test_several_counters_of_one_session(erspanrate, tmp_path):
    """Three line cards, each with an index and a counter of its own; 5 of the third's numbers are missing."""
    starts = {1: 70_000, 2: 3_000_000, 3: 12}
    order = [(index, start + n) for n in range(200) for index, start in starts.items()]
    came = [(index, number) for index, number in order if not (index == 3 and 50 <= number < 55)]
    copies = [copy(type2(21, index=index) + ping(), sequence=number) for index, number in came]
    path = capture(tmp_path / "cards.pcap", copies)
    session = counters_of(erspanrate, path)
    assert (session["counters"], session["counters_apart"]) == (3, ["index"])
    assert session["sequence"]["lost"] == 5
    assert session["sequence"]["restarts"] == session["sequence"]["late"] == session["sequence"]["strays"] == 0
    text = subprocess.run([erspanrate, "-r", path], check=True, capture_output=True, text=True).stdout
    assert "3 counters, told apart by index\n" in text


SENDERS = {  # what differs in the second sender's copies, and its name in JSON and in words
    "ttl": (lambda packet: packet[:22] + b"\x3a" + packet[23:], "outer TTL"),
    "mac": (lambda packet: packet[:6] + b"\x02\0\0\0\0\x09" + packet[12:], "outer MAC"),
}


@pytest.mark.parametrize("part", SENDERS)
def test_a_second_sender(erspanrate, tshark, tmp_path, part):
    """Two senders use one session's name, each with a counter of its own; nothing is lost."""
    change, word = SENDERS[part]
    copies = []
    for n in range(60):
        copies.append(copy(type2(21) + ping(sequence=2 * n), sequence=5000 + n))
        copies.append(change(copy(type2(21) + ping(sequence=2 * n + 1), sequence=800_000 + n)))
    path = capture(tmp_path / "senders.pcap", copies)
    session = counters_of(erspanrate, path)
    assert (session["counters"], session["counters_apart"]) == (2, [part])
    assert session["sequence"]["lost"] == session["sequence"]["restarts"] == 0
    text = subprocess.run([erspanrate, "-r", path], check=True, capture_output=True, text=True).stdout
    assert f"2 counters, told apart by {word}: several senders use the addresses and the ID of this session\n" in text
    (said,) = tshark.frames(path, "erspan.analysis.several_senders")
    assert tshark.frames(path, "erspan.analysis.several_senders", ["-2"]) == [said]
    assert tshark.frames(path, "erspan.analysis.lost", ["-2"]) == []


@pytest.mark.parametrize("foreign", [[0], [16_001_000], [16_001_000, 16_001_001], [5] * 2, [*range(9**9, 9**9 + 5)]])
def test_foreign_copies_are_strays(erspanrate, tmp_path, foreign):
    """3 of 1,000 numbers from 1,000 on are missing; the foreign copies come after 1,500 and after 1,800."""
    run = [number for number in range(1000, 2000) if not 1200 <= number < 1203]
    middle, late = run.index(1500) + 1, run.index(1800) + 1
    numbers = [*run[:middle], *foreign, *run[middle:late], *foreign, *run[late:]]
    copies = [copy(type2(7) + ping(sequence=at), sequence=number) for at, number in enumerate(numbers)]
    found = counters_of(erspanrate, capture(tmp_path / "foreign.pcap", copies))["sequence"]
    assert (found["lost"], found["late"], found["restarts"]) == (3, 0, 0)
    assert found["strays"] == 2 * len(foreign)
