# SPDX-License-Identifier: GPL-2.0-or-later
"""Mirrors that are not ERSPAN: both programs analyse them by a rule; tunnels are left alone."""

import json
import random
import re
import struct
import subprocess
from pathlib import Path

import pytest

import ordinary_tunnels
import outer_layers
import packets
import pcapfile
import reports

# The rule, and the keys of the scenario.
KINDS = {
    "gre": ("gre", "mirror-type = gre\ngre-key = 86"),
    "gre-sequence": ("gre", "mirror-type = gre\nsequence = yes"),
    "gre-type": ("gre:0x88b6", "mirror-type = gre\ngre-protocol = 0x88b6"),
    "everflow": ("everflow", "mirror-type = everflow"),
    "vxlan": ("vxlan", "mirror-type = vxlan\nmirror-id = 86"),
    "vxlan-port": ("vxlan:8472,id=86", "mirror-type = vxlan\nmirror-id = 86\nmirror-port = 8472"),
    "geneve": ("geneve", "mirror-type = geneve\nmirror-id = 86"),
    "tzsp": ("tzsp", "mirror-type = tzsp"),
    "tzsp-sequence": ("tzsp", "mirror-type = tzsp\nsequence = yes"),
    "hp-erm": ("hp-erm:7932", "mirror-type = hp-erm\nmirror-port = 7932"),
    "juniper": ("juniper", "mirror-type = juniper\nmirror-id = 86"),
}
OVERHEAD = {"gre": 28, "gre-sequence": 28, "gre-type": 24, "everflow": 46, "vxlan": 36, "vxlan-port": 36,
            "geneve": 36, "tzsp": 33, "tzsp-sequence": 39, "hp-erm": 40, "juniper": 36}
IPERF = "[traffic iperf]\nkind = iperf\nflows = 2\nbytes = 600kB\n\n[session m]\ntype = 1\nmirror = iperf\n"
PARTS = ["sessions", "domains", "gaps"]


