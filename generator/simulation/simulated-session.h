/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What reaches the capture from one session: its copies, and what happens to them on the way.
 */
#ifndef GENERATOR_SIMULATION_SIMULATED_SESSION_H
#define GENERATOR_SIMULATION_SIMULATED_SESSION_H

#include "generator/impairment/departure-queue.h"
#include "generator/impairment/impairment.h"
#include "generator/output/frame.h"
#include "generator/truth/truth.h"

/** Room for an outer packet of 64 KiB and all that can stand around it. */
enum { FRAME_MAX_LENGTH = 1 << 17 };

/** What a session needs to work in, and shares with all others: any content. */
enum { SCRATCH_LENGTH = 4 * FRAME_MAX_LENGTH };

/** What is known so far of the frames of one copy. */
struct arriving {
    uint64_t bytes;
    uint64_t cut;
    bool fragmented;
    bool failed; /* one of them did not leave */
};

struct simulated_session {
    struct encapsulation encapsulation;
    struct outer_template icmp; /* around an ICMP error to the source */
    struct impairments impairments;
    struct session_truth *counted;
    uint64_t sent;                     /* copies */
    bool arrives;                      /* the frame emitted last, in a copy, sooner or later */
    struct departure_queue held;       /* until a later copy was sent: see held_until() */
    struct departure_queue *under_way; /* of all sessions: due by time */
    struct arriving arriving;
    uint64_t foreign;         /* copies that someone else put in */
    GHashTable *failed_first; /* numbers of copies of which only the double can still leave */
};

static inline const struct session_plan *
simulated_session_plan(const struct simulated_session *session)
{
    return session->encapsulation.plan;
}

/** Where frames go, and the scratch in which they are made. */
struct session_exit {
    const struct frame_sink *sink;
    uint8_t *scratch;
};

/**
 * @param number     of the session in the scenario.
 * @param start_ns   of the capture.
 * @param truth      where it counts; it has the session's sequence counter, too.
 * @param under_way  what leaves later goes there, for simulated_sessions_release().
 */
void simulated_session_init(struct simulated_session *session, const struct scenario *scenario,
                            size_t number, int64_t start_ns, struct truth *truth,
                            struct departure_queue *under_way);
void simulated_session_clear(struct simulated_session *session);

/**
 * Makes the copy of frame @p n at @p now_ns, of @p mirrored or, if NULL, of the plan's inner kind,
 * and hands on the frames that come of it now.
 */
gboolean simulated_session_emit(struct simulated_session *session, uint64_t n, int64_t now_ns,
                                const struct traffic_frame *mirrored,
                                const struct session_exit *way_out, GError **error);

/** There will be no more copies: those that wait for later ones leave now. */
gboolean simulated_session_end(struct simulated_session *session, int64_t now_ns,
                               const struct session_exit *way_out, GError **error);

/** Hands on what is due up to @p until_ns, of all sessions, in the order of time. */
gboolean simulated_sessions_release(struct departure_queue *under_way, int64_t until_ns,
                                    const struct session_exit *way_out, GError **error);

#endif
