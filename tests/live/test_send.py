# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen send puts onto a wire, captured at its other end by tcpdump."""

import json
import re
import signal
import struct
import subprocess
import time
from pathlib import Path

import jsonschema
import pcapfile
import pytest
from backends import senders
from namespaces import Namespaces
from patience import PATIENCE, wait_until

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "truth.schema.json").read_text())
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

    def send(self, *arguments, before=(), status=0):
        """Sends to the end, by a program that starts the sender; what it says."""
        done = self.net.run("source", *before, self.erspangen, "send", *self.command(*arguments), check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments):
        """Starts to send."""
        return self.net.start(
            "source", self.erspangen, "send", *self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def wait(self, sender, more=10_000):
        """Until so many more bytes were captured; fails at once if the sender ends before."""
        enough = self.capture.stat().st_size + more
        wait_until(lambda: self.capture.stat().st_size > enough, sender)

    def arrived(self):
        """The frames that came, when no more do."""
        time.sleep(1.2)  # tcpdump sees what came when a second is over
        length = -1
        while length != (length := self.capture.stat().st_size):
            time.sleep(0.3)
        self.net.stop(self.tcpdump)
        return list(pcapfile.read(self.capture))

    def truth(self):
        truth = json.loads((self.directory / "truth.json").read_text())
        jsonschema.validate(truth, SCHEMA)
        return truth


@pytest.fixture
def wire(erspangen, tmp_path):
    """Makes the wire of an MTU."""
    with Namespaces("source", "collector") as net:
        yield lambda mtu=3000: Wire(net, erspangen, tmp_path, mtu)


@pytest.fixture(params=BACKENDS)
def backend(request, erspangen):
    if request.param not in senders(erspangen):
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


def test_no_frame_comes_before_its_time(wire, tmp_path):
    """However busy the machine is: the last is due 390 ms after the start. How exactly frames keep their
    times is a unit test's to say, on a clock of its own, and the benchmark's on this one."""
    scenario = tmp_path / "uneven.ini"
    scenario.write_text(
        "[session a]\ncount = 40\ninterval = 10ms\n[session b]\ncount = 5\ninterval = 70ms\ndelay = 33ms\n"
    )
    cable = wire()
    begun = time.time_ns()
    cable.send(scenario)
    arrived = [frame.time_ns for frame in cable.arrived()]
    assert len(arrived) == 45
    assert arrived[-1] - begun >= 390 * 10**6


def test_time_of_day(wire):
    """The clock of the scenario is the machine's: Type III says when it was sent."""
    cable = wire()
    begun = time.time_ns()
    cable.send("--type", "3", "--timestamp", "unix", "--gra", "2", "--platform", "5", "--rate", "1kpps", "--count", "200")
    ended = time.time_ns()
    frames = cable.arrived()
    assert len(frames) == 200
    times = list(zip(numbers(frames, 58), numbers(frames, 46)))
    assert times == sorted(times)
    assert begun <= times[0][0] * 10**9 + times[0][1]
    assert times[-1][0] * 10**9 + times[-1][1] <= ended


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


def sent_in(seconds, said):
    """How much of the time was used: a machine that was busy otherwise holds the sender back."""
    held_back = re.search(r"^held back ([0-9.]+) s", said, re.MULTILINE)
    return seconds - (float(held_back[1]) if held_back else 0)


@pytest.mark.parametrize("rate, frames", [("20kpps", 20000), ("10Mbit", 10e6 / 8 / (50 + 60 + 4))])
def test_rate(wire, rate, frames):
    """So many frames leave in a second; FCS counts in bits, preamble and gap do not."""
    cable = wire()
    said = cable.send("--inner", "udp", "--inner-size", "60", "--rate", rate, "--duration", "1s")
    assert len(cable.arrived()) == pytest.approx(frames * sent_in(1, said), rel=0.005)


def test_ramp(wire):
    """From 1000 to 9000 frames a second: 5000 in the second of the ramp, then 9000 in the next. While the
    sender was held back, 9000 a second at most are missing."""
    cable = wire()
    said = cable.send("--ramp", "1kpps..9kpps", "--ramp-time", "1s", "--duration", "2s")
    count_arrived = len(cable.arrived())
    assert 13990 - 9000 * (2 - sent_in(2, said)) <= count_arrived <= 14010


@pytest.mark.parametrize("length", [["--repeat"], ["--count", "2000"]], ids=["endless", "all made"])
def test_interruption_ends_with_totals_and_truth(wire, tmp_path, length):
    """What waits to come late leaves at once, so that all is accounted for."""
    cable = wire()
    sender = cable.start(
        "--rate", "5kpps", "--late", "10%", "--late-delay", "60s", *length, "--truth", tmp_path / "truth.json"
    )
    cable.wait(sender, 100_000)
    assert cable.net.stop(sender) == 0
    assert "frames in" in sender.stdout.read()
    arrived = cable.arrived()
    assert count(cable.truth(), "sent") == count(cable.truth(), "delivered") == len(arrived) > 300
    (domain,) = cable.truth()["domains"]
    assert domain["missing"] == 0 and domain["late"] > 10


@pytest.mark.parametrize("rate", [[], ["--rate", "10kpps"], ["--rate", "max"]], ids=["own times", "rate", "max"])
def test_last_copies_come_late(wire, rate):
    """The end waits for what is under way."""
    cable = wire()
    begun = time.time_ns()
    cable.send("--late", "50%", "--late-delay", "700ms", *rate)
    times = [frame.time_ns for frame in cable.arrived()]
    assert len(times) == 10
    assert times[-1] - begun >= 700 * 10**6


@pytest.fixture
def full_disk(tmp_path):
    """A directory that has room for names, but for no byte."""
    place = tmp_path / "full"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "full", place], check=True)
    try:
        (place / "filler").write_bytes(bytes(4096))
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_truth_on_a_full_disk(wire, full_disk):
    """No truth, instead of one that holds nothing."""
    assert "No space left on device" in wire().send("--truth", full_disk / "truth.json", status=1)
    assert [file.name for file in full_disk.iterdir()] == ["filler"]


