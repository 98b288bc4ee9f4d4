# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Read by the jobs: two hosts at a bridge whose port p1 is mirrored, and a collector behind the uplink.
#
#   host1 eth0 --- p1 [ switch: bridge ] p2 --- eth0 host2
#                     [ uplink         ] --- in0 collector
#
# Addresses: hosts 10.0.0.1 and .2, switch and collector 192.0.2.1 and .2, 2001:db8:2::1 and ::2.

at() { ip netns exec "$@"; }
quiet_offloads() { # NAMESPACE DEVICE
    at "$1" ethtool -K "$2" tx off rx off tso off gso off gro off sg off txvlan off rxvlan off >/dev/null 2>&1
}

# A job may be run in a shorter form: with the cases of ONLY alone.
wanted() { [ -z "$ONLY" ] || [[ " $ONLY " == *" $1 "* ]]; }

bench() { # UPLINK-MTU
    local n port
    for n in host1 host2 switch collector; do
        ip netns add $n
        ip -n $n link set lo up
        at $n sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
            net.ipv6.conf.default.router_solicitations=0
    done
    ip link add p1 netns switch type veth peer name eth0 address 02:00:00:00:01:01 netns host1
    ip link add p2 netns switch type veth peer name eth0 address 02:00:00:00:01:02 netns host2
    ip link add uplink netns switch address 02:00:00:00:02:01 type veth \
        peer name in0 address 02:00:00:00:02:02 netns collector
    ip -n switch link add br0 type bridge mcast_snooping 0
    for port in p1 p2; do
        at switch sysctl -qw net.ipv6.conf.$port.disable_ipv6=1
        ip -n switch link set $port master br0 up
        quiet_offloads switch $port
    done
    at switch sysctl -qw net.ipv6.conf.br0.disable_ipv6=1
    ip -n switch link set br0 up
    for n in 1 2; do
        quiet_offloads host$n eth0
        ip -n host$n addr add 10.0.0.$n/24 dev eth0
        ip -n host$n addr add 2001:db8::$n/64 dev eth0 nodad
        ip -n host$n link set eth0 up
    done
    wire switch uplink 1 2 02:00:00:00:02:02 "$1"
    wire collector in0 2 1 02:00:00:00:02:01 "$1"
    # The collector's own answers, port unreachable, stay inside unless a job takes this away.
    tc -n collector qdisc add dev in0 clsact
    tc -n collector filter add dev in0 egress matchall action drop
    # Devices that the jobs add send nothing of their own.
    at switch sysctl -qw net.ipv6.conf.default.disable_ipv6=1
    at collector sysctl -qw net.ipv6.conf.default.disable_ipv6=1
    V4="local 192.0.2.1 remote 192.0.2.2" V6="local 2001:db8:2::1 remote 2001:db8:2::2"
    TO_V4="local 192.0.2.2 remote 192.0.2.1" TO_V6="local 2001:db8:2::2 remote 2001:db8:2::1"
    uname -r >/out/release
}

wire() { # NAMESPACE DEVICE OWN PEER PEER-MAC MTU: one end of the uplink
    quiet_offloads "$1" "$2"
    ip -n "$1" link set "$2" mtu "$6" up
    ip -n "$1" addr add "192.0.2.$3/24" dev "$2"
    ip -n "$1" addr add "2001:db8:2::$3/64" dev "$2" nodad
    ip -n "$1" neigh replace "192.0.2.$4" lladdr "$5" dev "$2" nud permanent
    ip -n "$1" neigh replace "2001:db8:2::$4" lladdr "$5" dev "$2" nud permanent
}

uplink_mtu() {
    ip -n switch link set uplink mtu "$1"
    ip -n collector link set in0 mtu "$1"
}

source_device() { # NAME TYPE-AND-OPTIONS...
    local name=$1
    shift
    echo "ip link add dev $name $*"
    ip -n switch link add dev "$name" "$@" && ip -n switch link set "$name" up
}

