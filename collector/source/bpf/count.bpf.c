/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts copies by session and drops them: no other program on this host receives them.
 */
#include "collector/source/bpf/counting.bpf.h"

SEC("xdp.frags")
int count(struct xdp_md *ctx)
{
    struct outer_place place = {};
    struct counting_copy copy = {};
    return counting_take(ctx, &place, &copy) == COUNTING_OTHER ? XDP_PASS : XDP_DROP;
}

char licence[] SEC("license") = "GPL";
