# SPDX-License-Identifier: GPL-2.0-or-later
"""The mirrored frames that erspangen makes itself: tshark's dissectors, which know nothing of it, read
each kind in each tunnel as what it claims to be, without a complaint."""

import json
import struct
import subprocess

import captures_table
import packets
import pcapfile
import pytest

OUTER_LENGTH = 14 + 20 + 8 + 8  # Ethernet, IPv4, GRE with sequence number, type 2
VRRP = ["-o", "vrrp.v3_checksum_as_in_v2:FALSE"]
CHECKSUMS = captures_table.CHECKSUMS
RTP = ["-d", "udp.port==50505,rtp"]
BAD = ["_ws.malformed"]
BAD += [f"{name}.checksum.status == 0" for name in ("ip", "tcp", "udp", "icmp", "icmpv6", "vrrp")]
BAD_FRAMES = " || ".join(BAD)
COMPLAINTS = f"tcp.analysis.flags || {BAD_FRAMES}"


@pytest.fixture
def make(erspangen, tmp_path):
    """Plays options, or a scenario, and returns its frames' bytes and the truth about them."""

    def make(keys="", scenario=None):
        capture, truth = tmp_path / "made.pcap", tmp_path / "truth.json"
        options = keys.split()
        if scenario is not None:
            (tmp_path / "made.ini").write_text(scenario, encoding="utf-8")
            options.append(tmp_path / "made.ini")
        command = [erspangen, "write", *options, "-o", capture, "--truth", truth]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return pcapfile.read(capture), json.loads(truth.read_text(encoding="utf-8"))

    return make


@pytest.fixture
def mirrored(make, tmp_path):
    """A capture of the mirrored frames themselves."""

    def mirrored(keys="", scenario=None):
        made, _ = make(keys, scenario)
        inner = [frame.captured[OUTER_LENGTH:] for frame in made]
        frames = [pcapfile.Frame(1, len(data), data, at * 10**6) for at, data in enumerate(inner)]
        pcapfile.write(tmp_path / "inner.pcap", 1, frames)
        return tmp_path / "inner.pcap", inner

    return mirrored


# What tshark must say of each kind: layers from the EtherType on, and fields of the first frame.
KINDS = {
    "tcp": ("ip:tcp", {"tcp.flags.syn": "1"}),
    "udp": ("ip:udp:data", {"udp.dstport": "50505"}),
    "echo": ("ip:icmp:data", {"icmp.type": "8"}),
    "rtp": ("ip:udp:rtp", {"rtp.version": "2", "rtp.p_type": "0", "rtp.marker": "1", "rtp.seq": "0"}),
    "syslog": ("ip:udp:syslog", {"syslog.facility": "16", "syslog.level": "6", "udp.dstport": "514"}),
    "bfd": ("ip:udp:bfd", {"bfd.version": "1", "bfd.sta": "0x03", "ip.ttl": "255", "bfd.detect_time_multiplier": "3"}),
    "vrrp": ("ip:vrrp", {"vrrp.version": "3", "vrrp.type": "1", "vrrp.prio": "100", "ip.dst": "224.0.0.18"}),
    "hsrp": ("ip:udp:hsrp", {"hsrp.opcode": "0", "hsrp.state": "16", "hsrp.holdtime": "10", "ip.ttl": "1"}),
    "ospf": ("ip:ospf", {"ospf.msg.hello": "1", "ospf.hello.hello_interval": "10", "ip.dst": "224.0.0.5"}),
    "arp": ("arp", {"arp.opcode": "1"}),
    "nd": ("ipv6:icmpv6", {"icmpv6.type": "135"}),
    "stp": ("llc:stp", {"stp.type": "0x00"}),
    "lacp": ("slow:lacp", {"lacp.version": "0x01", "lacp.actor.state.collecting": "1"}),
    "lldp": ("lldp", {"lldp.tlv.type": "1"}),
}
OVER_IP = ["tcp", "udp", "echo", "rtp", "syslog", "bfd"]


