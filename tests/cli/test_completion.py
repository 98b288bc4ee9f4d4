# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion in a shell: what bash's function offers for a command line, and that zsh and fish offer the same."""

import os
import pty
import shutil
import subprocess

import programs
import pytest
from time_limit import TIME_LIMIT

SOURCES = programs.TREE / "packaging" / "completions"
ASK = """
source "$1"
COMP_WORDS=("${@:2}")
COMP_CWORD=$(($# - 2))
_erspan_tools
printf "%s\\n" "${COMPREPLY[@]}"
"""


def environment(erspangen, erspanrate):
    return {**os.environ, "PATH": f"{erspangen.parent}:{erspanrate.parent}:{os.environ['PATH']}", "LC_ALL": "C"}


@pytest.fixture
def offered(erspangen, erspanrate, tmp_path):
    def offered(*words):
        done = subprocess.run(
            ["bash", "-c", ASK, "bash", SOURCES / "erspan-tools.bash", *words],
            env=environment(erspangen, erspanrate), cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return set(done.stdout.split())

    return offered


@pytest.mark.parametrize(
    "words, found",
    [
        (["erspangen", ""], {"write", "send", "wrap", "check", "list", "--help", "--version"}),
        (["erspangen", "wr"], {"write", "wrap"}),
        (["erspangen", "write", "--tru"], {"--truth", "--truth-frames", "--truncate", "--truncate-flag", "--truncated"}),
        (["erspangen", "write", "--sequence", "c"], {"constant"}),
        (["erspangen", "write", "--sequence", "=", "c"], {"constant"}),  # as bash splits it
        (["erspangen", "write", "--sequence=c"], {"--sequence=constant"}),  # as zsh and fish do not
        (["erspangen", "write", "nexus-5"], {"nexus-5000"}),
        (["erspangen", "wrap", "nexus-5"], set()),
        (["erspangen", "send", "-b", "pc"], {"pcap"}),
        (["erspangen", "write", "--ttl", ""], set()),
        (["erspanrate", "--decap"], {"--decapsulate"}),
        (["erspanrate", "--domain", "s"], {"source", "session"}),
        (["erspanrate", "-i", "l"], {"lo"}),
        (["erspanrate", "-n", ""], set()),
    ],
)
def test_bash(offered, words, found):
    if words[1:] == ["-i", "l"] and not os.path.exists("/sys/class/net/lo"):
        pytest.skip("/sys is not mounted")
    got = offered(*words)
    assert got >= found and (found or not got)
    assert all(word.startswith(words[-1]) for word in got)


def test_bash_offers_files(offered, tmp_path):
    (tmp_path / "mine.pcapng").touch()
    assert offered("erspanrate", "-r", "mi") == {"mine.pcapng"}
    assert offered("erspangen", "wrap", "mi") == {"mine.pcapng"}
    assert offered("erspangen", "write", "mine") == {"mine.pcapng"}


def test_no_name_of_an_interface_is_run(erspangen, erspanrate, tmp_path):
    """Another may have made the interface. What a shell would not take for a plain word is not offered, and not run."""
    names = "ls() { printf '%s\\n' 'lo' '$(touch ran)' '`>ran`' 'a;b'; }\n"
    done = subprocess.run(
        ["bash", "-c", names + ASK, "bash", SOURCES / "erspan-tools.bash", "erspanrate", "-i", ""],
        env=environment(erspangen, erspanrate), cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["lo"]
    assert list(tmp_path.iterdir()) == []


def test_every_option_of_the_help_is_offered(offered, erspanrate):
    shown = subprocess.run([erspanrate, "--help-all"], capture_output=True, text=True, check=True).stdout
    options = {word.split("=")[0].rstrip(",") for word in shown.split() if word.startswith("--")}
    assert options - {"--"} <= offered("erspanrate", "--") | {"--decapsulate"}


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish(erspangen, erspanrate, tmp_path):
    text = (SOURCES / "erspan-tools.fish").read_text(encoding="utf-8")
    script = tmp_path / "erspangen.fish"
    script.write_text(text.replace("@ERSPAN_COMPLETION_OF_BASH@", str(SOURCES / "erspan-tools.bash")))
    done = subprocess.run(
        ["fish", "-c", f"source {script}; complete -C 'erspangen write --sequence=c'"],
        env={**environment(erspangen, erspanrate), "HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["--sequence=constant"]


def typed(zsh, site, keys, **options):
    """What zsh says at a terminal until it ends. It takes the keys once it is ready for them."""
    terminal, other = pty.openpty()
    with subprocess.Popen([zsh, "-f", "-i"], stdin=other, stdout=other, stderr=other, start_new_session=True, **options) as shell:
        os.close(other)
        said = b""
        os.write(terminal, b"fpath=(" + bytes(site) + b" $fpath); autoload -Uz compinit; compinit -u -D; unset zle_bracketed_paste; print REA''DY\n")
        while b"READY" not in said:
            said += os.read(terminal, 1 << 16)
        os.write(terminal, keys + b"\nexit\n")
        try:
            while more := os.read(terminal, 1 << 16):
                said += more
        except OSError:
            pass  # it has ended
        os.close(terminal)
        assert shell.wait(TIME_LIMIT) == 0
    return said.decode()


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(
    "line, completed",
    [
        ("erspanrate -r ", "erspanrate -r $(touch ran)"),
        ("erspanrate -r ~/m", "erspanrate -r {home}/mine"),
        ("erspangen write --sequence=c", "erspangen write --sequence=constant"),
    ],
)
def test_zsh(erspangen, erspanrate, tmp_path, line, completed):
    """The line is completed, then printed: no name of a file is run."""
    site, home, place = (tmp_path / name for name in ("site", "home", "place"))
    for directory in (site, home, place):
        directory.mkdir()
    text = (SOURCES / "_erspan-tools").read_text(encoding="utf-8")
    (site / "_erspan-tools").write_text(text.replace("@ERSPAN_COMPLETION_OF_BASH@", str(SOURCES / "erspan-tools.bash")))
    (place / "$(touch ran)").touch()
    (home / "mine").touch()
    own = {**environment(erspangen, erspanrate), "HOME": str(home), "TERM": "dumb", "PS1": ""}
    said = typed(shutil.which("zsh"), site, line.encode() + b"\t\x01print -r -- \x05", env=own, cwd=place)
    assert completed.format(home=home) in said.splitlines()
    assert not (place / "ran").exists()
