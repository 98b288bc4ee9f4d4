/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/inner-frames.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

/* What a session keeps at most, so that thousands of them have room. */
enum { KEPT_MAX = 16384 };

/* A frame that was made before. */
struct kept_frame {
    size_t len; /* 0: not yet */
    uint64_t n;
    uint16_t id;     /* IPv4's identification in it */
    uint32_t ip_sum; /* RFC 1071's running sum of its IPv4 header without that */
};

struct inner_frames {
    struct inner_plan plan;
    uint64_t period; /* frame n is frame n + period again; 0: none is kept */
    size_t room;     /* for each */
    struct kept_frame *kept;
    uint8_t *bytes;
};

struct inner_frames *inner_frames_new(const struct inner_plan *plan)
{
    struct inner_frames *frames = g_new0(struct inner_frames, 1);
    frames->plan = *plan;
    frames->room = MAX(inner_longest(plan), (size_t)ETHERNET_MIN_LENGTH);
    if (plan->hex.len == 0 && plan->tunnel == TUNNEL_NONE && plan->kind->traits & KIND_REPEATS &&
        plan->flows <= KEPT_MAX / INNER_ENDS / frames->room)
        frames->period = INNER_ENDS * plan->flows;
    return frames;
}

void inner_frames_free(struct inner_frames *frames)
{
    if (frames == NULL)
        return;
    g_free(frames->kept);
    g_free(frames->bytes);
    g_free(frames);
}

static bool counts_id(const struct inner_frames *frames)
{
    return frames->plan.ip_version == 4 && frames->plan.id_policy == INNER_ID_AUTO;
}

static void keep(const struct inner_frames *frames, struct kept_frame *kept, uint64_t n,
                 struct bytes frame, uint8_t *room)
{
    *kept = (struct kept_frame){.len = frame.len, .n = n};
    bytes_copy(frame, 0, room, frame.len);
    if (!counts_id(frames))
        return;
    struct bytes header = bytes_from(frame, inner_ip_at(&frames->plan));
    kept->id = bytes_u16(header, IPV4_AT_ID);
    kept->ip_sum = ipv4_sum_without_id(header);
}

/* The identification counts the turns of its flow. */
static void count_id(const struct inner_frames *frames, const struct kept_frame *kept, uint64_t n,
                     size_t ip_at, struct buffer *out)
{
    uint16_t id = (uint16_t)(kept->id + (n - kept->n) / frames->plan.flows);
    buffer_patch16(out, ip_at + IPV4_AT_ID, id);
    buffer_patch16(out, ip_at + IPV4_AT_CHECKSUM, internet_checksum_end(kept->ip_sum + id));
}

void inner_frames_write(struct inner_frames *frames, uint64_t n, struct buffer *out)
{
    size_t start = out->len;
    if (frames->period == 0) {
        inner_write(&frames->plan, n, out);
        return;
    }
    if (frames->kept == NULL) {
        frames->kept = g_new0(struct kept_frame, frames->period);
        frames->bytes = g_malloc(frames->period * frames->room);
    }
    size_t slot = (size_t)(n % frames->period);
    struct kept_frame *kept = &frames->kept[slot];
    uint8_t *bytes = frames->bytes + slot * frames->room;
    if (kept->len > 0) {
        buffer_put(out, bytes, kept->len);
        if (counts_id(frames))
            count_id(frames, kept, n, start + inner_ip_at(&frames->plan), out);
        return;
    }
    inner_write(&frames->plan, n, out);
    if (!out->overflow)
        keep(frames, kept, n, (struct bytes){out->data + start, out->len - start}, bytes);
}
