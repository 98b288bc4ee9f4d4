/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Numbers for people to read. Each function returns its result by value, so that several can stand
 * in one line of output.
 */
#ifndef COLLECTOR_OUTPUT_UNITS_H
#define COLLECTOR_OUTPUT_UNITS_H

#include <stdint.h>

enum { UNITS_TEXT_MAX = 64 };

struct text {
    char text[UNITS_TEXT_MAX];
};

/** -1234567 as "-1,234,567"; core/base/quantity.h has numbers without a sign. */
struct text signed_text(int64_t count);

/** 1234567 as "1.23 M": three digits and a prefix of 1000. */
struct text prefixed_text(double value);

/** 0.0123 as "1.23 %"; a part that is not known, below 0, as "-". */
struct text percent_text(double part);

/** 1234567 as "1.23 ms". */
struct text duration_text(double ns);

#endif
