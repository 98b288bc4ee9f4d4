# SPDX-License-Identifier: GPL-2.0-or-later
"""The manuals and the programs know the same options, keys and statistics: none is missing in either."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
DOCS = TREE / "docs"
COMMANDS = ["write", "wrap", "check", "list", "send", "limit"]
HELP = {"help", "help-all"}


def text(program, *arguments):
    return subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip


def long_options(shown):
    """The options that a --help text lists, each at the start of its line."""
    names = set(re.findall(r"^ +(?:-\w, )?--([a-z0-9-]+)", shown, re.MULTILINE))
    return {name for name in names if name not in HELP and not name.startswith("help-")}


def documented_options(page):
    """The options that a manual explains, each as a term: **-o**, **--output**=*FILE*."""
    terms = re.findall(r"^\*\*-.*$", (DOCS / page).read_text(), re.MULTILINE)
    return {name for term in terms for name in re.findall(r"--([a-z0-9-]+)\*\*", term)} - HELP


def documented_keys(page):
    return set(re.findall(r"^`([a-z0-9-]+)` \*", (DOCS / page).read_text(), re.MULTILINE))


def test_erspangen(erspangen):
    """Each option of each command is a term of the manual, or a key that it explains."""
    offered = set().union(*(long_options(text(erspangen, c, "--help-all")) for c in COMMANDS))
    known = documented_options("erspangen.md") | documented_keys("erspangen.md")
    assert offered - known - {"version"} == set()
    assert documented_options("erspangen.md") - offered - {"version", "help-"} == set()


def test_erspanrate(erspanrate):
    offered = long_options(text(erspanrate, "--help-all"))
    assert documented_options("erspanrate.md") == offered


def test_statistics(tshark):
    """Each statistic that the plugin registers is in the manual, and the other way round."""
    listed = tshark.call("-z", "help")
    offered = set(re.findall(r"^ +(\S*erspan\S*)$", listed.stdout + listed.stderr, re.MULTILINE))
    explained = set(re.findall(r"-z ([a-z]*,?erspan(?:,[a-z]+)?)`", (DOCS / "plugin.md").read_text()))
    assert offered == explained


def causes():
    """The names of the causes that a verdict can have, from the table in the code."""
    table = (TREE / "core" / "verdict" / "verdict.c").read_text()
    names = re.findall(r"^ +\[CAUSE_\w+\] = \{\s*\"([a-z-]+)\"", table, re.MULTILINE)
    assert len(names) == len(set(names)) > 1
    return set(names)


def test_causes_are_explained():
    """Each cause of a verdict is in the manuals, and the manuals have no other."""
    manual = (DOCS / "erspanrate.md").read_text().split("# VERDICTS")[1].split("\n# ")[0]
    assert set(re.findall(r"^([a-z-]+)\n:", manual, re.MULTILINE)) == causes()
    table = (DOCS / "plugin.md").read_text().split("### Causes")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == causes()
    tutorial = (DOCS / "tutorial.md").read_text().split("| verdict, as JSON calls it |")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| ([a-z-]+) \|", tutorial, re.MULTILINE)) == causes()


def code_behind(page, sentence):
    """The lines of the block of code, and any blank lines in it, that stand behind a heading or a sentence."""
    lines = page.split(sentence + "\n\n")[1].splitlines()
    end = next(number for number, line in enumerate(lines) if line and not line.startswith("    "))
    return "\n".join(line[4:] for line in lines[:end]).rstrip("\n").splitlines()


def test_tutorial(erspangen, erspanrate, tmp_path):
    """The tutorial shows what erspanrate prints about the capture that it has the reader make."""
    page = (DOCS / "tutorial.md").read_text()
    shown = code_behind(page, "## 3. Read the verdict")
    make = [erspangen, "write", "blog-iperf-mtu", "-o", "mirror.pcap", "--truth", "truth.json"]
    subprocess.run(make, check=True, cwd=tmp_path)
    printed = subprocess.run(
        [erspanrate, "-r", "mirror.pcap"], check=True, cwd=tmp_path, capture_output=True, text=True
    ).stdout
    assert shown == printed.splitlines()


def test_paths_shown(erspangen, erspanrate, tmp_path):
    """paths.md shows what erspanrate prints of the firewall, and what the scenario's truth says."""
    page = (DOCS / "paths.md").read_text(encoding="utf-8")
    shown = code_behind(page, "The report ends with:")
    make = [erspangen, "write", "firewall", "-o", "firewall.pcap", "--truth", "truth.json"]
    subprocess.run(make, check=True, cwd=tmp_path)
    printed = text(erspanrate, "--paths", "-r", tmp_path / "firewall.pcap")
    assert printed.endswith("\n".join(shown) + "\n")
    (pair,) = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["paths"]
    told = {name: int(value) for name, value in re.findall(r'"(\w+)": (\d+)', page)}
    assert told and told == {name: pair[name] for name in told}


