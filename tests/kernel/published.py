# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands for ERSPAN that the authors of Linux's and Open vSwitch's support have published, word for word, each with
where it stands. docs/linux.md shows them beside what became of them.
"""

from dataclasses import dataclass, field

NATIVE = "Linux, commit 84e54fe0a5ea (4.14): gre: introduce native tunnel support for ERSPAN"
TYPE_I = "Linux, commit f989d546a2d5 (5.8): erspan: Add type I version 0 support"
SELFTEST = "Linux, tools/testing/selftests/bpf/test_tunnel.sh"
MIRRED = "iproute2, tc-mirred(8), EXAMPLES"
FAQ = "Open vSwitch, Documentation/faq/configuration.rst"


@dataclass
class Command:
    source: str
    text: str
    sent: dict = field(default_factory=dict)  # fields of the copy that its device sends; none: it makes no device
    device: str = "-"
    where: str = "at_ns0"  # of the kernel's test; - is the root


COMMANDS = {
    "native": Command(
        NATIVE, "ip link add dev ers11 type erspan seq key 100 erspan 123 local 172.16.1.200 remote 172.16.1.100",
        {"type": 2, "session": 100, "index": 123, "source": "172.16.1.200"}, "ers11", "-",
    ),
    "type-1": Command(
        TYPE_I, "ip link add dev erspan11 type erspan local 172.16.1.100 remote 172.16.1.200 erspan_ver 0",
        {"type": 1, "source": "172.16.1.100"}, "erspan11",
    ),
    "type-2": Command(
        SELFTEST,
        "ip link add dev erspan00 type erspan seq key 2 local 172.16.1.100 remote 172.16.1.200 erspan_ver 1 erspan 123",
        {"type": 2, "session": 2, "index": 123, "source": "172.16.1.100"}, "erspan00",
    ),
    "type-3": Command(
        SELFTEST,
        "ip link add dev erspan00 type erspan seq key 2 local 172.16.1.100 remote 172.16.1.200 "
        "erspan_ver 2 erspan_dir egress erspan_hwid 3",
        {"type": 3, "session": 2, "d": 1, "hw": 3, "source": "172.16.1.100"}, "erspan00",
    ),
    "type-2-v6": Command(
        SELFTEST, "ip link add dev ip6erspan00 type ip6erspan seq key 2 local ::11 remote ::22 erspan_ver 1 erspan 123",
        {"type": 2, "session": 2, "index": 123, "source": "::11"}, "ip6erspan00",
    ),
    "type-3-v6": Command(
        SELFTEST,
        "ip link add dev ip6erspan00 type ip6erspan seq key 2 local ::11 remote ::22 "
        "erspan_ver 2 erspan_dir egress erspan_hwid 7",
        {"type": 3, "session": 2, "d": 1, "hw": 7, "source": "::11"}, "ip6erspan00",
    ),
    "external": Command(SELFTEST, "ip link add dev erspan11 type erspan external", {}, "erspan11", "-"),
    "external-v6": Command(SELFTEST, "ip link add dev ip6erspan11 type ip6erspan external", {}, "ip6erspan11", "-"),
    "ingress": Command(MIRRED, "tc qdisc add dev eth0 handle ffff: ingress", where="-"),
    "mirred": Command(
        MIRRED,
        "tc filter add dev eth0 parent ffff: protocol ip u32 match ip protocol 1 0xff "
        "action mirred egress mirror dev dummy0",
        where="-",
    ),
    "bridge": Command(FAQ, "ovs-vsctl add-br br0", where="-"),
    "switch-type-2": Command(
        FAQ,
        "ovs-vsctl add-port br0 at_erspan0 -- set int at_erspan0 type=erspan options:key=1 "
        "options:remote_ip=172.31.1.1 options:erspan_ver=1 options:erspan_idx=1",
        {"type": 2, "session": 1, "index": 1}, "br0", "-",
    ),
    "switch-type-3": Command(
        FAQ,
        "ovs-vsctl add-port br0 at_erspan0 -- set int at_erspan0 type=erspan options:key=1 "
        "options:remote_ip=172.31.1.1 options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=4",
        {"type": 3, "session": 1, "d": 1, "hw": 4}, "br0", "-",
    ),
}  # fmt: skip


def lines():
    """As the job reads them."""
    rows = ("\t".join((name, command.where, command.device, command.text)) for name, command in COMMANDS.items())
    return "".join(f"{row}\n" for row in rows).encode()
