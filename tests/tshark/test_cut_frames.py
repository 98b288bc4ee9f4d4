# SPDX-License-Identifier: GPL-2.0-or-later
"""Every frame of every generated capture, cut at every byte, passes through tshark unharmed."""

from pathlib import Path

import pcapfile
import pytest

CAPTURES = sorted((Path(__file__).resolve().parents[2] / "captures").glob("*.pcap*"))


def test_there_are_captures():
    assert CAPTURES


def prefixes(frames, as_cut):
    """Every beginning of every frame; the length on the wire stays, or becomes the cut's own."""
    for frame in frames:
        for end in range(len(frame.captured)):
            captured = frame.captured[:end]
            yield frame._replace(captured=captured, length=frame.length if as_cut else end)


@pytest.mark.parametrize("as_cut", [True, False], ids=["snapped", "short"])
@pytest.mark.parametrize("capture", CAPTURES, ids=lambda capture: capture.name)
def test_every_prefix(tshark, tmp_path, capture, as_cut):
    """Cut by the capture (the length on the wire is known), or sent as short as it is."""
    link_type, frames = pcapfile.read(capture)
    cut = tmp_path / "cut.pcap"
    pcapfile.write(cut, link_type, prefixes(frames, as_cut))
    tshark.survive(cut)
