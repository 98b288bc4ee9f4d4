/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The frames that must have carried what a direction of a connection sent: by the ACKs of the other
 * end, and by the sequence numbers of its own segments. Private to core/visibility.
 */
#ifndef CORE_VISIBILITY_FLOW_IMPLIED_H
#define CORE_VISIBILITY_FLOW_IMPLIED_H

#include "core/visibility/flow-direction.h"

/** Adds the frames of @p sender, whose other end is @p receiver: those that came, and all.
 * @param delivered  bytes, as flow_direction_delivered() says. @param captured  likewise. */
void flow_add_implied(const struct flow_direction *sender, const struct flow_direction *receiver,
                      uint64_t delivered, uint64_t captured, struct flow_totals *totals);

#endif
