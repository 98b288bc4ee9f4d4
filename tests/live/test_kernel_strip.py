# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrored frames that the kernel hands on: erspanrate --backend=strip."""

import json
import os
import signal
import struct
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import captures_table
import packets
import pcapfile
import pytest
from backends import receivers
from consumer import ConsumerNet
from programs import BUILD
from receiver import Receiver
from time_limit import TIME_LIMIT, wait_until

XDP_PASS, XDP_REDIRECT = 2, 4
LEARNT = 16  # copies that user space looks at before the kernel takes the others of a session
COUNT_BY_PROCESSOR = Path(__file__).with_name("flows-by-processor.py")


@pytest.fixture(autouse=True)
def built_with_xdp(erspanrate):
    if "count" not in receivers(erspanrate):
        pytest.skip("erspanrate was built without XDP")


# ---- the bytes ----


@pytest.fixture(scope="module")
def stripped(tmp_path_factory):
    """Called with frames, what the kernel's program makes of each: the action and the frame then."""
    program = tmp_path_factory.mktemp("strip") / "strip-run"
    source = Path(__file__).with_name("strip-run.c")
    subprocess.run(["cc", "-Wall", "-Werror", source, "-lbpf", "-o", program], check=True)

    def stripped(frames):
        given = b"".join(struct.pack("=I", len(frame)) + frame for frame in frames)
        done = subprocess.run([program, BUILD / "skeletons/strip_bpf.o"], input=given, stdout=subprocess.PIPE, check=True)
        results, offset = [], 0
        while offset < len(done.stdout):
            action, length = struct.unpack_from("=II", done.stdout, offset)
            results.append((action, done.stdout[offset + 8 : offset + 8 + length]))
            offset += 8 + length
        assert len(results) == len(frames)
        return results

    return stripped


def by_time(path):
    return {frame.time_ns: frame.captured for frame in pcapfile.read(path)}


def compare(frames, results, exported):
    """How often the kernel stripped, left a copy to user space, and found none. Frames are paired by time."""
    done = Counter()
    for frame, (action, left) in zip(frames, results):
        if action == XDP_REDIRECT:
            assert left == exported.get(frame.time_ns), f"the frame at {frame.time_ns} ns"
        else:
            assert (action, left) == (XDP_PASS, frame.captured)
        done["stripped" if action == XDP_REDIRECT else "left" if frame.time_ns in exported else "no copy"] += 1
    return done


def with_times(capture, path):
    """The capture's Ethernet frames, each with a time of its own."""
    whole = [frame for frame in pcapfile.read(capture) if len(frame.captured) >= 14 and frame.link_type == packets.ETHERNET]
    frames = list(pcapfile.apart(whole))
    pcapfile.write(path, packets.ETHERNET, frames)
    return frames


def read_by(erspanrate, capture, path):
    command = [erspanrate, "-r", capture, "--decapsulate", "-w", path]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return by_time(path)


def test_the_bytes_of_every_capture_are_those_that_user_space_reads(stripped, erspanrate, tmp_path):
    """It strips most of them, and leaves the odd ones."""
    paths = [tmp_path / capture.name for capture in captures_table.FILES]
    given = [with_times(capture, path) for capture, path in zip(captures_table.FILES, paths)]
    results = iter(stripped([frame.captured for frames in given for frame in frames]))
    done = Counter()
    for path, frames in zip(paths, given):
        done += compare(frames, islice(results, len(frames)), read_by(erspanrate, path, tmp_path / "frames.pcap"))
    assert done["stripped"] > 3 * done["left"] > 0


@pytest.mark.thorough
@pytest.mark.parametrize("capture", captures_table.FILES[::5], ids=lambda path: path.name)
def test_the_bytes_are_those_that_wireshark_exports(stripped, tshark, tmp_path, capture):
    """Of one capture in five: those of all are what erspanrate reads, as the test before says."""
    path, exported = tmp_path / "capture.pcap", tmp_path / "frames.pcapng"
    frames = with_times(capture, path)
    with open(exported, "wb") as output:
        tshark.call("-n", "-r", tshark.staged(path), "-U", "ERSPAN", "-w", "-", stdout=output)
    compare(frames, stripped([frame.captured for frame in frames]), by_time(exported))


# ---- live ----


class Kernel(Receiver):
    """erspanrate that has the kernel put frames onto to0."""

    def __init__(self, net, erspanrate, *options, **how):
        super().__init__(net, erspanrate, "-b", "strip", "--to", "to0", *options, **how)

    def told(self):
        (*_, total) = self.finish()
        return total


