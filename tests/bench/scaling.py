#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How the time that erspanrate -r takes for a copy grows: with a second thread, with files, sessions and flows.

In each row one run stands against another; both take turns, after one of each that does not count, and what
counts is the median of the ratios, pair by pair. Elapsed time says little while other programs run. So the
processor time of the busiest thread is measured too: that is what a run takes at least, where every thread
has a processor for itself. The load of the machine is printed before and behind the rows.

--gigabytes makes a ring of files of that size besides, drops it from memory and reads it, in turn with cat.
Needs a build in build/ (scripts/build).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import hostile  # noqa: E402
from programs import BUILD  # noqa: E402

LOOK_S = 0.002  # between two looks at the threads of a run
LIMIT_S = 900  # of one run
FILES = 10


@dataclass
class Cost:
    """Seconds of a run."""

    elapsed: float
    busiest: float  # processor time of one thread
    processor: float  # of all threads


def cost(command):
    begun = time.monotonic()
    times = {}
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        tasks = Path(f"/proc/{process.pid}/task")
        while process.poll() is None:
            if time.monotonic() - begun > LIMIT_S:
                process.kill()
                sys.exit(f"{command} did not end within {LIMIT_S} s")
            for task in tasks.glob("*"):
                try:
                    times[task.name] = int((task / "schedstat").read_text("ascii").split()[0]) / 1e9
                except (OSError, IndexError):
                    pass  # it has ended
            time.sleep(LOOK_S)
    assert process.returncode == 0, command
    return Cost(time.monotonic() - begun, max(times.values()), sum(times.values()))


def erspanrate(*files, threads=1):
    return [BUILD / "collector" / "erspanrate", "--threads", threads, "-r", *files]


def write(path, keys, copies, sessions=4):
    sections = "".join(f"[session {number}]\nsession = {number}\n" for number in range(1, sessions + 1))
    scenario = f"[sessions]\ntype = 2\n{keys}\ncount = {copies // sessions}\n{sections}"
    subprocess.run([BUILD / "generator" / "erspangen", "write", "-", "-o", path], input=scenario, text=True, check=True)
    path.chmod(0o644)
    return path


def cut(path, directory):
    """The same packets in files that follow each other."""
    data = path.read_bytes()
    directory.mkdir()
    head, at, pieces = data[:24], 24, []
    share = (len(data) - 24) // FILES
    while at < len(data):
        end = at
        while end < len(data) and (end - at < share or len(pieces) == FILES - 1):
            end += 16 + int.from_bytes(data[end + 8 : end + 12], "little")
        piece = directory / f"ring_{len(pieces):05}.pcap"
        piece.write_bytes(head + data[at:end])
        piece.chmod(0o644)
        pieces.append(piece)
        at = end
    return pieces


def hostile_capture(stage, kind, count, copies):
    path = stage / f"{kind}-{count}.pcap"
    hostile.write(path, kind, count, copies)
    path.chmod(0o644)
    return path


def rows(stage, copies):
    """What is compared: name, one command, the other, and copies in each."""
    for name, keys in (
        ("UDP, 64 bytes", "inner = udp\ninner-size = 64"),
        ("TCP both ways, 64 bytes", "flows = 250\ninner-size = 64"),
        ("UDP, 1400 bytes", "inner = udp\ninner-size = 1400"),
    ):
        path = write(stage / "one.pcap", keys, copies)
        yield f"{name}: 1 thread, 2", erspanrate(path), erspanrate(path, threads=2)
        if name == "UDP, 64 bytes":
            pieces = cut(path, stage / "ring")
            yield f"{name}: 1 file, {FILES} of a ring", erspanrate(path), erspanrate(*pieces)
            for piece in pieces:
                piece.unlink()
        path.unlink()
    for kind, few, many in (("sessions", 10, 1000), ("flows", 10, 100_000)):
        paths = [hostile_capture(stage, kind, count, copies) for count in (few, many)]
        yield f"{few} {kind}, {many:,}", *(erspanrate(path) for path in paths)
        for path in paths:
            path.unlink()


def compare(first, second, runs):
    """Pairs of costs."""
    pairs = [(cost(first), cost(second)) for _ in range(runs + 1)]
    return pairs[1:]


def forget(paths):
    """What of the files is in memory, so that a disk has to read them again."""
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def big_ring(stage, gigabytes, runs):
    """A ring of links to one file would be one file in memory: each is written."""
    each = write(stage / "each.pcap", "inner = udp\ninner-size = 1400", 700_000)
    pieces = [each]
    while sum(piece.stat().st_size for piece in pieces) < gigabytes * 1e9:
        pieces.append(stage / f"each_{len(pieces)}.pcap")
        subprocess.run(["cp", "--reflink=never", each, pieces[-1]], check=True)
        pieces[-1].chmod(0o644)
    size = sum(piece.stat().st_size for piece in pieces)
    print(f"| a ring of {len(pieces)} files, {size / 1e9:.1f} GB | seconds | MB/s |\n|---|---|---|")
    readers = {"cat": ["cat", *pieces], "1 thread": erspanrate(*pieces), "2 threads": erspanrate(*pieces, threads=2)}
    found = {name: [] for name in readers}
    for _ in range(runs):
        for name, command in readers.items():
            forget(pieces)
            found[name].append(cost(command).elapsed)
    for name, seconds in found.items():
        median = statistics.median(seconds)
        print(f"| {name} | {median:.1f} | {size / median / 1e6:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=1_000_000, help="in each capture (default a million)")
    parser.add_argument("--runs", type=int, default=5, help="pairs that count (default 5)")
    parser.add_argument("--gigabytes", type=float, help="of a ring of files; nothing else is measured then")
    parser.add_argument("--directory", help="for the captures (default: a temporary directory)")
    options = parser.parse_args()
    print(f"load: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}\n")
    with tempfile.TemporaryDirectory(prefix="erspan-bench-", dir=options.directory) as directory:
        stage = Path(directory)
        stage.chmod(0o755)
        if options.gigabytes:
            big_ring(stage, options.gigabytes, options.runs)
        else:
            print("| what | of the first, a copy | of the second | busiest thread, ratio | all threads | elapsed |")
            print("|---|---|---|---|---|---|")
            for name, first, second in rows(stage, options.copies):
                pairs = compare(first, second, options.runs)
                each = [1e9 * statistics.median(one.busiest for one in side) / options.copies for side in zip(*pairs)]
                ratios = [
                    statistics.median(getattr(b, what) / getattr(a, what) for a, b in pairs)
                    for what in ("busiest", "processor", "elapsed")
                ]
                shown = " | ".join(f"{ratio:.2f}" for ratio in ratios)
                print(f"| {name} | {each[0]:.0f} ns | {each[1]:.0f} ns | {shown} |", flush=True)
    print(f"\nload: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
