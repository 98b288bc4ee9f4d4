/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Remembers the latest copies by the content of their frames. Tells whether the same frame was
 * mirrored before (quirk Q21, mirrored twice) or sent again by its sender.
 *
 * Two copies show the same content if their fingerprints are equal and their kept bytes are equal
 * up to the end of the shorter one: FINGERPRINT_KEPT_BYTES at most (of TCP, as deep as its headers
 * can be). Routers change only the outermost IP header, so tunnelled frames are compared with all
 * that is in them. This deeper part is read only where a fingerprint was there before.
 *
 * Two copies come from one observation point if session, type, direction, Hw ID, index or port are
 * equal, and length, MAC addresses, tags and TTL of their frames, too.
 *
 * A point sees a frame once. So equal content at one point is a frame that its sender sent again:
 * hellos, BFD, keep-alives, RSTs, retransmissions without IP ID. Equal content at two points is one
 * frame mirrored twice, and copies pair: the n-th at one point belongs to the n-th at the other.
 *  - A copy belongs to the earliest frame with this content that its point has not shown yet. That
 *    frame is not older than the last one that the point has shown.
 *  - That frame is not older than FINGERPRINT_AGE_NS. Without an IP ID it is not older than
 *    FINGERPRINT_LAG_NS, because many frames are sent again within FINGERPRINT_AGE_NS. Where one
 *    point shows this content at long intervals, it is not older than half an interval.
 *  - If one point showed an earlier frame first, or has the higher TTL, a copy from the other point
 *    does not begin a frame: the first point's copy was lost.
 *
 * At one point only the IPv4 ID proves that a frame was mirrored twice, as in a session that
 * mirrors at ingress and at egress without saying which. The ID must not be 0, and the last other
 * packet between the same hosts must have had another ID. A constant ID says nothing (RFC 6864,
 * section 4.1: a datagram that is not fragmented may have any).
 */
#ifndef CORE_ANALYSIS_FINGERPRINT_TABLE_H
#define CORE_ANALYSIS_FINGERPRINT_TABLE_H

#include "core/analysis/kept-bytes.h"
#include "core/base/time-units.h"
#include "core/copy/fingerprint.h"

#define FINGERPRINT_AGE_NS (100 * NS_PER_MS)
#define FINGERPRINT_LAG_NS (20 * NS_PER_MS)

enum {
    FINGERPRINT_KEPT_BYTES = 1024,         /* of a frame, to be compared with later ones */
    FINGERPRINT_ENTRIES_DEFAULT = 1 << 16, /* copies remembered; some 420 bytes each */
    FINGERPRINT_AHEAD_MAX = 1060 /* frames that are kept before the first of them is taken */
};

/** What is kept of a mirrored frame: 16 bytes, for each copy has one. */
struct fingerprint_frame {
    uint64_t fingerprint;   /* fingerprint_of() */
    uint32_t kept_at;       /* struct kept_place's */
    uint16_t kept_length;   /* likewise */
    uint8_t payload_offset; /* struct frame_payload's */
    uint8_t ip_version;
    bool kept_whole; /* all captured bytes */
};

/** A copy. */
struct fingerprint_entry {
    struct fingerprint_frame content;
    uint64_t frame;  /* of the capture */
    int64_t time_ns; /* of its capture */
    uint64_t
        header_fields; /* type, direction, Hw ID, index or port: equal for one place of a session */
    uint32_t length;   /* of the mirrored frame, as it was carried */
    uint32_t stream;   /* its session */
    uint32_t sequence; /* its GRE sequence number; 0 without one */
    uint32_t timestamp; /* of its header; 0 without one */
    bool has_sequence;
    bool whole; /* the capture holds the whole frame */
};

struct fingerprint_match {
    bool is_duplicate; /* a duplicate: an earlier copy had the same session, number, header, content
                     and point */
    bool mirrored_before; /* the same frame was mirrored before */
    bool repeated;        /* the copy's point showed the same content within FINGERPRINT_AGE_NS */
    uint64_t frame;       /* with mirrored_before: where */
    uint32_t stream;      /* with mirrored_before: by which session */
    uint32_t number;      /* of this copy among all that were taken, modulo 2^32 */
    uint32_t first;       /* with mirrored_before: of the copy that showed the frame first */
    uint32_t before;      /* with repeated: of the last copy of this point with this content */
};

struct fingerprint_table;

/** @param copies  to remember, rounded up to a power of two; 2^30 at most. */
struct fingerprint_table *fingerprint_table_new(size_t copies);

/** Bytes of the table, which stay the same; and the number of copies for which @p bytes suffice. */
size_t fingerprint_table_bytes(const struct fingerprint_table *table);
size_t fingerprint_table_fit(size_t bytes);
void fingerprint_table_free(struct fingerprint_table *table);

/** Keeps of the captured bytes of a mirrored frame what later ones are compared with, until newer
 * ones take their place. Its copy may be taken later, see fingerprint_table_ahead(); other threads
 * may take copies meanwhile. */
struct fingerprint_frame fingerprint_table_keep(struct fingerprint_table *table, struct bytes frame,
                                                struct frame_payload packet);

/** Frames that may be kept before the first of them is taken: FINGERPRINT_AHEAD_MAX, or in a small
 * table fewer, 14 at least. */
size_t fingerprint_table_ahead(const struct fingerprint_table *table);

/** What is kept of the copy that was taken last. Valid as long as its entry would be found. */
struct bytes fingerprint_table_kept(const struct fingerprint_table *table,
                                    const struct fingerprint_frame *content);

/** A copy of that content will be taken soon: what that touches may come into the cache. */
void fingerprint_table_prefetch(const struct fingerprint_table *table,
                                const struct fingerprint_frame *content);

/** Where the next copy is to be written, in place of the oldest. */
struct fingerprint_entry *fingerprint_table_next(struct fingerprint_table *table);

/** Looks for earlier copies of the frame that was written there, then remembers it. */
struct fingerprint_match fingerprint_table_take(struct fingerprint_table *table);

#endif
