# SPDX-License-Identifier: GPL-2.0-or-later
# A router with an MTU of 1500 between source and collector, which drops, tells, or cuts into fragments.
# /out/NAME.pcap is what reached the collector, /out/NAME.router.pcap what reached the router.
. ./bench.sh
bench 9216
serve
ip netns add router
at router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
ip -n collector link set in0 netns router
ip -n router link set in0 up mtu 9216
ip -n router addr add 192.0.2.254/24 dev in0
ip link add out0 netns router type veth peer name in1 netns collector
for end in "router out0" "collector in1"; do
    # shellcheck disable=SC2086
    quiet_offloads $end
done
ip -n router link set out0 mtu 1500 up
ip -n collector link set in1 mtu 1500 up
ip -n router addr add 198.51.100.254/24 dev out0
ip -n collector addr add 198.51.100.2/24 dev in1
ip -n switch route add 198.51.100.0/24 via 192.0.2.254
ip -n collector route add default via 198.51.100.254
# The collector, which has no tunnel, would answer each copy.
tc -n collector qdisc add dev in1 clsact
tc -n collector filter add dev in1 egress protocol ip flower ip_proto icmp action drop
FAR="local 192.0.2.1 remote 198.51.100.2"
try() { # NAME TRAFFIC...
    local name=$1
    shift
    wanted $name || {
        remove switch two
        return 0
    }
    capture router in0 $name.router -s 200
    capture collector in1 $name -s 200
    mirror two
    "$@"
    finish
    unmirror
    remove switch two
    ip -n switch route flush cache
}
source_device two type erspan seq key 41 $FAR erspan_ver 1 erspan 41
try told tcp told 256K
# The same where the router's ICMP error does not come through.
tc -n router qdisc add dev in0 clsact
tc -n router filter add dev in0 egress protocol ip flower ip_proto icmp action drop
source_device two type erspan seq key 42 $FAR erspan_ver 1 erspan 42
try silent tcp silent 256K
source_device two type erspan seq key 43 $FAR erspan_ver 1 erspan 43 nopmtudisc ignore-df
odd() { pings; odd_frames; }
try fragmented odd
