# SPDX-License-Identifier: GPL-2.0-or-later
"""A network between two interfaces: hands each frame on to the other one after a while. delay_line.py A B DELAY_US

Frames of one way keep their order. It ends with the signal that stops it."""

import contextlib
import heapq
import select
import socket
import sys
import time

FRAMES = 64  # taken at a time


def main():
    names, delay_ns = sys.argv[1:3], int(sys.argv[3]) * 1000
    ends = []
    for name in names:
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        end.bind((name, 3))  # ETH_P_ALL
        ends.append(end)
    poll = select.poll()
    for end in ends:
        poll.register(end, select.POLLIN)
    waiting, order = [], 0
    print("ready", flush=True)
    while True:
        until_ns = waiting[0][0] - time.monotonic_ns() if waiting else 10**9
        # A timeout counts whole milliseconds: the last one is spent looking.
        poll.poll(max(0, until_ns // 10**6))
        now_ns = time.monotonic_ns()
        for place, end in enumerate(ends):
            for _ in range(FRAMES):
                try:
                    frame, address = end.recvfrom(65536)
                except BlockingIOError:
                    break
                if address[2] == socket.PACKET_OUTGOING:
                    continue
                heapq.heappush(waiting, (now_ns + delay_ns, order, 1 - place, frame))
                order += 1
        while waiting and waiting[0][0] <= time.monotonic_ns():
            _, _, place, frame = heapq.heappop(waiting)
            ends[place].send(frame)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
