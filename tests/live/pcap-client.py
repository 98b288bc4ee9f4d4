# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes what a server of pcap over IP sends to a file, or takes nothing: pcap-client.py ADDRESS PORT FILE [stall]"""

import signal
import socket
import sys

address, port, path = sys.argv[1:4]
with socket.create_connection((address, int(port))) as server, open(path, "wb", buffering=0) as file:
    print("connected", flush=True)
    if sys.argv[4:] == ["stall"]:
        signal.pause()
    try:
        while content := server.recv(65536):
            file.write(content)
    except (KeyboardInterrupt, ConnectionError):
        pass