def test_old_truth_survives_a_run_that_never_began(wire, tmp_path):
    """Here because nothing may be sent without root."""
    truth = tmp_path / "truth.json"
    truth.write_text("old", encoding="utf-8")
    cable = wire()
    command = [cable.erspangen, "send", *cable.command("--truth", truth)]
    dropped = ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"]
    done = cable.net.run("source", *dropped, *command, check=False)
    assert done.returncode == 1 and "CAP_NET_RAW" in done.stderr
    assert truth.read_text(encoding="utf-8") == "old"


def test_totals_that_cannot_be_written(wire):
    with open("/dev/full", "w", encoding="utf-8") as full:
        cable = wire()
        command = cable.command("--count", "3")
        done = cable.net.run(
            "source", cable.erspangen, "send", *command,
            check=False, capture_output=False, stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert done.returncode == 1 and "standard output: No space left on device" in done.stderr


def test_interface_that_goes_away(wire, tmp_path, backend):
    """An error that says so, and still the whole truth."""
    cable = wire()
    sender = cable.start("--backend", backend, "--rate", "5kpps", "--repeat", "--truth", tmp_path / "truth.json")
    cable.wait(sender)
    cable.net.ip("source", "link", "del", "out")
    said = sender.communicate(timeout=PATIENCE)[0]
    assert sender.returncode == 1 and "out: the interface is gone" in said
    truth = cable.truth()
    assert count(truth, "mirrored", "frames") == count(truth, "sent") + count(truth, "failed")
    # The other end went with it, and what tcpdump had not seen by then.
    assert 0 < len(cable.arrived()) <= count(truth, "delivered")


def wake_ups(process):
    """How often the threads of the process slept."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/status")
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", task.read_text(), re.MULTILINE)[1]) for task in tasks)


def test_interface_that_is_down_for_a_while(wire, tmp_path, backend):
    """Counted as failed meanwhile; afterwards they arrive again."""
    cable = wire()
    sender = cable.start("--backend", backend, "--rate", "1kpps", "--repeat", "--truth", tmp_path / "truth.json")
    cable.wait(sender)
    cable.net.ip("source", "link", "set", "out", "down")
    woken = wake_ups(sender) + 200  # the sender sleeps and wakes for each frame
    wait_until(lambda: wake_ups(sender) > woken, sender)
    cable.net.ip("source", "link", "set", "out", "up")
    cable.wait(sender)
    assert cable.net.stop(sender) == 0
    assert "ENETDOWN" in sender.stdout.read()
    truth = cable.truth()
    (domain,) = truth["domains"]
    assert count(truth, "failed") == domain["missing"] > 0
    assert count(truth, "mirrored", "frames") == count(truth, "sent") + count(truth, "failed")


def addressed(net):
    """A cable between hosts with addresses, of which one is a router to elsewhere; its two MACs."""
    net.link("source", "out", "collector", "in")
    for name, device, host in (("source", "out", 1), ("collector", "in", 2)):
        net.ip(name, "addr", "add", f"192.0.2.{host}/24", "dev", device)
        net.ip(name, "addr", "add", f"2001:db8::{host}/64", "dev", device, "nodad")
    net.ip("source", "route", "add", "198.51.100.0/24", "via", "192.0.2.2")
    return net.mac("source", "out"), net.mac("collector", "in")


@pytest.mark.parametrize(
    "source, destination",
    [("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2"), ("192.0.2.1", "198.51.100.7")],
    ids=["ARP", "neighbour discovery", "router"],
)
def test_collector_is_found(erspangen, tmp_path, source, destination):
    """The interface's own MAC address and that of the next hop, where none are given."""
    with Namespaces("source", "collector") as net:
        own, other = addressed(net)
        arrived = tmp_path / "arrived.pcap"
        tcpdump = net.start(
            "collector", "tcpdump", "-i", "in", "--immediate-mode", "-Z", "root", "-U", "-w", arrived, "proto 47",
            stderr=subprocess.PIPE,
        )  # fmt: skip
        tcpdump.stderr.readline()
        addresses = ["--source", source, "--destination", destination]
        net.run("source", erspangen, "send", "-i", "out", *addresses, "--count", "3")
        time.sleep(0.5)
        net.stop(tcpdump)
        macs = bytes.fromhex((other + own).replace(":", ""))
        assert [frame.captured[:12] for frame in pcapfile.read(arrived)] == [macs] * 3


def test_collector_that_nobody_knows(erspangen):
    with Namespaces("source", "collector") as net:
        addressed(net)
        command = ["send", "-i", "out", "--destination", "192.0.2.77"]
        done = net.run("source", erspangen, *command, check=False)
        assert done.returncode == 1
        assert "the MAC address of 192.0.2.77 is not known" in done.stderr and "--destination-mac" in done.stderr


def test_default_route_is_a_warning(wire):
    cable = wire()
    cable.net.ip("source", "addr", "add", "192.0.2.1/24", "dev", "out")
    assert "default route" not in cable.send()
    cable.net.ip("source", "route", "add", "default", "via", "192.0.2.2")
    assert "warning: a default route leads by out" in cable.send()


# Sessions that take turns: two share a counter and one has its own, with clocks of every kind.
STEADY = """
[sessions]
inner = udp
count = 700

[session two]
session = 2
sequence-domain = source
sequence-start = 0xfffffff0
ip-id = increment
inner-size = 70

[session hundred-microseconds]
type = 3
session = 3
timestamp = unix
sequence-domain = source
inner-size = 300

[session seconds]
type = 3
session = 4
gra = 2
platform = 5
timestamp = unix
sequence-bits = 30
sequence-start = 0x3fffff00
source = 2001:db8::1
destination = 2001:db8::2

[session upper]
type = 3
session = 5
gra = 1
platform = 3
tick = 320ns
timestamp = 0x123456789abcdef
source = 192.0.2.9
cut = 40
"""

# Where GRE begins, and the first byte of what changes in the copies of each session: identification
# and checksum of IPv4, sequence number, timestamp, second word of the sub-header.
ETHERNET = 14
CHANGES = {
    2: [(18, 2), (24, 2), (38, 4)],
    3: [(38, 4), (46, 4)],
    4: [(58, 4), (66, 4), (78, 4)],
    5: [(38, 4), (46, 4), (58, 4)],
}


def steady_session(data):
    return struct.unpack_from(">H", data, 64 if data[12:14] == b"\x86\xdd" else 44)[0] & 0x3FF


def without_changes(data):
    data = bytearray(data)
    for at, length in CHANGES[steady_session(data)]:
        data[at : at + length] = bytes(length)
    return bytes(data)


def numbers(frames, at):
    return [struct.unpack_from(">I", frame.captured, at)[0] for frame in frames]


@pytest.fixture
def live_frames(wire, erspangen, tmp_path):
    """Sends by live frames; what was said and what arrived."""
    if "live-frames" not in senders(erspangen):
        pytest.skip("erspangen was built without live frames")

    def send(scenario, *arguments, gro="on", **options):
        path = tmp_path / "steady.ini"
        path.write_text(scenario, encoding="utf-8")
        cable = wire()
        cable.net.run("collector", "ethtool", "-K", "in", "gro", gro)
        said = cable.send("--backend", "live-frames", "--truth", tmp_path / "truth.json", *arguments, path, **options)
        return cable, said

    return send


def test_live_frames(live_frames, erspangen, tmp_path):
    """The templates are the copies that are written; numbers and times are those of each copy."""
    begun = time.time_ns()
    cable, _ = live_frames(STEADY, "--rate", "20kpps")
    ended = time.time_ns()
    arrived = cable.arrived()
    first = {steady_session(data): data for data in reversed(written(erspangen, tmp_path, tmp_path / "steady.ini"))}
    assert [steady_session(frame.captured) for frame in arrived] == [2, 3, 4, 5] * 700
    for frame in arrived:
        assert without_changes(frame.captured) == without_changes(first[steady_session(frame.captured)])

    two, hundred, seconds, upper = (arrived[i::4] for i in range(4))
    shared = [number for pair in zip(numbers(two, 38), numbers(hundred, 38)) for number in pair]
    assert shared == [(0xFFFFFFF0 + i) & 0xFFFFFFFF for i in range(1400)]
    assert numbers(seconds, 58) == [(0x3FFFFF00 + i) & 0x3FFFFFFF for i in range(700)]
    assert numbers(upper, 38) == list(range(700))
    for i, frame in enumerate(two):
        assert struct.unpack_from(">H", frame.captured, 18)[0] == i + 1
        words = struct.unpack_from(">10H", frame.captured, ETHERNET)
        assert sum(words) % 0xFFFF == 0  # the checksum of IPv4 holds

    times = [high * 10**9 + low for high, low in zip(numbers(seconds, 78), numbers(seconds, 66))]
    assert times == sorted(times) and begun <= times[0] and times[-1] <= ended
    for ticks in numbers(hundred, 46):  # 32 bits of 100 us since 1970
        assert (ticks - begun // 100000) % 2**32 <= (ended - begun) // 100000 + 1
    times = [high << 32 | low for high, low in zip(numbers(upper, 58), numbers(upper, 46))]
    assert times == sorted(times) and 0x123456789ABCDEF <= times[0] < times[-1]
    assert (times[-1] - 0x123456789ABCDEF) * 320 <= ended - begun


def test_live_frames_tell_the_truth(live_frames):
    """What arrives is what the truth says, session by session, whatever was dropped."""
    cable, said = live_frames(STEADY, "--rate", "max", "--count", "41234")
    arrived = [frame.captured for frame in cable.arrived()]
    truth = cable.truth()
    dropped = re.search(r"^failed +(\d+)", said, re.MULTILINE)
    assert count(truth, "failed") == (int(dropped[1]) if dropped else 0)
    assert count(truth, "mirrored", "frames") == 41234 == count(truth, "sent") + count(truth, "failed")
    for session in truth["sessions"]:
        own = [data for data in arrived if steady_session(data) == session["session_id"]]
        assert session["frames"]["frames"] == session["delivered"]["copies"] == len(own)
        assert session["frames"]["bytes"] == sum(map(len, own))
    assert [domain["numbers"] for domain in truth["domains"]] == [20618, 10308, 10308]


def test_live_frames_keep_a_rate_and_a_time(live_frames):
    cable, said = live_frames(STEADY, "--rate", "30kpps", "--duration", "1s")
    truth = cable.truth()
    # What is less than 100 ms behind is not told as held back.
    assert 30000 * (sent_in(1, said) - 0.1) <= count(truth, "mirrored", "frames") <= 30000 * 1.005
    assert count(truth, "delivered") == len(cable.arrived())
    assert "late  " in said


def test_live_frames_need_a_reader_that_polls(live_frames):
    """The other end of a veth pair drops them all until that is seen, and the error says what is missing."""
    cable, said = live_frames(STEADY, "--rate", "max", gro="off", status=1)
    assert "needs GRO" in said
    truth = cable.truth()
    assert count(truth, "sent") == 0
    assert 0 < count(truth, "failed") == count(truth, "mirrored", "frames") <= 2800


@pytest.mark.parametrize(
    "scenario, arguments, words",
    [
        ("[session a]\nloss = 1%\n", ["--rate", "max"], "[session a]: live-frames cannot do impairments"),
        ("[session a]\n[impairment b]\nlate = 1%\nlate-by = 2\n", ["--rate", "max"], "cannot do impairments"),
        ("[traffic p]\n[session a]\nmirror = p\n", ["--rate", "max"], "cannot do mirrored traffic"),
        ("[session a]\ngre-checksum = good\n", ["--rate", "max"], "cannot do gre-checksum"),
        ("[session a]\nnesting = 2\n", ["--rate", "max"], "cannot do nesting"),
        ("[session a]\nicmp-error = mtu\n", ["--rate", "max"], "cannot do icmp-error"),
        ("[session a]\n[marker m]\n", ["--rate", "max"], "no marker packets"),
        ("[session a]\n[session b]\ninterval = 2ms\n", ["--rate", "max"], "[session b]: live-frames has sessions take turns"),
        ("[session a]\n", [], "live-frames needs --rate"),
        ("[session a]\n", ["--ramp", "20kpps..30kpps", "--ramp-time", "1s"], "live-frames has no --ramp"),
        ("[session a]\n", ["--rate", "10pps"], "less than 10000 frames a second"),
        ("[session a]\npayload-cut = 3\n", ["--rate", "max"], "needs whole headers"),
    ],
)  # fmt: skip
def test_live_frames_refuse_what_they_cannot_do(live_frames, scenario, arguments, words):
    _, said = live_frames(scenario, *arguments, status=2)
    assert words in said


def test_live_frames_refuse_what_is_too_long(live_frames):
    _, said = live_frames("[session a]\ninner = udp\ninner-size = 3000\n", "--rate", "max", status=1)
    assert "its copies have 3050 bytes: live-frames by out has up to 3014" in said


@pytest.mark.parametrize(
    "gro, length, status, end",
    [("on", ["--duration", "200ms"], 0, "2000 frames"), ("off", ["--repeat"], 1, "takes no live frames")],
    ids=["duration", "refused"],
)
def test_live_frames_end_whatever_the_starter_blocked(live_frames, gro, length, status, end):
    """What there is to end is seen while the kernel is busy."""
    blocked = ["env", "--block-signal"]
    _, said = live_frames("[session a]\n", "--rate", "10kpps", *length, gro=gro, before=blocked, status=status)
    assert end in said


def test_live_frames_end_with_the_alarm_of_the_starter(live_frames):
    """As any program that lets it be."""
    alarm = ["perl", "-e", "alarm 1; exec @ARGV"]
    live_frames("[session a]\n", "--rate", "10kpps", "--repeat", before=alarm, status=-signal.SIGALRM)
