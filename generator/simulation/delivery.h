/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The last stretch of a copy's way: from the packet to the frames that reach the sink, and what the
 * truth counts of them.
 */
#ifndef GENERATOR_SIMULATION_DELIVERY_H
#define GENERATOR_SIMULATION_DELIVERY_H

#include "generator/simulation/simulated-session.h"

/** The parts of the scratch. A copy that is mirrored again stands in one of the first two while its
 * own copy is made in the other. */
enum scratch_part { PART_COPY, PART_OTHER_COPY, PART_PARCEL, PART_FRAME };

/** An empty buffer in that part. */
struct buffer delivery_scratch(const struct session_exit *way_out, enum scratch_part part);

/** Unix times of what the amount counts, before it counts the next. */
void delivery_note_time(struct period *period, const struct amount *amount, int64_t now_ns);

/** Bytes of the frame around a packet of that length, as the source sends it. */
size_t delivery_sent_length(const struct session_plan *plan, size_t packet_length);

/** True if the packet arrives in fragments of which one is lost: what came of it is no copy. */
bool delivery_loses_fragment(const struct simulated_session *session, const struct sent_copy *copy,
                             struct bytes packet);

/** The copy arrives. @p packet stands at the start of a part of the scratch, which has room behind
 * it, and is the same afterwards. */
gboolean delivery_put(struct simulated_session *session, const struct sent_copy *copy,
                      struct buffer *packet, int64_t now_ns, const struct session_exit *way_out,
                      GError **error);

/** An ICMP error that quotes @p packet comes back to the source. */
gboolean delivery_put_icmp_error(struct simulated_session *session,
                                 const struct icmp_answer *answer, struct bytes packet,
                                 int64_t now_ns, const struct session_exit *way_out,
                                 GError **error);

/** Counts a frame that was put: it left, or could not. */
void delivery_complete(const struct frame *frame, bool left);

#endif
