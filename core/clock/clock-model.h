/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A clock model: a reference point (count, arrival, time) and two rates. It holds from one frame
 * on. Reading a count by a model changes nothing, so the same frame always gets the same time.
 */
#ifndef CORE_CLOCK_CLOCK_MODEL_H
#define CORE_CLOCK_CLOCK_MODEL_H

#include <glib.h>

#include "core/clock/clock-rate.h"
#include "core/clock/clock.h"
#include "core/clock/timescale.h"

struct clock_model {
    uint64_t frame; /* the first it holds for */
    enum clock_method method;
    struct timescale scale; /* of CLOCK_1588 and CLOCK_UNIX_NS */
    struct clock_rate rate; /* tick 0: not known */
    /* The rest is of what is counted: CLOCK_MARKER, CLOCK_1588_NANOSECONDS and the counters. */
    int64_t pace_as; /* length of a tick by the collector's clock; used to count wraps */
    int64_t arrival_ns;
    uint64_t ticks;
    int64_t time_ns;
};

struct clock_reading {
    int64_t time_ns;
    int64_t off_ns; /* deviation from the time expected by the arrival, at most half a wrap */
};

struct clock_reading clock_model_read(const struct clock_model *model, uint64_t ticks,
                                      int64_t arrival_ns);

/** The models of one clock in order of their frames; all zero to begin with. */
struct clock_history {
    GArray *models;
};

/** True if one more may be added: the first always, others up to @p count_max and as long as @p
 * room, which many histories share, is not used up. */
bool clock_history_has_room(const struct clock_history *history, size_t count_max, size_t room);

/** Only with room, which is counted down. Frames must not descend. */
void clock_history_add(struct clock_history *history, const struct clock_model *model,
                       size_t *room);

/** The model that holds for @p frame; NULL before the first model. */
const struct clock_model *clock_history_at(const struct clock_history *history, uint64_t frame);

size_t clock_history_count(const struct clock_history *history);
/** NULL without any. */
const struct clock_model *clock_history_last(const struct clock_history *history);
void clock_history_clear(struct clock_history *history);

#endif
