# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspanrate writes: captures, plots, metrics; and what it never overwrites."""

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree

import attempts
import pcapfile
import pytest
from packets import capture, copy, lossy, ping, type2, type3
from time_limit import TIME_LIMIT, wait_until


def test_writing_what_is_read(rate, generated, tmp_path):
    path, _ = generated()
    out = tmp_path / "out.pcap"
    rate("-r", path, "-w", out)
    before = [(frame.captured, frame.length, frame.time_ns) for frame in pcapfile.read(path)]
    after = [(frame.captured, frame.length, frame.time_ns) for frame in pcapfile.read(out)]
    assert after == before


def test_a_standard_input_that_is_closed(erspanrate, generated, tmp_path):
    """The output does not take its place, which is the capture's."""
    path, _ = generated()
    command = f"exec {erspanrate} -r {path} -w {tmp_path}/out.pcap <&-"
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    assert len(list(pcapfile.read(tmp_path / "out.pcap"))) == len(list(pcapfile.read(path)))


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
@pytest.mark.parametrize("wrong", [["-r", "misspelt"], ["-r", "misspelt.txt"], ["-i", "misspelt"]])
def test_what_was_written_before_survives_a_wrong_name(rate, tmp_path, option, wrong):
    (tmp_path / "old").write_text("valuable", encoding="utf-8")
    (tmp_path / "misspelt.txt").write_text("no capture", encoding="utf-8")
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


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
def test_no_other_file_is_made(erspanrate, world, tmp_path):
    """Neither beside the capture nor in /tmp, although what the capture holds is converted on the way."""
    path, inner = frames_of_two_links(tmp_path, [1, 1, 228])
    out = tmp_path / "out.pcap"
    done = subprocess.run(
        [erspanrate, "-r", path, "-w", out, "--decapsulate", "--json"], env={**os.environ, **world, "ATTEMPT_AT_END": "yes"},
        capture_output=True, text=True, check=True, timeout=TIME_LIMIT,
    )  # fmt: skip
    assert [(frame.link_type, frame.captured) for frame in pcapfile.read(out)] == inner
    if json.loads(done.stdout.splitlines()[-1])["confinement"]["files"]:
        assert attempts.done(attempts.outcomes(done.stderr), attempts.FILES) == {}


