# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the programs write: never over an input, never through what another user planted, and whole or
not at all."""

import itertools
import json
import os
import signal
import stat
import subprocess

import pytest
from processes import files_open_in
from time_limit import TIME_LIMIT, wait_until

ANOTHER = 65533  # neither who runs here nor the user that root becomes
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self"), reason="a file gets its name through /proc")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be attacked by another user here")


@pytest.fixture
def shared(tmp_path):
    """A directory as /tmp: everybody writes to it, nobody removes what is another's."""
    directory = tmp_path / "shared"
    directory.mkdir()
    directory.chmod(0o1777)
    return directory


def run(*command, **keywords):
    return subprocess.run(command, capture_output=True, text=True, **keywords)


@pytest.fixture
def capture(erspangen, tmp_path):
    path = tmp_path / "in.pcap"
    run(erspangen, "write", "--count", "3", "-o", path, check=True)
    return path


WRITING = {
    "erspangen write -o": "{erspangen} write --count 3 -o",
    "erspangen write --truth": "{erspangen} write --count 3 -o {beside} --truth",
    "erspangen wrap -o": "{erspangen} wrap {capture} -o",
    "erspanrate --write": "{erspanrate} -r {capture} --write",
    "erspanrate --plot": "{erspanrate} -r {capture} --plot",
    "erspanrate --prometheus": "{erspanrate} -r {capture} --prometheus",
}
# What needs more than a place to end well, or makes its files as the user that root becomes: tempted, it refuses first.
TEMPTED = {
    "erspanrate --write -G": "{erspanrate} -r {capture} -G 1000 --write",
    "erspanrate --write -C": "{erspanrate} -r {capture} -C 1m --write",
    "erspangen send --truth": "{erspangen} send -i lo --destination-mac 02:00:00:00:00:01 --count 1 --truth",
    "erspangen limit --plot": "{erspangen} limit --collector ::1 -i lo --plot",
    "erspandump --fifo": "{erspandump} --capture --extcap-interface erspan --interface lo --fifo",
    "erspandump --extcap-control-out": (
        "{erspandump} --capture --extcap-interface erspan --interface lo --fifo {beside} --extcap-control-in /dev/null"
        " --extcap-control-out"
    ),
}


def command_of(text, tmp_path, capture, erspangen, erspanrate):
    erspandump = erspanrate.with_name("erspandump")
    words = {"beside": tmp_path / "beside", "capture": capture, "erspangen": erspangen, "erspanrate": erspanrate}
    return [word.format(erspandump=erspandump, **words) for word in text.split()]


@pytest.fixture(params=WRITING)
def writing(request, erspangen, erspanrate, capture, tmp_path):
    """A command to which a path is added: it writes there."""
    return command_of(WRITING[request.param], tmp_path, capture, erspangen, erspanrate)


@pytest.fixture(params=[*WRITING, *TEMPTED])
def tempted(request, erspangen, erspanrate, capture, tmp_path):
    """The same, and those that do not end here when the path is right."""
    return command_of({**WRITING, **TEMPTED}[request.param], tmp_path, capture, erspangen, erspanrate)


# ---- an output is never an input ----


@pytest.mark.parametrize("name", ["in.pcap", "./in.pcap", "symbolic", "hard"])
def test_an_output_is_never_the_input(erspangen, erspanrate, capture, tmp_path, name):
    (tmp_path / "symbolic").symlink_to("in.pcap")
    os.link(capture, tmp_path / "hard")
    before = capture.read_bytes()
    for command in (
        [erspangen, "wrap", "in.pcap", "-o", name],
        [erspangen, "write", "--kind", "capture", "--file", "in.pcap", "-o", name],
        [erspangen, "write", "--kind", "capture", "--file", "in.pcap", "-o", "x.pcap", "--truth", name],
        [erspangen, "send", "-i", "lo", "--kind", "capture", "--file", "in.pcap", "--truth", name],
        [erspanrate, "-r", "in.pcap", "--write", name],
        [erspanrate, "-r", "in.pcap", "--plot", name],
        [erspanrate, "-r", "in.pcap", "--prometheus", name],
    ):
        done = run(*command, cwd=tmp_path)
        assert done.returncode == 2, command
        assert f"{name}: this is the file to read" in done.stderr
        assert capture.read_bytes() == before


