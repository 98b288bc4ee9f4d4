# SPDX-License-Identifier: GPL-2.0-or-later
# All kinds of native devices and of metadata mode at one port, in one capture each; and what the collector's kernel takes out
# of the native ones again. /out/port.pcap and /out/metadata-port.pcap are the frames that were mirrored.
. ./bench.sh
bench 9216
source_device one type erspan $V4 erspan_ver 0
source_device two type erspan seq key 100 $V4 erspan_ver 1 erspan 123
source_device most type erspan seq key 1023 $V4 erspan_ver 1 erspan 0xfffff
source_device three type erspan seq key 200 $V4 erspan_ver 2 erspan_dir ingress erspan_hwid 7
source_device four type erspan seq key 201 $V4 erspan_ver 2 erspan_dir egress erspan_hwid 0x3f
source_device six type ip6erspan seq key 300 $V6 erspan_ver 1 erspan 77
source_device seven type ip6erspan seq key 400 $V6 erspan_ver 2 erspan_dir ingress erspan_hwid 17
source_device bare type ip6erspan seq key 301 $V6 erspan_ver 1 erspan 78 encaplimit none
source_device like type erspan seq key 110 $V4 erspan_ver 1 erspan 9 ttl 6 tos inherit
sink_device sink-I type erspan $TO_V4 erspan_ver 0
sink_device sink-100 type erspan seq key 100 $TO_V4 erspan_ver 1 erspan 123
sink_device sink-200 type erspan seq key 200 $TO_V4 erspan_ver 2 erspan_dir ingress erspan_hwid 7
sink_device sink-300 type ip6erspan seq key 300 $TO_V6 erspan_ver 1 erspan 77
sink_device sink-400 type ip6erspan seq key 400 $TO_V6 erspan_ver 2 erspan_dir ingress erspan_hwid 17
capture switch p1 port
capture collector in0 native
for sink in I 100 200 300 400; do capture collector sink-$sink sink-$sink; done
mirror one two most three four six seven bare like
pings
odd_frames
finish
counters collector sinks
unmirror
remove switch one two most three four six seven bare like
remove collector sink-I sink-100 sink-200 sink-300 sink-400

for family in 4 6; do
    kind=erspan
    [ $family = 4 ] || kind=ip6erspan
    ip -n switch link add dev metadata type $kind external
    ip -n switch link set metadata up
    tc -n switch qdisc add dev metadata clsact
    at switch tc filter add dev metadata egress bpf da obj metadata.o sec ipv$family || exit 3
    capture switch p1 metadata-port-$family
    capture collector in0 metadata-$family
    marking_mirror metadata
    at host1 ip neigh flush dev eth0
    pings
    odd_frames
    finish
    unmirror
    remove switch metadata
done

# An uplink of 1500: what a device cannot send whole it cuts.
uplink_mtu 1500
source_device one type erspan $V4 erspan_ver 0
source_device two type erspan seq key 130 $V4 erspan_ver 1 erspan 30
source_device seven type ip6erspan seq key 430 $V6 erspan_ver 2 erspan_dir egress erspan_hwid 30
capture switch p1 cut-port
capture collector in0 cut
mirror one two seven
pings
odd_frames
finish
unmirror
remove switch one two seven

# The way that a mirror was made before clsact: of what the port receives alone.
source_device two type erspan seq key 140 $V4 erspan_ver 1 erspan 40
capture collector in0 ingress
tc -n switch qdisc add dev p1 handle ffff: ingress
tc -n switch filter add dev p1 parent ffff: matchall skip_hw action mirred egress mirror dev two
pings
odd_frames
finish
