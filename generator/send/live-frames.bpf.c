/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs in the kernel for each live frame. Takes the template of the next session, writes sequence
 * number, time and identification into it, and redirects the frame to the interface. Two tracing
 * programs learn the outcome of the frames.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "core/base/time-units.h"
#include "generator/send/live-frames-shared.h"

const char license_name[] SEC("license") = "GPL";

struct live_frames live;

enum { ERROR_NO_ROOM = 105, SPINS_MAX = 1 << 22, BULK_MAX = 64 };

static const __u64 behind_ns = 100 * NS_PER_MS; /* as in generator/send/sender.c */

/* Reading the clock costs a tenth of a frame at the maximum rate. If no template has a timestamp
 * or a rate, only every Nth frame reads it. */
enum { FRAMES_TO_A_MOMENT = 16 };

/* A frame may be sent this much before it is due, together with earlier ones, as in
 * generator/send/tx-thread.c. */
static const __u64 together_ns = 5 * NS_PER_US;

static void put16(struct live_template *template, __u32 at, __u32 value)
{
    at &= TEMPLATE_HEADERS - 1;
    template->bytes[at] = (__u8)(value >> 8);
    template->bytes[at + 1] = (__u8)value;
}

static void put32(struct live_template *template, __u32 at, __u32 value)
{
    put16(template, at, value >> 16);
    put16(template, at + 2, value);
}

static void stamp(struct live_template *template, __u64 now)
{
    __s64 origin = template->clock_origin;
    __u64 since = (__s64)now < origin ? 0 : now - (__u64)origin;
    __u64 tick = template->tick_ps;
    __u64 time = template->clock_start;
    if (tick != 0) /* since * 1000 / tick, which would not fit */
        time += since / tick * 1000 + since % tick * 1000 / tick;
    __u32 seconds = template->seconds;
    if (template->carries) {
        seconds += (__u32)(time / NS_PER_SECOND);
        time %= NS_PER_SECOND;
    } else {
        seconds += (__u32)(since / NS_PER_SECOND);
    }
    put32(template, template->time_at, (__u32)time);
    if (template->upper_at != NOWHERE)
        put32(template, template->upper_at, (__u32)(time >> 32));
    if (template->seconds_at != NOWHERE)
        put32(template, template->seconds_at, seconds);
}

/* The identification, and the checksum six bytes behind it. */
static void count_id(struct live_template *template)
{
    __u32 id = (template->id + 1) & 0xffff;
    __u32 sum = template->ip_sum + id;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    template->id = id;
    put16(template, template->id_at, id);
    put16(template, template->id_at + 6, ~sum);
}

static void number(struct live_template *template, struct live_departure *tx_frame)
{
    struct live_counter *counter = &live.counters[template->counter & (TEMPLATES_MAX - 1)];
    tx_frame->number = counter->next;
    tx_frame->ordinal = ++counter->taken;
    if (template->sequence_at == NOWHERE)
        return;
    put32(template, template->sequence_at, counter->next);
    if (template->source_counter_mask != 0)
        counter->next = (counter->next + 1) & template->source_counter_mask;
}

static long spin(__u32 i, void *due)
{
    (void)i;
    return bpf_ktime_get_ns() >= *(__u64 *)due;
}

/* The due time of the frame at a rate. A late frame may only be as late as can be caught up. */
static __u64 take_due(const struct live_template *template, __u64 now)
{
    __u64 due = live.start + (live.due >> FINE_BITS);
    if (now > due + behind_ns) {
        __u64 late = now - due - behind_ns;
        live.held_back_ns += late;
        live.due += late << FINE_BITS;
        due += late;
    }
    live.due += template->cost;
    return due;
}

static void note_made(struct live_template *template, __u32 event, __u64 now)
{
    if (template->made++ == 0)
        template->first_made = now;
    template->last_made = now;
    live.event = event + 1 < live.template_count ? event + 1 : 0;
    live.processor = bpf_get_smp_processor_id();
    live.put++;
}

/* Waits until the frame is due. The due time may be past, or that of the last frame. */
static __u64 wait_until(__u64 due, const struct live_template *template)
{
    int waits = due > live.now + together_ns;
    if (waits || live.put % FRAMES_TO_A_MOMENT == 0 || template->time_at != NOWHERE)
        live.now = bpf_ktime_get_ns();
    if (waits && due > live.now) {
        bpf_loop(SPINS_MAX, spin, &due, 0);
        live.now = bpf_ktime_get_ns();
    }
    return live.now;
}