@pytest.fixture
def net():
    with ConsumerNet(mtu=3000) as namespaces:
        yield namespaces


@pytest.fixture
def consumer(net, tmp_path):
    return net.tcpdump(tmp_path / "seen.pcap")


def written(path, frames):
    pcapfile.write(path, packets.ETHERNET, [pcapfile.Frame(packets.ETHERNET, len(frame), frame) for frame in frames])
    return path


def attached(net, name="in0"):
    return "xdp" in net.ip("collector", "-d", "link", "show", name)


def test_each_frame_and_each_count(net, erspanrate, capture, consumer, tmp_path):
    running = Kernel(net, erspanrate)
    running.send(capture, 0, 1000)
    total = running.told()
    assert total["handed_on"]["kernel"]["frames"] == total["all"]["copies"] == 1000
    assert total["all"]["lost"] == total["handed_on"]["frames"] == 0
    expected = read_by(erspanrate, capture, tmp_path / "frames.pcap")
    assert consumer() == list(expected.values())[:1000]
    assert not attached(net)


def test_what_the_kernel_cannot_strip_user_space_hands_on(net, erspanrate, consumer, tmp_path):
    """A GRE header with routing, a frame behind VXLAN and GRE, IP without Ethernet, and a frame with an FCS."""
    pings = [packets.ping(sequence=number) for number in range(5)]
    third = packets.type3(ft=2, p=0)
    copies = [
        packets.copy(packets.type2() + pings[0], sequence=0),
        packets.copy(packets.type2() + pings[1] + packets.fcs(pings[1]), sequence=1),
        packets.ethernet(0x0800, packets.ipv4(17, packets.udp(4789, b"\x08" + bytes(7) + packets.copy(packets.type2() + pings[2], sequence=2)))),
        packets.copy(third + pings[3][14:], protocol=0x22EB, sequence=3),
    ]
    running = Kernel(net, erspanrate)
    running.send(written(tmp_path / "odd.pcap", copies))
    told = running.told()["handed_on"]
    assert [told["kernel"][key] for key in ("frames", "unsure", "unread")] == [1, 2, 1]
    assert told["interface"] == {"sent": 2, "too_long": 0, "no_ethernet": 1, "refused": 0}
    assert sorted(consumer()) == sorted(pings[:3])


def test_a_plain_session_is_learnt(net, erspanrate, consumer, tmp_path):
    """The source cuts its frames, behind which an FCS might follow; user space sees that none does."""
    cut = [packets.copy(packets.type2(truncated=1) + packets.ping(sequence=number)[:64], sequence=number) for number in range(100)]
    path = written(tmp_path / "cut.pcap", cut)
    running = Kernel(net, erspanrate)
    running.send(path, 0, LEARNT)
    running.send(path, LEARNT)
    told = running.told()["handed_on"]
    assert (told["kernel"]["frames"], told["kernel"]["unsure"]) == (100 - LEARNT, LEARNT)
    assert consumer() == [packets.ping(sequence=number)[:64] for number in range(100)]


