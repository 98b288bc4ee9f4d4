#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the fuzzers' seeds: seeds.py DIRECTORY writes DIRECTORY/HARNESS/... from captures/."""

import gzip
import hashlib
import struct
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))
import pcapfile  # noqa: E402

ETHERNET, RAW_IP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 = 1, 101, 113, 228, 229, 276

# How the harnesses choose a link type: the places in their tables.
PACKET_CHOICE = {ETHERNET: 0, LINUX_SLL: 1, RAW_IP: 2, IPV4: 2, IPV6: 2, LINUX_SLL2: 3}
WALK_CHOICE = {ETHERNET: 0, RAW_IP: 1, LINUX_SLL: 4, IPV4: 5, IPV6: 6, LINUX_SLL2: 7}

PLUGIN_PACKETS, SESSION_PACKETS = 64, 256  # that one input may have
WHOLE = 16  # of them, where they are not only heads
STEP_FACTOR_MAX, STEP_EXPONENT_MAX, STEP_BITS = 31, 7, 5
UNCAPTURED_UNIT, UNCAPTURED_MAX = 16, 63
WRAP_SESSIONS = 8
CAPTURE_WAYS = 3
HEAD = 128  # bytes, of which hardly any is the mirrored frame's payload
SMALL = 4096  # bytes of a capture file that is a seed
GRE_PROTOCOLS = (b"\x88\xbe", b"\x22\xeb")


def step(nanoseconds):
    """The time since the packet before, as near as a byte tells."""
    for exponent in range(STEP_EXPONENT_MAX + 1):
        factor = round(nanoseconds / (1 << exponent * STEP_BITS))
        if factor <= STEP_FACTOR_MAX:
            return factor << 3 | exponent
    return STEP_FACTOR_MAX << 3 | STEP_EXPONENT_MAX


def packet(frame, before):
    uncaptured = min(-(-(frame.length - len(frame.captured)) // UNCAPTURED_UNIT), UNCAPTURED_MAX)
    selector = uncaptured << 2 | PACKET_CHOICE[frame.link_type]
    since = step(max(frame.time_ns - before.time_ns, 0))
    return struct.pack(">BBH", selector, since, len(frame.captured)) + frame.captured


def packets(choice, frames):
    return choice + b"".join(packet(*pair) for pair in zip(frames, [frames[0], *frames]))


def packet_seeds(frames, choices, most):
    """The first packets of a capture together, whole and their heads alone; single packets."""
    heads = [frame._replace(captured=frame.captured[:HEAD]) for frame in frames]
    for choice in choices:
        yield packets(choice, frames[:WHOLE])
        yield packets(choice, heads[:most])
    yield from (packets(choices[0], [frame]) for frame in frames[:WHOLE])


def plugin_seeds(frames):
    """With the default preferences; with the export's options and inner_copies."""
    return packet_seeds(frames, (b"\x00\x00", b"\xe0\x00"), PLUGIN_PACKETS)


def session_seeds(frames):
    """With hardly any memory, little, and enough."""
    choices = [struct.pack(">H", 108 * limit) for limit in range(3)]
    return packet_seeds(frames, choices, SESSION_PACKETS)


def walk_seeds(frames):
    for frame in frames:
        yield struct.pack(">H", WALK_CHOICE[frame.link_type]) + frame.captured


def decode_seeds(frames):
    """From GRE on; behind it, without and with a sequence number; from the mirrored frame on."""
    for frame in frames:
        for protocol in GRE_PROTOCOLS:
            at = frame.captured.find(protocol)
            if at >= 2:
                yield from (frame.captured[at + skip :] for skip in (-2, 2, 6, 10, 14, 18))


def small_files(capture):
    """The capture if it is small; of a pcap that is not, as many packets as are."""
    content = capture.read_bytes()
    if len(content) <= SMALL:
        return [content, gzip.compress(content)]
    return [content[:SMALL]]


def wrap_seeds(capture):
    """For each way to wrap them."""
    for content in small_files(capture)[:1]:
        yield from (bytes([choice]) + content for choice in range(WRAP_SESSIONS))


def capture_seeds(capture):
    """For each way to reach them, and with each filter."""
    for content in small_files(capture):
        yield from (bytes([choice]) + content for choice in range(CAPTURE_WAYS * CAPTURE_WAYS))


def scenario_seeds(capture):
    yield capture.with_suffix(".ini").read_bytes()


def clock_run(kind, detail, begin_ns, ticks, step_ticks):
    """100 copies or markers, 6.4 ms apart; the step is shifted by the upper half of the detail."""
    return struct.pack(">BBHQQHH", kind, detail, 100, begin_ns, ticks, 64, step_ticks)


def clock_seeds(_capture):
    """Counters of 1 ns, 8 ns and 0.1 ns, Unix time in 100 us, and markers beside copies."""
    begin_ns = 1700000000 * 10**9
    sub_header, markers = 0x20, 0x80
    yield clock_run(3, 0xA0, begin_ns, 0xFFFFFF00, 6250)
    yield clock_run(3, 0x40, begin_ns, 0, 50000)
    yield clock_run(sub_header, 0xA7, begin_ns, 0, 62500)
    yield clock_run(0, 0, begin_ns, begin_ns // 100000, 64)
    yield clock_run(markers, 0xA4, begin_ns, 1, 62500) + clock_run(3, 0xA0, begin_ns, 1, 62500)


# From the frames of a capture, and from its file.
SEEDS = {
    "fuzz_plugin": plugin_seeds,
    "fuzz_session": session_seeds,
    "fuzz_walk": walk_seeds,
    "fuzz_decode": decode_seeds,
}
FILE_SEEDS = {
    "fuzz_clock": clock_seeds,
    "fuzz_scenario": scenario_seeds,
    "fuzz_wrap": wrap_seeds,
    "fuzz_capture": capture_seeds,
}


def main(directory):
    captures = sorted((TESTS.parent / "captures").glob("*.pcap*"))
    frames = {capture: pcapfile.read(capture) for capture in captures}
    for harness in [*SEEDS, *FILE_SEEDS]:
        (directory / harness).mkdir(parents=True, exist_ok=True)
        for capture in captures:
            of_file = FILE_SEEDS.get(harness)
            for seed in of_file(capture) if of_file else SEEDS[harness](frames[capture]):
                name = hashlib.sha256(seed).hexdigest()[:16]
                (directory / harness / name).write_bytes(seed)


main(Path(sys.argv[1]))