@pytest.mark.parametrize("read", ["in.pcap", "-"])
def test_no_report_is_added_to_the_input(erspanrate, capture, tmp_path, read):
    before = capture.read_bytes()
    with open(capture, "rb") as source, open(capture, "ab") as sink:
        done = subprocess.run(
            [erspanrate, "-r", read], cwd=tmp_path, stdin=source, stdout=sink, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert "standard output goes to the file to read" in done.stderr
    assert capture.read_bytes() == before


def test_a_directory_above_is_that_of_the_link(writing, capture, tmp_path):
    """link/.. is where the link leads, and not where it lies, as for every other program."""
    (tmp_path / "other" / "below").mkdir(parents=True)
    (tmp_path / "link").symlink_to("other/below")
    other = tmp_path / "other" / "in.pcap"
    other.write_bytes(b"")
    before = capture.read_bytes()
    run(*writing, tmp_path / "link" / ".." / "in.pcap", check=True)
    assert capture.read_bytes() == before
    assert other.stat().st_size > 0


def test_an_output_is_never_the_scenario(erspangen, tmp_path):
    scenario = tmp_path / "s.ini"
    scenario.write_text("[session 1]\ncount = 1\n")
    done = run(erspangen, "write", scenario, "-o", scenario)
    assert (done.returncode, scenario.read_text()) == (2, "[session 1]\ncount = 1\n")


def outputs_of(erspanrate, erspangen):
    """Of each command, what it is called with, and its options that name an output."""
    return [
        ([erspanrate, "-r", "in.pcap"], ["-w", "--plot", "--prometheus"]),
        ([erspangen, "write", "--count", "3"], ["-o", "--truth"]),
        ([erspangen, "send", "-i", "lo"], ["--truth"]),
        ([erspangen, "limit", "--collector", "::1", "-i", "lo"], ["--plot"]),
    ]


def test_no_two_outputs_are_one_file(erspanrate, erspangen, capture, tmp_path):
    """By name, by a link, by device and inode; whether the file is there already or not. Standard output is one, too."""
    (tmp_path / "link").symlink_to("new")
    (tmp_path / "there").write_text("old")
    os.link(tmp_path / "there", tmp_path / "hard")
    for command, options in outputs_of(erspanrate, erspangen):
        for one, other in itertools.combinations(options, 2):
            for names in (("new", "./new"), ("new", "link"), ("there", "hard")):
                done = run(*command, one, names[0], other, names[1], cwd=tmp_path)
                assert done.returncode == 2 and "one file cannot be both outputs" in done.stderr, (command, one, other)
        for one in options:
            with open(tmp_path / "said", "w", encoding="utf-8") as said:
                done = subprocess.run(
                    [*command, one, "said"], stdout=said, stderr=subprocess.PIPE, text=True, cwd=tmp_path
                )
            assert done.returncode == 2 and "standard output" in done.stderr, (command, one)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hard", "in.pcap", "link", "said", "there"]
    assert (tmp_path / "there").read_text() == "old"


def test_no_output_is_the_key(erspanrate, erspangen, tmp_path):
    key = tmp_path / "key"
    key.write_text("a key of some length")
    for command, options in outputs_of(erspanrate, erspangen):
        if command[0] == erspanrate:
            command = [erspanrate, "-i", "lo", "--serve"]
        elif "limit" not in command:
            continue
        for option in options:
            done = run(*command, "--control-key", key, option, key)
            assert done.returncode == 2 and f"{option.replace('-w', '--write')} {key}: this is the file to read" in done.stderr
    assert key.read_text() == "a key of some length"


def test_the_plot_of_a_limit_is_a_file_and_no_scenario(erspangen, capture, tmp_path):
    scenario = tmp_path / "s.ini"
    scenario.write_text("[traffic t]\nkind = capture\nfile = in.pcap\n[session 1]\nmirror = t\n")
    command = [erspangen, "limit", "--collector", "::1", "-i", "lo"]
    before = capture.read_bytes()
    for words, wrong in (
        (["--plot", "-"], "--plot=-: must be a file"),
        (["--plot", "s.ini", "s.ini"], "s.ini: this is the file to read"),
        (["--plot", "in.pcap", "s.ini"], "in.pcap: this is the file to read"),
        (["-"], "must be a file"),
    ):
        done = run(*command, *words, cwd=tmp_path)
        assert (done.returncode, wrong in done.stderr) == (2, True), done.stderr
    assert capture.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.pcap", "s.ini"]


@pytest.mark.parametrize("other", ["input", "plot", "metrics", "link to the input"])
def test_no_later_file_of_a_capture_is_another_file(erspangen, erspanrate, tmp_path, other):
    """The names of the files of -C are known when they are made: out.pcap1 is the file that is read, or another output."""
    run(erspangen, "write", "--count", "200", "--inner-size", "900", "-o", "many.pcap", check=True, cwd=tmp_path)
    read, more = "many.pcap", []
    if other == "input":
        read = (tmp_path / "many.pcap").rename(tmp_path / "out.pcap1").name
    elif other == "link to the input":
        (tmp_path / "out.pcap1").symlink_to("many.pcap")
    else:
        more = [{"plot": "--plot", "metrics": "--prometheus"}[other], "out.pcap1"]
    before = (tmp_path / read).read_bytes()
    done = run(erspanrate, "-r", read, "-q", "-w", "out.pcap", "-C", "50k", *more, cwd=tmp_path)
    assert done.returncode == 1
    assert "the next file's name is that of another file of this run" in done.stderr
    assert (tmp_path / read).read_bytes() == before
    assert (tmp_path / "out.pcap").stat().st_size > 50_000
    if more:
        assert (tmp_path / "out.pcap1").read_text()[0] in "<#"


def test_no_file_of_a_session_is_another_file(erspangen, erspanrate, tmp_path):
    run(erspangen, "write", "--count", "3", "-o", "in.pcap", check=True, cwd=tmp_path)
    words = ["-r", "in.pcap", "-q", "--decapsulate", "--per-session", "-w", "out.pcap"]
    run(erspanrate, *words, check=True, cwd=tmp_path)
    (name,) = (path.name for path in tmp_path.glob("out-*.pcap"))
    (tmp_path / name).unlink()
    done = run(erspanrate, *words, "--plot", name, cwd=tmp_path)
    assert done.returncode == 1 and "another file of this run" in done.stderr
    assert (tmp_path / name).read_text().startswith("<")


# ---- what another user planted ----


@needs_root
def test_root_follows_no_link_that_another_user_planted(tempted, shared, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("root's own")
    victim.chmod(0o600)
    link = shared / "x"
    link.symlink_to(victim)
    os.lchown(link, ANOTHER, ANOTHER)
    done = run(*tempted, link, timeout=TIME_LIMIT)
    assert done.returncode == 1
    assert f"{link}: Permission denied" in done.stderr
    assert victim.read_text() == "root's own"
    assert stat.S_IMODE(victim.stat().st_mode) == 0o600


@needs_root
def test_root_follows_no_directory_that_another_user_planted(tempted, shared, tmp_path):
    victim = tmp_path / "victim"
    victim.mkdir()
    link = shared / "planted"
    link.symlink_to(victim)
    os.lchown(link, ANOTHER, ANOTHER)
    done = run(*tempted, link / "x", timeout=TIME_LIMIT)
    assert done.returncode == 1
    assert f"{link / 'x'}: Permission denied" in done.stderr
    assert list(victim.iterdir()) == []


@needs_root
@pytest.mark.parametrize("plant", [lambda path: path.write_text("mine"), os.mkfifo], ids=["file", "pipe"])
def test_root_writes_to_nothing_that_another_user_planted(tempted, shared, plant):
    planted = shared / "x"
    plant(planted)
    os.chown(planted, ANOTHER, ANOTHER)
    planted.chmod(0o666)
    done = run(*tempted, planted, timeout=TIME_LIMIT)
    assert done.returncode == 1
    assert f"{planted}: Permission denied" in done.stderr or f"{planted}: File exists" in done.stderr
    assert planted.stat().st_uid == ANOTHER


@pytest.mark.parametrize("of", ["another", "its own"])
def test_nothing_is_written_to_a_second_name(tempted, shared, tmp_path, of):
    """Where fs.protected_hardlinks is off, another user can give any file of the same file system a name there."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    if of == "another" and os.geteuid() == 0:
        os.chown(victim, ANOTHER, ANOTHER)
    os.link(victim, shared / "x")
    done = run(*tempted, shared / "x", timeout=TIME_LIMIT)
    assert done.returncode == 1
    assert f"{shared / 'x'}: Too many links" in done.stderr or f"{shared / 'x'}: Permission denied" in done.stderr
    assert victim.read_text() == "precious"


@needs_root
def test_no_file_of_a_session_is_a_planted_link(erspanrate, capture, shared, tmp_path):
    """Their names can be guessed."""
    command = [erspanrate, "-r", capture, "-q", "--decapsulate", "--per-session", "-w", shared / "m.pcap"]
    run(*command, check=True)
    (made,) = shared.glob("m-*.pcap")
    made.unlink()
    victim = tmp_path / "victim"
    victim.write_text("root's own")
    made.symlink_to(victim)
    os.lchown(made, ANOTHER, ANOTHER)
    done = run(*command)
    assert done.returncode == 1 and f"{made}: Permission denied" in done.stderr
    assert victim.read_text() == "root's own"


def test_an_own_link_is_followed_and_stays(writing, shared, tmp_path):
    (shared / "x").symlink_to(tmp_path / "made")
    assert run(*writing, shared / "x").returncode == 0
    assert (shared / "x").is_symlink()
    assert (tmp_path / "made").stat().st_size > 0


def test_a_link_to_itself_is_an_error(writing, tmp_path):
    (tmp_path / "x").symlink_to("x")
    done = run(*writing, tmp_path / "x")
    assert done.returncode == 1
    assert "Too many levels of symbolic links" in done.stderr


@needs_proc
@pytest.mark.parametrize("sink", ["/dev/stdout", "/proc/self/fd/1"])
def test_a_pipe_by_the_name_of_a_descriptor(erspangen, sink):
    done = subprocess.run([erspangen, "write", "--count", "3", "-o", sink], capture_output=True, check=True)
    assert done.stdout[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1")


# ---- modes ----


def test_a_capture_is_its_owners_alone_under_root(writing, tmp_path):
    made = tmp_path / "made"
    old = os.umask(0o027)
    try:
        run(*writing, made, check=True)
    finally:
        os.umask(old)
    metrics = "--prometheus" in writing  # node_exporter, another user, reads them
    expected = 0o600 if os.geteuid() == 0 and not metrics else 0o640
    assert stat.S_IMODE(made.stat().st_mode) == expected


# ---- whole or not at all ----


@needs_proc
def test_nothing_is_left_of_what_was_killed(erspangen, tmp_path):
    command = [erspangen, "write", "--count", "1000000000", "-o", "x.pcap", "--truth", "x.json"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) as writer:
        wait_until(lambda: files_open_in(writer, tmp_path), writer)
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=TIME_LIMIT)
    wait_until(lambda: not list(tmp_path.iterdir()))  # where files have a name, another process removes them


# ---- what root reads ----


@needs_root
@pytest.mark.parametrize("form", ["pcap", "pcapng", "pcap.gz"])
def test_root_never_parses(erspangen, erspanrate, tmp_path, form):
    """A file that is root's alone is read by a process that is root no more."""
    path = tmp_path / f"in.{form}"
    run(erspangen, "write", "--count", "3", "-o", path, check=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    total = json.loads(run(erspanrate, "-r", path, "-j", check=True).stdout)
    assert total["all"]["copies"] == 3
    assert total["confinement"]["user"] in ("erspan", "nobody")
    assert total["confinement"]["no_capabilities"]


@needs_root
@pytest.mark.parametrize("before", [None, "last time"])
def test_what_parses_is_not_what_writes_for_root(erspanrate, capture, tmp_path, before):
    """The metrics are in a directory that is root's alone: the process that writes them stays root, not the other."""
    place = tmp_path / "roots"
    place.mkdir(mode=0o700)
    metrics = place / "m"
    if before is not None:
        metrics.write_text(before)
    total = json.loads(run(erspanrate, "-r", capture, "-j", "--prometheus", metrics, check=True).stdout)
    assert total["confinement"]["user"] in ("erspan", "nobody")
    assert total["confinement"]["no_capabilities"]
    assert "erspan_copies_total" in metrics.read_text()
    assert list(place.iterdir()) == [metrics]


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="it is a link into /proc, which a chroot may lack")
def test_metrics_go_to_standard_output(erspanrate, capture):
    done = run(erspanrate, "-r", capture, "-q", "--prometheus", "/dev/stdout", check=True)
    assert "erspan_copies_total" in done.stdout


def test_metrics_go_into_a_pipe(erspanrate, capture, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        run(erspanrate, "-r", capture, "-q", "--prometheus", pipe, check=True, timeout=TIME_LIMIT)
        assert "erspan_copies_total" in reader.communicate(timeout=TIME_LIMIT)[0]


@needs_root
def test_it_says_why_no_user_can_be_looked_up(erspanrate, capture):
    """Too few descriptors are no missing user."""
    said = [
        run("prlimit", f"--nofile={limit}", erspanrate, "-r", capture, "-q").stderr for limit in range(4, 12)
    ]
    assert not any("there is neither a user" in text for text in said)
    assert any("looking for user erspan: Too many open files" in text for text in said)
