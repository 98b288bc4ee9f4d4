/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a mirrored port carries: frames with times of their own, in both directions.
 *
 * Unlike the inner kinds of a session, traffic is one stream that several sessions may mirror. Its
 * memory does not grow with its length, and one plan makes the same frames on every machine.
 */
#ifndef GENERATOR_TRAFFIC_TRAFFIC_H
#define GENERATOR_TRAFFIC_TRAFFIC_H

#include "core/base/bytes.h"
#include "generator/scenario/keys.h"
#include "generator/scenario/scenario.h"

struct traffic_frame {
    int64_t time_ns;    /* Unix time at which its first bit passes the port */
    struct bytes bytes; /* without FCS */
    bool reverse;       /* from the server to the client; false: the other way */
};

struct traffic;

/**
 * @param number    of the traffic in its scenario: chooses its addresses.
 * @param start_ns  of the capture.
 * @return NULL after an error: a capture that cannot be read. Free with traffic_free().
 */
struct traffic *traffic_new(const struct traffic_plan *plan, size_t number, int64_t start_ns,
                            GError **error);
void traffic_free(struct traffic *traffic);

/**
 * The next frame, in the order of time; its bytes are borrowed until the next call. False at the
 * end, or after an error: then @p error is set. At the end, the frame has the time at which one
 * more would have come, if any.
 */
bool traffic_next(struct traffic *traffic, struct traffic_frame *frame, GError **error);

/** NULL, or what is wrong with how the keys go together, in a capture that starts at @p start_ns.
 */
const char *traffic_check(const struct traffic_plan *plan, int64_t start_ns);

/** True if the key means something to the plan's kind of traffic. */
bool traffic_knows_key(const struct traffic_plan *plan, const struct key *key);

/** The longest frame it can make; 0 if that is not known beforehand. */
size_t traffic_longest(const struct traffic_plan *plan);

#endif
