# SPDX-License-Identifier: GPL-2.0-or-later
# Two bridges with a network between them that delays and loses; the port of each host is mirrored. Both bridges send in
# ERSPAN to one collector, and what is between them counts what it drops.
#
#   host1 eth0 --- p1 [ br0 ] x0 --- netem --- x1 [ br1 ] p2 --- eth0 host2
. ./bench.sh
bench 9216
DELAY_MS=10
ip link add x0 netns switch type veth peer name x1 netns switch
ip -n switch link add br1 type bridge mcast_snooping 0
ip -n switch link set p2 nomaster
for port in x0 x1; do
    at switch sysctl -qw net.ipv6.conf.$port.disable_ipv6=1
    quiet_offloads switch $port
done
at switch sysctl -qw net.ipv6.conf.br1.disable_ipv6=1
ip -n switch link set x0 master br0 up
ip -n switch link set x1 master br1 up
ip -n switch link set p2 master br1 up
ip -n switch link set br1 up
# Nothing but what the cases send, all of it IPv4.
for n in 1 2; do
    ip -n host$n addr flush dev eth0 scope global
    at host$n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip -n host$n addr add 10.0.0.$n/24 dev eth0
    ip -n host$n neigh replace 10.0.0.$((3 - n)) lladdr 02:00:00:00:01:0$((3 - n)) dev eth0 nud permanent
done
serve
between() { # NETEM...
    for port in x0 x1; do
        tc -n switch qdisc del dev $port root 2>/dev/null # with its counts
        tc -n switch qdisc add dev $port root netem limit 10000 "$@"
    done
}
mirror_port() { # PORT DEVICE
    tc -n switch qdisc add dev "$1" clsact
    for direction in ingress egress; do
        tc -n switch filter add dev "$1" $direction matchall skip_hw action mirred egress mirror dev "$2"
    done
}
try() { # NAME COMMAND...
    local name=$1
    shift
    capture collector in0 "$name" -s 200
    mirror_port p1 before
    mirror_port p2 behind
    "$@"
    finish
    for port in p1 p2; do tc -n switch qdisc del dev $port clsact; done
    for port in x0 x1; do tc -n switch -s -j qdisc show dev $port >"/out/$name.$port.json"; done
}
V4="local 192.0.2.1 remote 192.0.2.2"
source_device before type erspan seq key 51 $V4 erspan_ver 1 erspan 51
source_device behind type erspan seq key 52 $V4 erspan_ver 1 erspan 52
echo $DELAY_MS >/out/delay_ms

between delay ${DELAY_MS}ms
echoes() { at host1 ping -c 100 -i 0.05 -s 200 10.0.0.2 >/out/echoes.said; }
try echoes echoes

between delay ${DELAY_MS}ms loss 3%
datagrams() { at host1 iperf3 -J -u -c 10.0.0.2 -n 1500K -l 1000 -b 2M >/out/datagrams.iperf.json; }
try datagrams datagrams

between delay ${DELAY_MS}ms loss 3%
segments() { at host1 iperf3 -J -c 10.0.0.2 -n 1500K -b 4M >/out/segments.iperf.json; }
try segments segments
