# SPDX-License-Identifier: GPL-2.0-or-later
"""erspangen's command line: what it writes, byte by byte, and what it refuses."""

import re
import struct
import subprocess
from pathlib import Path

import packets
import pcapfile
import pytest
from time_limit import TIME_LIMIT

MANUAL = Path(__file__).resolve().parent.parent.parent / "docs" / "erspangen.md"
DEFAULT_START = 1700000000


@pytest.fixture
def run(erspangen, tmp_path):
    def run(*arguments, scenario=None):
        return subprocess.run(
            [erspangen, *arguments], cwd=tmp_path, input=scenario, capture_output=True, check=False
        )

    return run


@pytest.fixture
def frames(run, tmp_path):
    """Writes a capture with these arguments and returns its frames."""

    def frames(*arguments, scenario=None):
        done = run("write", *arguments, "-o", "made.pcap", scenario=scenario)
        assert (done.returncode, done.stderr) == (0, b"")
        return pcapfile.read(tmp_path / "made.pcap")

    return frames


def ipv4(length, df=True):
    """The outer IPv4 header with every key at its default."""
    head = bytes.fromhex("4500") + struct.pack(">HHH", length, 0, 0x4000 if df else 0)
    addresses = bytes([192, 0, 2, 1, 192, 0, 2, 2])
    checksum = packets.checksum(head + bytes([64, 47, 0, 0]) + addresses)
    return head + bytes([64, 47]) + struct.pack(">H", checksum) + addresses


ETHERNET = bytes.fromhex("020000000002 020000000001 0800")
INNER = bytes.fromhex("ffffffffffff 020000000003 0842") + bytes(range(46))


def test_type_i_to_the_byte(frames):
    (frame,) = frames("--type", "1", "--count", "1", "--inner-hex", INNER.hex())
    gre = bytes.fromhex("0000 88be")
    assert frame.captured == ETHERNET + ipv4(20 + 4 + 60) + gre + INNER
    assert frame.link_type == 1


def test_type_ii_to_the_byte(frames):
    keys = "--type 2 --session 0x3ab --vlan 0x123 --cos 5 --en 2 --truncated yes --reserved 0x456"
    keys += " --index 0x789ab --sequence-start 7"
    made = frames(*keys.split(), "--count", "2", "--inner-hex", INNER.hex())
    for number, frame in enumerate(made):
        gre = bytes.fromhex("1000 88be") + struct.pack(">I", 7 + number)
        # version 1, VLAN 0x123 | 101 10 1 11 1010 1011 | reserved, index
        header = bytes.fromhex("1123 b7ab 456789ab")
        assert frame.captured == ETHERNET + ipv4(20 + 8 + 8 + 60) + gre + header + INNER


def test_type_iii_with_subheader_to_the_byte(frames):
    keys = "--type 3 --session 1 --vlan 2 --cos 1 --bso 1 --timestamp 0x0102030405060708 --sgt 0xa1b2"
    keys += " --p yes --ft 2 --hw 33 --direction egress --gra 3 --platform 3 --port 0x1234"
    keys += " --gre-key 0xdeadbeef --sequence no --count 1"
    (frame,) = frames(*keys.split(), "--inner-hex", INNER.hex())
    gre = bytes.fromhex("2000 22eb deadbeef")
    # version 2, VLAN 2 | 001 01 0 0000000001 | lower half of the time | SGT | 1 00010 100001 1 11 1
    header = bytes.fromhex("2002 2801 05060708 a1b2 8a1f")
    # platform 000011, 12 reserved bits, port 14 bits | upper half of the time
    header += struct.pack(">II", 3 << 26 | 0x1234, 0x01020304)
    assert frame.captured == ETHERNET + ipv4(20 + 8 + 20 + 60) + gre + header + INNER


def test_every_byte_of_a_gre_checksum(frames):
    (frame,) = frames("--gre-checksum", "good", "--count", "1", "--inner-hex", INNER.hex())
    assert frame.captured[34:38] == bytes.fromhex("9000 88be")
    assert packets.checksum(frame.captured[34:]) == 0
    (frame,) = frames("--gre-checksum", "bad", "--count", "1", "--inner-hex", INNER.hex())
    assert packets.checksum(frame.captured[34:]) != 0


