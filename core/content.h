/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The content of a mirrored frame, as far as no switch or router on its way changes it: equal for
 * two copies of the same frame (quirk Q21), before and after routing too.
 *
 * Left out are MAC addresses, VLAN tags, and of IP what a router may change: TTL or hop limit,
 * header checksum, traffic class, flow label. Of what follows IP, at most CONTENT_BEHIND_IP bytes
 * count, so that a cut copy still equals a whole one.
 */
#ifndef CORE_CONTENT_H
#define CORE_CONTENT_H

#include "core/bytes.h"
#include "core/inner.h"

enum { CONTENT_BEHIND_IP = 40, CONTENT_WITHOUT_IP = 128 };

/** A 64-bit fingerprint; never 0. @p frame is the captured bytes of the mirrored frame. */
uint64_t content_fingerprint(struct bytes frame, enum inner_kind kind);

/** An earlier copy. */
struct content_copy {
    uint64_t fingerprint;
    uint64_t frame;
    int64_t time_ns;   /* of its capture */
    uint32_t stream;   /* its session */
    uint32_t sequence; /* its GRE sequence number; 0 without one */
    bool has_sequence;
};

struct content_match {
    bool repeats; /* an earlier copy of that session with that number and content */
    const struct content_copy *first; /* the earliest one remembered, not older than CONTENT_AGE_NS,
                                         of the same frame: a copy of a copy if not `repeats`. NULL
                                         if there is none. Valid until the next call */
};

#define CONTENT_AGE_NS INT64_C(100000000)

enum { CONTENT_COPIES_DEFAULT = 1 << 16 /* remembered; 48 bytes each */ };

struct content_memory;

struct content_memory *content_memory_new(size_t copies);
void content_memory_free(struct content_memory *memory);

/** Looks for earlier copies of the same frame, then remembers this one in place of the oldest. */
struct content_match content_memory_take(struct content_memory *memory,
                                         const struct content_copy *copy);

#endif
