/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counters of 32 bits, which at line rate begin again within the hour, continued in 64.
 */
#ifndef CORE_BASE_WIDE_COUNTER_H
#define CORE_BASE_WIDE_COUNTER_H

#include <stdint.h>

/** Brings @p wide up to what the counter tells now: before it has gone round once more. */
static inline void wide_counter_follow(uint64_t *wide, uint32_t told)
{
    *wide += (uint32_t)(told - (uint32_t)*wide);
}

#endif
