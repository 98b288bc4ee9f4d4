# SPDX-License-Identifier: GPL-2.0-or-later
"""Every frame of every generated capture, cut at every byte and whole, passes through tshark unharmed."""

import captures_table
import pcapfile
import pytest

CAPTURES = captures_table.FILES
AT_ONCE = 8  # captures that one tshark reads, which takes longer to start than to read them
HEADERS = 256  # bytes that hold the headers of all but a few frames there, the inner ones too
STEP = 13  # in the payload behind them


def ends(length):
    return {*range(min(length, HEADERS)), *range(HEADERS, length, STEP), length}


def prefixes(frames, snapped):
    """The beginnings of every frame: each one that ends in headers, and some of the longer ones. The length on the
    wire stays, or becomes the cut's own."""
    for frame in frames:
        for end in sorted(ends(len(frame.captured))):
            length = frame.length if snapped else end
            yield frame._replace(captured=frame.captured[:end], length=length)


@pytest.mark.every
@pytest.mark.parametrize("snapped", [True, False], ids=["snapped", "short"])
@pytest.mark.parametrize("first", range(0, len(CAPTURES), AT_ONCE), ids=lambda at: CAPTURES[at].name)
def test_every_prefix(tshark, tmp_path, first, snapped):
    """Cut by the capture, which knows the length on the wire; or sent as short as that."""
    frames = [frame for path in CAPTURES[first : first + AT_ONCE] for frame in pcapfile.read(path)]
    for link_type in {frame.link_type for frame in frames}:
        cut = tmp_path / f"{link_type}.pcap"
        same_link = (frame for frame in frames if frame.link_type == link_type)
        pcapfile.write(cut, link_type, pcapfile.apart(prefixes(same_link, snapped)))
        tshark.survive(cut, *captures_table.CHECKSUMS)
