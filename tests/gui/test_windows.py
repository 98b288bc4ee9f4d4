# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's own windows with the plugin and the profile, on a display without a screen."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import captures_table
import pytest
from programs import BUILD
from time_limit import TIME_LIMIT

NEEDED = ["Xvfb", "wireshark", "xdotool", "import", "convert"]
LACKING = [program for program in NEEDED if shutil.which(program) is None]
pytestmark = pytest.mark.skipif(LACKING != [], reason=f"{LACKING}: scripts/install-dependencies gui")

PROFILE = Path(__file__).resolve().parents[2] / "plugin" / "profile" / "ERSPAN"
PICTURES = BUILD / "pictures"

# The statistic, the title of its window, and a capture of which it has a row.
TABLES = [
    ("erspan,table", "ERSPAN sessions", "blog-iperf-mtu.pcap"),
    ("erspan,rates", "ERSPAN bandwidth", "blog-iperf-mtu.pcap"),
    ("erspan,gaps", "ERSPAN loss", "blog-iperf-mtu.pcap"),
    ("erspan,pairs", "ERSPAN paths", "q21-both-directions.pcap"),
]


def until(condition, what, process):
    """Waits for what the process is to show."""
    end = time.monotonic() + TIME_LIMIT
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        assert process.poll() is None, f"ended with {process.returncode} before {what}"
        time.sleep(0.2)
    raise AssertionError(f"no {what} in {TIME_LIMIT} s")


@pytest.fixture(scope="module")
def display():
    """A display with a number that nobody has. It stays as it is when a program that looked at it ends."""
    reads, writes = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[writes], stderr=subprocess.DEVNULL)
    os.close(writes)
    with os.fdopen(reads) as lines:
        number = lines.readline()  # number and newline come one by one; neither if the server ended
    assert number.endswith("\n") and number.strip().isdigit()
    yield f":{number.strip()}"
    server.terminate()
    server.wait()


class Window:
    """A Wireshark that runs on the display."""

    def __init__(self, tshark, display, arguments):
        self.environment = {**tshark.environment, "DISPLAY": display, "NO_AT_BRIDGE": "1"}
        runtime = tshark.stage / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        if tshark.drop:
            os.chown(runtime, 65534, 65534)
        self.environment["XDG_RUNTIME_DIR"] = str(runtime)
        self.process = subprocess.Popen(
            [*tshark.drop, "wireshark", *arguments], env=self.environment, cwd=tshark.stage,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def call(self, *arguments):
        return subprocess.run(arguments, env=self.environment, capture_output=True, text=True, check=False).stdout

    def titles(self):
        numbers = self.call("xdotool", "search", "--onlyvisible", "--name", ".").split()
        return [self.call("xdotool", "getwindowname", number).strip() for number in numbers]

    def wait_for(self, title):
        return until(lambda: [found for found in self.titles() if title in found], title, self.process)[0]

    def colours(self, picture, *cut):
        """The number of colours in a picture, or in a part of it: text that is drawn smoothly has many."""
        return int(self.call("convert", str(picture), *cut, "-format", "%k", "info:") or 0)

    def picture(self, name, title=None):
        """Writes a picture of the whole display, or of the window with this title."""
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}.png"
        number = self.call("xdotool", "search", "--onlyvisible", "--name", title).split()[-1] if title else "root"
        self.call("import", "-window", number, str(path))
        return path

    def part(self, name, *cut):
        """The pixels of a part of a picture."""
        command = ["convert", PICTURES / f"{name}.png", *cut, "rgb:-"]
        return subprocess.run(command, env=self.environment, capture_output=True, check=True).stdout

    def click(self, title, x, y):
        number = self.call("xdotool", "search", "--onlyvisible", "--name", title).split()[-1]
        self.call("xdotool", "mousemove", "--window", number, x, y, "click", "1", "mousemove", "0", "900")

    def press(self, title, key):
        """Presses a key in the window with this title, or in its open menu."""
        number = self.call("xdotool", "search", "--onlyvisible", "--name", title).split()[-1]
        self.call("xdotool", "windowfocus", number, "key", key)

    def resize(self, title, width, height):
        """Gives the window with this title so many pixels."""
        number = self.call("xdotool", "search", "--onlyvisible", "--name", title).split()[-1]
        self.call("xdotool", "windowmove", number, "0", "0", "windowsize", "--sync", number, width, height)

    def threads(self):
        """Of each thread what Linux tells in /proc/PID/stat behind the name: state, ..., utime, stime, ..."""
        stats = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        return [stat.read_text(encoding="utf-8").rpartition(")")[2].split() for stat in stats]

    def worked(self):
        """The ticks of a processor that it has used."""
        return sum(int(words[11]) + int(words[12]) for words in self.threads())

    def at_rest(self):
        """All its threads sleep, each time one looks for half a second. One that waits for a processor does not."""
        for _ in range(25):
            if any(words[0] != "S" for words in self.threads()):
                return False
            time.sleep(0.02)
        return True

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def wireshark(tshark, display):
    """Starts Wireshark with the profile and a capture: one of the project's, or any by its path."""
    opened = []
    folders = tshark.call("-G", "folders").stdout
    configuration = Path(re.search(r"^Personal configuration:\s*(.*)$", folders, re.M).group(1))
    profile = configuration / "profiles" / "ERSPAN"
    shutil.rmtree(profile, ignore_errors=True)
    shutil.copytree(PROFILE, profile)
    for path in [configuration, profile.parent, profile, *profile.iterdir()]:
        path.chmod(0o777)

    def start(name, *arguments):
        capture = tshark.staged(captures_table.CAPTURES / name)
        opened.append(Window(tshark, display, ["-C", "ERSPAN", "-r", str(capture), *arguments]))
        opened[0].wait_for(Path(name).name)
        return opened[0]

    yield start
    for window in opened:
        window.close()


