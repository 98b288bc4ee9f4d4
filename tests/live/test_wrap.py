# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen wrap on traffic that real hosts make: tcpdump captures it, the plugin takes it out again."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pcapfile
import pytest
import traffic
from time_limit import TIME_LIMIT, wait_until

TRAFFIC = Path(traffic.__file__)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIME_LIMIT)


@pytest.fixture(scope="module")
def namespace():
    """A network of its own: a loopback that fragments, and a cable with two ends."""
    name = f"erspan-{os.getpid()}"
    run("ip", "netns", "add", name)
    try:
        for words in (
            "link set lo mtu 1500 gso_max_size 16384 up",
            "link add near type veth peer name far",
            "link set near up",
            "link set far up",
            "addr add 10.7.7.1/24 dev near",
        ):
            run("ip", "-n", name, *words.split())
        yield name
    finally:
        run("ip", "netns", "del", name)


@pytest.fixture(scope="module", params=traffic.SITUATIONS)
def captured(request, namespace, tmp_path_factory):
    """A capture of a situation."""
    interface, _, fewest = traffic.SITUATIONS[request.param]
    capture = tmp_path_factory.mktemp("captured") / f"{request.param}.pcap"
    inside = ["ip", "netns", "exec", namespace]
    command = [*inside, "tcpdump", "-i", interface, "-U", "-w", str(capture)]
    command += ["--time-stamp-precision=nano", "-Z", "root"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tcpdump:
        try:
            assert any("listening on" in line for line in tcpdump.stderr)
            run(*inside, sys.executable, str(TRAFFIC), request.param)
            wait_until(lambda: len(pcapfile.read(capture)) >= fewest)
        finally:
            tcpdump.terminate()
    return capture


def taken_out(tshark, capture):
    """Times and bytes of the mirrored frames: what lies where the plugin hands it on."""
    frames = pcapfile.read(capture)
    tree = ElementTree.fromstring(tshark.run(capture, "-T", "pdml").stdout)
    for frame, packet in zip(frames, tree.iter("packet"), strict=True):
        layers = packet.findall("proto")
        names = [layer.get("name") for layer in layers]
        at = int(layers[names.index("erspan") + 1].get("pos"))
        (length,) = packet.iterfind(".//field[@name='erspan.inner.len']")
        yield frame.time_ns, frame.captured[at : at + int(length.get("show"))]


@pytest.mark.parametrize("keys", ["--type 2 --session 7", "--type 3 --platform 5 --gre-key 1"])
def test_there_and_back(captured, erspangen, tshark, tmp_path, keys):
    wrapped = tmp_path / "wrapped.pcap"
    run(erspangen, "wrap", str(captured), *keys.split(), "-o", str(wrapped))
    expected = [(frame.time_ns, frame.captured) for frame in pcapfile.read(captured)]
    assert list(taken_out(tshark, wrapped)) == expected
