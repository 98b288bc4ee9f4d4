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

/* Packets whose headers are not read here, and behind which a copy may be. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} unread SEC(".maps");

static __always_inline void count_unread(void)
{
    __u32 first = 0;
    __u64 *count = bpf_map_lookup_elem(&unread, &first);
    if (count)
        ++*count;
}

SEC("xdp.frags")
int receive(struct xdp_md *ctx)
{
    struct outer_place place = {};
    enum outer_kind kind = outer_find(ctx, &place);
    if (kind == OUTER_UNREAD)
        count_unread();
    if (kind == OUTER_OTHER || kind == OUTER_UNREAD)
        return XDP_PASS;
    return (int)bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

char licence[] SEC("license") = "GPL";