def test_a_scenario_with_two_sessions_in_the_order_of_time(frames):
    scenario = b"""
        # two sessions
        [sessions]
        type = 2
        interval = 2ms
        count = 2
        [session a]
        session = 1
        [session b]
        session = 2
        delay = 1ms
    """
    made = frames("-", scenario=scenario)
    assert [frame.captured[45] for frame in made] == [1, 2, 1, 2]


def test_an_option_wins_over_the_scenario(frames):
    scenario = b"[session a]\ntype = 2\nsession = 1\ncount = 1\n"
    (frame,) = frames("-", "--session", "9", scenario=scenario)
    assert frame.captured[45] == 9


def test_same_scenario_same_bytes(run, tmp_path):
    arguments = ["--type", "3", "--inner", "random", "--seed", "5", "--inner-size", "100"]
    for name in ("a.pcap", "b.pcap"):
        assert run("write", *arguments, "-o", name).returncode == 0
    assert (tmp_path / "a.pcap").read_bytes() == (tmp_path / "b.pcap").read_bytes()


@pytest.mark.parametrize(
    "arguments, magic",
    [
        (["-o", "x.pcap"], 0xA1B2C3D4),
        (["-o", "x.pcap", "--time-precision", "ns"], 0xA1B23C4D),
        (["-o", "x.pcapng"], 0x0A0D0D0A),
        (["-o", "x.any", "--format", "pcapng"], 0x0A0D0D0A),
        (["-o", "x.pcapng", "--format", "pcap"], 0xA1B2C3D4),
    ],
)
def test_format_of_the_file(run, tmp_path, arguments, magic):
    assert run("write", *arguments).returncode == 0
    (made,) = tmp_path.iterdir()
    assert struct.unpack("<I", made.read_bytes()[:4]) == (magic,)


def test_standard_output(run, tmp_path):
    piped = run("write", "--count", "3", "-o", "-")
    assert run("write", "--count", "3", "-o", "x.pcap").returncode == 0
    assert piped.stdout == (tmp_path / "x.pcap").read_bytes()


def test_the_capture_starts_at_a_fixed_time(run):
    made = run("write", "--count", "1", "-o", "-").stdout
    assert struct.unpack_from("<II", made, 24) == (DEFAULT_START, 0)
    made = run("write", "--count", "1", "--start", "12.000345", "-o", "-").stdout
    assert struct.unpack_from("<II", made, 24) == (12, 345)


# What is wrong, and words that the message must hold: what was given, what would be right.
WRONG_OPTIONS = [
    ("--session 1024", "--session 1024", "0-1023"),
    ("--session -1", "--session -1", "0-1023"),
    ("--session 0x", "--session 0x", "0-1023"),
    ("--session 5x", "--session 5x", "0-1023"),
    ("--session 99999999999999999999", "99999999999999999999", "0-1023"),
    ("--type 4", "--type 4", "1-3"),
    ("--kind capture --file - --loops 2", "loops", "read once"),
    ("--sequence-bits 30 --sequence-start 0x40000000", "sequence-start", "sequence-bits"),
    ("--type 3 --drift 20", "--drift 20", "ppm"),
    ("--type 3 --drift 100001ppm", "--drift 100001ppm", "100000ppm"),
    ("--type 3 --drift=--1ppm", "--drift --1ppm", "ppm"),
    ("--inner-size 64KiB", "--inner-size 64KiB", "0-65535"),
    ("--cut 0.5", "--cut 0.5", "kB,KiB"),
    ("--police-rate 1Mbit --police-burst 1-1073741824", "--police-burst 1-1073741824", "KiB"),
    ("--interval 5", "--interval 5", "ns,us,ms,s"),
    ("--interval 5h", "--interval 5h", "ns,us,ms,s"),
    ("--interval 0.5ns", "--interval 0.5ns", "ns,us,ms,s"),
    ("--truncated maybe", "--truncated maybe", "no|yes"),
    ("--source 192.0.2", "--source 192.0.2", "IPv4-ADDRESS"),
    ("--source-mac 02:00:00:00:00", "--source-mac", "XX:XX"),
    ("--outer-vlan 4096", "--outer-vlan 4096", "0-4095"),
    ("--inner-hex 123", "--inner-hex 123", "HEX"),
    ("--inner foo", "--inner foo", "tcp|udp"),
    ("--sequence-bits 31", "--sequence-bits 31", "30|32"),
    ("--sesion 3", "--sesion", "--session"),
    ("--asic-time 3", "--asic-time", "[marker NAME]"),
    ("--source 2001:db8::1", "source", "one family"),
    ("--fragment 16", "fragment", "df = no"),
    ("--fragment 9 --df no", "fragment", "multiple of 8"),
    ("--ip-options 01", "ip-options", "multiple of 4"),
    ("--inner udp --inner-size 41", "inner-size", "headers"),
    ("--inner-size 65500", "inner-size", "65535"),
    ("--inner arp --inner-mac no", "inner-mac", "tcp, udp, echo"),
    ("--type 3 --platform 3 --port 0x4000", "port", "platform"),
    ("--interval 9000000000s --count 9000000000", "interval", "2106"),
    ("--start 4294967296", "start", "2106"),
    ("--fragment 64 --df no --fragment-overlap 64", "fragment-overlap", "less than fragment"),
    ("--fragment-overlap 8", "fragment-overlap", "fragment"),
    ("no-such-file.ini", "no-such-file.ini", "No such file"),
    ("a.ini b.ini", "b.ini", "one scenario"),
]


