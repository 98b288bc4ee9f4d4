/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The mirrored traffic: frame number n of an inner plan, for any n.
 *
 * A kind of traffic is a pure function of the plan and n: no state, hence no memory that grows, and
 * the same frames whatever is done with them.
 */
#ifndef GENERATOR_TRAFFIC_INNER_H
#define GENERATOR_TRAFFIC_INNER_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "generator/scenario/scenario.h"

enum inner_trait {
    KIND_IP = 1,       /* it can go without MAC header, over IPv4 or IPv6 */
    KIND_SIZED = 2,    /* inner-size sets its size */
    KIND_PADDED = 4,   /* to Ethernet's minimum, if the plan says nothing */
    KIND_ETHERNET = 8, /* it has MAC addresses, and may have tags */
    KIND_FLOWS = 16,   /* clients and a server take turns */
    KIND_ROUTED = 32,  /* a router passes it on */
    KIND_RANDOM = 64,
    KIND_REPEATS = 128, /* each turn of an end is like its last; but IPv4's identification counts
                           the turns of its flow */
    KIND_TCP = 256,     /* it is TCP, with a checksum of its own; or UDP */
    KIND_UDP = 512
};

struct frame_recipe {
    const char *name;
    unsigned traits;      /* of enum inner_trait */
    size_t header_length; /* of its own, behind IP; without IP all behind the EtherType */
    void (*write)(const struct inner_plan *plan, uint64_t n, struct buffer *out);
};

/** The name of each kind, the first is 0; NULL behind the last. */
const char *frame_recipe_name(size_t index);

/** NULL when there is none of that name. */
const struct frame_recipe *frame_recipe_find(const char *name);

/** NULL, or what is wrong with how its keys go together. */
const char *inner_check(const struct inner_plan *plan);

/** The shortest frame of the plan's kind: its headers. */
size_t inner_shortest(const struct inner_plan *plan);

/** The plan of what stands inside the plan's tunnel; without one, the plan itself. */
struct inner_plan inner_inside(const struct inner_plan *plan);

/** The longest frame that the plan makes. */
size_t inner_longest(const struct inner_plan *plan);

/** True if some of its frames have less than 60 bytes, unless they are padded. */
bool inner_may_be_short(const struct inner_plan *plan);

/** True if IPv4's identification counts its packets. */
bool inner_counts_packets(const struct inner_plan *plan);

/** Appends frame @p n, the first is 0, without FCS. */
void inner_write(const struct inner_plan *plan, uint64_t n, struct buffer *out);

#endif