def test_decapsulation_of_two_link_types_into_a_pipe(rate, tmp_path):
    """What went through a pipe cannot be taken back: it is pcapng from the beginning."""
    path, inner = frames_of_two_links(tmp_path, [228, 1, 1, 228])
    out = tmp_path / "out.pcap"
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(out, "wb")) as cat:
        rate("-r", path, "-w", "-", "--decapsulate", capture_output=False, stdout=cat.stdin)
        cat.stdin.close()
    assert [(frame.link_type, frame.captured) for frame in pcapfile.read(out)] == inner


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
        output, _ = running.communicate(content[len(content) // 3 * 2 :], timeout=TIME_LIMIT)
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
        running.communicate(timeout=TIME_LIMIT)
    ElementTree.parse(out)


SVG = "{http://www.w3.org/2000/svg}"


def places(root, kind):
    """The corners of the lines or bars of that class."""
    shapes = [element for element in root if element.get("class") == kind and element.get("points")]
    return [[tuple(map(float, place.split(","))) for place in shape.get("points").split()] for shape in shapes]


def values(root, anchor):
    """The numbers at the axes, by their place."""
    found = [element for element in root if element.get("class") == "value" and element.get("text-anchor") == anchor]
    return [(int(element.get("x")), int(element.get("y")), element.text) for element in found]


def test_a_plot(rate, tmp_path):
    path, out = lossy(tmp_path, [0, 1, 4]), tmp_path / "x.svg"
    rate("-r", path, "--plot", out, "-t", "0.001")
    root = ElementTree.parse(out).getroot()
    # Frames of 98 bytes in copies of 148: one in the first millisecond; two in the second, with which the
    # file ends, and as many lost. So the scales end with 5 Mbit/s and 100 %.
    for kind, size in (("outer", 148), ("inner", 98)):
        (line,) = places(root, kind)
        assert [x for x, _ in line] == [90, 515, 515, 940]
        parts = [size * 8 * 1000 * count / 5e6 for count in (1, 1, 2, 2)]
        assert [y for _, y in line] == pytest.approx([310 - 230 * part for part in parts], abs=0.06)
    assert places(root, "lost") == [[(515, 470), (515, 420), (940, 420), (940, 470)]]
    at_left = values(root, "end")
    assert at_left[:6] == [(82, 314 - 46 * i, str(i)) for i in range(6)]
    assert at_left[6:] == [(82, 474 - 20 * i, str(20 * i)) for i in range(6)]
    below = values(root, "middle")[:11]
    assert below == [(90 + 85 * i, 331, f"{0.2 * i:.6g}") for i in range(11)]
    texts = [element.text for element in root.iter(SVG + "text")]
    assert {"Rate, Mbit/s", "Lost copies, %", "Time, ms"} <= set(texts)
    assert root.find(SVG + "title").text == f"ERSPAN copies of {path}"


def test_the_conclusions_stand_below_the_plot(rate, tmp_path):
    path, out = lossy(tmp_path, [n for n in range(1000) if n % 10 != 5]), tmp_path / "x.svg"
    total = json.loads(rate("-r", path, "--plot", out, "-j").stdout.splitlines()[-1])
    (verdict,) = total["sessions"][0]["verdicts"]
    captions = [e.text.strip() for e in ElementTree.parse(out).iter(SVG + "text") if e.get("class") == "caption"]
    assert " ".join(captions) == f"192.0.2.1 > 192.0.2.2, 5: {verdict['summary']}"


def test_a_short_end_is_no_interval_of_a_plot(rate, tmp_path):
    """A copy each millisecond, of which the last but one is lost: 9 % of an interval of 9 ms."""
    path, out = lossy(tmp_path, [*range(509), 510]), tmp_path / "x.svg"
    rate("-r", path, "--plot", out, "-t", "0.1")
    root = ElementTree.parse(out).getroot()
    ((left, top), (_, bar), (right, _), _) = places(root, "lost")[0]
    assert (left, top, right) == (pytest.approx(90 + 850 * 0.4 / 0.509, abs=0.06), 470, 940)
    assert bar == pytest.approx(470 - 100 * (1 / 111) / 0.01, abs=0.06)  # the axis ends with 1 %


def test_an_interval_whose_loss_is_unknown_is_shaded(rate, tmp_path):
    """One number alone, in the first of two intervals, tells nothing; the second shows that 1 of 4 is missing."""
    copies = [copy(type2(session=1) + ping(), sequence=number) for number in (0, 1, 3)]
    path, out = tmp_path / "x.pcap", tmp_path / "x.svg"
    times = [10**18, 10**18 + 1_500_000_000, 10**18 + 2_000_000_000]
    pcapfile.write(path, 1, [pcapfile.Frame(1, len(one), one, at) for one, at in zip(copies, times)])
    rate("-r", path, "--plot", out, "-t", "1")
    root = ElementTree.parse(out).getroot()
    assert places(root, "band") == [[(90, 470), (90, 370), (515, 370), (515, 470)]]
    ((left, _), _, (right, _), _) = places(root, "lost")[0]
    assert (left, right) == (515, 940)
    assert "shaded: cannot be known" in [element.text for element in root.iter(SVG + "text")]


def test_a_plot_without_times(rate, tmp_path):
    """Packets without a time belong to no interval. That one of them is missing is known all the same."""
    path, out = tmp_path / "x.pcap", tmp_path / "x.svg"
    copies = [copy(type2(session=1) + ping(), sequence=number) for number in (0, 1, 3)]
    pcapfile.write(path, 1, [pcapfile.Frame(1, len(one), one) for one in copies])
    assert json.loads(rate("-r", path, "--plot", out, "-j").stdout.splitlines()[-1])["all"]["loss"] == 0.25
    assert not any("cannot be known" in (node.text or "") for node in ElementTree.parse(out).iter())


def test_no_control_character_reaches_a_plot(rate, tmp_path):
    path = tmp_path / "a\x1b[31m\x07b\u202e\uffff<c>.pcap"
    path.write_bytes(lossy(tmp_path, [0, 1]).read_bytes())
    out = tmp_path / "x.svg"
    rate("-r", path, "--plot", out)
    title = ElementTree.parse(out).getroot().find(SVG + "title").text
    assert title.endswith(r"a\x1b[31m\x07b\u202e\uffff<c>.pcap")
