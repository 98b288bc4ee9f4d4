/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What goes wrong between a mirrored port and the collector, decided copy by copy.
 *
 * A session has a list of impairments: first its own keys, then the [impairment NAME] groups that
 * name it, in their order. Each decides for every copy that the source sends, and from random
 * streams of its own at the place of the copy's number: so no impairment changes what another one
 * draws. The first that loses a copy is the cause of its loss; delays add up.
 */
#ifndef GENERATOR_IMPAIRMENT_IMPAIRMENT_H
#define GENERATOR_IMPAIRMENT_IMPAIRMENT_H

#include "generator/encapsulate/icmp-error.h"
#include "generator/impairment/policer.h"
#include "generator/impairment/sent-copy.h"
#include "generator/impairment/session-truth.h"

enum impairment_draw {
    DRAW_SAMPLE,
    DRAW_DROP,
    DRAW_LOSS,
    DRAW_RUN,
    DRAW_RUN_LOSS,
    DRAW_CORRUPT,
    DRAW_DUPLICATE,
    DRAW_LATE,
    DRAW_SPOOF,
    DRAW_SPOOF_NUMBER,
    DRAWS
};

struct impairment {
    const struct impairment_plan *plan;
    int64_t from_ns; /* Unix time, as the others */
    int64_t to_ns;
    int64_t restart_ns; /* still to come; AUTO: none */
    uint64_t streams[DRAWS];
    bool in_run;
    struct policer policer;
};

struct impairments {
    size_t count; /* 0: nothing goes wrong */
    bool spoofs;  /* by one of them, someone else puts copies in */
    struct impairment *list;
};

struct impairments impairments_of(const struct scenario *scenario,
                                  const struct session_plan *session, int64_t start_ns);
/**
 * One plan alone, which must outlive it.
 *
 * @param session  whose seed and name its random numbers are made of, with the name of the plan.
 * @return nothing goes wrong if @p plan does nothing.
 */
struct impairments impairments_alone(const struct impairment_plan *plan,
                                     const struct session_plan *session, int64_t start_ns);
void impairments_clear(struct impairments *impairments);

/**
 * Why the source makes no copy of a frame; SKIP_NOT: it makes one.
 *
 * @param n  of the frame in the session, the first is 0.
 */
enum skip_cause impairments_skip(const struct impairments *impairments, uint64_t n, size_t len,
                                 int64_t now_ns);

/** Bytes of the mirrored frame that the source keeps, or AUTO; sets @p flagged if that sets T. */
int64_t impairments_truncate(const struct impairments *impairments, size_t len, int64_t now_ns,
                             bool *flagged);

/** True if the source restarts before the copy of that number: at @p restart_ns, and its clock
 * with it if @p clock_too. */
bool impairments_restart(struct impairments *impairments, uint64_t number, int64_t now_ns,
                         int64_t *restart_ns, bool *clock_too);

/** What the way does to a copy. */
struct impairment_outcome {
    enum loss_cause lost;
    struct icmp_answer answer;
    uint32_t flip; /* bits */
    enum corrupt_where where;
    uint64_t corruption; /* stream of which bits */
    int64_t snap;
    struct delay late;
    bool doubled;
    uint8_t queue; /* as in struct sent_copy */
    struct delay again;
};

/**
 * @param packet_length  of the outer packet, from its IP header on.
 * @return how much an ICMP error quotes is left to the caller.
 */
struct impairment_outcome impairments_judge(struct impairments *impairments, uint64_t number,
                                            size_t packet_length, int64_t now_ns);

/**
 * The next of the impairments, from @p at on, by which someone else puts copies in behind that one,
 * lost or not. Starts with 0; NULL: no more.
 */
const struct impairment *impairments_spoof(const struct impairments *impairments, size_t *at,
                                           uint64_t number, int64_t now_ns);

/**
 * The sequence number of a copy that someone else puts in.
 *
 * @param which  of those behind copy @p number, the first is 0.
 * @param last   the sequence number of copy @p number.
 */
uint32_t impairment_spoofed_number(const struct impairment *impairment, uint64_t number,
                                   uint32_t which, uint32_t last);

/** Flips as many bits as the outcome says, each another one, in @p packet. Returns how many. */
uint32_t impairment_corrupt(const struct impairment_outcome *outcome,
                            const struct built_copy *parts, struct buffer *packet);

#endif
