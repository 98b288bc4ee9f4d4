# SPDX-License-Identifier: GPL-2.0-or-later
"""What erspangen send puts onto a wire."""

import re
import subprocess
import time
from pathlib import Path

import pcapfile
import pytest
from backends import senders
from cable import count, numbers, sent_in, sequence_of, session_of, written
from namespaces import Namespaces
from receiver import DELIVERY_TCPDUMP_S, wait_until_idle
from time_limit import TIME_LIMIT, wait_until

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
    said = cable.send("--backend", backend, "--truth", tmp_path / "truth.json", scenario, status=1)
    assert "50 of 600 frames failed" in said
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


def test_a_copy_listed_by_number_is_within_the_count(wire):
    """Of options alone, as "erspangen write" takes them."""
    cable = wire()
    cable.send("--type", "2", "--rate", "max", "--count", "100", "--restart-copies", "51")
    assert [sequence_of(frame.captured) for frame in cable.arrived()] == [*range(50), *range(50)]


def test_repeats_with_numbers_going_on(wire, tmp_path, backend):
    """A count that the scenario does not fill: it is played again, and no number comes twice."""
    cable = wire()
    scenario = tmp_path / "ten-copies.ini"
    scenario.write_text("[session one]\ntype = 2\nsequence-start = 0xffffffff\n", encoding="utf-8")
    said = cable.send(
        scenario, "--backend", backend, "--rate", "max", "--count", "25003",
        "--truth", tmp_path / "truth.json",
    )  # fmt: skip
    numbers = [sequence_of(frame.captured) for frame in cable.arrived()]
    assert numbers == [0xFFFFFFFF, *range(25002)]
    assert count(cable.truth(), "delivered") == 25003
    assert f"back-end  {backend}:" in said and "25003 frames" in said


@pytest.mark.parametrize("rate, frames", [("20kpps", 20000), ("10Mbit", 10e6 / 8 / (50 + 60 + 4))])
def test_rate(wire, rate, frames):
    """So many frames leave in a second; FCS counts in bits, preamble and gap do not. A sender that was
    held back may catch up, but never sends more."""
    cable = wire()
    said = cable.send("--inner", "udp", "--inner-size", "60", "--rate", rate, "--duration", "1s")
    assert frames * sent_in(1, said) * 0.995 <= len(cable.arrived()) <= frames * 1.005


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
    said = sender.communicate(timeout=TIME_LIMIT)[0]
    assert sender.returncode == 1 and "out: the interface is gone" in said
    truth = cable.truth()
    assert count(truth, "mirrored", "frames") == count(truth, "sent") + count(truth, "failed")
    # The other end went with it, and what tcpdump had not seen by then.
    assert 0 < len(cable.arrived()) <= count(truth, "delivered")


def wake_ups(process):
    """How often the threads of the process slept."""
    count = 0
    for task in Path(f"/proc/{process.pid}/task").glob("*/status"):
        try:
            count += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", task.read_text(), re.MULTILINE)[1])
        except OSError:
            pass  # the thread has ended
    return count


def test_interface_that_is_down_for_a_while(wire, tmp_path, backend):
    """Counted as failed meanwhile; afterwards they arrive again."""
    cable = wire()
    sender = cable.start("--backend", backend, "--rate", "1kpps", "--repeat", "--truth", tmp_path / "truth.json")
    cable.wait(sender)
    cable.net.ip("source", "link", "set", "out", "down")
    woken = wake_ups(sender) + 200  # the sender sleeps and wakes for each frame
    wait_until(lambda: wake_ups(sender) > woken, sender)
    cable.net.ip("source", "link", "set", "out", "up")
    cable.wait(sender, more=300_000)  # tcpdump shows what came before only when a second is over: 200,000 bytes
    assert cable.net.stop(sender) == 1
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
        assert any("listening on" in line for line in tcpdump.stderr)
        addresses = ["--source", source, "--destination", destination]
        net.run("source", erspangen, "send", "-i", "out", *addresses, "--count", "3")
        wait_until_idle(tcpdump, DELIVERY_TCPDUMP_S)
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
    assert "warning: a default route uses out" in cable.send()
