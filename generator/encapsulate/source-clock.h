/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the clock of a source shows.
 */
#ifndef GENERATOR_ENCAPSULATE_SOURCE_CLOCK_H
#define GENERATOR_ENCAPSULATE_SOURCE_CLOCK_H

#include "generator/scenario/scenario.h"

/** Ticks of @p tick_ps, rounded down, that a clock counts in @p elapsed_ns when it runs by
 * @p drift_ppb too fast; 0 if the tick is 0. */
uint64_t clock_ticks(int64_t elapsed_ns, int64_t tick_ps, int64_t drift_ppb);

/** The length of a tick of the clock, by its plan or as the granularity declares it; 0: it stands
 * still. */
int64_t clock_tick_ps(const struct clock_plan *clock, uint8_t granularity);

/** What it shows at its start: of the capture, or in 1970 if it counts from there. */
uint64_t clock_first(const struct clock_plan *clock);

/** Stamps @p header, whose granularity and sub-header are known, with the time @p now_ns. */
void clock_stamp(const struct clock_plan *clock, int64_t start_ns, int64_t now_ns,
                 struct erspan_header *header);

#endif
