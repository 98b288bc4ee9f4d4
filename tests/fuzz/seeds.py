#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the fuzzers' seeds: seeds.py DIRECTORY writes DIRECTORY/HARNESS/...

From captures/, and from what no capture shows: odd_packets.py, odd_mirrors.py, histories.py.
"""

import gzip
import hashlib
import struct
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS))
import histories  # noqa: E402
import odd_mirrors  # noqa: E402
import odd_packets  # noqa: E402
import outer_layers  # noqa: E402
import pcapfile  # noqa: E402

ETHERNET, RAW_IP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 = 1, 101, 113, 228, 229, 276

# How the harnesses choose a link type: the places in their tables.
PACKET_CHOICE = {ETHERNET: 0, LINUX_SLL: 1, RAW_IP: 2, IPV4: 2, IPV6: 2, LINUX_SLL2: 3}
WALK_CHOICE = {ETHERNET: 0, RAW_IP: 1, LINUX_SLL: 4, IPV4: 5, IPV6: 6, LINUX_SLL2: 7}
WALK_CHOICE |= {0: 8, 108: 9, 9: 10, 50: 11, 51: 12, 204: 13, 104: 14, 205: 15, 219: 16, 239: 17, 192: 18, 197: 19}

PLUGIN_PACKETS, SESSION_PACKETS = 64, 256  # that one input may have
WHOLE = 8  # of them, where they are not only heads
STEP_FACTOR_MAX, STEP_EXPONENT_MAX, STEP_BITS = 31, 7, 5
UNCAPTURED_UNIT, UNCAPTURED_MAX = 16, 63
WRAP_SESSIONS = 8
CAPTURE_WAYS = 3
CAPTURE_TOGETHER = 0x80 + 1  # by path
HEAD = 128  # bytes, of which hardly any is the mirrored frame's payload
SMALL = 4096  # bytes of a capture file that is a seed
GRE_PROTOCOLS = (b"\x88\xbe", b"\x22\xeb")
MARKER_PORT = struct.pack(">H", 8880)


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


def heads(frames):
    return [frame._replace(captured=frame.captured[:HEAD]) for frame in frames]


def packet_seeds(frames, choices, most):
    """The heads of the first packets together under each choice; a few whole ones, and each alone."""
    yield from (packets(choice, heads(frames[:most])) for choice in choices)
    yield packets(choices[0], frames[:WHOLE])
    yield from (packets(choices[0], [frame]) for frame in frames[:WHOLE])


def policies(header=0, subheader=0, fcs=0, domain=0):
    """As tests/fuzz/policies.h chooses them."""
    return header + 3 * (subheader + 4 * (fcs + 3 * domain))


FORCED = (
    *(policies(header=1), policies(header=2), policies(subheader=1), policies(subheader=2), policies(subheader=3)),
    *(policies(fcs=1), policies(fcs=2), policies(domain=1), policies(domain=2), policies(domain=3)),
)


def plugin_seeds(frames):
    """With the default preferences; with the export's options and inner_copies; without analysis and
    what is inside, all readings forced."""
    forced = policies(header=2, subheader=2, fcs=1)
    return packet_seeds(frames, (b"\x00\x00", b"\xe0\x00", bytes([0x1F, forced])), PLUGIN_PACKETS)


def session_seeds(frames):
    """With hardly any memory, little, and enough; after drops of the kernel; with each reading forced."""
    little, enough, dropped = 1, 2, 4 * 20
    memories = [bytes([0, memory]) for memory in (0, little, enough, enough + dropped)]
    readings = [bytes([forced, enough]) for forced in FORCED]
    return packet_seeds(frames, memories + readings, SESSION_PACKETS)


def walk_seeds(frames):
    for frame in frames:
        yield struct.pack(">H", WALK_CHOICE[frame.link_type]) + frame.captured


def decode_seeds(frames):
    """From GRE on; behind it, without and with a sequence number; from the mirrored frame on. Markers."""
    for captured in (frame.captured for frame in frames):
        for protocol in GRE_PROTOCOLS:
            at = captured.find(protocol)
            if at >= 2:
                yield from (captured[at + skip :] for skip in (-2, 2, 6, 10, 14, 18))
        at = captured.find(MARKER_PORT)
        if at >= 0:
            yield captured[at + 6 :]


def small_files(capture):
    """The capture if it is small; of a pcap that is not, as many packets as are."""
    content = capture.read_bytes()
    if len(content) <= SMALL:
        return [content, gzip.compress(content, mtime=0)]
    return [content[:SMALL]]


def wrap_seeds(capture):
    """For each way to wrap them."""
    for content in small_files(capture)[:1]:
        yield from (bytes([choice]) + content for choice in range(WRAP_SESSIONS))


def capture_seeds(capture):
    """For each way to reach them, with each filter, and together with itself."""
    for content in small_files(capture):
        choices = [*range(CAPTURE_WAYS * CAPTURE_WAYS), CAPTURE_TOGETHER]
        yield from (bytes([choice]) + content for choice in choices)


def scenario_seeds(capture):
    yield capture.with_suffix(".ini").read_bytes()


def run_length(count):
    """The longest run that a byte tells and that is not longer; the byte: factor and exponent."""
    return max((factor << exponent, factor - 1 << 3 | exponent)
               for exponent in range(8) for factor in range(1, 33) if factor << exponent <= count)


def sequence_runs(history):
    for part in history:
        kind = {histories.Again: 2, histories.Short: 4}.get(type(part), 0)
        numbers = histories.numbers_of(part)
        while len(numbers) > 0:
            count, told = run_length(len(numbers))
            yield struct.pack(">IBbB", numbers[0], told, numbers.step, kind)
            numbers = numbers[count:]


def sequence_seeds():
    return (b"".join(sequence_runs(history)) for history in histories.COUNTERS.values())


def clock_run(run):
    """The ticks of a step are those that 16 bits, shifted by up to 15, tell best."""
    markers, goes_on, sub_header = 0x80, 0x40, 0x20
    kind = run.granularity & 3 | run.hardware_id << 2
    kind |= markers * run.marker | goes_on * run.after_others | sub_header * (run.platform is not None)
    detail = run.granularity if run.marker else run.platform or 0
    shift = max(run.step.bit_length() - 16, 0)
    begin_ns = run.after_ms * 10**6 + (0 if run.after_others else histories.BEGIN_S * 10**9)
    return struct.pack(
        ">BBHQQHH", kind, shift << 4 | detail, run.count - 1, begin_ns % 2**64, run.ticks,
        round(run.apart_ms * 10), run.step >> shift,
    )


def clock_seeds():
    return (b"".join(map(clock_run, runs)) for runs in histories.CLOCKS.values())


def control_seeds():
    """What each side of a limit test says, line by line."""
    yield b"hello 1 1 17 18446744073709551615 3 4\nwelcome 9000\nready\nresult 10 0 0 0 0 0 0 0\n"
    yield b"key 1 0 0 0 0\nbegin 2000\nend 18446744073709551615\n"
    yield b"refuse 3\n"


# From packets, each by itself; from packets together; from the file of a capture; from tables.
PACKET_SEEDS = {
    "fuzz_walk": walk_seeds,
    "fuzz_decode": decode_seeds,
}
MIRROR_SEEDS = {
    "fuzz_plugin": plugin_seeds,
    "fuzz_session": session_seeds,
}
FILE_SEEDS = {
    "fuzz_scenario": scenario_seeds,
    "fuzz_wrap": wrap_seeds,
    "fuzz_capture": capture_seeds,
}
TABLE_SEEDS = {
    "fuzz_sequence": sequence_seeds,
    "fuzz_clock": clock_seeds,
    "fuzz_control": control_seeds,
}


def capture(packets, link_type=ETHERNET):
    return list(pcapfile.apart(pcapfile.Frame(link_type, len(packet), packet) for packet in packets))


def odd_packet_captures():
    yield from (capture(odd_mirrors.numbered(frames)) for frames in odd_packets.FRAMES.values())
    yield from map(capture, odd_packets.OUTERS.values())
    yield from (capture(packets, link_type) for link_type, packets in odd_packets.LINKS.values())
    yield from (capture([wrap(odd_packets.COPY_IP)]) for wrap in outer_layers.OUTERS.values())


def odd_link_captures():
    """On links that only a walk tells apart."""
    for link_type, wrap in outer_layers.LINKS.values():
        yield capture([wrap(odd_packets.COPY_IP)], link_type)


def odd_mirror_captures():
    numbered, without_numbers = odd_mirrors.numbered, odd_mirrors.without_numbers
    for mirror in (without_numbers, odd_mirrors.undeclared):
        yield from (capture(mirror(frames)) for frames in odd_packets.FRAMES.values())
    for mirror in (numbered, without_numbers, odd_mirrors.in_two_sessions):
        yield from (capture(mirror(segments)) for segments in odd_mirrors.CONVERSATIONS.values())
    yield from (capture(odd_mirrors.with_history(history)) for history in histories.COUNTERS.values())
    yield from map(capture, odd_mirrors.SESSIONS.values())
    for mirror in odd_mirrors.OTHER_MIRRORS.values():
        for segments in odd_mirrors.CONVERSATIONS.values():
            yield capture([mirror(segment) for segment in segments if segment is not None])


def write(directory, seeds):
    directory.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (directory / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)


def main(directory):
    captures = sorted((TESTS.parent / "captures").glob("*.pcap*"))
    singly = [*map(pcapfile.read, captures), *odd_packet_captures()]
    mirrors = [*singly, *odd_mirror_captures()]
    for harness, make in PACKET_SEEDS.items():
        write(directory / harness, (seed for frames in singly for seed in make(frames)))
    write(directory / "fuzz_walk", (seed for frames in odd_link_captures() for seed in walk_seeds(frames)))
    for harness, make in MIRROR_SEEDS.items():
        write(directory / harness, (seed for frames in mirrors for seed in make(frames)))
    for harness, make in FILE_SEEDS.items():
        write(directory / harness, (seed for capture in captures for seed in make(capture)))
    for harness, make in TABLE_SEEDS.items():
        write(directory / harness, make())


main(Path(sys.argv[1]))