def layers(row):
    """Without what stands on every frame, and what a heuristic adds behind."""
    return row.replace("eth:ethertype:", "").replace("eth:", "").replace("vlan:ethertype:", "")


def options_for(kind):
    """Other kinds use the port of RTP, too. From Wireshark 4.4 on it has to be told that VRRP's checksum
    covers a pseudo-header (RFC 5798, 5.2.8)."""
    return [*CHECKSUMS, *(RTP if kind == "rtp" else []), *(VRRP if kind == "vrrp" else [])]


@pytest.mark.parametrize("kind", KINDS)
def test_tshark_reads_each_kind_as_itself(mirrored, builtin_tshark, kind):
    capture, inner = mirrored(f"--inner {kind} --count 12")
    expected, fields = KINDS[kind]
    options = options_for(kind)
    rows = builtin_tshark.fields(capture, ["frame.protocols", *fields], options=options)
    assert layers(rows[0][0]).startswith(expected)
    assert dict(zip(fields, rows[0][1:], strict=True)) == fields
    assert len(rows) == 12
    assert builtin_tshark.frames(capture, COMPLAINTS, options) == []
    assert all(len(frame) >= 60 for frame in inner)
    if kind == "ospf":
        assert all(packets.checksum(frame[34:82]) == 0 for frame in inner)


@pytest.mark.parametrize("kind", ["udp", "echo", "rtp", "syslog", "bfd"])
def test_over_ipv6_too(mirrored, builtin_tshark, kind):
    capture, _ = mirrored(f"--inner {kind} --inner-ip 6 --count 8 --flows 2 --inner-vlan 5")
    expected = KINDS[kind][0].replace("ip:", "ipv6:").replace("icmp", "icmpv6").replace("icmpv6v6", "icmpv6")
    rows = builtin_tshark.fields(capture, ["frame.protocols"], options=options_for(kind))
    assert {layers(row[0]).startswith(expected) for row in rows} == {True}
    assert builtin_tshark.frames(capture, COMPLAINTS, options_for(kind)) == []


def test_rtp_counts_by_direction(mirrored, builtin_tshark):
    capture, _ = mirrored("--inner rtp --count 6")
    rows = builtin_tshark.fields(capture, ["rtp.ssrc", "rtp.seq", "rtp.timestamp"], options=RTP)
    assert [row[1:] for row in rows] == [("0", "0"), ("0", "0"), ("1", "160"), ("1", "160"), ("2", "320"), ("2", "320")]
    assert rows[0][0] == rows[2][0] != rows[1][0] == rows[3][0]


@pytest.mark.parametrize("kind", ["bfd", "vrrp", "hsrp", "ospf", "stp", "lacp", "lldp"])
def test_hellos_come_again_to_the_byte(mirrored, kind):
    _, inner = mirrored(f"--inner {kind} --count 8")
    assert inner[:2] * 4 == inner


def test_log_messages_differ_at_their_end_alone(mirrored):
    _, inner = mirrored("--inner syslog --count 20 --inner-checksum partial --inner-ip-id zero")
    assert len(set(inner)) == 20
    assert len({frame[:-10] for frame in inner}) == 1


# Checksums


def pseudo_header(frame, protocol):
    return frame[26:34] + struct.pack(">HH", protocol, len(frame) - 34)


@pytest.mark.parametrize(("kind", "protocol", "at"), [("tcp", 6, 50), ("udp", 17, 40), ("rtp", 17, 40), ("syslog", 17, 40)])
def test_offload_leaves_the_sum_of_the_pseudo_header(mirrored, kind, protocol, at):
    _, inner = mirrored(f"--inner {kind} --inner-checksum partial --count 9")
    for frame in inner:
        length = struct.unpack_from(">H", frame, 16)[0]
        frame = frame[: 14 + length]  # without what pads it
        (found,) = struct.unpack_from(">H", frame, at)
        assert found == ~packets.checksum(pseudo_header(frame, protocol)) & 0xFFFF


