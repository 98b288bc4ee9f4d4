# SPDX-License-Identifier: GPL-2.0-or-later
"""A tshark that has started already, and makes a copy of itself for each run (tests/prepared_tshark.c): most
of a short run would be the start."""

import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

from time_limit import TIME_LIMIT

def text(stream):
    """What was written, as subprocess reads it."""
    stream.seek(0)
    return stream.read().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


class PreparedTshark:
    """Starts with the first run, and ends with the process that asks."""

    def __init__(self, stage, drop, environment):
        self.stage = stage
        self.drop = drop  # the command that gives up privileges
        self.environment = environment
        self.process = None
        self.commands = None
        self.one_at_a_time = threading.Lock()

    def start(self):
        library = self.stage / "prepared_tshark.so"
        flags = ["-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["cc", *flags, Path(__file__).with_suffix(".c"), "-o", library], check=True)
        self.commands, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.commands.settimeout(TIME_LIMIT)
        with its_end:
            preloaded = f"{self.environment.get('LD_PRELOAD', '')} {library}"
            variables = {"LD_PRELOAD": preloaded, "PREPARED_TSHARK_SOCKET": str(its_end.fileno())}
            self.process = subprocess.Popen(
                [*self.drop, "tshark"],
                env={**self.environment, **variables},
                cwd=self.stage,
                stdin=subprocess.DEVNULL,
                pass_fds=[its_end.fileno()],
                start_new_session=True,
            )

    def works(self):
        """False where this tshark starts in another way than tests/prepared_tshark.c knows."""
        try:
            done = self.run(["--version"], subprocess.PIPE)
        except OSError:
            return False
        return done.returncode == 0 and done.stdout.startswith("TShark")

    def end(self):
        """With all that it started."""
        self.commands.close()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def run(self, arguments, stdout):
        """What subprocess.run() says of tshark with these arguments. A file or DEVNULL may take its output."""
        with (
            self.one_at_a_time,
            open(os.devnull, "r+b") as nothing,
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as errors,
        ):
            if not self.process:
                self.start()
            streams = [nothing, {subprocess.PIPE: output, subprocess.DEVNULL: nothing}.get(stdout, stdout), errors]
            command = b"".join(os.fsencode(word) + b"\0" for word in arguments)
            try:
                socket.send_fds(self.commands, [command], [stream.fileno() for stream in streams])
                answer = self.commands.recv(4)
                if not answer:
                    raise ConnectionResetError("the prepared tshark has ended")
                (status,) = struct.unpack("i", answer)
            except BaseException:
                self.end()
                raise
            said = text(output) if stdout == subprocess.PIPE else None
            exit_code = os.waitstatus_to_exitcode(status)
            return subprocess.CompletedProcess(["tshark", *arguments], exit_code, said, text(errors))
