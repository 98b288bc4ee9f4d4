# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen check and list, and the scenarios that come with it."""

import re
import subprocess

import captures_table
import pcapfile
import pytest

SCENARIOS = [path for part in (".", "networks") for path in sorted((captures_table.CAPTURES / part).glob("*.ini"))]


@pytest.fixture
def run(erspangen, tmp_path):
    def run(*arguments, scenario=None):
        return subprocess.run(
            [erspangen, *arguments], cwd=tmp_path, input=scenario, capture_output=True, text=True, check=False
        )

    return run


def test_check_finds_nothing_wrong(run, tmp_path):
    done = run("check", *map(str, SCENARIOS))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


ALL_WRONG = """[sesion a]
type = 9
[session b]
type = 9
sesion = 3

[session b]
session = 1
nothing
"""


def test_check_reports_all_that_is_wrong(run, tmp_path):
    (tmp_path / "x.ini").write_text(ALL_WRONG)
    done = run("check", "x.ini")
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    expected = [(1, "[sesion a]"), (4, "1-3"), (5, '"session"'), (7, "duplicate group"), (9, "key = value")]
    assert len(lines) == len(expected)
    for line, (number, words) in zip(lines, expected):
        assert line.startswith(f"erspangen check: x.ini:{number}: ") and words in line


def test_check_reports_names_that_are_not_there_beside_the_rest(run, tmp_path):
    text = "[session a]\nmirror = x\nttl = 900\n[impairment i]\nsessions = b\nloss = 1%\n[traffic t]\n"
    (tmp_path / "x.ini").write_text(text)
    done = run("check", "x.ini")
    told = [re.sub(r"^erspangen check: x.ini:", "", line) for line in done.stderr.splitlines()]
    assert done.returncode == 2 and len(told) == 3
    assert told[0].startswith("3: ttl = 900")
    assert told[1].startswith("1: [session a]: mirror") and told[2].startswith("4: [impairment i]: sessions")


def test_check_reports_each_group_that_does_not_go_together(run, tmp_path):
    (tmp_path / "a.ini").write_text("[session a]\nfragment = 16\n[session b]\n[session c]\nfragment = 9\n")
    (tmp_path / "b.ini").write_text("[marker m]\nlink = sll-without-gre\n")
    done = run("check", "a.ini", "b.ini")
    assert done.returncode == 2
    places = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert places == ["a.ini:1", "a.ini:4", "b.ini:1"]


def test_check_of_what_cannot_be_read(run):
    done = run("check", "missing.ini")
    assert done.returncode == 1 and "missing.ini: No such file" in done.stderr
    assert run("check").returncode == 2


def test_check_of_a_capture_that_cannot_be_replayed(run, tmp_path):
    text = "[traffic t]\nkind = capture\nfile = missing.pcap\n[session a]\nmirror = t\n"
    (tmp_path / "a.ini").write_text(text, encoding="utf-8")
    done = run("check", "a.ini")
    assert done.returncode == 1 and "missing.pcap: No such file" in done.stderr
    assert run("check", "replay").returncode == 0


def test_check_with_options(run):
    assert run("check", "-", "--type", "3", scenario="[session a]\n").returncode == 0
    done = run("check", "-", "--type", "4", scenario="[session a]\n")
    assert done.returncode == 2 and "--type 4" in done.stderr


def test_list_names_and_describes_every_scenario(run):
    done = run("list")
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout.split("\nSituations:\n")[1]
    listed = dict(re.findall(r"^(\S+) +(\S.*(?:\n +.*)*)", shown, re.M))
    assert set(listed) == {path.stem for path in SCENARIOS}
    for path in SCENARIOS:
        comment = path.read_text(encoding="utf-8").splitlines()[1]
        assert comment == "# " + re.sub(r"\s+", " ", listed[path.stem])
    names = list(listed)
    assert names.index("q2-same-session-id") < names.index("q10-unix-nanoseconds")


def test_a_built_in_scenario_by_its_name(run, tmp_path):
    assert run("write", "type2-ipv4", "-o", "x.pcap").returncode == 0
    expected = captures_table.CAPTURES / "type2-ipv4.pcap"
    assert (tmp_path / "x.pcap").read_bytes() == expected.read_bytes()


@pytest.mark.parametrize("quirk", range(1, 28))
def test_every_quirk_is_a_scenario(run, quirk):
    named = [path.stem for path in SCENARIOS if path.stem.startswith(f"q{quirk}-")]
    done = run("check", f"Q{quirk}")
    assert done.returncode == 1 and done.stderr.endswith(f"there is {', '.join(named)}\n") and named
    assert run("check", *named).returncode == 0


def test_neither_a_file_nor_built_in(run):
    done = run("write", "q", "-o", "x.pcap")
    assert done.returncode == 1 and "q: No such file" in done.stderr and "erspangen list" in done.stderr


def test_a_file_goes_before_a_built_in_scenario(run, tmp_path):
    (tmp_path / "type2-ipv4").write_text("[session x]\ncount = 0\n")
    assert run("write", "type2-ipv4", "-o", "x.pcap").returncode == 0
    assert (tmp_path / "x.pcap").stat().st_size == 24


SCREEN = {"write": 24, "wrap": 24, "check": 24, "list": 24, "send": 40, "limit": 40}


@pytest.mark.parametrize("command, lines", SCREEN.items())
def test_help_is_a_screen(run, command, lines):
    done = run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) <= lines
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert command in run("--help").stdout
    assert run(command, "--frobnicate").returncode == 2


def test_help_topic_by_topic(run):
    everything = run("write", "--help-all").stdout
    assert max(map(len, everything.splitlines())) <= 80
    (named,) = re.findall(r"TOPIC: (.*), or all", re.sub(r"\s+", " ", run("write", "-h").stdout))
    for topic in re.findall(r"(\w+) \(.*?\)(?:, |$)", named):
        done = run("write", "--type", "2", f"--help-{topic}")
        assert done.returncode == 0
        shown = set(re.findall(r"^  (--[a-z0-9-]+=)", done.stdout, re.M))
        assert shown and shown <= set(re.findall(r"^  (--[a-z0-9-]+=)", everything, re.M))
    assert run("write", "--help-nothing").returncode == 2


@pytest.mark.parametrize("words", [["--reorder", "20%"], ["--reorder=20%"], ["--out-of-order", "20%"]])
def test_other_words_for_late(erspangen, tmp_path, words):
    made = []
    for number, option in enumerate((["--late", "20%"], words)):
        path = tmp_path / f"{number}.pcap"
        subprocess.run([erspangen, "write", "--count", "100", "--late-by", "3", *option, "-o", path], check=True)
        made.append(path.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(
    "keys, passed",
    [
        ("--count 1100 --interval 9ns --police-rate 100kpps", 1000),
        # 12.5 kB come in 10 ms: the bucket has room for some packets more.
        ("--count 200 --interval 9ns --inner random --inner-size 100 --police-rate 10Mbit", 16384 // 136),
    ],
)
def test_the_usual_burst_of_a_policer_is_of_ten_milliseconds(run, tmp_path, keys, passed):
    assert run("write", *keys.split(), "-o", "x.pcap").returncode == 0
    assert len(pcapfile.read(tmp_path / "x.pcap")) == passed