# Right by itself, but nothing would come of it beside the other options.
HEADER_III = 14 + 20 + 8  # behind Ethernet, IPv4 and GRE with sequence number

IDLE_OPTIONS = [
    ("--type 1 --session 3", "--session", "--type 2 or 3"),
    ("--type 1 --vlan 3", "--vlan", "--type 2 or 3"),
    ("--type 1 --truncated yes", "--truncated", "--type 2 or 3"),
    ("--type 2 --gra 2", "--gra", "--type 3"),
    ("--type 2 --drift 1ppm", "--drift", "--type 3"),
    ("--type 3 --tick 0 --drift 1ppm", "--drift", "tick"),
    ("--type 2 --timestamp 3", "--timestamp", "--type 3"),
    ("--type 2 --hw 1", "--hw", "--type 3, or --sequence-domain hw-id"),
    ("--type 2 --direction egress", "--direction", "--type 3"),
    ("--type 2 --platform 3", "--platform", "--type 3"),
    ("--type 3 --en 2", "--en", "--type 2"),
    ("--type 3 --index 2", "--index", "--type 2"),
    ("--type 3 --domain 3", "--domain", "--platform 1"),
    ("--type 3 --platform 3 --switch 3", "--switch", "--platform 5 or 6"),
    ("--type 3 --platform 1 --seconds 3", "--seconds", "--platform 5 or 6"),
    ("--type 3 --platform 4 --port 0", "--port", "--platform 0, 1, 3, 5, 6 or 7"),
    ("--type 3 --platform 5 --subheader-reserved 0", "--subheader-reserved", "--platform 0, 1, 3, 4"),
    ("--type 3 --platform 5 --subheader-reserved2 1", "--subheader-reserved2", "--platform 4"),
    ("--type 3 --platform 5 --opaque 0", "--opaque", "a platform other than"),
    ("--restart-copies 2 --restart-clock yes", "--restart-clock", "--type 3"),
    ("--icmp-mtu 99", "--icmp-mtu", "--icmp-error mtu"),
    ("--icmp-error protocol --icmp-mtu 99", "--icmp-mtu", "--icmp-error mtu"),
    ("--icmp-instead yes", "--icmp-instead", "--icmp-error protocol or mtu"),
    ("--icmp-quote 99", "--icmp-quote", "--drop-answer yes"),
    ("--icmp-error mtu --icmp-copy 11", "--icmp-copy", "that many copies: see count"),
    ("--drop-copies 11", "--drop-copies", "that many copies: see count"),
    ("--count 3 --late-copies 4+1", "--late-copies", "that many copies: see count"),
    ("--link sll-without-gre --gre-key 3", "--gre-key", "--link ethernet, sll or raw"),
    ("--link sll-without-gre --ttl 3", "--ttl", "--link ethernet, sll or raw"),
    ("--link raw --source-mac 02:00:00:00:00:07", "--source-mac", "--link ethernet or sll"),
    ("--link sll --destination-mac 02:00:00:00:00:07", "--destination-mac", "--link ethernet"),
    ("--source ::1 --destination ::2 --df no", "--df", "IPv4"),
    ("--gre-flags 0 --gre-key 3", "--gre-key", "0x2000"),
    ("--type 1 --sequence-start 3", "--sequence-start", "see sequence"),
    ("--sequence no --sequence-bits 30", "--sequence-bits", "a sequence number that counts"),
    ("--inner-hex 00 --inner udp", "--inner", "inner-hex"),
    ("--inner-priority 3", "--inner-priority", "inner-vlan"),
    ("--inner arp --inner-ip 6", "--inner-ip", "tcp, udp, echo"),
    ("--inner none --inner-vlan 6", "--inner-vlan", "other than random or none"),
    ("--inner none --flows 6", "--flows", "arp"),
    ("--seed 6", "--seed", "something random"),
    ("--payload-hex 00 --vlan 3", "--vlan", "payload-hex"),
    ("--payload-hex 00 --inner udp", "--inner", "payload-hex"),
    ("--inner-hex 00 --inner-mac no", "--inner-mac", "--routed yes"),
    ("--gre-flags 0 --gre-version 1", "--gre-version", "--gre-flags auto"),
    ("--from 1ms", "--from", "an impairment, such as loss"),
    ("--kind imix --inner-hex 00", "--inner-hex", "a session without mirror"),
]


