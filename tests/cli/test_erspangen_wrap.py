# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen wrap: what goes in comes out, by a decapsulation that shares nothing with it."""

import gzip
import os
import shutil
import socket
import struct
import subprocess

import packets
import pcapfile
import pytest
from time_limit import wait_until

KINDS = ["tcp", "udp", "echo", "nd", "arp", "stp", "lldp", "random", "none"]
START = 1700000000 * 10**9
RAW_IP, LINUX_SLL, IEEE80211 = 101, 113, 105
TYPE2, TYPE3 = 0x88BE, 0x22EB


@pytest.fixture
def wrap(erspangen, tmp_path):
    """Wraps a capture and returns the frames of the result."""

    def wrap(capture, *arguments, name="wrapped.pcap"):
        made = tmp_path / name
        subprocess.run([erspangen, "wrap", capture, *arguments, "-o", made], check=True)
        return pcapfile.read(made)

    return wrap


@pytest.fixture
def refused(erspangen, tmp_path):
    """Wraps a capture that cannot be wrapped; returns what is said about it."""

    def refused(capture, *arguments):
        before = set(tmp_path.iterdir())
        command = [erspangen, "wrap", capture, *arguments, "-o", tmp_path / "wrapped.pcap"]
        done = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        assert done.returncode in (1, 2)
        assert done.stderr.startswith("erspangen wrap: ") and done.stderr.count("\n") == 1
        assert set(tmp_path.iterdir()) == before
        return done.stderr

    return refused


def decapsulate(frame):
    """The ERSPAN header and what was captured of the mirrored frame, and its length on the wire."""
    data = frame.captured
    assert frame.link_type == 1
    (ethertype,) = struct.unpack_from(">H", data, 12)
    at = 14
    if ethertype == 0x0800:
        (total,) = struct.unpack_from(">H", data, at + 2)
        assert data[at + 9] == 47 and packets.checksum(data[at : at + 20]) == 0
        at += (data[at] & 15) * 4
    else:
        assert ethertype == 0x86DD and data[at + 6] == 47
        total = 40 + struct.unpack_from(">H", data, at + 4)[0]
        at += 40
    assert frame.length == 14 + total
    flags, protocol = struct.unpack_from(">HH", data, at)
    at += 4 + sum(4 for bit in (0x8000, 0x2000, 0x1000) if flags & bit)
    if protocol == TYPE3:
        size = 20 if data[at + 11] & 1 else 12
    else:
        size = 8 if flags & 0x1000 else 0
    header, inner = data[at : at + size], data[at + size :]
    return header, inner, frame.length - at - size


def write_pcap(path, frames, link_type=1, ns=False, snap=None):
    """frames: pairs of time and bytes."""
    whole = [pcapfile.Frame(link_type, len(frame), frame[:snap], time_ns) for time_ns, frame in frames]
    pcapfile.write(path, link_type, whole, pcapfile.MAGIC_NANOSECONDS if ns else pcapfile.MAGIC_MICROSECONDS)
    return path


def pings(count=5, step=1_000_000):
    return [(START + n * step, packets.ping(20 * n, sequence=n)) for n in range(count)]


def assert_same(copies, frames):
    """The copies carry these (time, bytes), whole."""
    assert [frame.time_ns for frame in copies] == [time_ns for time_ns, _ in frames]
    for copy, (_, frame) in zip(copies, frames):
        _, inner, length = decapsulate(copy)
        assert (inner, length) == (frame, len(frame))


@pytest.mark.parametrize("keys", ["--type 1", "--type 2 --session 9", "--type 3 --platform 5 --gre-key 7",
                                  "--type 3 --source 2001:db8::1 --destination 2001:db8::2"])
@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back(erspangen, wrap, tmp_path, kind, keys):
    """The mirrored frames of a capture, taken out, make a capture that wraps to the same frames."""
    mirrored = tmp_path / "mirrored.pcap"
    subprocess.run([erspangen, "write", "--inner", kind, "--interval", "1.5ms", "-o", mirrored], check=True)
    frames = [(copy.time_ns, decapsulate(copy)[1]) for copy in pcapfile.read(mirrored)]
    assert len(frames) == 10
    assert_same(wrap(write_pcap(tmp_path / "inner.pcap", frames), *keys.split()), frames)


