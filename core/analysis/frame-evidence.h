/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the bytes of two frames say: is it one frame, does one point of the network show both, and
 * could its sender have sent it twice?
 */
#ifndef CORE_ANALYSIS_FRAME_EVIDENCE_H
#define CORE_ANALYSIS_FRAME_EVIDENCE_H

#include "core/wire/frame-probe.h"

/** A mirrored frame. */
struct evidence_frame {
    struct bytes bytes;           /* its first ones */
    struct frame_payload payload; /* what it carries */
    bool whole;                   /* nothing of it is missing behind them */
};

/** True if the frames, whose fingerprints are equal, are alike as deep as the bytes of both go. */
bool frame_evidence_alike(const struct evidence_frame *a, const struct evidence_frame *b);

/** A hash of the first @p depth bytes of the content, or of all if the frame ends before them:
 * equal for frames that are alike. False if it was cut before. @p begin is the hash so far. */
bool frame_evidence_hash(const struct evidence_frame *frame, size_t depth, uint64_t begin,
                         uint64_t *hash);

/** A hash of what changes from one point of the network to another: MAC addresses, tags, TTL. */
uint32_t frame_evidence_point(const struct evidence_frame *frame, uint64_t hash);

/** The TTL or hop limit; 0 without an IP header. */
uint8_t frame_evidence_ttl(const struct evidence_frame *frame);

/** The IPv4 ID; 0 where there is none. */
uint16_t frame_evidence_id(const struct evidence_frame *frame);

/** True for IPv4 packets of one protocol between the same addresses: their IDs are one sender's. */
bool frame_evidence_same_sender(const struct evidence_frame *a, const struct evidence_frame *b);

#endif
