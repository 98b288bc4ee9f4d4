# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends frames FIRST up to END, counted from 0, of a capture: inject.py INTERFACE CAPTURE FIRST END"""

import socket
import sys
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pcapfile import read  # noqa: E402

interface, capture, first, end = sys.argv[1:]
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
    wire.bind((interface, 0))
    for frame in islice(read(capture), int(first), int(end)):
        wire.send(frame.captured)