@pytest.mark.parametrize("statistic", ["sessions", "bandwidth"])
def test_statistics_shown(erspangen, tshark, tmp_path, statistic):
    """plugin.md explains every column, with what tshark prints in it about the tutorial's capture."""
    table = (DOCS / "plugin.md").read_text().split(f"| column of {statistic} | says | meaning |\n")[1].split("\n\n")[0]
    explained = [tuple(line.split(" | ")[:2]) for line in table.replace("| ", "", 1).splitlines()[1:]]
    capture = tmp_path / "mirror.pcap"
    subprocess.run([erspangen, "write", "blog-iperf-mtu", "-o", capture], check=True)
    lines = tshark.run(capture, "-q", "-z", f"erspan,{statistic}").stdout.splitlines()
    head = lines.index(f"== ERSPAN {statistic}") + 1
    columns, values = (re.split(r" {2,}", line.strip()) for line in lines[head : head + 2])
    assert [(name.lstrip("| "), value) for name, value in explained] == list(zip(columns, values, strict=True))


def test_pages_are_no_wider_than_a_terminal(manual):
    wide = [line for line in set_for_a_terminal(manual).stdout.decode().splitlines() if len(line) > 80]
    assert wide == []


def test_causes_are_in_the_schema():
    schema = json.loads((DOCS / "erspanrate.schema.json").read_text())
    assert set(schema["$defs"]["verdict"]["properties"]["cause"]["enum"]) == causes()


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links(page):
    """What a page links to in the tree is there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", (DOCS / page).read_text()):
        assert (DOCS / target).exists(), target


PAGES = {"erspangen.md": "erspangen(1)", "erspanrate.md": "erspanrate(1)", "erspan-plugin.md": "erspan-plugin(7)"}


@pytest.mark.parametrize("page", PAGES)
def test_manuals_name_each_other(page):
    text = (DOCS / page).read_text(encoding="utf-8").replace("**", "")
    assert {name for name in PAGES.values() if name != PAGES[page]} <= set(re.findall(r"[a-z-]+\(\d\)", text))


MANUALS = {
    "erspangen.1": ["erspangen.md"],
    "erspanrate.1": ["erspanrate.md"],
    "erspan-plugin.7": ["erspan-plugin.md", "plugin.md", "fields.md"],
}


@pytest.fixture(params=MANUALS)
def manual(request):
    """A manual page as it is installed."""
    built = TREE / "build" / "docs" / f"{request.param}.gz"
    if not built.exists() or shutil.which("groff") is None or shutil.which("tbl") is None:
        pytest.skip("the manual pages are not built here, or groff is not installed")
    return gzip.decompress(built.read_bytes())


def set_for_a_terminal(manual, *options):
    """What groff makes of it in 80 columns, and what it complains about."""
    return subprocess.run(
        ["groff", "-t", "-man", "-Tutf8", "-Kutf8", "-P-cbou", "-rLL=80n", *options], input=manual, capture_output=True, check=True
    )


def test_groff_has_nothing_to_warn_of(manual):
    assert set_for_a_terminal(manual, "-ww", "-z").stderr == b""


def test_no_name_is_broken_at_its_hyphen(manual):
    """What is copied from a page is what a program takes."""
    lines = set_for_a_terminal(manual).stdout.decode().splitlines()
    assert [line for line in lines if re.search(r"[a-z0-9][-\u2010]$", line)] == []


@pytest.mark.parametrize("page", sorted(page for pages in MANUALS.values() for page in pages))
def test_manuals_name_no_file_that_the_package_lacks(page):
    """Scripts, code and tests are in the source tree alone: a paragraph that names them says so."""
    for paragraph in (DOCS / page).read_text(encoding="utf-8").split("\n\n"):
        for name in re.findall(r"`(?:core|plugin|collector|generator|common|scripts|tests|packaging)/[^`]*`", paragraph):
            assert "source tree" in paragraph, name