def test_udp_over_ipv4_need_not_have_a_checksum(mirrored):
    _, inner = mirrored("--inner udp --inner-checksum none --count 3")
    assert {frame[40:42] for frame in inner} == {b"\0\0"}


@pytest.mark.parametrize("keys", ["--kind rate", "--kind imix --rate 10kpps", "--kind periodic --inner udp"])
def test_traffic_has_them_too(mirrored, keys):
    _, inner = mirrored(f"{keys} --count 5 --inner-checksum partial --inner-ip-id zero")
    for frame in inner:
        (found,) = struct.unpack_from(">H", frame, 40)
        length = struct.unpack_from(">H", frame, 16)[0]
        assert found == ~packets.checksum(pseudo_header(frame[: 14 + length], 17)) & 0xFFFF
        assert frame[18:20] == b"\0\0" and packets.checksum(frame[14:34]) == 0


# Tunnels

TUNNELS = {
    "vxlan": ("udp:vxlan:eth:ethertype", "vxlan.vni"),
    "geneve": ("udp:geneve:eth:ethertype", "geneve.vni"),
    "gtp-u": ("udp:gtp", "gtp.teid"),
    "gre": ("gre", "gre.proto"),
    "ip": ("", None),
}


@pytest.mark.parametrize("kind", ["tcp", "echo"])
@pytest.mark.parametrize("inside", ["4", "6"])
@pytest.mark.parametrize("outside", ["4", "6"])
@pytest.mark.parametrize("tunnel", TUNNELS)
def test_tshark_reads_what_a_tunnel_carries(mirrored, builtin_tshark, tunnel, outside, inside, kind):
    keys = f"--inner-tunnel {tunnel} --inner-tunnel-ip {outside} --inner {kind} --inner-ip {inside}"
    capture, _ = mirrored(f"{keys} --count 7 --flows 2 --inner-vlan 9")
    ip = {"4": "ip", "6": "ipv6"}
    echo = {"4": "icmp", "6": "icmpv6"}[inside]
    expected = ":".join(
        part for part in ("eth:ethertype:vlan:ethertype", ip[outside], TUNNELS[tunnel][0], ip[inside], {"echo": echo}.get(kind, kind)) if part
    )
    rows = builtin_tshark.fields(capture, ["frame.protocols", "vlan.id"], options=CHECKSUMS)
    assert [row[1] for row in rows] == ["9"] * 7
    assert all(row[0].startswith(expected) for row in rows), rows[0][0]
    assert builtin_tshark.frames(capture, COMPLAINTS, CHECKSUMS) == []


@pytest.mark.parametrize("tunnel", ["vxlan", "geneve"])
@pytest.mark.parametrize("kind", ["arp", "stp", "nd", "lldp"])
def test_frames_without_ip_pass_where_frames_are_carried(mirrored, builtin_tshark, tunnel, kind):
    capture, _ = mirrored(f"--inner-tunnel {tunnel} --inner {kind} --count 2")
    assert builtin_tshark.frames(capture, f"{tunnel} && {kind if kind != 'nd' else 'icmpv6'}") == [1, 2]


def test_size_is_that_of_the_frame_inside(mirrored):
    for tunnel, more in (("vxlan", 50), ("geneve", 50), ("gtp-u", 36), ("gre", 24), ("ip", 20)):
        _, inner = mirrored(f"--inner udp --inner-size 300 --count 2 --inner-tunnel {tunnel}")
        own = 0 if tunnel in ("vxlan", "geneve") else 14  # its MAC header is outside
        outside = 0 if own == 0 else 14
        assert {len(frame) for frame in inner} == {300 - own + outside + more}


