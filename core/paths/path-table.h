/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Follows frames from one observation point to the next: what the network between two mirrors lost,
 * how long it took, what it changed. Plugin and collector call it once for each copy, after
 * analysis_take(), which matches the copies of one frame (core/analysis/fingerprint-table.h).
 *
 * A frame is judged when no copy of it can come any more: FINGERPRINT_AGE_NS after its first copy.
 * Then each two points that have shown it count it as seen at both, and each point that has shown
 * it without another that shares its flow as seen at one alone.
 *
 * A frame that was seen at A and not at B is lost between them if, and only if, all of this holds:
 *  - Both points have shown a frame of its flow before it, and one after it.
 *  - B's source numbers its copies, and none is missing between those two frames of the flow, nor
 *    in the time in which the frame would have passed B, by the delays of this pair: three times
 *    their range.
 *  - B has shown no frame of that flow then that A has not shown: it may have been this one,
 *    changed on the way (fragmented, another content, put together).
 *  - No point behind B has shown it.
 *  - B has shown an IP packet as long, from whatever flow: B's source may drop longer ones before
 *    it numbers them (quirk Q36, drops before numbering).
 *  - It is no fragment, not for a group of receivers, and its TTL reaches B.
 *  - A has not shown the same content twice within FINGERPRINT_AGE_NS, and A's copy came in order:
 * a late one does not tell when the frame passed, and may have missed B's copy of it.
 *  - At most PATH_RUN_MAX frames of the flow are missing in a row; and 16 where B was silent for
 *    PATH_SILENCE_NS: the flow may have gone another way, or the mirror may have been off.
 *  - At most a third of the frames of the pair are missing so; else B's mirror may sample. And
 *    points behind B have shown hardly any frame that B, being whole, has not (path-report.h).
 * All else that is missing at B is unknown.
 */
#ifndef CORE_PATHS_PATH_TABLE_H
#define CORE_PATHS_PATH_TABLE_H

#include "core/analysis/analysis.h"
#include "core/paths/path-pair.h"
#include "core/paths/path-point.h"
#include "core/paths/path-step.h"
#include "core/paths/path-way.h"

enum {
    PATH_MEMORY_DEFAULT = 32 << 20, /* bytes */
    PATH_WINDOW_MAX = 1 << 16       /* copies that are followed at a time; a power of two */
};

struct path_table;

/** @param memory_limit  bytes, 4 MiB at least; 0: PATH_MEMORY_DEFAULT. What points and pairs need
 * comes on top: 6 KiB for each point, and 34 KiB for each way to know the delays of a pair. */
struct path_table *path_table_new(size_t memory_limit);
void path_table_free(struct path_table *table);

/** From now on tells @p watcher, which is copied, of single frames. */
void path_table_watch(struct path_table *table, const struct path_watcher *watcher);

/**
 * Takes a copy, in order of capture.
 *
 * @param content  what analysis_keep() kept of the mirrored frame.
 * @param frame  analysis_kept() of it.
 * @param finding  of analysis_take().
 */
void path_table_take(struct path_table *table, const struct analysis_place *place,
                     const struct copy *copy, const struct fingerprint_frame *content,
                     struct bytes frame, const struct analysis_finding *finding);

/** No copy will come any more: judges those that wait. */
void path_table_end(struct path_table *table);

/** What the table would be if no copy came any more: a copy for the caller to free before the next
 * one is taken. NULL gives NULL. */
struct path_table *path_table_ended(const struct path_table *table);

/** What is known so far; valid until the next copy is taken. Pairs are in order of appearance. */
unsigned path_table_point_count(const struct path_table *table);
const struct path_point *path_table_point(const struct path_table *table, unsigned number);
unsigned path_table_pair_count(const struct path_table *table);
const struct path_pair *path_table_pair(const struct path_table *table, unsigned number);

/** The ways of frames that several points have shown. */
const struct path_ways *path_table_ways(const struct path_table *table);

/** Copies, flows and pairs that were not followed for want of room. */
uint64_t path_table_given_up(const struct path_table *table);

#endif
