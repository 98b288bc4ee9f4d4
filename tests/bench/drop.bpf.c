/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For bench/send.py: the receiver that costs least. The interface counts what it drops. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int drop(struct xdp_md *context)
{
    (void)context;
    return XDP_DROP;
}