@pytest.mark.parametrize(
    ("keys", "tunnel"),
    [
        ("--kind iperf --bytes 100kB --flows 2", "vxlan"),
        ("--kind iperf --bytes 100kB --inner-ip 6", "ip"),
        ("--kind iperf --bytes 300kB --tso 30000", "geneve"),
        ("--kind rate --count 20 --inner-ip 6", "gre"),
        ("--kind imix --rate 10kpps --count 20", "gtp-u"),
        ("--kind requests --duration 3s --every 100ms", "vxlan"),
        ("--kind requests --duration 3s --every 100ms", "gre"),
        ("--kind periodic --inner rtp --count 20 --every 20ms", "ip"),
    ],
)
def test_traffic_passes_tunnels(mirrored, builtin_tshark, keys, tunnel):
    capture, inner = mirrored(f"{keys} --inner-tunnel {tunnel}")
    options = [] if "--tso" in keys else CHECKSUMS
    assert builtin_tshark.frames(capture, COMPLAINTS, ["-2", *options]) == []
    found = TUNNELS[tunnel][0].split(":")[1 if "udp" in TUNNELS[tunnel][0] else 0] or "ip.proto == 4 || ip.proto == 41"
    carried = builtin_tshark.frames(capture, found)
    if "requests" in keys and tunnel not in ("vxlan", "geneve"):
        rest = set(range(1, len(inner) + 1)) - set(carried)
        assert set(builtin_tshark.frames(capture, "arp || stp")) == rest
    else:
        assert len(carried) == len(inner) > 0


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("--inner arp --inner-tunnel gre", "needs inner = tcp"),
        ("--inner random --inner-tunnel vxlan", "other than random"),
        ("--inner tcp --inner-checksum none", "UDP over IPv4"),
        ("--inner udp --inner-ip 6 --inner-checksum none", "UDP over IPv4"),
        ("--inner echo --inner-checksum partial", "--inner tcp or in UDP"),
        ("--inner udp --inner-ip 6 --inner-ip-id zero", "IPv4 packets that are counted"),
        ("--inner-tunnel-ip 6", "inner-tunnel"),
        ("--mirror-share 1/2", "mirror"),
        ("--kind periodic --inner bfd --inner-size 100", "size of their own"),
        ("--kind rate --inner bfd", "--inner requires"),
        ("--kind imix --mirror-share 3/2", "PART/OF"),
        ("--nat port --inner echo", "such addresses or ports"),
    ],
)
def test_what_cannot_be(erspangen, tmp_path, keys, why):
    command = [erspangen, "write", *keys.split(), "-o", tmp_path / "x.pcap"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and why in done.stderr


# Periodic traffic, which several sessions mirror


def test_periodic_traffic_keeps_its_period(make):
    made, _ = make("--kind periodic --inner bfd --every 50ms --count 21 --time-precision ns")
    assert [frame.time_ns - made[0].time_ns for frame in made] == [n * 50 * 10**6 for n in range(21)]


def test_ends_of_a_conversation_are_told_apart(make):
    for direction, sources in (("forward", {10}), ("reverse", {172})):
        made, _ = make(f"--kind periodic --inner bfd --count 20 --mirror-direction {direction}")
        assert {frame.captured[OUTER_LENGTH + 26] for frame in made} == sources


CARDS = """
[traffic port]
kind = iperf
flows = 40
bytes = 400kB
[sessions]
session = 21
mirror = port
[session one]
mirror-share = 1/3
index = 1
sequence-start = 70000
[session two]
mirror-share = 2/3
index = 2
sequence-start = 3000000
[session three]
mirror-share = 3/3
index = 3
sequence-start = 12
"""


def test_line_cards_share_a_port_by_conversations(make):
    made, truth = make(scenario=CARDS)
    cards = {}
    for frame in made:
        (index,) = struct.unpack_from(">I", frame.captured, 46)
        frame_inside = frame.captured[OUTER_LENGTH:]
        ports = frozenset(struct.unpack_from(">HH", frame_inside, 34))
        cards.setdefault(index, []).append((struct.unpack_from(">I", frame.captured, 38)[0], ports))
    starts = {1: 70000, 2: 3000000, 3: 12}
    assert set(cards) == set(starts)
    for index, copies in cards.items():
        assert [number for number, _ in copies] == list(range(starts[index], starts[index] + len(copies)))
    conversations = [{ports for _, ports in copies} for copies in cards.values()]
    assert sum(map(len, conversations)) == len(set.union(*conversations)) == 40
    assert [session["delivered"]["copies"] for session in truth["sessions"]] == [len(cards[i]) for i in (1, 2, 3)]
    assert [domain["missing"] for domain in truth["domains"]] == [0, 0, 0]


# Translation of addresses

TRANSLATED = """
[traffic port]
{traffic}
count = 60
[session before]
mirror = port
session = 1
[session behind]
mirror = port
session = 2
nat = {nat}
"""
TRAFFICS = [
    "kind = iperf",
    "kind = iperf\ninner-ip = 6",
    "kind = requests",
    "kind = requests\ninner-ip = 6",
    "kind = rate\ninner-vlan = 4",
    "kind = rate\ninner-checksum = partial",
    "kind = rate\ninner-checksum = none",
    "kind = iperf\ntso = 30000",
    "kind = rate\ninner-tunnel = vxlan\ninner-tunnel-ip = 6",
]


@pytest.mark.parametrize("nat", ["mac", "address", "port"])
@pytest.mark.parametrize("traffic", TRAFFICS)
def test_a_translator_changes_what_it_says_and_no_more(make, builtin_tshark, tmp_path, traffic, nat):
    made, _ = make(scenario=TRANSLATED.format(traffic=traffic, nat=nat))
    before = [f.captured[OUTER_LENGTH:] for f in made if f.captured[45] == 1]
    behind = [f.captured[OUTER_LENGTH:] for f in made if f.captured[45] == 2]
    assert len(before) == len(behind) == 60
    names = ["eth.src", "eth.dst", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport"]
    names += ["udp.srcport", "udp.dstport", "ip.ttl", "tcp.seq_raw", "tcp.flags", "icmp.type", "icmpv6.type"]
    rows = []
    for name, frames in (("before", before), ("behind", behind)):
        path = tmp_path / f"{name}.pcap"
        pcapfile.write(path, 1, [pcapfile.Frame(1, len(data), data, 0) for data in frames])
        unchecked = "partial" in traffic or "tso" in traffic
        options = [] if unchecked else CHECKSUMS
        if unchecked:
            offload_holds(frames)
        assert builtin_tshark.frames(path, BAD_FRAMES, options) == []
        rows.append(builtin_tshark.fields(path, names))
    changed = {"mac": names[:2], "address": names[2:6], "port": names[2:10]}[nat]
    for one, other in zip(*rows, strict=True):
        pair = dict(zip(names, zip(one, other)))
        for name, (left, right) in pair.items():
            if name not in changed:
                assert left == right, name
        inside = pair["ip.src"][0].startswith("10.") or pair["ip.dst"][0].startswith("10.")
        if nat != "mac" and inside and "tunnel" not in traffic:
            clients = {end[1] for end in (pair["ip.src"], pair["ip.dst"]) if end[0].startswith("10.")}
            assert all(client.startswith("100.") for client in clients)
            servers = [end for end in (pair["ip.src"], pair["ip.dst"]) if not end[0].startswith("10.")]
            assert all(left == right for left, right in servers)
    if nat == "mac":
        assert all(one[12:] == other[12:] for one, other in zip(before, behind))


def offload_holds(frames):
    """Frames of clients have the sum of the pseudo-header alone, over the addresses that they bear."""
    for frame in frames:
        if frame[23] not in (6, 17) or frame[26] == 172:
            continue
        length = struct.unpack_from(">H", frame, 16)[0]
        (found,) = struct.unpack_from(">H", frame, 50 if frame[23] == 6 else 40)
        assert found == ~packets.checksum(pseudo_header(frame[: 14 + length], frame[23])) & 0xFFFF
