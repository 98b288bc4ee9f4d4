# SPDX-License-Identifier: GPL-2.0-or-later
# TCP through mirrors to which something happens on the way. /out/NAME.qdisc.json has what netem and tbf counted.
. ./bench.sh
bench 9216
serve
case_of() { # NAME BYTES [QDISC...]: one capture of TCP each way while the queue stands
    local name=$1 bytes=$2
    shift 2
    wanted $name || return 0
    [ $# -eq 0 ] || tc -n switch qdisc add dev uplink root "$@" || exit 3
    capture collector in0 $name -s 200
    tcp $name $bytes
    # What the queue holds leaves, and later numbers tell what was dropped last.
    usleep 500000
    at host1 ping -q -c 3 -i 0.2 -s 56 10.0.0.2 >/dev/null
    finish
    tc -n switch -s -j qdisc show dev uplink >/out/$name.qdisc.json
    [ $# -eq 0 ] || tc -n switch qdisc del dev uplink root
}
source_device two type erspan seq key 120 $V4 erspan_ver 1 erspan 20
mirror two
case_of clean 64K
case_of loss 256K netem loss 6% limit 10000
# Longer than a slow machine takes from frame to frame.
case_of reorder 128K netem delay 100ms reorder 90% limit 10000
# Bursts of 64 KiB with pauses, of which the policer passes the first part, however fast they come.
RATE=2M/16 case_of policed 256K tbf rate 1mbit burst 16k limit 16k
unmirror
DIRECTIONS=egress mirror two
case_of one-direction 128K
unmirror
# Two devices, a direction in each.
source_device three type erspan seq key 221 $V4 erspan_ver 2 erspan_dir ingress erspan_hwid 3
source_device four type erspan seq key 222 $V4 erspan_ver 2 erspan_dir egress erspan_hwid 3
DIRECTIONS=ingress mirror three
tc -n switch filter add dev p1 egress matchall skip_hw action mirred egress mirror dev four
case_of two-devices 64K
unmirror
remove switch three four
# The mirror mirrors its own output.
if wanted loop; then
    mirror two
    tc -n switch qdisc add dev uplink clsact
    tc -n switch filter add dev uplink egress matchall action mirred egress mirror dev two
    capture collector in0 loop
    at host1 ping -q -c 2 -i 0.3 10.0.0.2 >/dev/null
    finish
    tc -n switch qdisc del dev uplink clsact
    unmirror
fi
# The device still believes in an uplink of 9216: what is too long goes away behind it.
uplink_mtu 1500
mirror two
case_of mtu 128K
unmirror
remove switch two
source_device two type erspan seq key 120 $V4 erspan_ver 1 erspan 20
mirror two
case_of cut 64K
