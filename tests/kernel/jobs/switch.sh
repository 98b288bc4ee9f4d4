# SPDX-License-Identifier: GPL-2.0-or-later
# openvswitch.ko: flows by ovs-dpctl without a daemon, as in "ERSPAN Support for Linux", then mirrors by ovs-vsctl with
# the kernel's datapath.
. ./bench.sh
bench 9216
ip -n switch link set p1 nomaster
ip -n switch link set p2 nomaster
ip -n switch link set br0 down
dp() { ip netns exec switch ovs-dpctl "$@"; }
dp add-dp paper || exit 3
dp add-if paper p1
dp add-if paper p2
ip -n switch link add dev myerspan type erspan external
ip -n switch link set myerspan up
dp add-if paper myerspan
port_of() { dp show paper | sed -nE "s/ *port ([0-9]+): $1( .*)?\$/\1/p"; }
P1=$(port_of p1) P2=$(port_of p2) TUNNEL=$(port_of myerspan)
TO="dst=192.0.2.2,ttl=64"
# With the port alone, as in the paper; then with the key that the kernel asks for.
COPIES="set(tunnel(tun_id=23,$TO,erspan(ver=1,idx=0x7),flags(df|key))),$TUNNEL,$P2"
dp add-flow paper "in_port($P1)" "$COPIES" 2>/out/port-alone.said
echo $? >/out/port-alone.status
dp add-flow paper "in_port($P1),eth()" "$COPIES" || exit 4
capture collector in0 bare
odd_frames
finish
dp del-flows paper
for key in "eth_type(0x0800),ipv4()" "eth_type(0x86dd),ipv6()" "eth_type(0x0806),arp()" "eth_type(0x88b5)"; do
    dp add-flow paper "in_port($P1),eth(),$key" \
        "set(tunnel(tun_id=21,$TO,erspan(ver=1,idx=0x5),flags(df|key))),$TUNNEL,$P2" || exit 4
    dp add-flow paper "in_port($P2),eth(),$key" \
        "set(tunnel(tun_id=22,$TO,erspan(ver=2,dir=1,hwid=0x4),flags(df|key))),$TUNNEL,$P1" || exit 4
done
capture collector in0 flows
pings
odd_frames
finish
dp del-dp paper
ip -n switch link del myerspan

mkdir -p /run/openvswitch /etc/openvswitch /var/log/openvswitch
ovsdb-tool create /run/conf.db /usr/share/openvswitch/vswitch.ovsschema
ip netns exec switch ovsdb-server /run/conf.db --remote=punix:/var/run/openvswitch/db.sock --pidfile --detach --no-chdir \
    --log-file=/tmp/ovsdb.log
vs() { ip netns exec switch ovs-vsctl --timeout=120 "$@"; }
vs --no-wait init
ip netns exec switch ovs-vswitchd --pidfile --detach --no-chdir --log-file=/tmp/vswitchd.log
vs add-br br-int -- add-port br-int p1 -- add-port br-int p2 || exit 5
ENDS="options:remote_ip=192.0.2.2 options:local_ip=192.0.2.1"
ENDS_6="options:remote_ip=2001:db8:2::2 options:local_ip=2001:db8:2::1"
# shellcheck disable=SC2086
vs add-port br-int e1 -- set int e1 type=erspan $ENDS options:key=31 options:erspan_ver=1 options:erspan_idx=0x31 \
    -- add-port br-int e2 -- set int e2 type=erspan $ENDS options:key=32 options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=0x12 \
    -- add-port br-int e3 -- set int e3 type=ip6erspan $ENDS_6 options:key=36 options:erspan_ver=2 options:erspan_dir=0 options:erspan_hwid=0x3a
ip netns exec switch ovs-dpctl show >/out/datapath
for port in e1 e2 e3; do
    ip netns exec switch ovs-ofctl mod-port br-int $port no-flood
    vs -- --id=@p get port p1 -- --id=@e get port $port -- --id=@m create mirror name=m-$port select-src-port=@p \
        select-dst-port=@p output-port=@e -- add bridge br-int mirrors @m >/dev/null
done
at switch ovs-appctl revalidator/purge
capture collector in0 mirrors
pings
finish
vs set mirror m-e1 snaplen=96
at switch ovs-appctl revalidator/purge
capture collector in0 snapped
pings
finish
at switch ovs-appctl -t ovs-vswitchd exit --cleanup
at switch ovs-appctl -t ovsdb-server exit
