# SPDX-License-Identifier: GPL-2.0-or-later
"""Every frame of every generated capture, cut at every byte, passes through tshark unharmed."""

from pathlib import Path

import pcapfile
import pytest

pytestmark = pytest.mark.memory

CAPTURES = sorted((Path(__file__).resolve().parents[2] / "captures").glob("*.pcap*"))


def test_there_are_captures():
    assert CAPTURES


def prefixes(frames, snapped):
    """Every beginning of every frame; the length on the wire stays, or becomes the cut's own."""
    for frame in frames:
        for end in range(len(frame.captured)):
            length = frame.length if snapped else end
            yield frame._replace(captured=frame.captured[:end], length=length)


@pytest.mark.parametrize("snapped", [True, False], ids=["snapped", "short"])
@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_every_prefix(tshark, tmp_path, capture, snapped):
    """Cut by the capture, which knows the length on the wire; or sent as short as that."""
    frames = pcapfile.read(capture)
    for link_type in {frame.link_type for frame in frames}:
        cut = tmp_path / f"{link_type}.pcap"
        same_link = (frame for frame in frames if frame.link_type == link_type)
        pcapfile.write(cut, link_type, pcapfile.apart(prefixes(same_link, snapped)))
        tshark.survive(cut)
