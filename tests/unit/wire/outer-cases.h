/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Packets written by hand, layer by layer, and what outer_parse() must find in each.
 */
#ifndef TESTS_UNIT_WIRE_OUTER_CASES_H
#define TESTS_UNIT_WIRE_OUTER_CASES_H

#include "core/wire/outer.h"

/** Of the payload and the trailer in `want` only the lengths count. */
struct outer_case {
    const char *name;
    uint32_t link_type;
    const char *hex;
    struct failure failure;
    struct outer want;
};

extern const struct outer_case outer_cases[];
extern const size_t outer_case_count;

#endif
