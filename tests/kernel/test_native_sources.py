# SPDX-License-Identifier: GPL-2.0-or-later
"""What Linux's erspan and ip6erspan devices send, field by field, of a port with all kinds of frames; and the plugin and
erspanrate read, count and decapsulate it as the kernel itself does.
"""

from collections import Counter

import odd_frames
import pytest
from draft_decoder import copies, number
from linux import collected, inner_frames, read

JOB = "sources"

SOURCES = {
    # session: type, further fields of every copy
    None: (1, {}),
    100: (2, {"index": 123}),
    1023: (2, {"index": 0xFFFFF}),
    200: (3, {"d": 0, "hw": 7}),
    201: (3, {"d": 1, "hw": 63}),
    300: (2, {"index": 77}),
    400: (3, {"d": 0, "hw": 17}),
    301: (2, {"index": 78, "option": False}),
    110: (2, {"index": 9, "ttl": 6}),
}
# The devices that took the copies apart.
SINKS = {None: "I", 100: 100, 200: 200, 300: 300, 400: 400}
TAG = 0x8100
MARKED_ALWAYS = {"gra": 0, "sgt": 0, "p": 1, "ft": 0, "o": 0}


@pytest.fixture(scope="module")
def result(kernel, run_job):
    return run_job(kernel, JOB)


def ip_of(frame):
    """EtherType behind one 802.1Q tag, and the IP header, if this is one that the kernel looks at."""
    kind, at = number(frame, 12, 2), 14
    return kind, frame[at:]


def expected_of(frame):
    """The fields by include/net/erspan.h for a frame that was not cut."""
    kind, packet = ip_of(frame)
    tagged = kind == TAG
    tag = number(frame, 14, 2) if tagged else 0
    short, long = len(frame) < 60, len(frame) > 1514
    return {"vlan": tag & 0xFFF, "en": 3 if tagged else 0, "bso": 2 if long else 1 if short else 0}


def by_session(path):
    found = {}
    for copy in copies(read(path)):
        found.setdefault(copy.get("session"), []).append(copy)
    return found


def assert_mirrored(sent, path, most=None):
    """The copies hold frames of the port, up to so many bytes, each as often as the port carried it or less:
    the capture began before the mirror. No odd frame is missing."""
    port = Counter(frame.captured[:most] for frame in read(path))
    inner = Counter(copy["inner"] for copy in sent)
    assert inner <= port
    assert {frame[:most] for frame in odd_frames.frames()} <= set(inner)


def test_every_source_sends_every_frame(result):
    found = by_session(result / "native.pcap")
    mirrored = [copy["inner"] for copy in found[100]]
    assert_mirrored(found[100], result / "port.pcap")
    assert set(found) == set(SOURCES)
    for session, (kind, fields) in SOURCES.items():
        sent = found[session]
        assert [copy["inner"] for copy in sent] == mirrored, session
        assert {copy["type"] for copy in sent} == {kind}
        if kind == 1:
            continue
        assert [copy["seq"] for copy in sent] == list(range(len(mirrored))), session
        for copy in sent:
            want = expected_of(copy["inner"])
            assert copy["vlan"] == want["vlan"], copy
            assert copy["en_or_bso"] == want["en" if kind == 2 else "bso"], copy
            assert {name: copy[name] for name in fields} == fields
            if kind == 3:
                assert {name: copy[name] for name in MARKED_ALWAYS} == MARKED_ALWAYS
                assert 0 <= copy["delay_ns"] < 10**10  # Unix time in 100 us; a slow machine's frames wait


def test_encapsulation_limit_stands_only_before_ip(result):
    """So copies of one session have two lengths of outer headers."""
    for copy in by_session(result / "native.pcap")[300]:
        kind, _ = ip_of(copy["inner"])
        assert copy["option"] == (kind in (0x0800, 0x86DD)), copy


