# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the tests of the package share: a Debian system at $chroot to run commands in, and expectations.
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

# Runs a command in the system, without this machine's environment.
inside() {
    as_root chroot "$chroot" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive "$@"
}

# Fails with the words unless the command succeeds.
expect() {
    local words=$1
    shift
    "$@" >/dev/null || die "$words"
}

# Fails unless the programs of the package run, and tshark decodes a capture with its plugin.
expect_tools_at_work() {
    expect "erspangen does not run" inside erspangen --version
    expect "erspanrate does not run" inside erspanrate --version
    expect "erspandump does not run" inside sh -c \
        "find /usr/lib /usr/libexec -path '*/wireshark/extcap/erspandump' -exec {} --version ';' | grep -q erspandump"
    expect "erspangen has no scenarios" inside sh -c "erspangen list | grep -q '^type2-ipv4 '"
    # Names begin lines that end with what the scenario is; headings begin with a capital.
    expect "erspangen cannot make each of its scenarios" inside sh -ec \
        'names=$(erspangen list | sed -n "s/^\([a-z0-9][a-z0-9-]*\) .*/\1/p")
        for name in ${names:?}; do erspangen write "$name" -o /tmp/package.pcapng; done'
    expect "erspangen makes no capture" inside erspangen write type2-ipv4 -o /tmp/package.pcap
    expect "tshark does not load the plugin" inside sh -c \
        "tshark -G plugins 2>/dev/null | grep -q /erspan.so"
    expect "tshark decodes nothing" inside sh -c \
        "tshark -r /tmp/package.pcap -T fields -e erspan.stream 2>/dev/null | grep -qx 0"
}