sink_device() { # NAME TYPE-AND-OPTIONS...
    local name=$1
    shift
    ip -n collector link add dev "$name" "$@" && ip -n collector link set "$name" up promisc on &&
        quiet_offloads collector "$name"
}

remove() { # NAMESPACE DEVICE...
    local n=$1 device
    shift
    for device in "$@"; do ip -n "$n" link del "$device"; done
}

# matchall filters do not chain: one filter has all mirrors. DIRECTIONS is "ingress egress" unless set.
mirror() { # DEVICE...: copies of what p1 receives and sends go into each
    local device direction actions=
    for device in "$@"; do actions="$actions action mirred egress mirror dev $device"; done
    tc -n switch qdisc add dev p1 clsact
    for direction in ${DIRECTIONS:-ingress egress}; do
        tc -n switch filter add dev p1 $direction matchall skip_hw $actions
    done
}

marking_mirror() { # DEVICE: the same; a program on its egress finds mark 1 (ingress) or 2 (egress)
    tc -n switch qdisc add dev p1 clsact
    tc -n switch filter add dev p1 ingress matchall skip_hw action skbedit mark 1 pipe \
        action mirred egress mirror dev "$1"
    tc -n switch filter add dev p1 egress matchall skip_hw action skbedit mark 2 pipe \
        action mirred egress mirror dev "$1"
}

unmirror() { tc -n switch qdisc del dev p1 clsact; }

captures=
capture() { # NAMESPACE DEVICE NAME [TCPDUMP-OPTION]...: to /out/NAME.pcap until finish
    local n=$1 device=$2 name=$3 tries=0
    shift 3
    # Not through at(): the process to stop must be tcpdump.
    ip netns exec "$n" tcpdump -U -n -i "$device" --time-stamp-precision=nano -B 8192 -Z root --immediate-mode \
        -w "/out/$name.pcap" "$@" 2>"/tmp/$name.said" &
    captures="$captures $!"
    until grep -q 'listening on' "/tmp/$name.said" || [ $tries -gt 1200 ]; do
        usleep 50000
        tries=$((tries + 1))
    done
}

finish() { # ends all captures, once nothing more comes
    local before=none now= tries=0
    until [ "$now" = "$before" ] || [ $tries -gt 60 ]; do
        before=$now
        usleep 400000
        now=$(cat /out/*.pcap | wc -c)
        tries=$((tries + 1))
    done
    kill -INT $captures
    wait $captures
    captures=
}

counters() { # NAMESPACE NAME: of all its devices
    ip -n "$1" -s -s -j link show >"/out/$2.links.json"
}

serve() {
    local n tries=0
    for n in host1 host2; do
        at $n iperf3 -s -D
        until at $n grep -q ':1451 .* 0A ' /proc/net/tcp /proc/net/tcp6 || [ $tries -gt 600 ]; do # port 5201, LISTEN
            usleep 100000
            tries=$((tries + 1))
        done
    done
}

# A client that ends first leaves bytes unread, so each time the server sends. No segment is sure to be longer than a write.
# Where something depends on the rate, RATE paces the sender, below what a slow machine reaches.
tcp() { # NAME BYTES [WRITE]: that many each way between the hosts, as iperf3 saw it in /out/NAME.*.json
    local write=${3:-4K}
    at host1 iperf3 -J -R -c 10.0.0.2 -n "$2" -l "$write" ${RATE:+-b $RATE} >"/out/$1.down.json"
    at host2 iperf3 -J -R -c 10.0.0.1 -n "$2" -l "$write" ${RATE:+-b $RATE} >"/out/$1.up.json"
}

pings() {
    at host1 ping -q -c 2 -s 56 10.0.0.2
    at host1 ping -q -c 1 -s 1472 10.0.0.2
    at host1 ping -q -c 1 2001:db8::2
} >/dev/null

odd_frames() { at host1 ./send-frames eth0 odd.pcap 2000; }
