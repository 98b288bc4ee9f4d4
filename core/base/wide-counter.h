/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Extends a 32-bit counter to 64 bits. At line rate a 32-bit counter wraps within an hour.
 */
#ifndef CORE_BASE_WIDE_COUNTER_H
#define CORE_BASE_WIDE_COUNTER_H

#include <stdint.h>

/** Advances @p wide to the counter's present value @p told. Call it at least once per wrap. */
static inline void wide_counter_follow(uint64_t *wide, uint32_t told)
{
    *wide += (uint32_t)(told - (uint32_t)*wide);
}

#endif
