/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The clock of one Hw ID of a source, from its copies only, without markers: the time that they
 * state, or a free counter whose tick is found and whose time is relative.
 */
#ifndef CORE_CLOCK_CLOCK_ENGINE_H
#define CORE_CLOCK_CLOCK_ENGINE_H

#include "core/clock/clock-model.h"
#include "core/wire/erspan.h"

/** One clock shows one of them. */
enum clock_form { CLOCK_FORM_32, CLOCK_FORM_64, CLOCK_FORM_SECONDS /* sub-header 5 or 6 */ };

/** A copy as its clock sees it. */
struct clock_copy {
    const struct erspan_header *header;
    enum clock_form form;
    uint64_t ticks;
    int64_t arrival_ns;
    uint64_t frame;
    struct timescale_reference reference; /* all zero unless the source's markers are known */
};

struct clock_copy clock_copy_of(const struct erspan_header *header, int64_t arrival_ns,
                                uint64_t frame);

/** All zero to begin with. */
struct engine_clock {
    struct clock_history history;
    struct rate_samples *samples; /* NULL unless the tick is looked for */
    int64_t begin_ns;             /* arrival, and time, at which the counter's time began */
    /* Copies in a row that lie off the model: how many, how many of the last of them agree on where
     * they lie, and where that is. */
    unsigned off;
    unsigned off_agreeing;
    int64_t off_ns;
    /* Copies in a row whose timestamp cannot be nanoseconds within a second. After eight, the
     * timestamp is a counter until its tick is measured. */
    unsigned no_second;
};

/**
 * A copy came, later than all before.
 *
 * - The time that the first copy states is accepted (core/clock/timestamp.h), also after each
 *   restart of the clock.
 * - The arrival time decides whether seconds are UTC or TAI (core/clock/timescale.h). The first
 *   copy with a clear result decides; eight copies in a row with another result change that.
 * - Nanoseconds within the second are accepted as that, in the second nearest to the arrival, until
 *   the tick turns out to be another one, or eight copies in a row state more than a second has or
 *   the same again and again. Delays are known but for whole seconds: a copy that comes half a
 *   second late seems to come half a second early.
 * - A counter has no time until its tick is found (core/clock/clock-rate.h); the copy that
 * completes the evidence gets its arrival for a time. Unix time in 100 us is measured too, and
 * nanoseconds within the second, since a counter of another kind may pass by either.
 * - Eight copies in a row with the same deviation from the model mean drift, and its rate is
 * measured again, or a jump, and the clock starts over. 64 copies with different deviations, or a
 * rate that the tick cannot have, mean that the tick was wrong.
 */
void engine_clock_take(struct engine_clock *clock, const struct clock_copy *copy, size_t *room);

/**
 * True if the model tells the copy's time: all but CLOCK_UNKNOWN do, if the copy fits. One that
 * states no such time does not, nor does one that is off by an eighth of a turn, or 8 s: a counter
 * that jumped, or a corrupt timestamp. Times from markers are always accepted.
 */
bool clock_model_time(const struct clock_model *model, const struct clock_copy *copy,
                      int64_t *time_ns);

void engine_clock_clear(struct engine_clock *clock);

#endif
