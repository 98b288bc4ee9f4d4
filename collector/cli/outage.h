/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How many copies were lost while the interface was down: no counter of the kernel tells, so it is
 * what the numbers of the first copies afterwards show to be missing.
 */
#ifndef COLLECTOR_CLI_OUTAGE_H
#define COLLECTOR_CLI_OUTAGE_H

#include "collector/meter/snapshot.h"

enum outage_phase {
    OUTAGE_NONE,
    OUTAGE_DOWN,
    OUTAGE_AWAITED, /* the interface is up again, and no copy has come */
    OUTAGE_RESUMED  /* copies come: other sessions may follow the first */
};

/** One of zeros has seen no outage. */
struct outage {
    enum outage_phase phase;
    int64_t lost_before; /* counted when the interface went down */
    uint64_t copies_before;
    double end_s;  /* of OUTAGE_RESUMED */
    uint64_t lost; /* in all outages */
};

/** The interface went down. @p now  what has been counted. */
void outage_begin(struct outage *outage, const struct snapshot *now);

/** The interface is up again. */
void outage_end(struct outage *outage);

/** True if outage_conclude() is due. */
static inline bool outage_is_open(const struct outage *outage)
{
    return outage->phase == OUTAGE_AWAITED || outage->phase == OUTAGE_RESUMED;
}

/** Looks at what has been counted since. @p over  nothing more comes. */
void outage_conclude(struct outage *outage, const struct snapshot *now, bool over);

#endif
