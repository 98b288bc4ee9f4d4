# SPDX-License-Identifier: GPL-2.0-or-later
# Every back-end of both programs. erspanrate counts what a kernel's devices send; the kernel's device takes apart what
# erspangen sends.
. ./bench.sh
bench 3000
serve
listening() { # erspanrate has attached a program, or opened a packet socket
    at collector ip link show in0 | grep -q xdp || [ "$(at collector cat /proc/net/packet | wc -l)" -gt 1 ]
}
devices_sent() { ip -n switch -s -j link show >"/out/$1.json"; }
source_device three type erspan seq key 200 $V4 erspan_ver 2 erspan_dir ingress erspan_hwid 7
source_device six type ip6erspan seq key 400 $V6 erspan_ver 2 erspan_dir ingress erspan_hwid 17
for backend in pcap packet xdp count; do
    devices_sent $backend.before
    ip netns exec collector erspanrate -i in0 -b $backend -B 64 -j -q -Z root >/out/$backend.json 2>/out/$backend.said &
    program=$!
    tries=0
    until listening || [ $tries -gt 200 ]; do
        usleep 100000
        tries=$((tries + 1))
    done
    sleep 1
    mirror three six
    odd_frames
    pings
    at host1 iperf3 -J -R -c 10.0.0.2 -n 32K -l 4K >/out/$backend.tcp.json
    unmirror
    sleep 1
    kill -INT $program
    wait $program
    echo $? >/out/$backend.status
    devices_sent $backend.after
done
remove switch three six
# Few enough for the queue of a veth device, whatever the emulator's processors do meanwhile.
for backend in pcap packet af-xdp live-frames; do
    sink_device sink type erspan seq key 100 $TO_V4 erspan_ver 1 erspan 1
    at collector ethtool -K in0 gro on >/dev/null
    at switch erspangen send -i uplink -b $backend --type 2 --session 100 --source 192.0.2.1 --destination 192.0.2.2 \
        --count 200 --rate 20kpps >/out/send-$backend.said 2>&1
    echo $? >/out/send-$backend.status
    sleep 1
    ip -n collector -s -j link show sink >/out/send-$backend.json
    remove collector sink
done
# A capture is replayed, as README.md has it, to a device of the kernel.
sink_device sink type erspan seq key 55 $TO_V4 erspan_ver 2 erspan_dir ingress erspan_hwid 1
capture collector sink replayed
at switch erspangen send mine.pcap --type 3 --session 55 --rate 100Mbit -i uplink --destination 192.0.2.2 \
    >/out/replay.said 2>&1
echo $? >/out/replay.status
finish
