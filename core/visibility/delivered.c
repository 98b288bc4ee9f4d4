/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides how much payload ACKs confirm in one direction. An ACK counts when data, the window or
 * another ACK confirms it. */
#include "core/visibility/delivered.h"

#include <glib.h>

enum {
    WINDOW = 65535,          /* of a receiver without window scale */
    BASE_LATE_MAX = 1 << 24, /* below the base an ACK out of order may lower it by so much */
    STEPS_SURE = 8,          /* advancing ACKs that confirm the first one */
    JUMP_ACKS = 2,           /* that make a jump */
    BELOW_MAX = 3,           /* ACKs below the top that speak against it */
    BACK_STEPS = 8,          /* ACKs that go on below a jump and take it back ... */
    BACK_TIMES = 4,          /* ... where they are so many times those above it */
};

static bool is_near(uint64_t a, uint64_t b)
{
    return (a > b ? a - b : b - a) <= DELIVERED_STEP_MAX;
}

static void begin(struct delivered *delivered, uint64_t ack, bool sure)
{
    *delivered = (struct delivered){.base = ack, .acked = ack, .known = true, .sure = sure};
}

void delivered_set_first(struct delivered *delivered, uint64_t first)
{
    if (!delivered->known)
        delivered->acked = first;
    delivered->known = true;
    delivered->has_syn = true;
    delivered->base = first;
}

/* Only a SYN, data, or ACKs that went on make sure that the first ACK was one of the receiver. */
static bool is_sure(const struct delivered *delivered)
{
    return delivered->sure || delivered->has_syn || delivered->steps >= STEPS_SURE;
}

static void count_step(uint16_t *steps)
{
    *steps = (uint16_t)MIN(*steps + 1, UINT16_MAX);
}

static void advance(struct delivered *delivered, uint64_t ack)
{
    uint64_t step = ack - delivered->acked;
    if (step <= DELIVERED_STEP_MAX)
        delivered->step_max = MAX(delivered->step_max, (uint32_t)step);
    delivered->acked = ack;
}

/* ... by ACKs alone. Several that agree may be a spoofer's: where they go farther than a window,
 * and farther than others went, it is remembered where they began. */
static void advance_by_acks(struct delivered *delivered, uint64_t ack)
{
    uint64_t step = ack - delivered->acked;
    if (step > MAX(WINDOW, delivered->step_max) && delivered->before == 0) {
        delivered->before = delivered->acked;
        delivered->steps = 0;
        delivered->steps_below = 0;
    }
    advance(delivered, ack);
}

static bool is_top_wrong(const struct delivered *delivered)
{
    return delivered->below >= BELOW_MAX;
}

/* Two ACKs above `acked` confirm the lower of them. */
static void go_on(struct delivered *delivered, uint64_t ack)
{
    if (is_top_wrong(delivered) && ack >= delivered->top)
        delivered->top = 0;
    if (ack < delivered->top) {
        advance_by_acks(delivered, ack);
        delivered->below = (uint8_t)MIN(delivered->below + 1, BELOW_MAX);
    } else {
        uint64_t top = delivered->top;
        if (top != 0)
            advance_by_acks(delivered, top);
        delivered->top = ack == top ? 0 : ack;
        delivered->below = 0;
    }
    count_step(&delivered->steps);
    delivered->jump_count = 0;
    delivered->bottom_open = false;
}

static void go_on_with_data(struct delivered *delivered, uint64_t ack)
{
    advance(delivered, ack);
    if (delivered->top <= ack)
        delivered->top = 0;
    delivered->sure = true;
    delivered->before = 0;
    delivered->jump_count = 0;
    delivered->bottom_open = false;
}

static void believe_jump(struct delivered *delivered, uint64_t last)
{
    struct delivered after = {
        .base = delivered->base,
        .acked = delivered->jump_first,
        .top = last,
        .step_max = delivered->step_max,
        .before = delivered->acked,
        .steps = 1,
        .known = true,
        .sure = true,
        .has_syn = delivered->has_syn,
    };
    *delivered = after;
}

