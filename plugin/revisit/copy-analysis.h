/* copy-analysis.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What a copy means next to the copies before it, the same at every visit of its frame. core finds
 * it on the first visit; what a later one cannot find again is kept: of copies with an anomaly a
 * note in the frame, of copies with a source time 24 bytes (delta and jitter), of copies of frames
 * that were mirrored at several points what plugin/revisit/followed-paths.h says, of others
 * nothing.
 */
#ifndef PLUGIN_REVISIT_COPY_ANALYSIS_H
#define PLUGIN_REVISIT_COPY_ANALYSIS_H

#include "core/analysis/analysis.h"
#include "core/paths/path-table.h"
#include "plugin/base/compat.h"
#include "plugin/base/outer-packet.h"
#include "plugin/revisit/followed-paths.h"

struct copy_analysis {
    bool known; /* false: nothing is analysed, and the rest is 0 */
    struct analysis_place place;
    struct analysis_finding finding;
    struct copy_path path;
    uint64_t restart_frame; /* the first copy of a run whose restart this copy proves; 0: none */
    int32_t lost_change;    /* of the copies that are missing, beside those that this one reveals */
    bool repeats;           /* on the first visit a duplicate, or the copy of a copy */
    /* Said of a session once, here: */
    bool tells_constant;    /* its sequence does not move (quirk Q3, constant sequence) */
    bool tells_senders;     /* several senders use its name */
    bool tells_granularity; /* of its clock (quirks Q8, hidden sub-header; Q9, custom tick) */
};

/** Begins and ends a capture file. Without the preference for it nothing is analysed. */
void copy_analysis_start_file(void);
/** All copies of the file have come. */
void copy_analysis_all_came(void);
void copy_analysis_end_file(void);

/**
 * Finds the meaning of a copy; on the first visit this is where it is counted.
 *
 * @param number   the copy's place among those of the frame, from 1.
 * @param depth    1; more inside another copy.
 */
void copy_analysis_find(packet_info *pinfo, uint32_t number, unsigned depth,
                        const struct outer_packet *outer, const struct copy *copy,
                        struct copy_analysis *meaning);

/** A marker packet came; call it on every visit. */
void copy_analysis_take_marker(packet_info *pinfo, const struct marker *marker);

/** What the copy meant to the counter it belongs to when it came, or NULL if it has none: these add
 * up, see sequence_counts_add(). */
const struct sequence_finding *copy_analysis_sequence(const struct copy_analysis *meaning);

/** What it means by itself: on the first visit as it seems then, later in the light of all copies.
 * NULL as above. */
const struct sequence_finding *copy_analysis_meaning(const struct copy_analysis *meaning);

/** What is known of the open file's points; NULL without a copy that was analysed. */
struct path_table *copy_analysis_paths(void);

/** The number of the last frame that holds a copy, of those read so far; 0 without one. */
uint32_t copy_analysis_last_frame(void);

/** The analysis of the open file, for reports; NULL without one. */
const struct analysis *copy_analysis_current(void);

#endif
