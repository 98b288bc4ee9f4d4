/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Hands mirrored frames on to other programs: those of chosen sessions, each once, in the order in
 * which the source made them. What is left out is counted.
 *
 * May be shared between threads: each copy's session is known to one of them alone.
 */
#ifndef COLLECTOR_HANDOFF_HANDOFF_H
#define COLLECTOR_HANDOFF_HANDOFF_H

#include "collector/handoff/frame-order.h"
#include "collector/handoff/frame-selection.h"
#include "collector/meter/mirrored-sink.h"

struct handoff_plan {
    struct frame_selection selection;
    bool once;       /* leaves out a frame that was mirrored before, and a copy that came twice */
    int64_t wait_ns; /* for the copy that is missing; 0: frames stay as they came */
    size_t room;     /* bytes that may wait */
};

struct handoff_counts {
    uint64_t handed_on;
    uint64_t not_chosen;
    uint64_t mirrored_before; /* left out by `once` */
    uint64_t duplicates;      /* likewise */
    struct frame_order_counts order;
};

struct handoff;

enum { HANDOFF_SINKS_MAX = 3 };

/**
 * @param plan   lives as long as the result
 * @param sinks  each takes all frames that are handed on; HANDOFF_SINKS_MAX at most
 */
struct handoff *handoff_new(const struct handoff_plan *plan, const struct packet_sink *sinks,
                            size_t count);

/** Hands on what waits, and frees. */
void handoff_free(struct handoff *handoff);

struct mirrored_sink handoff_sink(struct handoff *handoff);

/** No more frames come: hands on what waits. */
void handoff_finish(struct handoff *handoff);

struct handoff_counts handoff_counts(struct handoff *handoff);

#endif