# Where the first row of a table is drawn, below the titles of its columns.
FIRST_ROW = ["-crop", "400x20+20+36"]
# While Wireshark reads, the name of the table stands above its rows.
LAST_COLUMNS = ["-crop", "140x38+920+34"]
WHOLE_ROW = ["-crop", "1080x20+20+34"]
WIDE, APPLY = ("1120", "190"), ("1069", "135")
SECOND_START, SECOND_END = ["-crop", "150x14+30+52"], ["-crop", "300x14+240+52"]
NARROW, APPLY_OF_NARROW = ("587", "459"), ("536", "404")
TEXT_COLOURS = 20
# To read the firewall's capture takes some hundred, to look at a click a few.
TICKS_OF_READING = 20


@pytest.mark.parametrize("statistic, title, capture", TABLES)
def test_table(wireshark, statistic, title, capture):
    """Each table opens in a window that names the capture, and has a row."""
    window = wireshark(capture, "-z", statistic)
    assert capture in window.wait_for(title)

    def shows_a_row():
        return window.colours(window.picture(title.replace(" ", "-"), title), *FIRST_ROW) >= TEXT_COLOURS

    assert until(shows_a_row, f"row in {title}", window.process)


@pytest.mark.parametrize("statistic, title", [row[:2] for row in TABLES[:3]])
def test_verdict_stands_above_the_rows(wireshark, statistic, title):
    """A line with the verdict, then the title of the rows, which is short; so, too, after each reading of the capture."""
    window = wireshark("blog-iperf-mtu.pcap", "-z", statistic)
    window.wait_for(title)
    window.resize(title, *NARROW)

    def shows_a_verdict():
        path = window.picture(f"{title}-verdict".replace(" ", "-"), title)
        first, second, beside = (window.colours(path, *part) for part in (FIRST_ROW, SECOND_START, SECOND_END))
        return first >= TEXT_COLOURS and second >= TEXT_COLOURS and beside < TEXT_COLOURS

    for _ in range(3):
        until(window.at_rest, "end of the capture", window.process)
        assert until(shows_a_verdict, f"verdict in {title}", window.process)
        window.click(title, *APPLY_OF_NARROW)


def test_no_line_without_a_verdict(wireshark):
    """The first row is that of the first session."""
    window = wireshark("type2-ipv4.pcap", "-z", "erspan,table")
    title = window.wait_for("ERSPAN sessions")

    def shows_a_row():
        return window.colours(window.picture("no-verdict", title), *FIRST_ROW) >= TEXT_COLOURS

    assert until(shows_a_row, f"row in {title}", window.process)
    until(window.at_rest, "end of the capture", window.process)
    assert window.colours(window.picture("no-verdict", title), *SECOND_START) < TEXT_COLOURS


def test_graph_of_25000_frames(wireshark, erspangen, tmp_path):
    """The profile's I/O graphs cost less than the start and the reading of the capture: they read it once more."""
    capture = tmp_path / "graph.pcap"
    subprocess.run(
        [erspangen, "write", "--kind", "iperf", "--rate", "10Mbit", "--count", "25000", "--loss", "2%", "--late", "1%", "--late-by", "3",
         "-o", capture], check=True, capture_output=True)
    window = wireshark(capture)
    until(window.at_rest, "end of the capture", window.process)
    before = window.worked()
    window.press(capture.name, "alt+s")
    until(window.at_rest, "menu", window.process)
    window.press(capture.name, "i")
    title = window.wait_for("I/O Graph")
    until(window.at_rest, "graph", window.process)
    assert window.colours(window.picture("graph", title)) >= TEXT_COLOURS
    assert window.worked() < 2 * before


def test_nothing_stands_before_the_packet_list(wireshark):
    """With the profile, no dialog opens beside the window of the capture."""
    window = wireshark("loss-runs.pcap")
    assert until(lambda: window.colours(window.picture("packets")) > 40, "picture with text", window.process)
    shown = [title for title in window.titles() if title and "Selection Owner" not in title]
    assert {title.split("-", 1)[-1] for title in shown} <= {"loss-runs.pcap", "wireshark", "Wireshark"}, shown


def test_paths_of_a_firewall(wireshark, erspangen, tmp_path):
    """The table of paths has all its columns in a wide window: the picture of docs/paths.md. It is drawn more than once
    while so long a capture is read, and shows the same as if it were drawn once."""
    capture = tmp_path / "firewall.pcap"
    subprocess.run([erspangen, "write", "firewall", "-o", capture], check=True, capture_output=True)
    window = wireshark(capture, "-z", "erspan,pairs")
    table = window.wait_for("ERSPAN paths")
    window.resize(table, *WIDE)

    def shows_a_row():
        return window.colours(window.picture("paths", table), *LAST_COLUMNS) >= TEXT_COLOURS

    assert until(shows_a_row, f"row in {table}", window.process)

    until(window.at_rest, "end of the capture", window.process)
    window.picture("paths", table)
    drawn_often = window.part("paths", *WHOLE_ROW)
    before = window.worked()
    window.click(table, *APPLY)  # reads all again, and draws once
    until(lambda: window.worked() > before + TICKS_OF_READING, "reading again", window.process)
    until(window.at_rest, "end of the capture", window.process)
    window.picture("paths", table)
    assert window.part("paths", *WHOLE_ROW) == drawn_often
