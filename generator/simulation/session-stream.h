/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What reaches the capture from one session: its copies, and what happens to them on the way.
 */
#ifndef GENERATOR_SIMULATION_SESSION_STREAM_H
#define GENERATOR_SIMULATION_SESSION_STREAM_H

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

struct session_stream {
    struct encapsulation encapsulation;
    struct outer_template icmp; /* around an ICMP error to the source */
    struct impairments impairments;
    struct session_tally *tally;
    uint64_t sent;                     /* copies */
    bool arrives;                      /* the frame emitted last, in a copy, sooner or later */
    struct departure_queue held;       /* until a later copy was sent: see held_until() */
    struct departure_queue *under_way; /* of all sessions: due by time */
    struct arriving arriving;
    uint64_t foreign;         /* copies that someone else put in */
    GHashTable *failed_first; /* numbers of copies of which only the double can still leave */
};

static inline const struct session_plan *session_stream_plan(const struct session_stream *stream)
{
    return stream->encapsulation.plan;
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
 * @param under_way  what leaves later goes there, for session_streams_release().
 */
void session_stream_init(struct session_stream *stream, const struct scenario *scenario,
                         size_t number, int64_t start_ns, struct truth *truth,
                         struct departure_queue *under_way);
void session_stream_clear(struct session_stream *stream);

/**
 * Makes the copy of frame @p n at @p now_ns, of @p mirrored or, if NULL, of the plan's inner kind,
 * and hands on the frames that come of it now.
 */
gboolean session_stream_emit(struct session_stream *stream, uint64_t n, int64_t now_ns,
                             const struct mirrored_frame *mirrored,
                             const struct session_exit *way_out, GError **error);

/** There will be no more copies: those that wait for later ones leave now. */
gboolean session_stream_end(struct session_stream *stream, int64_t now_ns,
                            const struct session_exit *way_out, GError **error);

/** Hands on what is due up to @p until_ns, of all sessions, in the order of time. */
gboolean session_streams_release(struct departure_queue *under_way, int64_t until_ns,
                                 const struct session_exit *way_out, GError **error);

#endif
