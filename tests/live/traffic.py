#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes real traffic, in a network namespace of its own: traffic.py SITUATION."""

import http.server
import socket
import struct
import sys
import threading
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import packets  # noqa: E402
from time_limit import TIME_LIMIT  # noqa: E402

LOOPBACK, LOOPBACK6, GROUP = "127.0.0.1", "::1", "239.1.2.3"
PING, PING6 = 8, 128


def ping(family, address, kind, protocol):
    """Three echo requests, which the kernel answers."""
    with socket.socket(family, socket.SOCK_RAW, protocol) as raw:
        raw.settimeout(TIME_LIMIT)
        for sequence in range(3):
            message = struct.pack(">BBHHH", kind, 0, 0, 77, sequence) + bytes(range(56))
            checksum = packets.checksum(message) if kind == PING else 0  # of IPv6 the kernel's
            raw.sendto(message[:2] + struct.pack(">H", checksum) + message[4:], (address, 0))
            raw.recv(2048)


def exchange(questions, answer_length=60, port=53):
    """Datagrams, each answered."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            server.bind((LOOPBACK, port))
            client.settimeout(TIME_LIMIT)
            for question in questions:
                client.sendto(question, (LOOPBACK, port))
                _, asker = server.recvfrom(65536)
                server.sendto(question[:2] + bytes(answer_length), asker)
                client.recv(65536)


def names():
    question = "1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 036e6574 00 0001 0001"
    exchange([bytes.fromhex(question)] * 3)


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802, pylint: disable=invalid-name
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"0123456789abcdef" * 4096)

    def log_message(self, *_):
        pass


def page():
    """64 KiB over HTTP."""
    with http.server.HTTPServer((LOOPBACK, 8080), Page) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with urllib.request.urlopen(f"http://{LOOPBACK}:8080/", timeout=TIME_LIMIT) as answer:
            assert len(answer.read()) == 65536
        thread.join()


def stream():
    """A TCP connection over IPv6."""
    with socket.create_server((LOOPBACK6, 9000), family=socket.AF_INET6) as server:
        with socket.create_connection((LOOPBACK6, 9000), timeout=TIME_LIMIT) as client:
            accepted, _ = server.accept()
            with accepted:
                client.sendall(b"x" * 20000)
                client.shutdown(socket.SHUT_WR)
                while accepted.recv(4096):
                    pass


def tagged():
    """Frames with one and with two tags, to the other end of the cable."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
        raw.bind(("near", 0))
        macs = bytes.fromhex("ffffffffffff 020000000001")
        for number in range(3):
            raw.send(macs + bytes.fromhex("8100 a005 88b5") + bytes([number] * 60))
            raw.send(macs + bytes.fromhex("88a8 0007 8100 0008 88b5") + bytes([number] * 60))


def multicast():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.7.7.1"))
        for number in range(4):
            sender.sendto(bytes([number] * 100), (GROUP, 5000))


def refused():
    """Datagrams to a port where nobody listens: ICMP says so."""
    for _ in range(3):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"anyone?", (LOOPBACK, 9))


# On which interface the traffic passes, how it is made, and the fewest frames that it is.
SITUATIONS = {
    "echo": ("lo", lambda: ping(socket.AF_INET, LOOPBACK, PING, socket.IPPROTO_ICMP), 6),
    "echo-ipv6": ("lo", lambda: ping(socket.AF_INET6, LOOPBACK6, PING6, socket.IPPROTO_ICMPV6), 6),
    "names": ("lo", names, 6),
    "page": ("lo", page, 12),
    "fragments": ("lo", lambda: exchange([bytes([n] * 9000) for n in range(3)], 3000), 30),
    "stream-ipv6": ("lo", stream, 9),
    "many-small": ("lo", lambda: exchange([bytes([n % 256, n // 256]) for n in range(400)], 0), 800),
    "tagged": ("far", tagged, 6),
    "multicast": ("far", multicast, 4),
    "refused": ("lo", refused, 6),
}

if __name__ == "__main__":
    SITUATIONS[sys.argv[1]][1]()