@pytest.mark.parametrize("arguments, option, needs", IDLE_OPTIONS, ids=lambda value: value)
def test_an_option_that_means_nothing(run, tmp_path, arguments, option, needs):
    done = run("write", *arguments.split(), "-o", "x.pcap")
    assert done.returncode == 2
    message = done.stderr.decode()
    assert message.startswith(f"erspangen write: {option} requires ")
    assert needs in message and message.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# The same keys where they mean something, the less obvious places among them.
TELLING_OPTIONS = [
    "--type 1 --session 3 --sequence yes --sequence-domain session-id",
    "--type 2 --hw 1 --sequence-domain hw-id",
    "--type 3 --o yes --port 3",
    "--type 3 --platform 1 --domain 3",
    "--type 3 --platform 42 --opaque 1",
    "--drop-above 60 --drop-answer yes --icmp-quote 40",
    "--icmp-error mtu --icmp-copy 10 --icmp-mtu 99",
    "--drop-copies 10-99",
    "--loop 4 --drop-copies 40",
    "--gre-flags 0x2000 --gre-key 3",
    "--link sll --source-mac 02:00:00:00:00:07",
]


# A clock of 100 ps ticks (or what is said) after 1000 s, shown in 64 bits: what each drift adds.
DRIFTS = [
    ("0", 10**13),
    ("1ppm", 10**13 + 10**7),
    ("-1ppm", 10**13 - 10**7),
    ("0.5ppm", 10**13 + 5 * 10**6),
    ("3ppb", 10**13 + 3 * 10**4),
    ("-100000ppm", 9 * 10**12),
    ("20ppm --timestamp unix --start 5", 10**13 + 2 * 10**8 + 5 * 10**10),
    ("20ppm --restart-copies 2 --restart-clock yes", 0),
]


@pytest.mark.parametrize("drift, shown", DRIFTS)
def test_a_clock_that_drifts(frames, drift, shown):
    keys = f"--type 3 --gra 3 --platform 3 --tick 100ps --count 2 --interval 1000s --drift={drift}"
    _, frame = frames(*keys.split())
    lower, upper = struct.unpack_from(">I8xI", frame.captured, HEADER_III + 4)
    assert upper << 32 | lower == shown


@pytest.mark.parametrize("arguments", TELLING_OPTIONS)
def test_an_option_that_means_something(frames, arguments):
    assert frames(*arguments.split())


def test_an_option_must_mean_something_to_one_session_only(run):
    two = b"[session a]\ntype = 2\n[session b]\ntype = 3\n"
    assert run("write", "-", "--gra", "2", "-o", "x.pcap", scenario=two).returncode == 0
    both = b"[sessions]\ngra = 2\n[session a]\ntype = 2\n[session b]\ntype = 3\n"
    assert run("write", "-", "-o", "x.pcap", scenario=both).returncode == 0


SAME_SIZES = [
    ("--inner-size 1024", "--inner-size 1KiB"),
    ("--inner-size 1500", "--inner-size 1.5kB"),
    ("--inner-size 0x80", "--inner-size 128"),
    ("--truncate 100 --inner-size 2000", "--truncate 0.1kB --inner-size 2kB"),
    ("--drop-above 1000 --inner-size 990", "--drop-above 1kB --inner-size 990"),
    ("--kind iperf --bytes 4096 --window 16384", "--kind iperf --bytes 0x1000 --window 16KiB"),
]