def test_nanoseconds_stay(wrap, tmp_path):
    frames = pings(step=1_000_001)
    capture = write_pcap(tmp_path / "ns.pcap", frames, ns=True)
    assert_same(wrap(capture), frames)
    assert_same(wrap(capture, name="wrapped.pcapng"), frames)
    in_us = [(time_ns // 1000 * 1000, frame) for time_ns, frame in frames]
    assert_same(wrap(capture, "--time-precision", "us"), in_us)


def test_pcapng_and_gzip(wrap, tmp_path):
    frames = pings()
    plain = write_pcap(tmp_path / "plain.pcap", frames)
    pcapng = tmp_path / "x.pcapng"
    subprocess.run(["editcap", "-F", "pcapng", plain, pcapng], check=True)
    zipped = tmp_path / "x.pcap.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    for capture in (pcapng, zipped):
        assert_same(wrap(capture), frames)
        assert_same(wrap(capture, name="wrapped.pcapng.gz"), frames)


def test_standard_input_and_output(erspangen, tmp_path):
    frames = pings()
    content = write_pcap(tmp_path / "plain.pcap", frames).read_bytes()
    done = subprocess.run([erspangen, "wrap", "-", "-o", "-"], input=content, capture_output=True, check=True)
    assert_same(pcapfile.pcap_frames(done.stdout), frames)


def test_sequence_and_clock_begin_with_the_first_frame(wrap, tmp_path):
    capture = write_pcap(tmp_path / "x.pcap", pings())
    copies = wrap(capture, "--type", "3", "--gra", "1", "--timestamp", "50")
    assert [struct.unpack_from(">I", copy.captured, 38)[0] for copy in copies] == [0, 1, 2, 3, 4]
    stamps = [struct.unpack_from(">I", decapsulate(copy)[0], 4)[0] for copy in copies]
    assert stamps == [50 + n * 10_000 for n in range(5)]  # 1 ms in 100 ns


def test_frames_that_the_capture_cut(wrap, refused, tmp_path):
    """Lengths stay those of the whole frame, and the copy is cut where the frame was."""
    frames = pings()
    capture = write_pcap(tmp_path / "snapped.pcap", frames, snap=50)
    for copy, (_, frame) in zip(wrap(capture), frames):
        assert decapsulate(copy)[1:] == (frame[:50], len(frame))
    for key in ("--gre-checksum=good", "--fcs=good", "--cut=60", "--append-hex=00"):
        assert "frame 2" in refused(capture, key) or "frame 1" in refused(capture, key)


def test_raw_ip_is_frame_type_2(wrap, refused, tmp_path):
    frames = [(time_ns, frame[14:]) for time_ns, frame in pings()]
    capture = write_pcap(tmp_path / "ip.pcap", frames, link_type=RAW_IP)
    copies = wrap(capture, "--type", "3")
    assert_same(copies, frames)
    for copy in copies:
        assert struct.unpack_from(">H", decapsulate(copy)[0], 10)[0] >> 10 & 31 == 2
    assert "type = 3" in refused(capture, "--type", "2")


@pytest.mark.parametrize("link_type", [LINUX_SLL, IEEE80211])
def test_other_link_types(refused, tmp_path, link_type):
    capture = write_pcap(tmp_path / "other.pcap", pings(), link_type=link_type)
    assert "frame 1: link type" in refused(capture)


def test_fcs_that_the_file_declares(wrap, tmp_path):
    """Bits 26 and 28 to 31 of the link type say that frames end with 4 bytes of FCS."""
    frames = [(time_ns, frame + packets.fcs(frame)) for time_ns, frame in pings()]
    capture = write_pcap(tmp_path / "fcs.pcap", frames, link_type=1 | 1 << 26 | 2 << 28)
    assert_same(wrap(capture), [(time_ns, frame[:-4]) for time_ns, frame in frames])
    assert_same(wrap(capture, "--keep-fcs"), frames)


def test_cut_and_damaged_files(refused, tmp_path):
    content = write_pcap(tmp_path / "whole.pcap", pings()).read_bytes()
    cut = tmp_path / "cut.pcap"
    cut.write_bytes(content[:-10])
    assert f"{cut}: after frame 4: the file ends in the middle" in refused(cut)
    empty = tmp_path / "empty.pcap"
    empty.write_bytes(b"")
    assert f"{empty}: is empty" in refused(empty)
    assert "standard input: is empty" in refused("-")
    damaged = tmp_path / "damaged.pcap"
    damaged.write_bytes(content[:32] + b"\xff\xff\xff\x7f" + content[36:])
    assert f"{damaged}: after frame 0: " in refused(damaged)
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(bytes(range(256)))
    assert str(nonsense) in refused(nonsense)
    assert "No such file" in refused(tmp_path / "missing.pcap")


def test_frames_too_long_for_a_copy(wrap, refused, tmp_path):
    longest = 65535 - 20 - 8 - 8
    frames = [(START, bytes(longest))]
    assert_same(wrap(write_pcap(tmp_path / "long.pcap", frames)), frames)
    longer = write_pcap(tmp_path / "longer.pcap", [(START, bytes(longest + 1))])
    assert "frame 1: " in refused(longer) and "65535" in refused(longer)


@pytest.mark.parametrize("key", ["--inner=udp", "--count=3", "--start=5", "--asic-time=1", "--duplicate=5%"])
def test_keys_that_the_capture_decides(refused, tmp_path, key):
    capture = write_pcap(tmp_path / "x.pcap", pings())
    assert "this command does not take" in refused(capture, key)


def test_an_empty_capture(wrap, tmp_path):
    assert wrap(write_pcap(tmp_path / "empty.pcap", [])) == []


def test_the_plugin_agrees(erspangen, tshark, tmp_path):
    frames = pings(step=1_234_567)
    capture = write_pcap(tmp_path / "x.pcap", frames, ns=True)
    made = tmp_path / "wrapped.pcap"
    subprocess.run([erspangen, "wrap", capture, "--type", "3", "--session", "5", "-o", made], check=True)
    fields = ["erspan.inner.len", "erspan.session", "frame.time_epoch"]
    expected = [
        (str(len(frame)), "5", f"{time_ns // 10**9}.{time_ns % 10**9:09}") for time_ns, frame in frames
    ]
    assert tshark.fields(made, fields) == expected


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may capture")
def test_what_is_captured_on_loopback(wrap, tmp_path):
    program = shutil.which("tcpdump") or shutil.which("dumpcap")
    capture = tmp_path / "loopback.pcap"
    count = 20
    command = [program, "-q", "-i", "lo", "-f", "udp port 54321", "-c", str(count), "-w", str(capture)]
    if program.endswith("tcpdump"):
        command = [program, "-U", "-i", "lo", "-c", str(count), "-w", str(capture), "udp port 54321"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as capturing:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

            def captured_all():
                sender.sendto(os.urandom(100), ("127.0.0.1", 54321))
                return capturing.poll() is not None

            try:
                wait_until(captured_all)
            finally:
                capturing.terminate()
    assert capturing.returncode == 0, f"{program} captured nothing"
    frames = [(frame.time_ns, frame.captured) for frame in pcapfile.read(capture)]
    assert len(frames) == count
    assert_same(wrap(capture), frames)
