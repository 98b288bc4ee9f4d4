/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The first bytes of the latest frames, in one ring: each frame takes what it needs, and new bytes
 * overwrite the oldest.
 *
 * More frames may be kept before an earlier one is looked at, even by another thread meanwhile, up
 * to the bytes that kept_bytes_init() is told: what a look finds does not depend on how many they
 * are.
 */
#ifndef CORE_ANALYSIS_KEPT_BYTES_H
#define CORE_ANALYSIS_KEPT_BYTES_H

#include "core/base/bytes.h"

enum {
    KEPT_BYTES_UNIT = 16, /* bytes: places are multiples of it */
    KEPT_BYTES_SHARE = 64 /* of the ring, one in so many bytes at most for a frame */
};

/** What looks and what is kept touch from two threads is in two cache lines. */
struct kept_bytes {
    uint8_t *data;
    uint32_t units;                /* of the ring; a power of two */
    uint32_t reach;                /* units that a look finds; the others are for frames ahead */
    _Alignas(64) uint32_t written; /* units so far, modulo 2^32, with those that a wrap left out */
};

/** Where bytes lie in the ring. */
struct kept_place {
    uint32_t at;     /* units */
    uint16_t length; /* bytes */
};

/**
 * @param size   bytes; a power of two, 1 KiB to 32 GiB.
 * @param ahead  bytes of frames that are kept ahead of a look; half of the ring at most are left
 * for them.
 */
void kept_bytes_init(struct kept_bytes *ring, size_t size, size_t ahead);
void kept_bytes_clear(struct kept_bytes *ring);

/** Keeps at most @p limit of the bytes of @p frame, and never more than 1/KEPT_BYTES_SHARE of the
 * ring. */
struct kept_place kept_bytes_put(struct kept_bytes *ring, struct bytes frame, size_t limit);

/** The end of the bytes of the frame that is looked at, as kept_bytes_at() takes it. */
static inline uint32_t kept_bytes_end(struct kept_place place)
{
    return place.at + (place.length + KEPT_BYTES_UNIT - 1U) / KEPT_BYTES_UNIT;
}

/** The bytes that were kept there; none when they are too far before @p end, that of the frame that
 * is looked at. Valid until more frames are kept than may be ahead. A place is asked for before
 * 2^32 units more were written. */
struct bytes kept_bytes_at(const struct kept_bytes *ring, struct kept_place place, uint32_t end);

#endif
