# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen send puts onto a wire, captured at its other end by tcpdump."""

import json
import re
import struct
import subprocess
import time

import pcapfile
import pytest
from namespaces import Namespaces

TO, FROM = "02:00:00:00:00:0b", "02:00:00:00:00:0a"
MACS = ["--destination-mac", TO, "--source-mac", FROM]
BACKENDS = ["packet", "pcap", "af-xdp"]

# All that is random or out of order, in sessions that share a counter and one that does not.
SCENARIO = """
[traffic port]
kind = imix
rate = 20Mbit
flows = 3
count = 500

[sessions]
mirror = port
sequence-domain = source

[session two]
session = 2
loss = 3%
late = 5%
late-by = 3
late-delay = 1ms

[session three]
type = 3
session = 3
duplicate = 4%
duplicate-after = 2
truncate = 200

[session apart]
session = 4
source = 192.0.2.7
mirror-direction = forward
run-start = 1%
corrupt = 2%
corrupt-where = inner

[marker clock]
count = 3
interval = 20ms
"""


class Wire:
    """A cable between two namespaces, and a capture of what comes out of it."""

    def __init__(self, net, erspangen, directory, mtu):
        self.net, self.erspangen, self.directory = net, erspangen, directory
        self.capture = directory / "arrived.pcap"
        net.link("source", "out", "collector", "in", mtu)
        self.tcpdump = net.start(
            "collector", "tcpdump", "-i", "in", "-B", 65536, "--time-stamp-precision=nano", "-Z", "root", "-U",
            "-w", self.capture, "ether", "src", FROM, stderr=subprocess.PIPE,
        )  # fmt: skip
        for line in self.tcpdump.stderr:
            if "listening" in line:
                break

    def command(self, *arguments):
        return ["--interface", "out", *MACS, *arguments]

    def send(self, *arguments, status=0):
        """Sends to the end; what it says."""
        done = self.net.run("source", self.erspangen, "send", *self.command(*arguments), check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments):
        """Starts to send."""
        return self.net.start(
            "source", self.erspangen, "send", *self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def arrived(self):
        """The frames that came, when no more do."""
        time.sleep(1.2)  # tcpdump sees what came when a second is over
        length = -1
        while length != (length := self.capture.stat().st_size):
            time.sleep(0.3)
        self.net.stop(self.tcpdump)
        return list(pcapfile.read(self.capture))

    def truth(self):
        return json.loads((self.directory / "truth.json").read_text())


@pytest.fixture
def wire(erspangen, tmp_path):
    """Makes the wire of an MTU."""
    with Namespaces("source", "collector") as net:
        yield lambda mtu=3000: Wire(net, erspangen, tmp_path, mtu)


@pytest.fixture(params=BACKENDS)
def backend(request, erspangen):
    told = subprocess.run([erspangen, "send", "--help"], check=True, capture_output=True, text=True).stdout
    if not re.search(f"^  {request.param} ", told, re.MULTILINE):
        pytest.skip(f"erspangen was built without the back-end {request.param}")
    return request.param


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "made.ini"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def written(erspangen, directory, *arguments):
    """The frames that erspangen write makes of the same."""
    path = directory / "written.pcap"
    subprocess.run([erspangen, "write", *MACS, *arguments, "-o", path], check=True)
    return [frame.captured for frame in pcapfile.read(path)]


def sequence_of(data):
    """The GRE sequence number of a Type II or III copy over IPv4."""
    return struct.unpack_from(">I", data, 38)[0]


def session_of(data):
    return struct.unpack_from(">H", data, 44)[0] & 0x3FF


def count(truth, what, unit="copies"):
    return sum(session[what][unit] for session in truth["sessions"])


def without_live_time(data):
    """A marker packet holds the time of day; nothing else here does."""
    return data[:42] if data[23] == 17 else data


def test_sent_is_what_is_written(wire, erspangen, scenario, tmp_path, backend):
    """Byte for byte and in order: what is lost, late, doubled, cut and corrupted is the same."""
    cable = wire()
    cable.send("--backend", backend, "--truth", tmp_path / "truth.json", scenario)
    arrived = [without_live_time(frame.captured) for frame in cable.arrived()]
    assert arrived == [without_live_time(data) for data in written(erspangen, tmp_path, scenario)]
    assert len(arrived) > 1000


def test_truth_counts_what_arrived(wire, scenario, tmp_path):
    cable = wire()
    cable.send("--truth", tmp_path / "truth.json", scenario)
    arrived = [frame.captured for frame in cable.arrived() if frame.captured[23] == 47]
    for session in cable.truth()["sessions"]:
        own = [data for data in arrived if session_of(data) == session["session_id"]]
        numbers = {sequence_of(data) for data in own}
        assert len(own) == session["delivered"]["copies"] + session["duplicates"]["copies"]
        assert len(numbers) == session["delivered"]["copies"]
        assert session["failed"]["copies"] == 0
        assert session["frames"] == {**session["frames"], "frames": len(own), "bytes": sum(map(len, own))}


def test_scenario_keeps_its_times(wire, scenario, erspangen, tmp_path):
    """Each frame arrives when the scenario has it, after the first, but for a busy machine's delays."""
    cable = wire()
    cable.send(scenario)
    arrived = [frame.time_ns for frame in cable.arrived()]
    path = tmp_path / "written.pcap"
    subprocess.run([erspangen, "write", "--time-precision", "ns", scenario, "-o", path], check=True)
    due = [frame.time_ns for frame in pcapfile.read(path)]
    late = sorted((a - arrived[0]) - (b - due[0]) for a, b in zip(arrived, due))
    assert abs(late[len(late) // 2]) < 5e6


def test_time_of_day(wire):
    """The clock of the scenario is the machine's: Type III says when it was sent."""
    cable = wire()
    cable.send("--type", "3", "--timestamp", "unix", "--gra", "2", "--platform", "5", "--rate", "1kpps", "--count", "200")
    frames = cable.arrived()
    assert len(frames) == 200
    for frame in frames:
        nanoseconds = struct.unpack_from(">I", frame.captured, 46)[0]
        seconds = struct.unpack_from(">I", frame.captured, 58)[0]
        assert abs(seconds * 10**9 + nanoseconds - frame.time_ns) < 5e8


def test_too_long_copies_are_counted_apart(wire, tmp_path, backend):
    """What exceeds the MTU fails like any other, with its size, and its numbers are missing."""
    cable = wire(1500)
    scenario = tmp_path / "mix.ini"
    scenario.write_text("[traffic mix]\nkind = imix\nrate = 20Mbit\ncount = 600\n[session a]\nmirror = mix\n")
    said = cable.send("--backend", backend, "--truth", tmp_path / "truth.json", scenario)
    arrived = [frame.captured for frame in cable.arrived()]
    (session,) = cable.truth()["sessions"]
    (domain,) = cable.truth()["domains"]
    # One in twelve of an imix has 1514 bytes, which with 50 of headers are more than 1514.
    assert session["failed"]["copies"] == 50
    assert re.search(r"50 EMSGSIZE.*1564 bytes.* 1514", said)
    assert session["sent"]["copies"] == session["delivered"]["copies"] == len(arrived) == 550
    assert session["mirrored"]["frames"] == 600
    numbers = list(map(sequence_of, arrived))
    assert domain["missing"] == numbers[-1] - numbers[0] + 1 - len(numbers)


def test_double_of_a_copy_that_failed(wire, tmp_path):
    """A copy of which neither arrival left is one that failed; late ones that fail are not awaited."""
    cable = wire(1500)
    cable.send(
        "--inner", "udp", "--inner-size", "1514", "--count", "20", "--duplicate", "100%", "--late-copies", "3+2",
        "--truth", tmp_path / "truth.json",
    )  # fmt: skip
    (session,) = cable.truth()["sessions"]
    assert session["failed"]["copies"] == 20
    assert session["sent"]["copies"] == session["delivered"]["copies"] == session["duplicates"]["copies"] == 0
    assert not cable.arrived()


def test_repeats_with_numbers_going_on(wire, tmp_path, backend):
    """A count that the scenario does not fill: it is played again, and no number comes twice."""
    cable = wire()
    said = cable.send(
        "--backend", backend, "--type", "2", "--rate", "max", "--count", "25003", "--sequence-start", "0xffffffff",
        "--truth", tmp_path / "truth.json",
    )  # fmt: skip
    numbers = [sequence_of(frame.captured) for frame in cable.arrived()]
    assert numbers == [0xFFFFFFFF, *range(25002)]
    assert count(cable.truth(), "delivered") == 25003
    assert f"back-end  {backend}:" in said and "25003 frames" in said


@pytest.mark.parametrize("rate, frames", [("20kpps", 20000), ("10Mbit", 10e6 / 8 / (50 + 60 + 4))])
def test_rate(wire, rate, frames):
    """So many frames leave in a second; FCS counts in bits, preamble and gap do not."""
    cable = wire()
    cable.send("--inner", "udp", "--inner-size", "60", "--rate", rate, "--duration", "1s")
    assert len(cable.arrived()) == pytest.approx(frames, rel=0.005)


def test_ramp(wire):
    """From 1000 to 9000 frames a second: 5000 in the second of the ramp, then 9000 in the next."""
    cable = wire()
    cable.send("--ramp", "1kpps..9kpps", "--ramp-time", "1s", "--duration", "2s")
    times = [frame.time_ns for frame in cable.arrived()]
    assert len(times) == pytest.approx(14000, rel=0.005)
    assert sum(t < times[0] + 10**9 for t in times) == pytest.approx(5000, rel=0.05)


def test_interruption_ends_with_totals_and_truth(wire, tmp_path):
    """What waits to come late leaves at once, so that all is accounted for."""
    cable = wire()
    sender = cable.start(
        "--rate", "5kpps", "--late", "10%", "--late-delay", "60s", "--loop", "--truth", tmp_path / "truth.json"
    )
    time.sleep(1)
    assert cable.net.stop(sender) == 0
    assert "frames in" in sender.stdout.read()
    arrived = cable.arrived()
    assert count(cable.truth(), "sent") == count(cable.truth(), "delivered") == len(arrived) > 1000
    (domain,) = cable.truth()["domains"]
    assert domain["missing"] == 0 and domain["late"] > 50


def test_interface_that_goes_away(wire, tmp_path, backend):
    """An error that says so, and still the whole truth."""
    cable = wire()
    sender = cable.start("--backend", backend, "--rate", "5kpps", "--loop", "--truth", tmp_path / "truth.json")
    time.sleep(0.7)
    cable.net.ip("source", "link", "del", "out")
    said = sender.communicate(timeout=10)[0]
    assert sender.returncode == 1 and "out: the interface is gone" in said
    truth = cable.truth()
    assert count(truth, "mirrored", "frames") == count(truth, "sent") + count(truth, "failed")
    # The other end went with it, and what tcpdump had not seen by then.
    assert 0 < len(cable.arrived()) <= count(truth, "delivered")


def test_interface_that_is_down_for_a_while(wire, tmp_path, backend):
    """Counted as failed meanwhile; afterwards they arrive again."""
    cable = wire()
    sender = cable.start(
        "--backend", backend, "--rate", "1kpps", "--duration", "1500ms", "--truth", tmp_path / "truth.json"
    )
    time.sleep(0.5)
    cable.net.ip("source", "link", "set", "out", "down")
    time.sleep(0.3)
    cable.net.ip("source", "link", "set", "out", "up")
    said = sender.communicate(timeout=10)[0]
    assert sender.returncode == 0 and "ENETDOWN" in said
    truth = cable.truth()
    (domain,) = truth["domains"]
    assert count(truth, "failed") == domain["missing"] > 100
    assert count(truth, "mirrored", "frames") == 1500 == count(truth, "sent") + count(truth, "failed")
