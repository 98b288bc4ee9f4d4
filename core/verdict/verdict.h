/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Why traffic of a session is missing. Each cause has a rule over the counts of a report; a cause
 * that holds comes with the numbers that prove it. A session without a fault gets no verdict.
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
    CAUSE_SAMPLING,      /* the source mirrors one frame in N */
    CAUSE_UNDETERMINED,  /* copies or payload are missing, and no cause is proven */
    CAUSES
};

enum { VERDICT_TEXT_MAX = 480, VERDICT_EVIDENCE_MAX = 7 };

struct verdict {
    enum cause cause;
    char summary[VERDICT_TEXT_MAX]; /* one sentence with the main number */
    size_t evidence_count;
    char evidence[VERDICT_EVIDENCE_MAX][VERDICT_TEXT_MAX]; /* one line each, with numbers */
    /* for machines */
    size_t
        cliff; /* CAUSE_MTU: the largest mirrored frame whose copy arrives; CAUSE_CUT: bytes kept */
    double one_in;       /* CAUSE_SAMPLING: N of "one frame in N"; else 0 */
    double one_in_least; /* ... and its 95 % confidence interval */
    double one_in_most;
    double visibility;  /* captured / delivered; negative if there is no evidence */
    double implied_bps; /* of mirrored frames, those of `delivered` by the ACKs and what came
                           without payload, over the session's busy_ns; 0 without evidence */
};

/**
 * Finds the causes for one session, likeliest first. None if a filter left out copies of the
 * session, because they would look like loss. A session of dropped packets alone has no cause but
 * CAUSE_LOOP and CAUSE_CUT.
 *
 * @param verdicts  room for CAUSES.
 * @return the number of causes found.
 */
size_t verdict_find(const struct report *report, const struct report_session *session,
                    struct verdict *verdicts);

/** A word for filters and JSON: "mtu", "super-frames". */
const char *cause_name(enum cause cause);

#endif