def collector(erspanrate, path, *options):
    done = subprocess.run([erspanrate, "-r", path, "-j", *options], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(name="kind", params=KINDS)
def kind_fixture(request):
    return request.param


def both(tshark, erspanrate, path, rule):
    found = collector(erspanrate, path, "--mirror", rule)
    plugin = reports.report(tshark, path, "-q", "-o", f"erspan.mirrors:{rule}")
    assert {part: found[part] for part in PARTS} == {part: plugin[part] for part in PARTS}
    [session] = found["sessions"]
    return session


def test_clean(tshark, erspangen, erspanrate, tmp_path, kind):
    rule, keys = KINDS[kind]
    path, truth = reports.generate(erspangen, tmp_path, IPERF + keys)
    session = both(tshark, erspanrate, path, rule)
    assert session["copies"] == truth["sessions"][0]["delivered"]["copies"]
    assert session["mirror"] == keys.split()[2]
    assert session["mirror_by"] == "user"
    assert session["session_id"] == (86 if "86" in keys.split() else None)
    assert session["types"] == []
    assert session["tcp"]["visibility"] == 1
    assert session["verdicts"] == []
    if "sequence" in kind:
        assert session["sequence"]["lost"] == 0


def test_mtu(tshark, erspangen, erspanrate, tmp_path, kind):
    """As NSX's default encapsulation does behind an MTU of 1500: what says so are sizes and ACKs."""
    rule, keys = KINDS[kind]
    path, truth = reports.generate(erspangen, tmp_path, IPERF + "drop-above = 1500\n" + keys)
    session = both(tshark, erspanrate, path, rule)
    assert session["copies"] == truth["sessions"][0]["delivered"]["copies"]
    text = " ".join(json.dumps(verdict) for verdict in session["verdicts"])
    assert "mtu" in text
    # 1514 bytes of a full frame behind the headers
    assert f"{1514 + OVERHEAD[kind]:,}" in text or "sequence" in kind
    if "sequence" in kind:
        assert session["sequence"]["lost"] == truth["domains"][0]["missing"]


def test_the_command_of_the_page(erspanrate, erspangen, tmp_path):
    """NSX's default encapsulation behind an MTU of 1500: the page's command, and the MTU that it promises."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "mirrors.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^    erspangen (write -o nsx\.pcap .*\\\n.*)$", page, re.MULTILINE)
    subprocess.run([erspangen, *command.replace("\\\n", " ").split()], check=True, cwd=tmp_path)
    [session] = collector(erspanrate, tmp_path / "nsx.pcap")["sessions"]
    assert (session["mirror"], session["mirror_by"], session["session_id"]) == ("gre", "directions", 86)
    [verdict] = [verdict for verdict in session["verdicts"] if verdict["cause"] == "mtu"]
    (promised,) = re.findall(r"that such frames need: ([\d,]+) bytes", page)
    assert any(f"need an MTU of {promised} bytes" in said for said in verdict["evidence"])


def test_loss(tshark, erspangen, erspanrate, tmp_path):
    """Where the header has numbers, loss is counted."""
    for kind in ("gre-sequence", "tzsp-sequence"):
        rule, keys = KINDS[kind]
        path, truth = reports.generate(erspangen, tmp_path, IPERF + "loss = 5%\n" + keys)
        session = both(tshark, erspanrate, path, rule)
        assert session["sequence"]["lost"] == truth["domains"][0]["missing"] > 0


def test_taken_by_both_directions(erspangen, erspanrate, tmp_path):
    for kind in ("gre", "vxlan", "geneve"):
        path, truth = reports.generate(erspangen, tmp_path, IPERF + KINDS[kind][1])
        [session] = collector(erspanrate, path)["sessions"]
        delivered = truth["sessions"][0]["delivered"]["copies"]
        assert session["mirror_by"] == "directions"
        assert (session["copies"], session["mirror_before"]) == (delivered, 0)
        assert session["tcp"]["visibility"] == 1
        said = subprocess.run([erspanrate, "-r", path], capture_output=True, text=True, check=True).stdout
        assert "taken for one because both directions" in said and "before that was known" not in said
        counted = collector(erspanrate, path, "--mirror", kind)["sessions"][0]
        assert counted["copies"] == delivered and "mirror_before" not in counted
        assert collector(erspanrate, path, "--mirror", "none")["sessions"] == []


def test_many_flows_at_once(erspangen, erspanrate, tmp_path):
    """Four connections whose packets alternate: wherever their hashes lie, all are remembered until answers come."""
    keys = KINDS["gre"][1]
    scenario = f"[traffic t]\nkind = iperf\nflows = 4\nbytes = 200kB\n\n[session m]\ntype = 1\nmirror = t\n{keys}"
    path, truth = reports.generate(erspangen, tmp_path, scenario)
    for _ in range(20):  # each process hashes with a seed of its own
        [session] = collector(erspanrate, path)["sessions"]
        assert (session["copies"], session["mirror_before"]) == (truth["sessions"][0]["delivered"]["copies"], 0)


def between_macs(way):
    """The addresses of a frame from one of two hosts to the other."""
    macs = [bytes.fromhex("02000000000a"), bytes.fromhex("02000000000b")]
    return macs[1 - way] + macs[way]


def test_what_is_beyond_the_held_packets_is_said(erspanrate, tmp_path):
    """A hundred packets of one host, then answers: 64 are held, and 36 are left out besides the two answers that
    prove nothing yet."""
    def mirrored(way, at):
        near, far = (bytes([10, 0, 0, 1 + way]), bytes([10, 0, 0, 2 - way]))
        ports = (40000, 80) if way == 0 else (80, 40000)
        frame = packets.ethernet(0x0800, packets.tcp(ports, at, 0, b"x", near, far), between_macs(way))
        outer = packets.udp(4789, outer_layers.VXLAN + frame)
        return packets.ethernet(0x0800, packets.ipv4(17, outer, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])))

    sent = [mirrored(0, at) for at in range(100)] + [mirrored(1, at) for at in range(3)]
    report = collector(erspanrate, packets.capture(tmp_path / "late.pcap", sent))
    [session] = report["sessions"]
    assert (session["copies"], session["mirror_before"]) == (64 + 1, 36 + 2)
    assert report["totals"]["not_erspan"] == 36 + 2
    said = subprocess.run([erspanrate, "-r", tmp_path / "late.pcap"], capture_output=True, text=True, check=True).stdout
    assert "38 packets came before that was known, and are not counted: --mirror vxlan counts all" in said


def test_held_packets_keep_their_times_and_place(erspangen, erspanrate, tmp_path):
    """What is written is all frames; and other sessions meanwhile are not touched."""
    scenario = IPERF + "mirror-type = vxlan\nmirror-id = 86\n\n[session other]\ntype = 2\nsession = 5\ncount = 50\n"
    path, truth = reports.generate(erspangen, tmp_path, scenario)
    by_name = {session["name"]: session["delivered"]["copies"] for session in truth["sessions"]}
    report = collector(erspanrate, path, "-w", str(tmp_path / "frames.pcap"), "--decapsulate")
    assert sorted(s["copies"] for s in report["sessions"]) == sorted(by_name.values())
    assert len(list(pcapfile.read(tmp_path / "frames.pcap"))) == sum(by_name.values())
    ruled = collector(erspanrate, path, "--mirror", "vxlan")
    for key in ("first_ns", "last_ns", "tcp", "sizes"):
        assert [s[key] for s in report["sessions"]] == [s[key] for s in ruled["sessions"]] or key == "first_ns"


def test_header_alone_suffices(tshark, erspangen, erspanrate, tmp_path):
    for kind in ("everflow", "tzsp"):
        path, _ = reports.generate(erspangen, tmp_path, IPERF + KINDS[kind][1])
        found = collector(erspanrate, path)
        assert [session["mirror_by"] for session in found["sessions"]] == ["header"]
        assert found["sessions"] == reports.report(tshark, path, "-q")["sessions"]


def test_the_plugin_takes_no_tunnel_unasked(tshark, erspangen, tmp_path):
    for kind in ("gre", "vxlan", "geneve"):
        path, _ = reports.generate(erspangen, tmp_path, IPERF + KINDS[kind][1])
        assert reports.report(tshark, path, "-q")["sessions"] == []


def test_tables_name_the_outer_packet(tshark, erspangen, tmp_path):
    """The dissectors of the mirrored frame have put its addresses into the packet by then."""
    path, truth = reports.generate(erspangen, tmp_path, IPERF + "mirror-type = vxlan\nmirror-id = 86")
    copies = str(truth["sessions"][0]["delivered"]["copies"])
    options = ["-q", "-o", "erspan.mirrors:vxlan", "-z"]
    text = tshark.run(path, *options, "erspan,tree").stdout
    counts = dict(re.findall(r"^ *(\S.*?) {2,}(\d+) ", text, re.MULTILINE))
    assert counts["192.0.2.1 to 192.0.2.2, session 86"] == counts["VXLAN"] == copies
    assert "Type I" not in counts
    text = tshark.run(path, *options, "erspan,table").stdout
    assert re.search(rf"^ +0 \|192\.0\.2\.1 +\|192\.0\.2\.2 +\| +86 \|VXLAN +\| +{copies} ", text, re.MULTILINE)
    text = tshark.run(path, *options, "conv,erspan").stdout
    assert len(re.findall(r"192\.0\.2\.1 +<-> 192\.0\.2\.2", text)) == 1


def address(draw):
    return bytes([10, draw.randrange(4), draw.randrange(4), draw.randrange(1, 250)])


def frame_of(draw, near, far, ports, macs):
    """A frame from one host to another, with these addresses of the link."""
    if draw.random() < 0.8:
        packet = packets.tcp(ports, draw.randrange(2**32), 0, bytes(draw.randrange(100)), near, far)
    else:
        datagram = struct.pack(">HHHH", *ports, 16, 0) + bytes(8)
        packet = packets.ipv4(17, datagram, near, bytes([224, 0, 0, 251]) if draw.random() < 0.3 else far)
    return packets.ethernet(0x0800, packet, macs)


def tunnel(draw, number):
    """A tunnel with two ends of its own, as a function from a frame and its way to the packet that carries it."""
    ends = [bytes([192, 0, 2, number]), bytes([192, 0, 2, 100 + number])]
    header, port = draw.choice([
        (lambda frame: outer_layers.VXLAN + frame, 4789),
        (lambda frame: outer_layers.GENEVE + frame, 6081),
        (lambda frame: outer_layers.gre(0x6558, frame, draw.choice([None, 7])), None),
    ])

    def wrap(frame, way):
        payload = header(frame) if port is None else packets.udp(port, header(frame))
        return packets.ethernet(0x0800, packets.ipv4(47 if port is None else 17, payload, ends[way], ends[1 - way]))

    return wrap


def overlay(draw, number):
    """Ordinary traffic between two tunnel ends: each sends what its own hosts send. What the capture
    holds is both ways, or one."""
    wrap = tunnel(draw, number)
    hosts = [[address(draw) for _ in range(draw.randrange(1, 5))] for _ in range(2)]
    ways = draw.choice([(0,), (1,), (0, 1)])
    made = []
    for _ in range(draw.randrange(1, 60)):
        way = draw.choice(ways)
        near, far = draw.choice(hosts[way]), draw.choice(hosts[1 - way])
        ports = (draw.randrange(1, 4), 80) if way == 0 else (80, draw.randrange(1, 4))
        made.append(wrap(frame_of(draw, near, far, ports, between_macs(way)), way))
    return made


def to_the_router(draw, number):
    """Hosts at one end talk with each other over a router at the other end. The capture was taken where
    only what goes to the router passes, so it holds both directions of each connection."""
    wrap = tunnel(draw, number)
    router = bytes.fromhex("0200000000ff")
    hosts = [(address(draw), bytes.fromhex(f"0200000001{number:02x}")) for number in range(draw.randrange(2, 5))]
    made = []
    for _ in range(draw.randrange(1, 60)):
        (near, mac), (far, _) = draw.sample(hosts, 2)
        ports = (draw.randrange(1, 4), 80) if near < far else (80, draw.randrange(1, 4))
        made.append(wrap(frame_of(draw, near, far, ports, router + mac), 0))
    return made


def test_what_an_overlay_floods_is_no_mirror(erspanrate, tmp_path):
    """Two hosts at one end whose switch has forgotten them: all that they send goes to the overlay's group."""
    for group in (bytes([239, 1, 1, 1]), bytes([255] * 4)):
        sent = []
        for at in range(60):
            near, far = (bytes([10, 0, 0, 1 + at % 2]), bytes([10, 0, 0, 2 - at % 2]))
            ports = (80, 40000) if at % 2 else (40000, 80)
            frame = packets.ethernet(0x0800, packets.tcp(ports, at, 0, b"x", near, far), between_macs(at % 2))
            outer = packets.udp(4789, outer_layers.VXLAN + frame)
            sent.append(packets.ethernet(0x0800, packets.ipv4(17, outer, bytes([192, 0, 2, 1]), group)))
        path = packets.capture(tmp_path / "flood.pcap", sent)
        assert collector(erspanrate, path)["sessions"] == []
        [session] = collector(erspanrate, path, "--mirror", "vxlan")["sessions"]
        assert session["copies"] == 60


@pytest.mark.thorough
def test_no_tunnel_is_taken_for_a_mirror(erspanrate, tmp_path):
    """A thousand tunnels, ten to a capture."""
    draw = random.Random(17)
    for _ in range(100):
        tunnels = [draw.choice([overlay, overlay, to_the_router])(draw, number) for number in range(10)]
        together = [packet for made in tunnels for packet in made]
        path = packets.capture(tmp_path / "overlay.pcap", together)
        assert collector(erspanrate, path)["sessions"] == []


def test_no_ordinary_network_is_taken_for_a_mirror(erspanrate, tmp_path):
    """Drawn by other code, from bytes: overlays, access points, ends that differ by direction, floods, moves."""
    for seed in range(150):
        path = tmp_path / "ordinary.pcap"
        ordinary_tunnels.write(path, ordinary_tunnels.draw_capture(seed))
        assert collector(erspanrate, path)["sessions"] == [], seed


def test_a_router_that_sends_from_another_address(erspanrate, tmp_path):
    """Hosts send to an address that several routers share (VRRP); answers come from the router's own."""
    shared, own = bytes.fromhex("00005e000101"), bytes.fromhex("020000aa0001")
    draw, made = random.Random(5), []
    tunnel = ordinary_tunnels.Tunnel(draw, ["gre"])
    near, far = ordinary_tunnels.Host(draw, 1), ordinary_tunnels.Host(draw, 200)
    for _ in range(30):
        for from_near, frame in ordinary_tunnels.talk(draw, near, far, shared, near.mac):
            made.append(tunnel.carry(frame if from_near else near.mac + own + frame[12:], 0))
    ordinary_tunnels.write(tmp_path / "vrrp.pcap", made)
    [session] = collector(erspanrate, tmp_path / "vrrp.pcap")["sessions"]
    assert (session["mirror"], session["copies"]) == ("gre", len(made))


@pytest.mark.parametrize("answers", ["arp", "icmp", None])
def test_a_host_that_answers_by_arp_or_icmp_alone(erspanrate, tmp_path, answers):
    """One host sends datagrams to another that sends none back. Where anything at all comes from that one, the tunnel
    shows both ends; else it may be at the other end of an overlay."""
    draw, made = random.Random(6), []
    tunnel = ordinary_tunnels.Tunnel(draw, ["gre"])
    near, far, logger = (ordinary_tunnels.Host(draw, 1) for _ in range(3))
    asked = struct.pack(">HHBBH", 1, 0x800, 6, 4, 2) + logger.mac + logger.address + near.mac + near.address
    unreachable = ordinary_tunnels.ip(1, bytes(36), logger.address, near.address)
    replies = {"arp": (0x806, asked), "icmp": (0x800, unreachable)}
    for turn in range(30):
        made += [frame for _, frame in ordinary_tunnels.talk(draw, near, far, far.mac, near.mac)]
        datagram = ordinary_tunnels.packet(draw, near.address, logger.address, (514, 514), True)
        made += [ordinary_tunnels.ethernet(near.mac, logger.mac, 0x800, datagram)] * 20
        if answers and turn % 10 == 0:
            made.append(ordinary_tunnels.ethernet(logger.mac, near.mac, *replies[answers]))
    ordinary_tunnels.write(tmp_path / "made.pcap", [tunnel.carry(frame, 0) for frame in made])
    found = collector(erspanrate, tmp_path / "made.pcap")["sessions"]
    assert [session["copies"] for session in found] == ([len(made)] if answers else [])


@pytest.mark.parametrize("rule, why", [
    ("vxlam", "requires gre, everflow, vxlan"),
    ("hp-erm", "requires a UDP port: hp-erm:PORT"),
    ("gre:0x88be", "are read as ERSPAN"),
    ("vxlan,vni=5", "takes id=ID, from=ADDRESS and to=ADDRESS"),
])
def test_wrong_rules(erspanrate, rule, why):
    done = subprocess.run([erspanrate, "-r", "/dev/null", "--mirror", rule], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert why in done.stderr


# What goes wrong, with keys of the traffic and of the session; the causes found where copies have numbers, and where
# they have none. Nothing of a mirror's own output is looked for in other mirrors, so none is a loop.
VERDICTS = {
    "clean": ("", "", [], []),
    # Without numbers, both say that the other may be the cause.
    "mtu": ("", "drop-above = 1500", ["mtu"], ["mtu", "super-frames"]),
    "cut": ("", "truncate = 128", ["cut"], ["cut"]),
    "one-direction": ("", "mirror-direction = forward", ["one-direction"], ["one-direction"]),
    "super-frames": ("tso = 64KiB", "mirror-up-to = 1518", ["super-frames"], ["mtu", "super-frames"]),
    "super-frames-seen": ("tso = 64KiB", "", ["super-frames"], ["super-frames"]),
    "loss": ("", "loss = 20%", ["undetermined"], ["undetermined"]),
    "runs": ("", "run-start = 2%\nrun-end = 10%", ["policer"], ["undetermined"]),
    "sampling": ("", "sample = 7", ["sampling"], ["undetermined"]),
    "sampling-by-chance": ("", "sample = 7\nsample-by = chance", ["sampling"], ["undetermined"]),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts_of_each_kind(erspangen, erspanrate, tmp_path, name):
    of_traffic, of_session, numbered, without_numbers = VERDICTS[name]
    scenario, rules, wanted = "", [], {}
    for place, (kind, (rule, keys)) in enumerate(KINDS.items(), start=1):
        source = f"192.0.2.{100 + place}"
        scenario += (
            f"[traffic t{place}]\nkind = iperf\nflows = 2\nbytes = 1MB\nnetwork = {place}\n{of_traffic}\n"
            f"[session s{place}]\ntype = 1\nsource = {source}\nmirror = t{place}\n{keys}\n{of_session}\n"
        )
        rules += ["--mirror", f"{rule},from={source}"]
        wanted[source] = (kind, numbered if "sequence" in kind else without_numbers)
    path, truth = reports.generate(erspangen, tmp_path, scenario)
    found = collector(erspanrate, path, *rules)["sessions"]
    assert len(found) == len(KINDS) == len(truth["sessions"])
    for session in found:
        kind, causes = wanted[session["source"]]
        assert (kind, [verdict["cause"] for verdict in session["verdicts"]]) == (kind, causes)
        text = json.dumps(session["verdicts"])
        if name.startswith("sampling"):
            said = re.search(r"one frame(?: with payload)? in ([\d.]+)(?: to ([\d.]+))? \(.*?\) (is mirrored|came)", text)
            assert float(said[1]) <= 8 and float(said[2] or said[1]) >= 6
