# SPDX-License-Identifier: GPL-2.0-or-later
# The collector's kernel takes apart what erspangen made: NAME.pcap of each case goes by the uplink to the
# device sink, of which NAME.device has the options. /out/NAME.frames.pcap is what came out of it.
. ./bench.sh
bench 9216
ls -- *.device | while read -r file; do
    name=${file%.device}
    # shellcheck disable=SC2046
    sink_device sink $(cat "$file") || exit 3
    capture collector sink "$name.frames"
    at switch ./send-frames uplink "$name.pcap" 300
    finish
    ip -n collector -s -s -j link show sink >"/out/$name.json"
    remove collector sink
done