static void jump(struct delivered *delivered, uint64_t ack)
{
    if (delivered->jump_count == 0 || !is_near(ack, delivered->jump)) {
        delivered->jump = delivered->jump_first = ack;
        delivered->jump_count = 1;
    } else if (ack > delivered->jump) {
        delivered->jump = ack;
        delivered->jump_count++;
    }
    if (delivered->jump_count >= JUMP_ACKS)
        believe_jump(delivered, ack);
}

/* Handles an ACK that is not above `acked`: out of order, repeated, or a sign that the last jump
 * was wrong: a stronger one if data bears it out, since of the jump no data came. */
static void stay(struct delivered *delivered, uint64_t ack, bool has_data)
{
    if (delivered->top != 0)
        delivered->below = (uint8_t)MIN(delivered->below + 1, BELOW_MAX);
    if (is_near(ack, delivered->acked))
        delivered->jump_count = 0;
    if (ack == delivered->acked)
        count_step(&delivered->steps);
    delivered->sure = is_sure(delivered);
    delivered->bottom_open = false;
    if (delivered->before == 0 || ack <= delivered->before || !is_near(ack, delivered->before))
        return;
    delivered->before = ack;
    count_step(&delivered->steps_below);
    if (delivered->steps_below < BACK_STEPS ||
        (!has_data && delivered->steps_below < BACK_TIMES * delivered->steps))
        return;
    delivered->acked = ack;
    delivered->top = 0;
    delivered->steps = delivered->steps_below;
    delivered->steps_below = 0;
    delivered->before = 0;
}

static void take_above(struct delivered *delivered, uint64_t ack, bool has_data)
{
    if (has_data)
        go_on_with_data(delivered, ack);
    else if (is_near(ack, delivered->acked) ||
             (is_near(ack, delivered->top) && !is_top_wrong(delivered)))
        go_on(delivered, ack);
    else
        jump(delivered, ack);
}

/* Two ACKs below the base confirm the higher of them. */
static void lower_base(struct delivered *delivered, uint64_t ack)
{
    if (delivered->bottom_open) {
        delivered->base = MAX(delivered->bottom, ack);
        delivered->bottom = MIN(delivered->bottom, ack);
    } else {
        delivered->bottom = ack;
        delivered->bottom_open = true;
    }
}

static void take_below(struct delivered *delivered, uint64_t ack, bool has_data)
{
    bool before_base = ack < delivered->base && !delivered->has_syn;
    bool may_be_late = before_base && delivered->base - ack <= BASE_LATE_MAX;
    if (may_be_late && has_data)
        delivered->base = ack;
    else if (may_be_late)
        lower_base(delivered, ack);
    else
        stay(delivered, ack, has_data);
}

/* True if the first ACKs were never confirmed and this ACK is more than a window away: starts
 * again with it. */
static bool begins_anew(const struct delivered *delivered, uint64_t ack)
{
    uint64_t end = MAX(delivered->acked, delivered->top);
    return !is_sure(delivered) && (ack > end + WINDOW || ack + WINDOW < delivered->base);
}

void delivered_take(struct delivered *delivered, uint64_t ack, bool has_data)
{
    if (!delivered->known || begins_anew(delivered, ack))
        begin(delivered, ack, has_data);
    else if (ack > delivered->acked)
        take_above(delivered, ack, has_data);
    else
        take_below(delivered, ack, has_data);
}

uint64_t delivered_base(const struct delivered *delivered)
{
    bool in_window = delivered->bottom != 0 && delivered->bottom < delivered->base &&
                     delivered->base - delivered->bottom <= WINDOW;
    return in_window ? delivered->bottom : delivered->base;
}

uint64_t delivered_end(const struct delivered *delivered)
{
    if (delivered->top == 0 || is_top_wrong(delivered))
        return delivered->acked;
    uint64_t beyond = delivered->top - delivered->acked;
    return beyond <= MAX(WINDOW, delivered->step_max) ? delivered->top : delivered->acked;
}
