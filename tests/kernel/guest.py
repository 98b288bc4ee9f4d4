# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian kernel in an emulator, without root and without /dev/kvm: boots it with a job, and takes what
the job left in /out.

The guest's file system is made of files of this machine: the programs under test and those that a job
calls, with their libraries. A job travels as a second archive behind the first. Its results come back as
a tar archive that the guest writes raw to a disk.
"""

import lzma
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from cpio import Archive
from programs import TREE, built

HERE = Path(__file__).parent
EMULATOR = "qemu-system-x86_64"
# Without cmpxchg16b, which QEMU 7.2 emulates so that 6.12 now and then loses its flags and panics.
CPU = "max,-cx16"
DISK_BYTES = 256 << 20
MEGABYTES = 1024
JOB_SECONDS = 600  # a job takes 5 to 25 on an idle machine
BOOTS = 2  # a guest that panics boots once more: that says something about the emulator, not about the programs

MODULES = """virtio_pci virtio_blk veth bridge 8021q dummy ip_gre ip6_gre vxlan geneve openvswitch act_mirred
act_skbedit act_bpf act_gact cls_matchall cls_bpf cls_flower cls_u32 sch_ingress sch_netem sch_tbf crc32c_generic
crc32c_intel af_packet""".split()

PROGRAMS = "bash ip tc tcpdump ethtool iperf3 bpftool".split()
OPENVSWITCH = """usr/bin/ovs-appctl usr/bin/ovs-dpctl usr/bin/ovs-ofctl usr/bin/ovs-vsctl usr/bin/ovsdb-tool
usr/sbin/ovsdb-server usr/lib/openvswitch-switch/ovs-vswitchd""".split()
SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/usr/bin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mkdir -p /var /run/netns /run/openvswitch /sys/fs/bpf
ln -s /run /var/run
mount -t bpf bpf /sys/fs/bpf
for module in /modules/*.ko; do insmod $module || echo "no $module"; done
ip link set lo up
cd /job
timeout $limit bash ./run >/out/log 2>&1
echo $? >/out/status
dmesg >/out/dmesg
tar cf /dev/vda -C /out .
sync
poweroff -f
"""


class Unavailable(Exception):
    """What a guest needs is not on this machine, and cannot be had."""


def fetched(*command):
    """What a script that unpacks packages prints: their directory."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name}: {done.stderr.strip()[-300:]}")
    return Path(done.stdout.strip().splitlines()[-1])


def module_files(kernel):
    """The files of the wanted modules and of those that they need, in the order of loading."""
    found = {path.name.split(".ko")[0].replace("-", "_"): path for path in kernel.rglob("*.ko*")}
    ordered = {}

    def add(name):
        name = name.replace("-", "_")
        if name in ordered or name not in found:  # the latter is built into the kernel
            return
        path = found[name]
        content = lzma.open(path).read() if path.suffix == ".xz" else path.read_bytes()
        for needed in re.search(rb"\0depends=([^\0]*)\0", content).group(1).decode().split(","):
            if needed:
                add(needed)
        ordered[name] = content

    for name in MODULES:
        add(name)
    return ordered


def libraries(program):
    """The shared libraries of a program, none for a static one."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return re.findall(r"(/\S+) \(0x", done.stdout)


def add_program(archive, path, name=None):
    path = Path(path)
    archive.file(f"usr/bin/{name or path.name}", path.read_bytes())
    for library in libraries(path):
        archive.file(library, Path(library).read_bytes())


class Guest:
    """One kernel with all that jobs call."""

    def __init__(self, suite, directory):
        """suite: Debian's name for where the kernel comes from. directory: for the guest's files."""
        if not shutil.which(EMULATOR):
            raise Unavailable(f"no {EMULATOR}: scripts/install-dependencies kernel")
        kernel = fetched(TREE / "scripts/fetch-kernel", suite)
        openvswitch = fetched(TREE / "tests/live/fetch-openvswitch")
        self.image = next(kernel.rglob("vmlinuz*"))
        archive = Archive()
        archive.console()
        for name in "proc sys dev run out tmp root var etc/openvswitch".split():
            archive.folder(name)
        archive.file("init", INIT.encode())
        archive.file("etc/passwd", b"root:x:0:0::/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n")
        archive.file("etc/group", b"root:x:0:\nnogroup:x:65534:\n")
        archive.file("bin/busybox", (kernel / "bin/busybox").read_bytes())
        for number, (name, content) in enumerate(module_files(kernel).items()):
            archive.file(f"modules/{number:03}-{name}.ko", content)
        for name in PROGRAMS:
            path = shutil.which(name, path=SYSTEM_PATH)
            if path is None:
                raise Unavailable(f"no {name}: scripts/install-dependencies test xdp kernel")
            add_program(archive, path)
        for name in OPENVSWITCH:
            add_program(archive, openvswitch / name)
        schema = openvswitch / "usr/share/openvswitch/vswitch.ovsschema"
        archive.file("usr/share/openvswitch/vswitch.ovsschema", schema.read_bytes(), 0o644)
        for name in ("collector/erspanrate", "collector/erspandump", "generator/erspangen"):
            add_program(archive, built(name))
        self.archive = directory / f"{suite}.cpio"
        self.archive.write_bytes(archive.content())

    def run(self, job, files, result, processors=2, limit=JOB_SECONDS):
        """Boots, runs the job's script, and returns result, a folder with what /out held.

        files: further files of the job, by name.
        """
        result.mkdir(parents=True, exist_ok=True)
        archive = Archive()
        archive.file("job/run", job.encode())
        for name, content in files.items():
            archive.file(f"job/{name}", content)
        initrd, disk = result / "initrd", result / "disk"
        initrd.write_bytes(self.archive.read_bytes() + archive.content())
        command = ["nice", "-n", "10", EMULATOR, "-accel", "tcg", "-cpu", CPU, "-smp", str(processors)]
        command += ["-m", str(MEGABYTES), "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio"]
        command += ["-kernel", str(self.image), "-initrd", str(initrd)]
        command += ["-drive", f"file={disk},if=virtio,format=raw,cache=unsafe"]
        command += ["-append", f"console=ttyS0 quiet panic=-1 oops=panic limit={limit}"]
        for _ in range(BOOTS):
            console = self.boot(command, result, disk, limit)
            if (result / "status").exists():
                break
        os.unlink(initrd)
        os.unlink(disk)
        assert (result / "status").exists(), f"the guest wrote no results:\n{console[-2000:]}"
        log = (result / "log").read_text(errors="replace")
        status = (result / "status").read_text().strip()
        assert status == "0", f"the job ended with {status}:\n{log[-3000:]}"
        return result

    @staticmethod
    def boot(command, result, disk, limit):
        """Runs the emulator until the guest ends, and unpacks what that wrote. Returns what it said."""
        with open(disk, "wb") as file:
            file.truncate(DISK_BYTES)
        with open(result / "console", "wb") as console:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                timeout=limit + 60,
                check=False,
            )
        console = (result / "console").read_text(errors="replace")
        assert done.returncode == 0, f"{EMULATOR} ended with {done.returncode}:\n{console[-2000:]}"
        try:
            with tarfile.open(disk) as archive:
                archive.extractall(result)
        except tarfile.TarError:
            pass  # it wrote nothing, or not all: no status is there
        return console
