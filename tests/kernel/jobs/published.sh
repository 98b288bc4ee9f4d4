# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the commands that others have published, word for word, on the bench of the kernel's own test of tunnels
# (tools/testing/selftests/bpf/test_tunnel.sh): veth0 in at_ns0 with 172.16.1.100 and ::11, veth1 with 172.16.1.200 and ::22.
# Each line of ./commands: a name, where it runs (at_ns0, or - for the root), the device that it makes (or -), the command.
# /out/NAME.status and .said; /out/sent.pcap is what the devices sent of one frame each.
uname -r >/out/release
sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add at_ns0
ip link add veth0 type veth peer name veth1
ip link set veth0 netns at_ns0
ip netns exec at_ns0 ip addr add 172.16.1.100/24 dev veth0
ip netns exec at_ns0 ip link set dev veth0 up
ip link set dev veth1 up mtu 1500
ip addr add dev veth1 172.16.1.200/24
ip netns exec at_ns0 ip addr add ::11/96 dev veth0
ip addr add dev veth1 ::22/96
ip link show dummy0 >/dev/null 2>&1 || ip link add dummy0 type dummy # the module may have made it
ip link add eth0 type veth peer name eth1
ip link set dummy0 up
ip link set eth0 up
ip link set eth1 up
for way in "at_ns0 veth0 172.16.1.200 ::22 veth1" "- veth1 172.16.1.100 ::11 veth0"; do
    set -- $way
    in_ns=
    [ "$1" = - ] || in_ns="ip netns exec $1"
    mac=$(cat /sys/class/net/veth1/address)
    [ "$5" = veth1 ] || mac=$(ip netns exec at_ns0 cat /sys/class/net/veth0/address)
    $in_ns ip neigh replace "$3" lladdr "$mac" dev "$2" nud permanent
    $in_ns ip neigh replace "$4" lladdr "$mac" dev "$2" nud permanent
done
ip route add 172.31.1.1/32 via 172.16.1.100
mkdir -p /run/openvswitch /etc/openvswitch /var/log/openvswitch
ovsdb-tool create /run/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server /run/conf.db --remote=punix:/var/run/openvswitch/db.sock --pidfile --detach --no-chdir --log-file=/tmp/ovsdb.log
ovs-vsctl --timeout=120 --no-wait init
ovs-vswitchd --pidfile --detach --no-chdir --log-file=/tmp/vswitchd.log
tcpdump -U -n -i veth1 -Z root --immediate-mode -w /out/sent.pcap 2>/tmp/said &
tcpdump=$!
until grep -q 'listening on' /tmp/said; do usleep 50000; done
while IFS=$'\t' read -r name where device command; do
    in_ns=
    [ "$where" = - ] || in_ns="ip netns exec $where"
    $in_ns bash -c "$command" >"/out/$name.said" 2>&1
    echo $? >"/out/$name.status"
    [ "$device" = - ] && continue
    $in_ns ip link set "$device" up
    $in_ns ip -d -j link show "$device" >"/out/$name.json"
    $in_ns ./send-frames "$device" one.pcap 0
    case $command in
    *ovs-vsctl*) ovs-vsctl --timeout=120 del-port br0 at_erspan0 ;;
    *ip\ link\ add*) $in_ns ip link del "$device" ;;
    esac
done <commands
usleep 400000
kill -INT $tcpdump
wait $tcpdump
ovs-appctl -t ovs-vswitchd exit --cleanup
ovs-appctl -t ovsdb-server exit
