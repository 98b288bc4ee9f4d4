# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user meets first: help in any locale, versions for a report of a bug, narrow terminals, an interrupted run."""

import fcntl
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import termios

import captures_table
import pytest
from time_limit import TIME_LIMIT

TREE = captures_table.CAPTURES.parent
BLOG = captures_table.CAPTURES / "blog-iperf-mtu.pcap"


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_help_has_no_character_that_a_locale_lacks(erspanrate, erspangen, erspandump, locale):
    commands = [[erspanrate, "--help"], [erspanrate, "-h"], [erspangen, "--help"], [erspangen, "send", "-h"]]
    for command in (*commands, [erspandump, "--help"]):
        shown = subprocess.run(command, env={"LC_ALL": locale}, capture_output=True, check=True).stdout
        assert shown.isascii() and b"OPTION?" not in shown and b"Usage:" in shown


def test_help_fits_a_terminal(erspanrate, erspangen, erspandump):
    commands = [[erspangen, name] for name in ("write", "wrap", "check", "list", "send", "limit")]
    for command in ([erspanrate], [erspangen], [erspandump], *commands):
        shown = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
        assert [line for line in shown.splitlines() if len(line) > 80] == [], command


def test_versions_for_a_report_of_a_bug(erspanrate, erspangen):
    """The program, what the build has, the libraries and the kernel."""
    told = subprocess.run([erspanrate, "--version"], capture_output=True, text=True, check=True).stdout
    assert re.match(r"erspanrate \d+\.\d+\.\d+\nreceives by  pcap, packet", told)
    assert "libpcap" in told and "Wireshark" in told and os.uname().release in told
    told = subprocess.run([erspangen, "--version"], capture_output=True, text=True, check=True).stdout
    assert re.match(r"erspangen \d+\.\d+\.\d+\nsends by  packet, ", told)


@pytest.fixture
def on_terminal(erspanrate):
    def on_terminal(width):
        """The table that a terminal of this width shows, without its colours."""
        try:
            terminal, end = pty.openpty()
        except OSError:
            pytest.skip("this system has no terminals, as in a minimal chroot")
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        subprocess.run([erspanrate, "-r", BLOG], stdout=end, check=True)
        os.close(end)
        shown = b""
        while b"verdict" not in shown and b"visible   " not in shown:
            shown += os.read(terminal, 10000)
        os.close(terminal)
        return re.sub(r"\x1b\[[\d;]*m", "", shown.decode()).splitlines()[2:4]

    return on_terminal


@pytest.mark.parametrize("width", [120, 112, 100, 80, 74, 60, 50, 40])
def test_table_fits_the_terminal(on_terminal, width):
    """Columns are left out, the least important ones first; the loss is always there."""
    title, row = on_terminal(width)
    assert max(len(title), len(row)) <= width
    assert re.search(r" lost +%", title) and re.search(r"^192.0.2.1 > 192.0.2.2, 86 .* 414 +64.7 %", row)
    assert ("copies/s" in title) == (width == 120)


def test_interrupted_reading_says_that_it_saw_a_part(erspanrate, erspangen, tmp_path):
    """The report comes, and the status is that of a program that was interrupted. The reading waits for the
    reader of what is written, so that it cannot be over before the signal."""
    capture = tmp_path / "x.pcap"
    subprocess.run([erspangen, "write", "--count", "60000", "-o", capture], check=True)
    reading = subprocess.Popen(
        [erspanrate, "-r", capture, "-B", "1", "-w", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    reading.stdout.read(24)
    reading.send_signal(signal.SIGINT)
    _, said = reading.communicate(timeout=TIME_LIMIT)
    number = re.search(rb"interrupted: the report is of the first (\d+) packets", said)
    assert 0 < int(number[1]) < 60000
    # What the pipe had no room for at the signal is a failure, which outranks it.
    assert reading.returncode == (1 if b"takes too little" in said else 130)
    assert f"copies {int(number[1]):,}\n".encode() in said


def commands_in(text):
    """The commands that make or check captures, without what they are piped into."""
    text = re.sub(r"\\\n\s*", "", text)
    found = re.findall(r"(?:^ +|`)(?:build/generator/)?(erspangen (?:write|wrap|check|list) [^`\n|]*)", text, re.MULTILINE)
    return [re.split(r" {3,}", command)[0].strip() for command in found if " -i " not in command]


def test_commands_that_readme_and_help_show_work_as_they_stand(erspangen, tmp_path):
    shown = [(TREE / "README.md").read_text(encoding="utf-8")]
    for command in ([], ["write"], ["wrap"], ["check"], ["list"]):
        shown.append(subprocess.run([erspangen, *command, "--help"], capture_output=True, text=True, check=True).stdout)
    commands = {command for text in shown for command in commands_in(text)}
    assert len(commands) > 10
    (tmp_path / "captures").symlink_to(captures_table.CAPTURES)
    for name in ("mine.pcapng", "ip-only.pcap"):
        subprocess.run([erspangen, "write", "--type", "2", "-o", tmp_path / name], check=True)
    (tmp_path / "mine.ini").write_text("[session a]\ntype = 3\n")
    for command in sorted(commands):
        words = shlex.split(command)
        made = subprocess.run([erspangen, *words[1:]], cwd=tmp_path, capture_output=True)
        assert made.returncode == 0, (command, made.stderr)
