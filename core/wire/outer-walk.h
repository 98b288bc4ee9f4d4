/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The steps of outer_parse() and outer_parse_behind(), one for each header on the way to a copy.
 */
#ifndef CORE_WIRE_OUTER_WALK_H
#define CORE_WIRE_OUTER_WALK_H

#include "core/wire/outer.h"

/** The end when no length says where it is. */
#define OUTER_END_UNSTATED SIZE_MAX

/**
 * Each walks from the header at @p start, through those behind it, to the bytes behind GRE.
 *
 * @param end  the end of what holds the header, by the lengths around it, or OUTER_END_UNSTATED. It
 *             may lie beyond the captured bytes.
 * @return as outer_parse() does
 */
struct failure outer_walk_ip(struct bytes packet, size_t start, size_t end, uint8_t version,
                             struct outer *outer);
struct failure outer_walk_udp(struct bytes packet, size_t start, size_t end, struct outer *outer);
struct failure outer_walk_gre(struct bytes packet, size_t start, size_t end, struct outer *outer);

#endif