@pytest.mark.parametrize("plain, other", SAME_SIZES)
def test_sizes_as_people_write_them(run, plain, other):
    made = [run("write", *words.split(), "-o", "-") for words in (plain, other)]
    assert made[0].returncode == 0 and made[0].stdout == made[1].stdout


@pytest.mark.parametrize("arguments, given, right", WRONG_OPTIONS, ids=lambda value: value)
def test_wrong_option(run, tmp_path, arguments, given, right):
    done = run("write", *arguments.split(), "-o", "x.pcap")
    assert done.returncode in (1, 2)
    message = done.stderr.decode()
    assert message.startswith("erspangen write: ") and message.count("\n") == 1
    assert given in message and right in message
    assert list(tmp_path.iterdir()) == []


SHARED = "[sessions]\nsequence-domain = source\n[session a]\nsequence-start = 5\n[session b]\n"

WRONG_SCENARIOS = [
    ("[session a]\nsession = 5000", 2, "0-1023"),
    ("[session a]\n\n# x\nsesion = 5", 4, '"session"'),
    ("[session a]\nsession = 1\nsession = 2", 3, "duplicate key"),
    ("[session a]\n[session a]", 2, "duplicate group"),
    ("[sesion a]", 1, "[session NAME]"),
    ("[session]", 1, "[session NAME]"),
    ("[session  ]", 1, "[session NAME]"),
    (f"[session {'a' * 64}]", 1, "63 bytes at most"),
    ("[session a", 1, "its name"),
    ("session = 1", 1, "before the first [group]"),
    ("[session a]\nsession", 2, "key = value"),
    ("[session a]\nasic-time = 1", 2, '"asic-time" is a key of [marker NAME], not of [session NAME]'),
    ("[marker m]\ngra = 1", 2, '"gra" is a key of [session NAME], not of [marker NAME]'),
    ("[capture]\nkind = imix", 2, '"kind" is a key of [traffic NAME], not of [capture]'),
    ("[session a]\nformat = pcap", 2, '"format" is a key of [capture]'),
    ("[session a]\n\ngra = 2", 3, "gra requires type = 3"),
    ("[session a]\ngre-key = 3\nlink = sll-without-gre", 2, "gre-key requires a GRE"),
    ("[sessions]\ngra = 2\n[session a]\ntype = 3\n[session b]\nen = 1\ntype = 3", 6, "type = 2"),
    ("[sessions]\ngra = 2\n[session a]\n[session b]", 2, "gra requires type = 3"),
    (SHARED + "sequence-start = 5", 6, "the first session of a sequence-domain says where it starts"),
    ("[traffic t]\n[session a]", 1, "no session mirrors it"),
    ("[impairment a]\nloss = 1%\n[marker m]", 1, "no [session NAME]"),
    ("[session a]\n[sessions]", 2, "before the first session"),
    ("[session a]\n[marker m]\nlink = sll-without-gre", 2, "not GRE"),
    ("[session a]\ntype = 2\n[session b]\nfragment = 16", 3, "df = no"),
]


@pytest.mark.parametrize("text, line, right", WRONG_SCENARIOS, ids=lambda value: str(value))
def test_wrong_scenario(run, tmp_path, text, line, right):
    scenario = tmp_path / "x.ini"
    scenario.write_text(text)
    done = run("write", "x.ini", "-o", "x.pcap")
    message = done.stderr.decode()
    assert done.returncode == 2
    assert message.startswith(f"erspangen write: x.ini:{line}: ") and message.count("\n") == 1
    assert right in message
    assert list(tmp_path.iterdir()) == [scenario]


LONG = "5" * 3_000_000
TOO_LONG = [
    f"[session a]\nsession = {LONG}",
    f"[session a]\n{LONG} = 1",
    f"[session a]\n{LONG}",
    f"{LONG} = 1",
    f"[{LONG}]",
    f"[{LONG}",
    f"[session a]\nvlan = {'€' * 1000}",
]


@pytest.mark.parametrize("text", TOO_LONG, ids=lambda text: text[:14])
def test_an_error_does_not_repeat_all_that_is_wrong(run, text):
    message = run("check", "-", scenario=text.encode()).stderr.decode()
    assert "..." in message and message.count("\n") == 1 and len(message) < 300
    assert "5" * 40 in message or "vlan = " in message


