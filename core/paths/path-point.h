/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Observation points: where the network is mirrored. A point is a session, and of it what tells two
 * taps apart: of Type III the Hw ID and the direction, of Type II the index.
 *
 * A point knows when its mirror lost copies (core/paths/mirror-record.h). Points that may share a
 * counter of sequence numbers share its record.
 */
#ifndef CORE_PATHS_PATH_POINT_H
#define CORE_PATHS_PATH_POINT_H

#include "core/analysis/analysis.h"
#include "core/paths/mirror-record.h"

enum {
    PATH_POINTS_MAX = 1024,
    PATH_LATEST_POINTS = 1024, /* a power of two */
    PATH_NO_POINT = UINT16_MAX,
    PATH_RECORD_OWN = DOMAIN_KINDS, /* of places where a copy of this point says nothing */
    PATH_RECORDS
};

/** B is silent: it shows no copy for longer than this. */
#define PATH_SILENCE_NS (100 * NS_PER_MS)

struct path_point {
    struct session_key key;
    uint32_t stream;
    enum erspan_type type;
    uint8_t hardware_id; /* Type III */
    bool egress;         /* Type III */
    uint32_t index;      /* Type II */
    bool unnumbered;     /* copies without a number came: nothing tells which are missing */
    bool begun;
    uint64_t copies;
    int64_t latest_ns;                           /* arrival */
    uint32_t longest;                            /* IP packet that it has shown, in bytes */
    struct mirror_record *records[PATH_RECORDS]; /* by enum sequence_domain_kind; its own */
    bool owns[PATH_RECORDS];
    struct mirror_record silences; /* holes in which no copy of this point came at all */
};

struct path_points {
    struct path_point *points;
    unsigned count;
    uint16_t *slots;                     /* a hash table of numbers of points, plus 1 */
    uint16_t latest[PATH_LATEST_POINTS]; /* by the stream: of its latest copy's point */
};

void path_points_init(struct path_points *table);
void path_points_clear(struct path_points *table);

/** The number of the point of a copy that counts; PATH_NO_POINT when there are too many. */
uint16_t path_points_of(struct path_points *table, const struct copy *copy);

/** A copy of the point came. */
void path_point_take(struct path_point *point, const struct analysis_place *place,
                     const struct analysis_finding *finding);

/** True if all copies that the point's source numbered in the span came, and each showed
 * a whole view of its frame. False also where that is not known. */
bool path_point_is_whole(const struct path_point *point, const struct mirror_span *span);

#endif
