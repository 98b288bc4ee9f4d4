/* timing-memory.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Per copy with a source time: what its session's copies before it made of it, 24 bytes. The time
 * itself is not kept; core/clock/clock.h finds it again.
 */
#ifndef PLUGIN_REVISIT_STORED_TIMING_H
#define PLUGIN_REVISIT_STORED_TIMING_H

#include "core/analysis/analysis.h"

struct timing_memory;

struct timing_memory *timing_memory_new(void);
void timing_memory_free(struct timing_memory *memory);

/** @param number  the copy's place in its frame. Frames come in rising order; of two that bear the
 *                 same number the later one stays: a read filter had dropped the first. */
void timing_memory_keep(struct timing_memory *memory, uint64_t frame, uint32_t number,
                        const struct analysis_finding *finding);

/** Puts delta and jitter back into the finding, if they were kept. */
void timing_memory_restore(const struct timing_memory *memory, uint64_t frame, uint32_t number,
                           struct analysis_finding *finding);

#endif
