/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The steps from a copy's bytes to the report, for plugin and collector. After copy_read() there
 * are these steps, each of which needs what the one before returned:
 *
 *     copy_digest_read()   while the bytes are there
 *     copy_analyse()       once for each copy, in order of capture
 *     copy_follow()        right after that, where frames are followed from point to point
 *     report_take()        into as many reports as there are
 *
 * Copies inside others follow those in the same frame that they are in. A quoted copy is not
 * analysed: see report_add_icmp().
 */
#ifndef CORE_REPORT_COPY_PIPELINE_H
#define CORE_REPORT_COPY_PIPELINE_H

#include "core/paths/path-table.h"
#include "core/report/report.h"

/** What the later steps need of a copy's bytes. */
struct copy_digest {
    struct fingerprint_frame content; /* of the mirrored frame */
    bool has_segment;
    struct tcp_segment segment; /* valid with has_segment; without it only segment.cut is valid */
};

/** @param analysis  keeps the beginning of the mirrored frame, to compare later ones with it.
 *  @param payload  from which @p copy was read. */
void copy_digest_read(struct analysis *analysis, const struct copy *copy, struct bytes payload,
                      struct copy_digest *digest);

/** The same without the content: for a copy that was analysed on an earlier visit. */
void copy_digest_read_again(const struct copy *copy, struct bytes payload,
                            struct copy_digest *digest);

/** Starts to fetch what copy_analyse() will look up, which takes memory a while. */
static inline void copy_prefetch(const struct analysis *analysis, const struct copy *copy,
                                 const struct copy_digest *digest)
{
    analysis_prefetch(analysis, copy, &digest->content);
}

static inline void copy_analyse(struct analysis *analysis, const struct analysis_place *place,
                                const struct copy *copy, const struct copy_digest *digest,
                                struct analysis_finding *finding)
{
    analysis_take(analysis, place, copy, &digest->content, finding);
}

/** @param finding  of copy_analyse(). */
static inline void copy_follow(struct path_table *paths, const struct analysis *analysis,
                               const struct analysis_place *place, const struct copy *copy,
                               const struct copy_digest *digest,
                               const struct analysis_finding *finding)
{
    path_table_take(paths, place, copy, &digest->content, analysis_kept(analysis, &digest->content),
                    finding);
}

/** @param finding  of copy_analyse(), or what was kept of it. */
static inline void report_take(struct report *report, const struct analysis_place *place,
                               const struct copy *copy, const struct copy_digest *digest,
                               const struct analysis_finding *finding)
{
    bool tells = digest->has_segment || digest->segment.cut;
    report_add(report, place, copy, tells ? &digest->segment : NULL, finding);
}

#endif
