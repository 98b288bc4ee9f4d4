# SPDX-License-Identifier: GPL-2.0-or-later
"""Says on which processor each flow's frames come in: flows-by-processor.py INTERFACE PROCESSORS. Prints "ready", and
when its standard input ends, a JSON list with an object for each processor: the frames of each flow of IPv4."""

import json
import selectors
import socket
import struct
import sys
from collections import Counter

SOL_PACKET, PACKET_FANOUT, PACKET_FANOUT_CPU, ALL = 263, 18, 2, 3
BUFFER = 64 << 20

interface, processors = sys.argv[1], int(sys.argv[2])
counts = [Counter() for _ in range(processors)]
waiting = selectors.DefaultSelector()
for processor in range(processors):
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, BUFFER)
    listener.bind((interface, ALL))
    listener.setsockopt(SOL_PACKET, PACKET_FANOUT, struct.pack("=I", 1 | PACKET_FANOUT_CPU << 16))
    listener.setblocking(False)
    waiting.register(listener, selectors.EVENT_READ, counts[processor])
waiting.register(sys.stdin, selectors.EVENT_READ, None)
print("ready", flush=True)


def flow_of(frame):
    """The ends of a flow, in the same order for both directions."""
    ends = (frame[26:30] + frame[34:36], frame[30:34] + frame[36:38])
    return b"".join(sorted(ends)).hex()


done = False
while not done:
    events = waiting.select()
    for key, _ in events:
        if key.data is None:
            done = len(events) == 1  # not before all has been read
            continue
        frame = key.fileobj.recv(2048)
        if frame[12:14] == b"\x08\x00":
            key.data[flow_of(frame)] += 1
json.dump(counts, sys.stdout)
