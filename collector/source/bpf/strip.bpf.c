/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts copies by session, strips them down to the mirrored frame, and redirects that to another
 * interface. What cannot be stripped here without doubt goes on to the kernel and so to user space,
 * which reads it in full: fragments, frames without Ethernet, copies whose declared layout is not
 * borne out by the frame in it, and those behind which an FCS may follow (quirk Q17, FCS kept),
 * until user space has found that the session's copies are plain.
 */
#include "collector/source/bpf/strip.bpf.h"

#include "collector/source/bpf/counting.bpf.h"
#include "collector/source/bpf/flow-hash.bpf.h"

#include <asm-generic/errno.h>
#include <bpf/bpf_core_read.h>

enum {
    TYPE_II_LENGTH = 8,
    TYPE_III_LENGTH = 12,
    SUBHEADER_LENGTH = 8,
    VERSION_SHIFT = 12, /* in the first 16 bits */
    VERSION_II = 1,
    VERSION_III = 2,
    LAST_WORD = 10,           /* of Type III: P, FT, hardware ID, D, Gra, O */
    FRAME_TYPE_BITS = 0x7c00, /* FT; 0: Ethernet */
    OPTIONAL_BIT = 1,
    FCS_BYTES = 4
};

/* Set before loading. */
const volatile __u32 spread; /* processors that share the frames; 0: they stay on theirs */
const volatile __u32 cpus[STRIP_CPUS_MAX];
const volatile bool parts_pass; /* the kernel redirects no frame that lies in several buffers */
const volatile __u32 target_interface;

/* Set before attaching: IDs of maps, as tracepoints have them. */
__u32 target_id;
__u32 workers_id;
int last_error; /* why frames were refused last: negative errno */

struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} target SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_CPUMAP);
    __uint(max_entries, 1); /* set before loading: one for each processor of the machine */
    __type(key, __u32);
    __type(value, struct bpf_cpumap_val);
} workers SEC(".maps");

/* enum strip_judgement of the sessions that user space has judged. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, COUNT_SESSIONS_MAX);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct count_key);
    __type(value, __u8);
} judged SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, STRIP_TOTALS);
    __type(key, __u32);
    __type(value, __u64);
} strip_totals SEC(".maps");

static __always_inline void add(__u32 which, __u32 count)
{
    __u64 *total = bpf_map_lookup_elem(&strip_totals, &which);
    if (total)
        *total += count;
}

static __always_inline int to_user_space(__u32 why)
{
    add(why, 1);
    return XDP_PASS;
}

/* Offset of the frame behind the header that GRE declares; 0: there is none such. */
static __always_inline __u32 frame_offset(const struct xdp_md *ctx,
                                          const struct counting_copy *copy)
{
    if (copy->key.type == 1)
        return copy->at;
    bool third = copy->key.type == 3;
    const __be16 *header = outer_at(ctx, copy->at, TYPE_III_LENGTH);
    if (!header || bpf_ntohs(header[0]) >> VERSION_SHIFT != (third ? VERSION_III : VERSION_II))
        return 0;
    if (!third)
        return copy->at + TYPE_II_LENGTH;
    __u16 last = bpf_ntohs(header[LAST_WORD / 2]);
    if (last & FRAME_TYPE_BITS)
        return 0;
    return copy->at + TYPE_III_LENGTH + (last & OPTIONAL_BIT ? SUBHEADER_LENGTH : 0);
}

/* True if the frame ends in padding, which is 0, and which an FCS is not. */
static __always_inline bool is_padded(const struct xdp_md *ctx, __u32 end)
{
    const __u32 *last = outer_at(ctx, end - FCS_BYTES, FCS_BYTES);
    return last && *last == 0;
}

/* A frame whose own header says that it ends where the copy ends, but for padding, was read right,
 * and no FCS follows. */
static __always_inline bool is_plain(const struct xdp_md *ctx, const struct count_key *key,
                                     const struct flow_hash *flow, __u32 begin, __u32 end)
{
    __u32 carried = end - begin;
    bool fits = flow->length != 0 && flow->length <= carried;
    if (fits && carried < flow->length + FCS_BYTES)
        return true;
    const __u8 *state = bpf_map_lookup_elem(&judged, key);
    if (state && *state >= STRIP_PLAIN)
        return *state == STRIP_PLAIN;
    return fits && is_padded(ctx, end);
}

