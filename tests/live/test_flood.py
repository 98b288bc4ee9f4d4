# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of made-up sessions while it is received: the figures of those that live stay right, in each back-end."""

import pcapfile
import packets
import pytest
from packets import copy, ping, type2
from receiver import each

FLOOD = 30_000  # more than there is memory for
EVERY = 6  # packets from copy to copy of a session that lives
LOST_EVERY = 50


class Living:
    """A session that lives, from one place of the flood on."""

    def __init__(self, last, begin):
        self.source, self.begin, self.number, self.came = bytes([192, 0, 2, last]), begin, 0, 0

    def packet(self):
        """The next copy; None if it is lost."""
        self.number += 1
        if self.number % LOST_EVERY == 0:
            return None
        self.came += 1
        return copy(type2(5) + ping(sequence=self.number % 65536), sequence=self.number, source=self.source)


@pytest.fixture(name="flood", scope="module")
def fixture_flood(tmp_path_factory):
    """A capture, and the sessions in it that live."""
    living = [Living(1, 0), Living(10, FLOOD // 2), Living(11, FLOOD * 9 // 10)]
    sent = []
    for number in range(FLOOD):
        source = bytes([10, *number.to_bytes(3, "big")])
        sent.append(copy(type2(number % 1024) + ping(8, sequence=number % 65536), sequence=number * 2654435761 % 2**32, source=source))
        for one in living if number % EVERY == 0 else ():
            if number >= one.begin and (made := one.packet()) is not None:
                sent.append(made)
    path = tmp_path_factory.mktemp("flood") / "flood.pcap"
    frames = [pcapfile.Frame(packets.ETHERNET, len(packet), packet) for packet in sent]
    pcapfile.write(path, packets.ETHERNET, pcapfile.apart(frames))
    return path, living, len(sent)


@each("pcap", "packet", "xdp", "count")
def test_those_that_live_keep_their_figures(receiver, flood, backend):
    path, living, sent = flood
    running = receiver("-b", backend, "--memory", "32", "-t", "1")
    running.send(path)
    total = running.finish()[-1]
    found = {session["source"]: session for session in total["sessions"]}
    assert total["all"]["copies"] == sent
    for one in living:
        session = found[".".join(map(str, one.source))]
        assert session["copies"] == one.came
        counted = session.get("sequence", session)
        assert counted["lost"] == one.number // LOST_EVERY - (one.number % LOST_EVERY == 0)
        assert counted["restarts"] == 0