ENDLESS = [
    (b"#\n" * (3 << 20), "longer than 4 MiB"),
    (b"\0" * (64 << 20), "zero byte"),
    (b"x\n" * 200_000, "and more mistakes"),
    (b"".join(b"[session %d]\ngra = 1\n" % n for n in range(2000)), "and more mistakes"),
]


@pytest.mark.parametrize("text, end", ENDLESS, ids=[end for _, end in ENDLESS])
def test_no_file_is_too_long_to_be_refused(erspangen, text, end):
    done = subprocess.run(
        [erspangen, "check", "-"], input=text, capture_output=True, check=False, timeout=TIME_LIMIT
    )
    message = done.stderr.decode()
    assert done.returncode == 2 and end in message.splitlines()[-1]
    assert message.count("\n") < 500


def test_names_as_given_in_any_locale(erspangen, tmp_path, frames):
    (tmp_path / "größe.ini").write_text("[session \t ä]\n[impairment x]\nsessions = ä\nloss = 100%\n", encoding="utf-8")
    assert frames("größe.ini") == []
    for locale in ("C", "C.UTF-8"):
        done = subprocess.run(
            [erspangen, "write", "--collector-port", "Gerät", "-o", "ü.pcapng", "--count", "1"],
            cwd=tmp_path, env={"LC_ALL": locale}, capture_output=True, check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        done = subprocess.run(
            [erspangen, "check", "ä"], env={"LC_ALL": locale}, capture_output=True, check=False
        )
        assert "ä: No such file" in done.stderr.decode()
    assert [frame.interface for frame in pcapfile.read(tmp_path / "ü.pcapng")] == ["Gerät"]


PAST_2106 = ["--late 100% --late-delay 1000s", "--duplicate-copies 2 --duplicate-delay 1000s"]


@pytest.mark.parametrize("delay", PAST_2106)
@pytest.mark.parametrize("name", ["x.pcap", "x.pcapng"])
def test_no_delay_leads_beyond_the_times_of_a_capture(run, tmp_path, delay, name):
    done = run("write", "--start", "4294967000", *delay.split(), "-o", name)
    assert done.returncode == 1 and b"2106-02-07" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_byte_order_mark(frames):
    assert len(frames("-", scenario=b"\xef\xbb\xbf[session a]\ncount = 2\n")) == 2


def test_a_scenario_of_nothing(run):
    done = run("write", "-", "-o", "x.pcap", scenario=b"# nothing\n")
    assert done.returncode == 2 and b"[session NAME]" in done.stderr
    done = run("write", "-", "-o", "x.pcap", scenario=b"[session a]\n\0type = 3\n")
    assert done.returncode == 2 and b"zero byte" in done.stderr


def test_pcap_holds_one_link_type(run, tmp_path):
    scenario = b"[session a]\nlink = sll\n[session b]\n"
    done = run("write", "-", "-o", "x.pcap", scenario=scenario)
    assert done.returncode == 2 and b"pcapng" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_output_named(run):
    done = run("write", "--type", "2")
    assert done.returncode == 2 and b"-o" in done.stderr


def test_an_error_leaves_the_old_file_alone(run, tmp_path):
    old = tmp_path / "x.pcap"
    old.write_bytes(b"old")
    scenario = b"[session a]\nlink = sll\n[session b]\n"
    assert run("write", "-", "-o", "x.pcap", scenario=scenario).returncode != 0
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_full_disk_and_closed_pipe(run):
    done = run("write", "-o", "/dev/full")
    assert done.returncode == 1 and b"/dev/full: No space left" in done.stderr
    assert Path("/dev/full").is_char_device()


def test_help_and_version(run):
    for arguments in (["--help"], ["write", "--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) <= 40
    told = rb"erspangen \d+\.\d+\.\d+\nsends by  packet, .*pcap\nconfined by  .*Landlock\n"
    assert re.fullmatch(told, run("--version").stdout)
    for arguments in ([], ["frobnicate"]):
        done = run(*arguments)
        assert done.returncode == 2 and b"Usage: erspangen COMMAND" in done.stderr


def test_the_manual_names_every_key(run):
    keys = re.findall(r"^  --([a-z0-9-]+)=", run("write", "--help-all").stdout.decode(), re.M)
    assert len(keys) > 80
    manual = set(re.findall(r"^`([a-z0-9-]+)` ", MANUAL.read_text(encoding="utf-8"), re.M))
    assert set(keys) <= manual
    assert manual <= set(keys)
