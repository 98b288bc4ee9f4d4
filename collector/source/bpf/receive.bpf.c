/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passes packets that concern ERSPAN to the AF_XDP socket of their queue. All others go to the
 * kernel, so that users can still log in through the interface.
 */
#include "collector/source/bpf/outer.bpf.h"

enum { QUEUES_MAX = 256 };

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, QUEUES_MAX);
    __type(key, __u32);
    __type(value, __u32);
} sockets SEC(".maps");

SEC("xdp.frags")
int receive(struct xdp_md *ctx)
{
    struct outer_place place = {};
    if (outer_find(ctx, &place) == OUTER_OTHER)
        return XDP_PASS;
    return (int)bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

char licence[] SEC("license") = "GPL";