/* Cuts the frame at @p begin to @p end out of its copy. */
static __always_inline bool cut_out(struct xdp_md *ctx, __u32 begin, __u32 end)
{
    int behind = (int)(bpf_xdp_get_buff_len(ctx) - end);
    return (behind == 0 || bpf_xdp_adjust_tail(ctx, -behind) == 0) &&
           bpf_xdp_adjust_head(ctx, (int)begin) == 0;
}

static __always_inline int hand_on_from(__u32 hash)
{
    long result;
    if (spread == 0) {
        result = bpf_redirect_map(&target, 0, XDP_DROP);
    } else {
        __u32 which = (__u32)(((__u64)hash * spread) >> 32);
        result = bpf_redirect_map(&workers, cpus[which & (STRIP_CPUS_MAX - 1)], XDP_DROP);
    }
    add(STRIP_TOTAL_REDIRECTED, 1);
    if (result != XDP_REDIRECT)
        add(STRIP_TOTAL_REFUSED, 1);
    return (int)result;
}

SEC("xdp.frags")
int strip(struct xdp_md *ctx)
{
    struct outer_place place = {};
    struct counting_copy copy = {};
    enum counting_kind kind = counting_take(ctx, &place, &copy);
    if (kind == COUNTING_OTHER)
        return XDP_PASS;
    if (kind == COUNTING_FRAGMENT || place.fragment)
        return to_user_space(STRIP_TOTAL_FRAGMENTS);
    __u32 length = bpf_xdp_get_buff_len(ctx);
    __u32 begin = frame_offset(ctx, &copy);
    bool whole = place.end != 0 && place.end <= length && begin + ETH_HLEN <= place.end;
    bool in_parts = length != (__u32)((long)ctx->data_end - (long)ctx->data);
    if (begin == 0 || !whole || (in_parts && parts_pass))
        return to_user_space(STRIP_TOTAL_UNSURE);
    struct flow_hash flow = flow_hash_of(ctx, begin);
    if (!is_plain(ctx, &copy.key, &flow, begin, place.end) || !cut_out(ctx, begin, place.end))
        return to_user_space(STRIP_TOTAL_UNSURE);
    return hand_on_from(flow.hash);
}

/* On the processor that the hash chose. */
SEC("xdp.frags/cpumap")
int hand_on(struct xdp_md *ctx)
{
    (void)ctx;
    long result = bpf_redirect_map(&target, 0, XDP_DROP);
    if (result != XDP_REDIRECT)
        add(STRIP_TOTAL_REFUSED, 1);
    return (int)result;
}

/* What the kernel could not redirect it tells to tracepoints alone. Their arguments are those of
 * include/trace/events/xdp.h. */

SEC("raw_tp/xdp_redirect_err")
int not_redirected(struct bpf_raw_tracepoint_args *ctx)
{
    int error = (int)ctx->args[3];
    __u32 map = (__u32)ctx->args[5];
    if (map != target_id && map != workers_id)
        return 0;
    if (map == workers_id) {
        add(STRIP_TOTAL_CPU_FULL, 1);
    } else if (error == -EMSGSIZE) {
        add(STRIP_TOTAL_TOO_LONG, 1);
    } else {
        add(STRIP_TOTAL_REFUSED, 1);
        last_error = error;
    }
    return 0;
}

struct net_device___strip {
    int ifindex;
} __attribute__((preserve_access_index));

SEC("raw_tp/xdp_devmap_xmit")
int not_sent(struct bpf_raw_tracepoint_args *ctx)
{
    const struct net_device___strip *to = (const void *)ctx->args[1];
    int drops = (int)ctx->args[3];
    int error = (int)ctx->args[4];
    if (drops <= 0 || (__u32)BPF_CORE_READ(to, ifindex) != target_interface)
        return 0;
    add(STRIP_TOTAL_REFUSED, (__u32)drops);
    last_error = error;
    return 0;
}

SEC("raw_tp/xdp_cpumap_enqueue")
int not_queued(struct bpf_raw_tracepoint_args *ctx)
{
    if ((__u32)ctx->args[0] == workers_id)
        add(STRIP_TOTAL_CPU_FULL, (__u32)ctx->args[2]);
    return 0;
}

char licence[] SEC("license") = "GPL";
