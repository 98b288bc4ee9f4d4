/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The units in which the values of keys are written.
 */
#ifndef GENERATOR_LOAD_KEY_UNITS_H
#define GENERATOR_LOAD_KEY_UNITS_H

#include <stdint.h>

struct key_unit {
    const char *name;
    uint64_t scale; /* how many of what the member counts */
};

/** Each ends with a row without a name. */
extern const struct key_unit duration_units[];   /* nanoseconds */
extern const struct key_unit tick_units[];       /* picoseconds */
extern const struct key_unit drift_units[];      /* parts in 10^9 */
extern const struct key_unit size_units[];       /* bytes */
extern const struct key_unit bit_rate_units[];   /* bits a second */
extern const struct key_unit frame_rate_units[]; /* frames a second */
extern const struct key_unit percentage_units[]; /* of PROBABILITY_ONE */

#endif
