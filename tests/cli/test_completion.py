# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion in a shell: what bash's function offers for a command line, and that zsh and fish offer the same."""

import os
import shutil
import subprocess

import programs
import pytest

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
