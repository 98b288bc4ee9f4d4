/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The content of a mirrored frame, as far as no switch or router on its way changes it: equal for
 * two copies of the same frame (quirk Q21), before and after routing too.
 *
 * Left out are MAC addresses, tags, padding, and of IP what a router may change: TTL or hop limit,
 * header checksum, traffic class, flow label, DF, IPv4 options. Of what follows IP, at most
 * CONTENT_BEHIND_IP bytes count, so that a copy cut behind them still equals a whole one; of a
 * frame without IP, CONTENT_WITHOUT_IP bytes from its EtherType on.
 *
 * What address translation, a new MPLS label or fragmentation rewrote is another frame. And a host
 * that sends two frames equal in all that counts here, inside CONTENT_AGE_NS, looks as if one had
 * been mirrored twice: TCP segments without data, timestamps and IP ID, such as the RSTs that
 * answer several segments or repeated ACKs over IPv6; datagrams without IP ID that say the same
 * again.
 */
#ifndef CORE_COPY_FINGERPRINT_H
#define CORE_COPY_FINGERPRINT_H

#include "core/base/bytes.h"
#include "core/wire/frame-probe.h"

enum { CONTENT_BEHIND_IP = 40, CONTENT_WITHOUT_IP = 128 };

/** The fingerprint of all frames that hold too little to be told apart: cut before the eighth byte
 * behind IP, or with less than eight bytes behind the EtherType (pause frames). */
#define CONTENT_TOO_LITTLE UINT64_C(1)

/** A 64-bit fingerprint, 0 for no bytes at all. @p frame is the captured bytes of the mirrored
 * frame, @p packet what it carries. */
uint64_t content_fingerprint(struct bytes frame, struct inner_packet packet);

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
    bool repeats; /* an earlier copy of that session with that number and content, however old */
    const struct content_copy *first; /* the earliest one of the same frame that is not older than
                                         CONTENT_AGE_NS, or if the memory did not reach back to it,
                                         the latest: a copy of a copy if not `repeats`. NULL if
                                         there is none, always so with CONTENT_TOO_LITTLE. Valid
                                         until the next call */
};

#define CONTENT_AGE_NS INT64_C(100000000)

enum { CONTENT_COPIES_DEFAULT = 1 << 16 /* remembered; some 96 bytes each */ };

struct content_memory;

/** @param copies  to remember, rounded up to a power of two; 2^30 at most. */
struct content_memory *content_memory_new(size_t copies);

/** Bytes that it takes, from the beginning on; and for how many copies @p bytes suffice, if they do
 * for one. */
size_t content_memory_bytes(const struct content_memory *memory);
size_t content_memory_fit(size_t bytes);
void content_memory_free(struct content_memory *memory);

/** A copy of that content will be taken soon: what that touches may come into the cache. */
void content_memory_prefetch(const struct content_memory *memory, uint64_t fingerprint);

/** Looks for earlier copies of the same frame, then remembers this one in place of the oldest. */
struct content_match content_memory_take(struct content_memory *memory,
                                         const struct content_copy *copy);

#endif
