/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the sessions together saw of the connections: each byte counts once, wherever its copy and
 * its ACK came. A port that is mirrored into a session for each direction is whole here, and what
 * two sessions mirror is no more than what one does.
 *
 * Limits. Of one connection the first FLOW_UNION_MAX sessions are put together. Where so much was
 * lost that a session keeps the places of only the newest gaps (core/visibility/interval-set.h),
 * how much of the older bytes the sessions have in common is estimated from the newer ones.
 */
#ifndef CORE_VISIBILITY_FLOW_UNION_H
#define CORE_VISIBILITY_FLOW_UNION_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOW_UNION_MAX = 16 };

struct flow_union {
    uint64_t flows;     /* connections */
    uint64_t delivered; /* payload bytes that ACKs acknowledge */
    uint64_t captured;  /* of these, the bytes that came */
};

struct flow;
struct flow_table;

/** Over all sessions of @p count tables, none of which changes meanwhile. */
struct flow_union flow_union_sum(struct flow_table *const *tables, size_t count);

/** Adds what is known of @p flow alone: it is about to be forgotten, its siblings are not. Takes
 * the same time however many there are. @param siblings  the head of the list that it is in. */
void flow_union_close(struct flow_union *closed, const struct flow *flow, const GList *siblings);

#endif