@pytest.mark.thorough
def test_fragments_are_left_and_counted(net, erspanrate, erspangen, consumer, tmp_path):
    path = tmp_path / "fragments.pcap"
    keys = ["--inner", "udp", "--inner-size", "1800", "--fragment", "1200", "--df", "no", "--count", "10"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    running = Kernel(net, erspanrate)
    running.send(path)
    total = running.told()
    told = total["handed_on"]
    assert total["all"]["copies"] == 10
    assert (told["kernel"]["frames"], told["kernel"]["fragments"], told["interface"]["sent"]) == (0, 20, 10)
    assert len(consumer()) == 10


@pytest.mark.thorough
def test_frames_that_do_not_fit_are_counted(net, erspanrate, erspangen, consumer, tmp_path):
    path = tmp_path / "large.pcap"
    keys = ["--inner", "udp", "--inner-size", "3400", "--count", "20"]
    subprocess.run([erspangen, "write", *keys, "-o", path], check=True)
    running = Kernel(net, erspanrate)
    running.send(path)
    told = running.told()["handed_on"]
    assert told["kernel"]["too_long"] + told["interface"]["too_long"] == 20
    assert told["kernel"]["frames"] == 0 and consumer() == []


@pytest.mark.thorough
def test_an_end_that_does_not_poll(net, erspanrate, capture, tmp_path):
    """A veth pair takes nothing from XDP then; the user is told what to do."""
    net.run("consumer", "ethtool", "-K", "from0", "gro", "off")
    said = tmp_path / "said"
    with said.open("w", encoding="utf-8") as stream:
        running = Kernel(net, erspanrate, stderr=stream)
    running.send(capture, 0, 50)
    told = running.told()["handed_on"]["kernel"]
    assert (told["frames"], told["refused"]) == (0, 50)
    assert "in0: --to to0: refuses frames: " in (text := said.read_text("utf-8")) and "ethtool -K" in text


@pytest.mark.thorough
def test_the_interface_that_gets_the_frames_goes(net, erspanrate, capture):
    running = Kernel(net, erspanrate)
    running.send(capture, 0, 50)
    net.ip("collector", "link", "del", "to0")
    running.send(capture, 50, 80)
    told = running.told()["handed_on"]["kernel"]
    assert (told["frames"], told["refused"]) == (50, 30)


def test_nothing_stays_attached_when_it_is_killed(net, erspanrate):
    running = Kernel(net, erspanrate)
    assert attached(net)
    running.signal(signal.SIGKILL)
    running.process.wait(TIME_LIMIT)
    wait_until(lambda: not attached(net))


def refusal(net, erspanrate, *how):
    done = net.run("collector", *how, erspanrate, "-i", "in0", "-b", "strip", "--to", "to0", check=False)
    assert done.returncode == 1
    return done.stderr


@pytest.mark.thorough
def test_another_program_is_attached(net, erspanrate):
    Receiver(net, erspanrate, "-b", "count")
    assert "in0: another XDP program is attached to it" in refusal(net, erspanrate)


@pytest.mark.thorough
def test_without_the_capabilities(net, erspanrate):
    without = ["setpriv", "--bounding-set=-net_admin,-sys_admin,-bpf,-perfmon"]
    assert "in0: loading an XDP program: only root may, or who has CAP_NET_ADMIN and CAP_BPF" in refusal(net, erspanrate, *without)


@pytest.mark.parametrize(
    "options, words",
    [
        ([], "--backend=strip needs --to NAME"),
        (["--to", "to0", "--once"], "--backend=strip hands frames on in the kernel, as they come"),
        (["--to", "to0", "-w", "x.pcap"], "--backend=strip hands on no packets to filter, count or write"),
        (["--to", "to0", "--spread", "200"], "--spread=200: must be 0 to 128 processors"),
        (["--to", "in0"], "--to in0: copies come from it"),
    ],
)
def test_what_excludes_each_other(erspanrate, options, words):
    done = subprocess.run([erspanrate, "-i", "in0", "-b", "strip", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and words in done.stderr


def both_directions(flow):
    """A copy of a segment of the flow in each direction."""
    ends = (bytes([10, 0, flow >> 8, flow & 255]), bytes([10, 1, 0, 1]))
    ports = (40000 + flow, 443)
    there = packets.tcp(ports, 1, 1, source=ends[0], destination=ends[1])
    back = packets.tcp(ports[::-1], 1, 1, source=ends[1], destination=ends[0])
    return [packets.copy(packets.type2() + packets.ethernet(0x0800, frame), sequence=2 * flow + i) for i, frame in enumerate((there, back))]


def test_both_directions_of_a_flow_come_to_one_processor(net, erspanrate, tmp_path):
    """1,000 flows. The hash has no seed, so that the shares are the same in each run."""
    processors = sorted(os.sched_getaffinity(0))[:2]
    if processors != [0, 1]:
        pytest.skip("this needs processors 0 and 1")
    path = written(tmp_path / "flows.pcap", [copy for flow in range(1000) for copy in both_directions(flow)])
    for name, device in (("collector", "to0"), ("consumer", "from0")):
        net.run(name, "ethtool", "-L", device, "rx", "2", "tx", "2")
    listener = net.start("consumer", sys.executable, COUNT_BY_PROCESSOR, "from0", "2", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert listener.stdout.readline() == "ready\n"
    running = Kernel(net, erspanrate, "--spread", "2")
    running.send(path)
    told = running.told()["handed_on"]["kernel"]
    counts = json.loads(listener.communicate(timeout=TIME_LIMIT)[0])
    assert sum(sum(each.values()) for each in counts) == told["frames"] == 2000
    assert not set(counts[0]) & set(counts[1]) and len(counts[0]) + len(counts[1]) == 1000
    assert 0.8 < len(counts[0]) / len(counts[1]) < 1.25
