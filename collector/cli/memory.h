/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How much a run may remember, and what gets which part of it.
 */
#ifndef COLLECTOR_CLI_MEMORY_H
#define COLLECTOR_CLI_MEMORY_H

#include <glib.h>

#include "collector/meter/packet-processor.h"

enum {
    MEMORY_MIB_DEFAULT = 712, /* of each thread that receives */
    MEMORY_MIB_MIN = 8,
    MEMORY_MIB_MAX = 1 << 20
};

/**
 * Shares the memory out. Where this process may not have so much (ulimit -v, ulimit -d), it shares
 * out what it may have, so that memory that is short makes sessions give way and ends no run.
 *
 * @param mib      for each thread that receives.
 * @param threads  of these, as far as is known.
 * @return FALSE with @p error where even MEMORY_MIB_MIN is too much.
 */
gboolean memory_share(size_t mib, unsigned threads, struct packet_processor_policy *policy,
                      GError **error);

/** Bytes that this process may still have; SIZE_MAX: as many as it wants. */
size_t memory_left(void);

/** Bytes that a run with this memory takes at most, with what it takes besides. */
size_t memory_wanted(size_t mib, unsigned threads);

/** Gives frames that are followed from point to point a part of the memory of the analysis. */
void memory_share_paths(struct packet_processor_policy *policy);

#endif
