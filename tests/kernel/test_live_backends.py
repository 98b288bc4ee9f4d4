# SPDX-License-Identifier: GPL-2.0-or-later
"""Every back-end of both programs, live, on each kernel: what one side sent is what the other counts."""

import json

import packets
import pcapfile
import pytest
from backends import receivers, senders

JOB = "backends"

SENT = 200
DEVICES = {200: "three", 400: "six"}  # by session; that of 400 is Type III over IPv6
CONTROL_BYTES = 4000  # of iperf3's own connection, at most
WHOLE_REPORTS = ["pcap", "packet", "xdp"]
REPLAYED = [packets.ping(56 + number, sequence=number) for number in range(100)]


@pytest.fixture(scope="module")
def result(kernel, run_job, tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "mine.pcap"
    pcapfile.write(path, 1, (pcapfile.Frame(1 + number, len(frame), frame) for number, frame in enumerate(REPLAYED)))
    return run_job(kernel, JOB, {"mine.pcap": path.read_bytes()})


def sent(result, moment):
    """By device. A frame of 14 bytes is sent, and counted as dropped: the kernel takes an empty payload for a failure."""
    links = json.loads((result / f"{moment}.json").read_text())
    counts = {link["ifname"]: link["stats64"]["tx"] for link in links}
    return {device: counts[device]["packets"] + counts[device]["dropped"] for device in DEVICES.values()}


def reported(result, erspanrate, backend):
    if backend not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {backend}")
    said = (result / f"{backend}.said").read_text()
    assert (result / f"{backend}.status").read_text().strip() == "0", said
    lines = (result / f"{backend}.json").read_text().splitlines()
    return json.loads([line for line in lines if line.startswith("{")][-1])


@pytest.mark.parametrize("backend", [*WHOLE_REPORTS, "count"])
def test_erspanrate_counts_what_the_devices_sent(result, erspanrate, backend):
    report = reported(result, erspanrate, backend)
    before, after = sent(result, f"{backend}.before"), sent(result, f"{backend}.after")
    copies = {session: after[device] - before[device] for session, device in DEVICES.items()}
    assert min(copies.values()) > 40
    assert {s["session_id"]: s["copies"] for s in report["sessions"]} == copies
    for session in report["sessions"]:
        assert (session["lost"] if backend == "count" else session["sequence"]["lost"]) == 0


@pytest.mark.parametrize("backend", WHOLE_REPORTS)
def test_tcp_is_seen_with_the_usual_snap_length(result, erspanrate, backend):
    """Behind the longest headers that Linux sends: IPv6, the encapsulation limit, GRE, Type III."""
    report = reported(result, erspanrate, backend)
    received = json.loads((result / f"{backend}.tcp.json").read_text())["end"]["sum_received"]["bytes"]
    for session in report["sessions"]:
        tcp = session["tcp"]
        assert (session["headers_cut"], tcp["visibility"]) == (0, 1)
        assert 0 <= tcp["delivered_bytes"] - received <= CONTROL_BYTES


@pytest.mark.parametrize("backend", ["pcap", "packet", "af-xdp", "live-frames"])
def test_the_kernel_takes_apart_what_erspangen_sent(result, erspangen, backend):
    if backend not in senders(erspangen):
        pytest.skip(f"erspangen was built without {backend}")
    said = (result / f"send-{backend}.said").read_text()
    assert (result / f"send-{backend}.status").read_text().strip() == "0", said
    found = json.loads((result / f"send-{backend}.json").read_text())[0]["stats64"]["rx"]
    assert (found["packets"], found["errors"]) == (SENT, 0), said


def test_a_replayed_capture_comes_out_of_the_kernels_device(result):
    """The command that README.md has for it; what comes out are the frames of the capture."""
    said = (result / "replay.said").read_text()
    assert (result / "replay.status").read_text().strip() == "0", said
    assert [frame.captured for frame in pcapfile.read(result / "replayed.pcap")] == REPLAYED
