# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that sends the same RST again, without an IP ID, sends it more than once: these are no copies of copies. A second
session that mirrors each of them at another point shows copies of copies.
"""

import json
import struct
import subprocess

import pcapfile
import pytest
from packets import ACK, ETHERNET, RST, checksum, copy, ethernet, tcp, type2

COUNT = 20
APART_NS = [0, 100, 10_000, 1_000_000, 50_000_000, 1_000_000_000]
BETWEEN_POINTS_NS = 50


def reset(flags):
    """Linux answers so what comes to a closed port: IP ID 0, DF, and the sequence number that was expected."""
    packet = tcp((5000, 80), 1000, 55, flags=flags, source=bytes([10, 0, 0, 1]), destination=bytes([10, 0, 0, 2]))
    head = packet[:6] + b"\x40\0" + packet[8:10] + b"\0\0" + packet[12:20]
    return ethernet(0x0800, head[:10] + struct.pack(">H", checksum(head)) + head[12:] + packet[20:])


def again(tmp_path, erspanrate, copies):
    """Copies of copies by session. copies: (arrival in ns, session, number, mirrored frame)."""
    frames = [
        pcapfile.Frame(ETHERNET, len(data), data, 10**18 + at)
        for at, session, number, frame in copies
        for data in [copy(type2(session) + frame, sequence=number)]
    ]
    pcapfile.write(tmp_path / "resets.pcap", ETHERNET, frames)
    done = subprocess.run(
        [erspanrate, "-q", "-j", "-r", tmp_path / "resets.pcap"], check=True, capture_output=True, text=True
    )
    sessions = json.loads(done.stdout.splitlines()[-1])["sessions"]
    return {session["session_id"]: session["copies_of_copies"] for session in sessions}


@pytest.mark.parametrize("apart_ns", APART_NS)
@pytest.mark.parametrize("flags", [RST, RST | ACK])
def test_sent_again_is_not_mirrored_twice(tmp_path, erspanrate, flags, apart_ns):
    copies = [(i * apart_ns, 1, i, reset(flags)) for i in range(COUNT)]
    assert again(tmp_path, erspanrate, copies) == {1: 0}


@pytest.mark.parametrize("apart_ns", APART_NS)
def test_each_is_mirrored_at_two_points(tmp_path, erspanrate, apart_ns):
    copies = [
        (i * apart_ns + point * BETWEEN_POINTS_NS, 1 + point, i, reset(RST)) for i in range(COUNT) for point in (0, 1)
    ]
    assert again(tmp_path, erspanrate, copies) == {1: 0, 2: COUNT}