def test_class_of_service_is_of_the_inner_ip(result):
    """DSCP >> 3, which is the IP precedence: not the PCP of the tag. The kernel reads it where the family of the
    outer packet has it, whatever the inner one is."""
    found = by_session(result / "native.pcap")
    for session, where in ((100, lambda ip: ip[1]), (300, lambda ip: number(ip, 0, 2) >> 4 & 0xFF)):
        classes = set()
        for copy in found[session]:
            kind, packet = ip_of(copy["inner"])
            if kind in (0x0800, 0x86DD):
                assert copy["cos"] == where(packet) >> 5, copy
                classes.add((kind, copy["cos"]))
        assert (0x0800 if session == 100 else 0x86DD, 5) in classes


def test_programs_read_what_the_decoder_reads(result, tshark, erspanrate):
    names = ["session", "seq", "type", "vlan", "inner.len"]
    rows = tshark.fields(result / "native.pcap", [f"erspan.{name}" for name in names], "erspan")
    sent = list(copies(read(result / "native.pcap")))
    keys = ["session", "seq", "type", "vlan", "length"]
    assert rows == [tuple(str(copy.get(key, "")) for key in keys) for copy in sent]
    report = collected(erspanrate, result / "native.pcap")
    assert {s["session_id"]: s["copies"] for s in report["sessions"]} == {
        session: len(copies) for session, copies in by_session(result / "native.pcap").items()
    }
    assert report["totals"]["lost"] == 0
    assert {s["sequence_domain"] for s in report["sessions"]} == {"session"}


def test_decapsulation_is_the_kernels(result, tshark, erspanrate, tmp_path):
    found = by_session(result / "native.pcap")
    for session, name in SINKS.items():
        kernel = [frame.captured for frame in read(result / f"sink-{name}.pcap")]
        assert kernel == [copy["inner"] for copy in found[session]], f"the kernel's own of session {session}"
    exported, written = inner_frames(tshark, erspanrate, result / "native.pcap", tmp_path)
    assert exported == written == [copy["inner"] for copy in copies(read(result / "native.pcap"))]


def test_metadata_mode_has_one_counter(result, erspanrate):
    """Four sessions of Types II and III on one device, over each IP."""
    for family in (4, 6):
        path = result / f"metadata-{family}.pcap"
        sent = list(copies(read(path)))
        assert [copy["seq"] for copy in sent] == list(range(len(sent)))
        assert len({copy["session"] for copy in sent}) == 4 and {copy["type"] for copy in sent} == {2, 3}
        port = [frame.captured for frame in read(result / f"metadata-port-{family}.pcap")]
        assert all(any(frame.startswith(copy["inner"]) for frame in port) for copy in sent)
        report = collected(erspanrate, path)
        assert {s["sequence_domain"] for s in report["sessions"]} == {"source"}
        assert report["totals"]["lost"] == 0
        marks = {copy["index"] % 100 for copy in sent if copy["type"] == 2}
        assert marks <= {1, 2}


def test_what_is_longer_than_the_device_carries_is_cut(result, erspanrate):
    """To the MTU of the device and the Ethernet header; Type I has no T to say so."""
    found = by_session(result / "cut.pcap")
    for session, most in ((None, 1476), (130, 1464)):
        assert_mirrored(found[session], result / "cut-port.pcap", most)
        longest = [copy for copy in found[session] if copy["length"] == most]
        assert len(longest) > 2
        if session is not None:  # frames of just that length need not be cut
            assert sum(copy["t"] for copy in longest) >= len(longest) - 1
    assert max(copy["length"] for copy in found[430]) <= 1432  # Linux 6.1 drops what is longer
    report = collected(erspanrate, result / "cut.pcap")
    cut = {s["session_id"] for s in report["sessions"] if "cut" in [v["cause"] for v in s["verdicts"]]}
    assert {None, 130} <= cut


def test_an_ingress_queue_mirrors_what_the_port_receives(result):
    sent = by_session(result / "ingress.pcap")[140]
    inner = Counter(copy["inner"] for copy in sent)
    short = [frame for frame in odd_frames.frames() if len(frame) <= 1464]  # the uplink carries 1500
    assert set(short) <= set(inner)
    assert {frame[6:12] for frame in inner} == {odd_frames.SOURCE}
