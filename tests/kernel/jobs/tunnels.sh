# SPDX-License-Identifier: GPL-2.0-or-later
# Mirrors that are not ERSPAN, in the kernel's own tunnels: gretap, VXLAN and Geneve.
. ./bench.sh
bench 3000
serve
case_of() { # NAME DEVICE-TYPE-AND-OPTIONS...: TCP each way, mirrored into such a device
    local name=$1
    shift
    wanted $name || return 0
    source_device mirror0 "$@" || exit 3
    capture collector in0 $name -s 256
    mirror mirror0
    tcp $name 64K
    finish
    unmirror
    remove switch mirror0
}
TO="local 192.0.2.1 remote 192.0.2.2"
case_of gretap type gretap key 86 $TO
case_of gretap-sequence type gretap seq key 87 $TO
case_of ip6gretap type ip6gretap key 88 $V6
case_of vxlan type vxlan id 89 $TO dstport 4789
case_of geneve type geneve id 90 remote 192.0.2.2
# A tunnel's device made of an uplink that carries less, and of one that comes to carry less.
if wanted gretap-mtu; then
    source_device mirror0 type gretap seq key 91 $TO
    uplink_mtu 1500
    capture collector in0 gretap-mtu -s 256
    mirror mirror0
    tcp gretap-mtu 128K
    finish
    unmirror
    remove switch mirror0
fi
# VXLAN leaves what is too long to fragments.
uplink_mtu 1500
case_of vxlan-fragments type vxlan id 92 $TO dstport 4789
