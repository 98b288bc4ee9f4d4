# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel takes apart what erspangen makes: each type, family and session, and copies that are late, doubled or lost."""

import json
import subprocess

import pytest
from linux import collected, inner_frames, read, require, tried

JOB = "sinks"

OVER_IPV4 = "local 192.0.2.2 remote 192.0.2.1"
OVER_IPV6 = "local 2001:db8:2::2 remote 2001:db8:2::1"
TO = "--destination-mac 02:00:00:00:02:02 --source-mac 02:00:00:00:02:01"
IPV4 = f"{TO} --source 192.0.2.1 --destination 192.0.2.2"
IPV6 = f"{TO} --source 2001:db8:2::1 --destination 2001:db8:2::2"
THREE = "erspan_ver 2 erspan_dir ingress erspan_hwid 1"
WRAP_AFTER = 100
TRAFFIC = "--count 300 --inner udp --inner-size 200"

# The receiving device, and erspangen's options.
CASES = {
    "one": (f"type erspan {OVER_IPV4} erspan_ver 0", f"{IPV4} --type 1"),
    "two": (f"type erspan seq key 100 {OVER_IPV4} erspan_ver 1 erspan 1", f"{IPV4} --type 2 --session 100"),
    "two-v6": (f"type ip6erspan seq key 7 {OVER_IPV6} erspan_ver 1 erspan 1", f"{IPV6} --type 2 --session 7"),
    "three": (f"type erspan seq key 1023 {OVER_IPV4} {THREE}", f"{IPV4} --type 3 --session 1023"),
    "three-v6": (f"type ip6erspan seq key 9 {OVER_IPV6} {THREE}", f"{IPV6} --type 3 --session 9"),
    "late": (
        f"type erspan seq key 5 {OVER_IPV4} erspan_ver 1 erspan 1",
        f"{IPV4} --type 2 --session 5 --late 5% --late-by 3 --duplicate 4% --loss 3% --seed 4",
    ),
    "sub-header": (f"type erspan seq key 8 {OVER_IPV4} {THREE}", f"{IPV4} --type 3 --session 8 --subheader yes"),
    "wrap": (
        f"type erspan seq key 4 {OVER_IPV4} erspan_ver 1 erspan 1",
        f"{IPV4} --type 2 --session 4 --sequence-bits 30 --sequence-start {2**30 - WRAP_AFTER}",
    ),
    "undeclared": (f"type erspan {OVER_IPV4} erspan_ver 0", f"{IPV4} --type 2 --session 5 --sequence no"),
    "another-session": (
        f"type erspan seq key 6 {OVER_IPV4} erspan_ver 1 erspan 1", f"{IPV4} --type 2 --session 5",
    ),
}  # fmt: skip

APART = ["one", "two", "two-v6", "three", "three-v6"]
# Of the other kernels, what differs most.
SHORT = ["two", "three-v6", "late"]


@pytest.fixture(scope="module")
def made(erspangen, tmp_path_factory):
    """The copies of each case and the truth about them."""
    directory = tmp_path_factory.mktemp("made")
    for name, (_, options) in CASES.items():
        subprocess.run(
            [erspangen, "write", *options.split(), *TRAFFIC.split(), "-o", directory / f"{name}.pcap",
             "--truth", directory / f"{name}.json"],
            check=True,
        )  # fmt: skip
    return directory


@pytest.fixture(scope="module")
def result(kernel, made, run_job):
    cases = tried(kernel, CASES, SHORT)
    files = {f"{name}.device": CASES[name][0].encode() for name in cases}
    files |= {f"{name}.pcap": (made / f"{name}.pcap").read_bytes() for name in cases}
    return run_job(kernel, JOB, files, processors=1)


def counters(result, name):
    return json.loads((result / f"{name}.json").read_text())[0]["stats64"]["rx"]


@pytest.mark.parametrize("name", APART)
def test_kernel_takes_every_copy_apart(kernel, result, made, tshark, erspanrate, tmp_path, name):
    require(kernel, name, SHORT)
    assert counters(result, name)["packets"] == 300
    taken = [frame.captured for frame in read(result / f"{name}.frames.pcap")]
    exported, written = inner_frames(tshark, erspanrate, made / f"{name}.pcap", tmp_path)
    assert taken == exported == written


def test_kernel_refuses_what_is_late_or_doubled(result, made):
    """It takes a number only if it is above the last: the others are rx_fifo_errors."""
    (session,) = json.loads((made / "late.json").read_text())["sessions"]
    (domain,) = json.loads((made / "late.json").read_text())["domains"]
    doubles = session["duplicates"]["copies"]
    found = counters(result, "late")
    assert domain["late"] > 0 and doubles > 0 and domain["missing"] > 0
    assert found["fifo_errors"] == domain["late"] + doubles
    assert found["packets"] + found["fifo_errors"] == session["delivered"]["copies"] + doubles


def test_kernel_leaves_another_session_alone(kernel, result):
    require(kernel, "another-session", SHORT)
    assert counters(result, "another-session")["packets"] == 0


def test_kernel_leaves_a_sub_header_before_the_frame(kernel, result, made, erspanrate):
    """The draft's O bit announces it: erspanrate reads over it."""
    require(kernel, "sub-header", SHORT)
    frames = [frame.captured for frame in read(result / "sub-header.frames.pcap")]
    sent = [frame.captured[14 + 20 + 8 + 12 :] for frame in read(made / "sub-header.pcap")]
    assert frames == sent and len(frames) == 300
    report = collected(erspanrate, made / "sub-header.pcap")
    assert report["sessions"][0]["inner_max"] == len(frames[0]) - 8


def test_kernel_takes_a_wrap_at_30_bits_for_late_copies(kernel, result, made, erspanrate):
    """All after it, while their numbers are below the last taken. erspanrate follows the wrap."""
    require(kernel, "wrap", SHORT)
    found = counters(result, "wrap")
    assert (found["packets"], found["fifo_errors"]) == (WRAP_AFTER, 300 - WRAP_AFTER)
    sequence = collected(erspanrate, made / "wrap.pcap")["sessions"][0]["sequence"]
    assert (sequence["lost"], sequence["late"], sequence["restarts"]) == (0, 0, 0)


def test_kernel_takes_a_header_without_a_number_for_frame(kernel, result, made, erspanrate):
    """Quirk Q6: without S it is Type I for the kernel, and the header of Type II stays before the frame."""
    require(kernel, "undeclared", SHORT)
    frames = [frame.captured for frame in read(result / "undeclared.frames.pcap")]
    assert frames == [frame.captured[14 + 20 + 4 :] for frame in read(made / "undeclared.pcap")]
    assert {frame[:4] for frame in frames} == {bytes.fromhex("10000005")}
    report = collected(erspanrate, made / "undeclared.pcap")
    assert {session["session_id"] for session in report["sessions"]} == {5}
    assert report["sessions"][0]["inner_max"] == len(frames[0]) - 8