/*
 * True if the template's length is in its limits: the verifier wants that shown before the store.
 * The one of Linux 6.1 takes "length < 1" for a lower limit, but not "length == 0", which the
 * compiler makes of it unless it does not know the 1.
 */
static int storable(__u64 *length)
{
    __u64 least = 1;
    asm volatile("" : "+r"(least), "+r"(*length));
    return *length >= least && *length <= TEMPLATE_LENGTH;
}

SEC("xdp")
int make_frame(struct xdp_md *context)
{
    __u32 event = live.event;
    if (live.over || event >= TEMPLATES_MAX)
        return XDP_DROP;
    struct live_template *template = &live.templates[event];
    __u32 length = template->length;
    __u64 due = template->cost == 0 ? 0 : take_due(template, live.now);
    __u64 now_ns = due != 0 ? due : live.now > live.start ? live.now : live.start;
    if (now_ns >= live.end) {
        live.over = 1;
        return XDP_DROP;
    }
    if (length == 0 || length > TEMPLATE_LENGTH)
        return XDP_ABORTED;
    if (length != live.longest && bpf_xdp_adjust_tail(context, (int)(length - live.longest)) != 0)
        return XDP_ABORTED;

    __u64 now = wait_until(now_ns, template);
    struct live_departure *tx_frame = &live.under_way[live.put & (UNDER_WAY_MAX - 1)];
    tx_frame->template = event;
    tx_frame->due = due;
    number(template, tx_frame);
    if (template->time_at != NOWHERE)
        stamp(template, now);
    if (template->id_at != NOWHERE)
        count_id(template);
    __u64 stored = length;
    if (!storable(&stored) || bpf_xdp_store_bytes(context, 0, template->bytes, (__u32)stored) != 0)
        return XDP_ABORTED;
    note_made(template, event, now);
    return (int)bpf_redirect(live.interface, 0);
}

static void note_late(__u64 due, __u64 now)
{
    __u64 late = due == 0 || now < due ? 0 : now - due;
    __u32 shift = 0;
    if (due == 0)
        return;
    if (late > live.late_longest)
        live.late_longest = late;
    for (__u32 bits = 16; bits > 0; bits /= 2)
        if (late >> (shift + bits) >= LATE_STEPS)
            shift += bits;
    __u64 bucket = shift * LATE_STEPS + (late >> shift);
    if (bucket < LATE_BUCKETS)
        live.late[bucket]++;
}

static void note_left(const struct live_departure *tx_frame, __u64 now)
{
    struct live_template *template = &live.templates[tx_frame->template & (TEMPLATES_MAX - 1)];
    struct live_counter *counter = &live.counters[template->counter & (TEMPLATES_MAX - 1)];
    if (template->left++ == 0)
        template->first_left = now;
    template->last_left = now;
    if (counter->left++ == 0) {
        counter->lowest = tx_frame->number;
        counter->lowest_ordinal = tx_frame->ordinal;
    }
    counter->highest = tx_frame->number;
    counter->highest_ordinal = tx_frame->ordinal;
    note_late(tx_frame->due, now);
}

static void note_failed(int error)
{
    __u32 number = error < 0 ? (__u32)-error : ERROR_NO_ROOM;
    if (number < ERRORS_MAX)
        live.failures[number]++;
}

/* While this program's frames are under way on this processor, no others are. */
static int is_ours(void)
{
    return live.put != live.taken && live.processor == bpf_get_smp_processor_id();
}

/* xdp_devmap_xmit(from, to, sent, drops, error): the first @c sent of the collected frames were
 * sent. */
SEC("raw_tp/xdp_devmap_xmit")
int frames_left(struct bpf_raw_tracepoint_args *context)
{
    __u32 sent = (__u32)context->args[2];
    __u32 count = sent + (__u32)context->args[3];
    __u64 now = bpf_ktime_get_ns();
    if (!is_ours())
        return 0;
    for (__u32 i = 0; i < BULK_MAX && i < count && live.taken != live.put; i++) {
        if (i < sent)
            note_left(&live.under_way[live.taken & (UNDER_WAY_MAX - 1)], now);
        else
            note_failed((int)context->args[4]);
        live.taken++;
    }
    return 0;
}

/* xdp_redirect_err(device, program, target, error, ...): the last frame was not collected. */
SEC("raw_tp/xdp_redirect_err")
int frame_refused(struct bpf_raw_tracepoint_args *context)
{
    if (!is_ours())
        return 0;
    live.put--;
    note_failed((int)context->args[3]);
    return 0;
}
