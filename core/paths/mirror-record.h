/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * When a counter of a mirror lost copies: holes of arrival time in which copies are missing, as
 * their sequence numbers say. Outside of holes every copy that the source numbered has arrived.
 *
 * A hole begins with the arrival of the copy before the missing ones and ends with the arrival of
 * the one that revealed them. It closes when all of them came late.
 */
#ifndef CORE_PATHS_MIRROR_RECORD_H
#define CORE_PATHS_MIRROR_RECORD_H

#include <stddef.h>

#include "core/sequence/sequence-finding.h"

enum { MIRROR_RECORD_HOLES = 32 };

/** A stretch of the capture. Where copies have equal times, their places tell which came first. */
struct mirror_span {
    int64_t from_ns;
    int64_t to_ns;
    uint64_t from_frame;
    uint64_t to_frame;
};

struct mirror_hole {
    struct mirror_span span; /* to_frame: the copy that revealed it */
    uint32_t missing;        /* copies that did not come late yet; 0: the hole is closed */
};

/** All zero to begin with. */
struct mirror_record {
    struct mirror_hole holes[MIRROR_RECORD_HOLES];
    unsigned next; /* of the holes: the one to be overwritten */
    bool begun;
    bool unusable; /* the numbers say nothing: constant, or several counters under one name */
    bool has_holes;
    int64_t last_hole_ns; /* with has_holes: where the latest of them ends */
    int64_t forgotten_ns; /* up to here holes were overwritten: nothing is known */
    int64_t last_ns;      /* the latest arrival of a copy */
    uint64_t last_frame;  /* its place in the capture */
};

/** The first copy of the counter came: what came before is not known. */
void mirror_record_begin(struct mirror_record *record, int64_t arrival_ns, uint64_t frame);

/** A copy of the counter came, its number not considered. Call after mirror_record_take(). */
static inline void mirror_record_touch(struct mirror_record *record, int64_t arrival_ns,
                                       uint64_t frame)
{
    if (!record->begun)
        mirror_record_begin(record, arrival_ns, frame);
    if (arrival_ns < record->last_ns)
        return;
    record->last_ns = arrival_ns;
    record->last_frame = frame;
}

/** A copy of the counter came, and its number means @p finding. @p frame  its place in the capture.
 */
void mirror_record_take(struct mirror_record *record, const struct sequence_finding *finding,
                        int64_t arrival_ns, uint64_t frame);

/** Nothing is known of the place at @p arrival_ns: a copy came there of which nothing can be said.
 */
void mirror_record_doubt(struct mirror_record *record, int64_t arrival_ns, uint64_t frame);

/** A hole that lies in the span or over one of its ends, or NULL. */
const struct mirror_hole *mirror_record_find_hole(const struct mirror_record *record,
                                                  const struct mirror_span *span);

/** True if no copy of the counter is missing between the ends of the span. */
static inline bool mirror_record_is_whole(const struct mirror_record *record,
                                          const struct mirror_span *span)
{
    if (!record->begun)
        return true;
    if (record->unusable || span->from_ns < record->forgotten_ns)
        return false;
    return !record->has_holes || span->from_ns > record->last_hole_ns ||
           mirror_record_find_hole(record, span) == NULL;
}

#endif
