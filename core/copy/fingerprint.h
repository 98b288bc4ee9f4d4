/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The content of a mirrored frame, as far as no switch or router on its way changes it: equal for
 * two copies of the same frame (quirk Q21), before and after routing too.
 *
 * Left out are MAC addresses, tags, padding, and of IP what a router may change: TTL or hop limit,
 * header checksum, traffic class, flow label, DF, IPv4 options. Of what follows IP, at most
 * FINGERPRINT_BEHIND_IP bytes count, so that a copy cut behind them still equals a whole one; of a
 * frame without IP, FINGERPRINT_WITHOUT_IP bytes from its EtherType on.
 *
 * What address translation, a new MPLS label or fragmentation rewrote is another frame. And a host
 * that sends two frames equal in all that counts here, inside FINGERPRINT_AGE_NS, looks as if one
 * had been mirrored twice: TCP segments without data, timestamps and IP ID, such as the RSTs that
 * answer several segments or repeated ACKs over IPv6; datagrams without IP ID that say the same
 * again.
 */
#ifndef CORE_COPY_FINGERPRINT_H
#define CORE_COPY_FINGERPRINT_H

#include "core/base/bytes.h"
#include "core/base/time-units.h"
#include "core/wire/frame-probe.h"

enum { FINGERPRINT_BEHIND_IP = 40, FINGERPRINT_WITHOUT_IP = 128 };

/** The fingerprint of all frames that hold too little to be told apart: cut before the eighth byte
 * behind IP, or with less than eight bytes behind the EtherType (pause frames). */
#define FINGERPRINT_TOO_LITTLE UINT64_C(1)

/** A 64-bit fingerprint, 0 for no bytes at all. @p frame is the captured bytes of the mirrored
 * frame, @p packet what it carries. */
uint64_t fingerprint_of(struct bytes frame, struct frame_payload packet);

/** An earlier copy. */
struct fingerprint_entry {
    uint64_t fingerprint;
    uint64_t frame;
    int64_t time_ns;   /* of its capture */
    uint32_t stream;   /* its session */
    uint32_t sequence; /* its GRE sequence number; 0 without one */
    bool has_sequence;
};

struct fingerprint_match {
    bool repeats; /* an earlier copy of that session with that number and content, however old */
    const struct fingerprint_entry *first; /* the earliest one of the same frame that is not older
                                         than FINGERPRINT_AGE_NS, or if the memory did not reach
                                         back to it, the latest: a copy of a copy if not `repeats`.
                                         NULL if there is none, always so with
                                         FINGERPRINT_TOO_LITTLE. Valid until the next call */
};

#define FINGERPRINT_AGE_NS (100 * NS_PER_MS)

enum { FINGERPRINT_ENTRIES_DEFAULT = 1 << 16 /* remembered; some 96 bytes each */ };

struct fingerprint_table;

/** @param copies  to remember, rounded up to a power of two; 2^30 at most. */
struct fingerprint_table *fingerprint_table_new(size_t copies);

/** Bytes that it takes, from the beginning on; and for how many copies @p bytes suffice, if they do
 * for one. */
size_t fingerprint_table_bytes(const struct fingerprint_table *memory);
size_t fingerprint_table_fit(size_t bytes);
void fingerprint_table_free(struct fingerprint_table *memory);

/** A copy of that content will be taken soon: what that touches may come into the cache. */
void fingerprint_table_prefetch(const struct fingerprint_table *memory, uint64_t fingerprint);

/** Looks for earlier copies of the same frame, then remembers this one in place of the oldest. */
struct fingerprint_match fingerprint_table_take(struct fingerprint_table *memory,
                                                const struct fingerprint_entry *copy);

#endif
