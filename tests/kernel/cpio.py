# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the archive that Linux unpacks as its first file system ("newc" cpio): no cpio(1), no root."""

import stat

ALIGNED = 4
TRAILER = "TRAILER!!!"


class Archive:
    """Entries in the order of their adding; each folder is added before what lies in it."""

    def __init__(self):
        self.parts = []
        self.names = set()

    def entry(self, name, mode, content=b"", device=(0, 0)):
        raw = name.encode() + b"\0"
        numbers = [len(self.parts) + 1, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(raw), 0]
        head = b"070701" + b"".join(b"%08x" % number for number in numbers) + raw
        self.parts.append(head + bytes(-len(head) % ALIGNED) + content + bytes(-len(content) % ALIGNED))
        self.names.add(name)

    def folder(self, name):
        parent = name.rpartition("/")[0]
        if name and name not in self.names:
            self.folder(parent)
            self.entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, content, mode=0o755):
        name = name.lstrip("/")
        if name in self.names:
            return
        self.folder(name.rpartition("/")[0])
        self.entry(name, stat.S_IFREG | mode, content)

    def link(self, name, target):
        self.folder(name.rpartition("/")[0])
        self.entry(name, stat.S_IFLNK | 0o777, target.encode())

    def console(self):
        self.folder("dev")
        self.entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))

    def content(self):
        self.entry(TRAILER, 0)
        return b"".join(self.parts)
