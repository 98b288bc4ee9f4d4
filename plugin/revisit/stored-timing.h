/* stored-timing.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * For each copy with a source time, the 24 bytes that depend on earlier copies of its session. The
 * time itself is not kept, because core/clock/clock.h computes it again.
 */
#ifndef PLUGIN_REVISIT_STORED_TIMING_H
#define PLUGIN_REVISIT_STORED_TIMING_H

#include "core/analysis/analysis.h"

struct stored_timing;

struct stored_timing *stored_timing_new(void);
void stored_timing_free(struct stored_timing *memory);

/** @param number  the copy's place in its frame. Frames come in rising order; of two that bear the
 *                 same number the later one stays: a read filter had dropped the first. */
void stored_timing_keep(struct stored_timing *memory, uint64_t frame, uint32_t number,
                        const struct analysis_finding *finding);

/** Restores delta and jitter in the finding, if they were kept. */
void stored_timing_restore(const struct stored_timing *memory, uint64_t frame, uint32_t number,
                           struct analysis_finding *finding);

#endif
