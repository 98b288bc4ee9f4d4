/* stored-timing.c
 * Delta and jitter of copies that were visited before
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/stored-timing.h"

#include <glib.h>

/* A delta that no two times can have. */
#define NO_DELTA INT64_MIN

struct timing {
    uint64_t copy; /* frame and place in it */
    int64_t delta_ns;
    double jitter_ns;
};

struct stored_timing {
    GArray *timings; /* struct timing, in rising order */
};

static uint64_t copy_key(uint64_t frame, uint32_t number)
{
    return frame << 16 | (number & 0xffff);
}

struct stored_timing *stored_timing_new(void)
{
    struct stored_timing *memory = g_new(struct stored_timing, 1);
    memory->timings = g_array_new(FALSE, FALSE, sizeof(struct timing));
    return memory;
}

void stored_timing_free(struct stored_timing *memory)
{
    if (memory == NULL)
        return;
    g_array_free(memory->timings, TRUE);
    g_free(memory);
}

void stored_timing_keep(struct stored_timing *memory, uint64_t frame, uint32_t number,
                        const struct analysis_finding *finding)
{
    GArray *timings = memory->timings;
    struct timing timing = {
        .copy = copy_key(frame, number),
        .delta_ns = finding->has_time_delta ? finding->time_delta_ns : NO_DELTA,
        .jitter_ns = finding->jitter_ns,
    };
    while (timings->len > 0 &&
           g_array_index(timings, struct timing, timings->len - 1).copy >= timing.copy)
        g_array_set_size(timings, timings->len - 1);
    g_array_append_val(timings, timing);
}

static int compare(const void *a_pointer, const void *b_pointer)
{
    const struct timing *a = a_pointer;
    const struct timing *b = b_pointer;
    return a->copy < b->copy ? -1 : a->copy > b->copy;
}

void stored_timing_restore(const struct stored_timing *memory, uint64_t frame, uint32_t number,
                           struct analysis_finding *finding)
{
    const struct timing key = {.copy = copy_key(frame, number)};
    const GArray *timings = memory->timings;
    guint at;
    if (!g_array_binary_search((GArray *)timings, &key, compare, &at))
        return;
    const struct timing *timing = &g_array_index(timings, struct timing, at);
    finding->has_time_delta = timing->delta_ns != NO_DELTA;
    finding->time_delta_ns = finding->has_time_delta ? timing->delta_ns : 0;
    finding->jitter_ns = timing->jitter_ns;
}
