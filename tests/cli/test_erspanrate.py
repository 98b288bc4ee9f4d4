# SPDX-License-Identifier: GPL-2.0-or-later
"""erspanrate reads captures: against the generator's truth, and what it does with bad input."""

import fcntl
import gzip
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pcapfile
import pytest
from packets import COLLECTOR, SOURCE, capture, copy, ethernet, icmp, ipv4, ping, tcp, type2, type3
from patience import PATIENCE, wait_until

TREE = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((TREE / "docs" / "erspanrate.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def rate(erspanrate):
    """Runs it; the exit status must be as told."""

    def run(*arguments, status=0, **options):
        options = {"capture_output": True, "text": True, "timeout": PATIENCE, **options}
        done = subprocess.run([erspanrate, *map(str, arguments)], check=False, **options)
        assert done.returncode == status, done.stderr
        return done

    return run


@pytest.fixture
def total(rate):
    return lambda *arguments, **options: json.loads(
        rate(*arguments, "-j", **options).stdout.splitlines()[-1]
    )


@pytest.fixture
def generated(erspangen, tmp_path):
    """A capture of one session of 1000 numbered copies, and its truth."""

    def make(*options, name="x.pcap"):
        path, truth = tmp_path / name, tmp_path / "truth.json"
        session = ["--type", "2", "--session", "5", "--inner", "udp", "--inner-size", "100"]
        subprocess.run(
            [erspangen, "write", *session, "--count", "1000", *options, "-o", path, "-t", truth],
            check=True,
        )
        return path, json.loads(truth.read_text(encoding="utf-8"))

    return make


def lossy(tmp_path, numbers, session=5):
    """A capture of copies with these sequence numbers, a millisecond apart."""
    copies = [copy(type2(session) + ping(sequence=n), sequence=n) for n in numbers]
    return capture(tmp_path / "numbers.pcap", copies)


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
    state = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    return unread == 0 and state == "S"


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
        (["-r", "x", "--threads", "2"], "--threads=2"),
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


def test_writing_what_is_read(rate, generated, tmp_path):
    path, _ = generated()
    out = tmp_path / "out.pcap"
    rate("-r", path, "-w", out)
    before = [(frame.captured, frame.length, frame.time_ns) for frame in pcapfile.read(path)]
    after = [(frame.captured, frame.length, frame.time_ns) for frame in pcapfile.read(out)]
    assert after == before


@pytest.mark.parametrize("option", ["-w", "--plot", "--prometheus"])
@pytest.mark.parametrize("read", ["x.pcap", "./x.pcap", "link", "-"])
def test_what_is_read_is_not_written_over(rate, generated, tmp_path, option, read):
    path, _ = generated()
    before = path.read_bytes()
    (tmp_path / "link").symlink_to(path)
    with open(path, "rb") as opened:
        done = rate("-r", read, option, "x.pcap", status=2, cwd=tmp_path, stdin=opened)
    assert "x.pcap: this is the file to read" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("option", ["-w", "--plot"])
@pytest.mark.parametrize("wrong", [["-r", "misspelt"], ["-i", "misspelt"]])
def test_what_was_written_before_survives_a_wrong_name(rate, tmp_path, option, wrong):
    (tmp_path / "old").write_text("valuable", encoding="utf-8")
    assert "misspelt" in rate(*wrong, option, "old", status=1, cwd=tmp_path).stderr
    assert (tmp_path / "old").read_text(encoding="utf-8") == "valuable"


def test_writing_takes_the_place_of_a_longer_file(rate, generated, tmp_path):
    path, _ = generated()
    out = tmp_path / "out.pcap"
    out.write_bytes(bytes(10 * path.stat().st_size))
    rate("-r", path, "-w", out, "-c", "3")
    assert len(list(pcapfile.read(out))) == 3
    rate("-r", path, "-w", out, "-f", "arp")
    assert not list(pcapfile.read(out))


def test_decapsulation(rate, tmp_path):
    path, out = tmp_path / "copies.pcap", tmp_path / "out.pcap"
    capture(path, [copy(type2() + ping(sequence=n), sequence=n) for n in range(3)])
    rate("-r", path, "-w", out, "--decapsulate")
    assert [frame.captured for frame in pcapfile.read(out)] == [ping(sequence=n) for n in range(3)]


def frames_of_two_links(tmp_path, link_types):
    """Copies of frames with a MAC header and of packets without one, and what each mirrors."""
    path = tmp_path / "copies.pcap"
    inner = [(link, ping(sequence=n)[0 if link == 1 else 14:]) for n, link in enumerate(link_types)]
    capture(path, [
        copy(type3(ft=0 if link == 1 else 2) + frame, 0x22EB, sequence=n)
        for n, (link, frame) in enumerate(inner)
    ])
    return path, inner


@pytest.mark.parametrize("link_types", [
    [228, 1, 1, 228, 1], [1, 1, 1, 228], [1, 228, 228, 228, 1, 1],
])
def test_decapsulation_of_two_link_types(rate, tmp_path, link_types):
    """The file, which began as pcap, is pcapng then: nothing is left out, and no time changes."""
    path, inner = frames_of_two_links(tmp_path, link_types)
    out = tmp_path / "out.pcap"
    out.write_bytes(bytes(100000))
    rate("-r", path, "-w", out, "--decapsulate")
    written = list(pcapfile.read(out))
    assert [(frame.link_type, frame.captured) for frame in written] == inner
    assert [frame.time_ns for frame in written] == [frame.time_ns for frame in pcapfile.read(path)]
    kinds = subprocess.run(["capinfos", "-t", "-c", out], capture_output=True, text=True, check=True).stdout
    assert "pcapng" in kinds


def test_decapsulation_of_two_link_types_into_a_pipe(rate, tmp_path):
    """What went through a pipe cannot be taken back: the error says how many packets are missing."""
    path, _ = frames_of_two_links(tmp_path, [1, 228, 1, 228])
    out = tmp_path / "out.pcap"
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(out, "wb")) as cat:
        done = rate("-r", path, "-w", "-", "--decapsulate", status=1, capture_output=False,
                    stdout=cat.stdin, stderr=subprocess.PIPE)
        cat.stdin.close()
    assert "2 packets are not in it" in done.stderr
    assert [frame.link_type for frame in pcapfile.read(out)] == [1, 1]


def test_a_full_disk(rate, generated):
    """Nothing more is written; what was counted is said all the same."""
    path, _ = generated()
    done = rate("-r", path, "-j", "-w", "/dev/full", status=1)
    assert json.loads(done.stdout)["all"]["copies"] == 1000
    assert "/dev/full: No space left on device" in done.stderr


def test_standard_output_that_is_full(rate, generated):
    path, _ = generated()
    with open("/dev/full", "wb") as full:
        done = rate("-r", path, status=1, stdout=full, capture_output=False, stderr=subprocess.PIPE)
    assert "copies 1,000" in done.stderr
    assert "No space left on device" in done.stderr


def test_prometheus(rate, tmp_path):
    path, out = lossy(tmp_path, [0, 1, 4]), tmp_path / "erspan.prom"
    rate("-r", path, "--prometheus", out)
    lines = out.read_text(encoding="utf-8").splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    labels = f'{{from="{path}",source="192.0.2.1",destination="192.0.2.2",session="5"}}'
    assert values[f"erspan_copies_total{labels}"] == "3"
    assert values[f"erspan_lost{labels}"] == "2"
    assert os.listdir(tmp_path).count("erspan.prom") == 1


@pytest.mark.parametrize("back", [True, False], ids=["for a while", "until the end"])
def test_metrics_that_cannot_be_written(erspanrate, tmp_path, back):
    """Whoever counts goes on, and says so once."""
    directory, away = tmp_path / "metrics", tmp_path / "away"
    directory.mkdir()
    out = directory / "x.prom"
    content = lossy(tmp_path, range(1000)).read_bytes()  # a millisecond apart
    command = [erspanrate, "-r", "-", "-t", "0.1", "-j", "--prometheus", out]
    said, wrong = tmp_path / "said", f"{out}: No such file or directory"
    with (
        said.open("wb") as stderr,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr) as running,
    ):

        def feed(part):
            running.stdin.write(part)
            running.stdin.flush()

        feed(content[: len(content) // 3])
        wait_until(out.exists)
        directory.rename(away)
        feed(content[len(content) // 3 : len(content) // 3 * 2])
        wait_until(lambda: wrong in said.read_text(encoding="utf-8"))
        if back:
            away.rename(directory)
        output, _ = running.communicate(content[len(content) // 3 * 2 :], timeout=PATIENCE)
    assert json.loads(output.splitlines()[-1])["all"]["copies"] == 1000
    assert running.returncode == (0 if back else 1)
    assert said.read_text(encoding="utf-8").count(wrong) == (1 if back else 2)
    assert not back or 'session="5"} 1000\n' in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name, label",
    [
        ("Zürich.pcap", "Zürich.pcap"),
        ('"a\\b\nc\td".pcap', '\\"a\\\\b\\nc\td\\".pcap'),
        (os.fsdecode(b"Z\xfcrich.pcap"), "Z\ufffdrich.pcap"),
    ],
    ids=["UTF-8", "quoted", "Latin-1"],
)
def test_names_of_files_in_what_others_read(rate, tmp_path, name, label):
    """Prometheus' text format has UTF-8, and escapes for \\, \" and the end of a line alone."""
    lossy(tmp_path, [0]).rename(tmp_path / name)
    rate("-r", name, "--prometheus", "x.prom", "--plot", "x.svg", cwd=tmp_path, errors="replace")
    metrics = (tmp_path / "x.prom").read_text(encoding="utf-8").split("\n")
    labels = f'{{from="{label}",source="192.0.2.1",destination="192.0.2.2",session="5"}}'
    assert f"erspan_copies_total{labels} 1" in metrics
    ElementTree.parse(tmp_path / "x.svg")


def test_a_plot_that_cannot_be_written(rate, tmp_path):
    done = rate("-r", lossy(tmp_path, [0, 1, 4]), "--plot", "/dev/full", status=1)
    assert "/dev/full: No space left" in done.stderr


def test_a_plot_stays_until_there_is_another(erspanrate, tmp_path):
    out = tmp_path / "x.svg"
    out.write_text("old", encoding="utf-8")
    command = [erspanrate, "-r", "-", "--plot", out]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        running.stdin.write(lossy(tmp_path, range(100)).read_bytes())
        running.stdin.flush()
        assert out.read_text(encoding="utf-8") == "old"
        running.communicate(timeout=PATIENCE)
    ElementTree.parse(out)


def test_a_plot(rate, tmp_path):
    path, out = lossy(tmp_path, [0, 1, 4]), tmp_path / "x.svg"
    rate("-r", path, "--plot", out, "-t", "0.001")
    root = ElementTree.parse(out).getroot()
    shapes = [element.get("class") for element in root if element.get("class") != "grid"]
    assert shapes.count("outer") == shapes.count("inner") == 1
    assert shapes.count("lost") == 1  # of the interval in which the gap showed
    # Frames of 98 bytes in copies of 148: one in the first millisecond; two in the second, with which the
    # file ends, and as many lost. So 5 Mbit/s and a half are the ends of the scales.
    lines = {
        element.get("class"): [tuple(map(float, place.split(","))) for place in element.get("points").split()]
        for element in root
        if element.get("points")
    }
    assert [x for x, _ in lines["outer"]] == [90, 515, 515, 940]
    for name, size in (("outer", 148), ("inner", 98)):
        parts = [size * 8 * 1000 * count / 5e6 for count in (1, 1, 2, 2)]
        assert [y for _, y in lines[name]] == pytest.approx([300 - 240 * part for part in parts], abs=0.06)
    assert lines["lost"] == [(515, 440), (515, 340), (940, 340), (940, 440)]
    labels = [(int(e.get("y")) - 4, e.text) for e in root if e.get("text-anchor") == "end" and e.get("x") == "82"]
    assert labels[:5] == [(300, "0"), (240, "1.25 M"), (180, "2.50 M"), (120, "3.75 M"), (60, "5.00 M")]
    assert labels[5:] == [(440, "0 %"), (415, "12.5 %"), (390, "25.0 %"), (365, "37.5 %"), (340, "50.0 %")]


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


@pytest.mark.parametrize("columns, last", [(80, "late"), (200, "peak 1 ms")])
def test_a_table_fits_its_terminal(erspanrate, tmp_path, columns, last):
    """So that the next one takes its place; columns go from the right."""
    path = lossy(tmp_path, range(3))
    shown = on_a_terminal(erspanrate, "-r", path, "-t", "0.001", columns=columns)
    first, second = re.sub("\033\\[[0-9]*m", "", shown).split("\033[2A\033[J")
    for table in (first, second.split("\r\n\r\n")[0]):
        lines = table.splitlines()
        assert len(lines) == 2 and max(map(len, lines)) <= columns
        assert lines[0].endswith("  " + last)


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


def test_a_duration_of_the_file(total, tmp_path):
    """Copies are a millisecond apart; a file of 5000 is longer than what is read at once."""
    path = capture(tmp_path / "long.pcap", [copy(type2(5) + ping(sequence=n), sequence=n) for n in range(10000)])
    of_two_seconds = total("-r", path, "-d", "2")
    assert of_two_seconds["seconds"] == 2
    assert of_two_seconds["all"]["copies"] == 2000


def test_what_stands_in_front_of_the_summary(rate, tmp_path):
    """A copy that is cut inside its header, one inside another, one quoted by an ICMP error, and ARP."""
    whole = copy(type2(1) + ping(), sequence=0)
    nested = copy(type2(2) + whole, sequence=0)
    error = ethernet(0x0800, ipv4(1, icmp(3, 4, bytes(4), whole[14:80]), source=COLLECTOR, destination=SOURCE))
    path = capture(tmp_path / "mixed.pcap", [whole, nested, copy(b"\x10\x00\x00", sequence=1), error, ethernet(0x0806, bytes(28))])
    head = rate("-r", path).stdout.splitlines()[0]
    counts = ", inside others 1, quoted in ICMP errors 1, broken 1, not ERSPAN 1"
    assert head == f"{path}: 5 packets in 4.00 ms: copies 2{counts}"


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
