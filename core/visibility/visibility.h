/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Visibility: of the payload that TCP acknowledges, the part that was captured. All outputs of both
 * programs and the verdicts use this function.
 */
#ifndef CORE_VISIBILITY_VISIBILITY_H
#define CORE_VISIBILITY_VISIBILITY_H

#include <stdint.h>

#define VISIBILITY_UNKNOWN (-1.0)

/**
 * @param captured, delivered  payload bytes, of the whole capture or as differences of two
 *                             snapshots, which wrap below 0.
 * @return VISIBILITY_UNKNOWN where nothing was acknowledged.
 */
static inline double visibility_ratio(uint64_t captured, uint64_t delivered)
{
    return (int64_t)delivered > 0 ? (double)(int64_t)captured / (double)(int64_t)delivered
                                  : VISIBILITY_UNKNOWN;
}

#endif
