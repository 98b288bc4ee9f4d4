# SPDX-License-Identifier: GPL-2.0-or-later
# What a mirrored port has beside frames of 1518 bytes: jumbo frames, and super-frames of hosts that leave segmentation to
# hardware.
. ./bench.sh
bench 9216
serve
ends="host1:eth0 host2:eth0 switch:p1 switch:p2"
case_of() { # NAME DEVICE: one capture of TCP each way
    wanted $1 || return 0
    capture collector in0 $1 -s 200
    mirror $2
    tcp $1 128K 64K # writes that fill segments of 8948 bytes
    finish
    unmirror
}
for end in $ends; do ip -n "${end%:*}" link set "${end#*:}" mtu 9000; done
ip -n switch link set br0 mtu 9000
source_device two type erspan seq key 113 $V4 erspan_ver 1 erspan 13
case_of jumbo two
remove switch two
# The uplink carries less than the port: the device cuts.
uplink_mtu 3000
source_device two type erspan seq key 114 $V4 erspan_ver 1 erspan 14
case_of jumbo-cut two
remove switch two
uplink_mtu 9216
for end in $ends; do
    ip -n "${end%:*}" link set "${end#*:}" mtu 1500
    at "${end%:*}" ethtool -K "${end#*:}" tx on rx on sg on tso on gso on gro on >/dev/null 2>&1
done
source_device two type erspan seq key 103 $V4 erspan_ver 1 erspan 6
case_of super two
remove switch two
source_device six type ip6erspan seq key 303 $V6 erspan_ver 2 erspan_dir ingress erspan_hwid 6
case_of super-v6 six
