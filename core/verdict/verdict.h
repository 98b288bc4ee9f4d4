/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where the missing bandwidth of a session went. Each cause is a rule over named evidence in a
 * report; a cause that is found comes with the numbers behind it. A clean session gets none.
 */
#ifndef CORE_VERDICT_VERDICT_H
#define CORE_VERDICT_VERDICT_H

#include "core/report/report.h"

enum cause {
    CAUSE_MTU,           /* the encapsulated frame exceeds an MTU on the way */
    CAUSE_SUPER_FRAMES,  /* TSO or LRO super-frames are not mirrored */
    CAUSE_CUT,           /* snap length or truncation */
    CAUSE_POLICER,       /* policer, QoS, oversubscription */
    CAUSE_COLLECTOR,     /* the collector drops: ring, kernel, interface */
    CAUSE_ONE_DIRECTION, /* only one direction is mirrored */
    CAUSE_LOOP,          /* the mirror mirrors itself */
    CAUSE_SAMPLING,      /* the source mirrors one frame in so many */
    CAUSE_UNDETERMINED,  /* copies or payload are missing, and nothing proves why */
    CAUSES
};

enum { VERDICT_TEXT_MAX = 480, VERDICT_EVIDENCE_MAX = 6 };

struct verdict {
    enum cause cause;
    char summary[VERDICT_TEXT_MAX]; /* one sentence with the main number */
    size_t evidence_count;
    char evidence[VERDICT_EVIDENCE_MAX][VERDICT_TEXT_MAX]; /* one line each, with numbers */
    /* for machines */
    size_t cliff;      /* CAUSE_MTU: the largest mirrored frame that comes; CAUSE_CUT: bytes kept */
    double visibility; /* captured / delivered; negative if there is no evidence */
    double implied_bps; /* of mirrored frames, those of `delivered` by the ACKs and what came
                           without payload, over the session's busy_ns; 0 without evidence */
};

/**
 * The causes for one session, likeliest first. None for one of which copies were left out: what
 * somebody chose not to see looks as if it had not come.
 *
 * @param verdicts  room for CAUSES.
 * @return how many were found.
 */
size_t verdict_find(const struct report *report, const struct report_session *session,
                    struct verdict *verdicts);

const char *
cause_name(enum cause cause); /* a word for filters and JSON: "mtu", "super-frames", ... */
const char *cause_text(enum cause cause); /* for a person */

#endif
