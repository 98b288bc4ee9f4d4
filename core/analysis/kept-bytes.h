/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The first bytes of the latest frames, in one ring: each frame takes what it needs, and new bytes
 * overwrite the oldest.
 */
#ifndef CORE_ANALYSIS_KEPT_BYTES_H
#define CORE_ANALYSIS_KEPT_BYTES_H

#include "core/base/bytes.h"

enum { KEPT_BYTES_UNIT = 16 /* bytes: places are multiples of it */ };

struct kept_bytes {
    uint8_t *data;
    uint32_t units;   /* of the ring; a power of two */
    uint32_t written; /* units so far, modulo 2^32, with those that a wrap left out */
};

/** Where bytes lie in the ring. */
struct kept_place {
    uint32_t at;     /* units */
    uint16_t length; /* bytes */
};

/** @param size  bytes; a power of two, 1 KiB to 32 GiB. */
void kept_bytes_init(struct kept_bytes *ring, size_t size);
void kept_bytes_clear(struct kept_bytes *ring);

/** Keeps at most @p limit of the bytes of @p frame, and never more than 1/64 of the ring. */
struct kept_place kept_bytes_put(struct kept_bytes *ring, struct bytes frame, size_t limit);

/** The bytes that were kept there; none when newer ones have overwritten them. Valid until the
 * next kept_bytes_put(). A place is asked for before 2^32 units more were written. */
struct bytes kept_bytes_at(const struct kept_bytes *ring, struct kept_place place);

#endif
