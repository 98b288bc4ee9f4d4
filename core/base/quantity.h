/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Formats numbers for people: thousands separators, units, independent of the locale.
 */
#ifndef CORE_BASE_QUANTITY_H
#define CORE_BASE_QUANTITY_H

#include <stdint.h>

/** By value, so that a call can stand among printf's arguments. */
enum { QUANTITY_TEXT_MAX = 64 };

struct quantity {
    char text[QUANTITY_TEXT_MAX];
};

/** "2,134". */
struct quantity quantity_count(uint64_t count);

/** "1 copy", "2,134 copies". */
struct quantity quantity_of(uint64_t count, const char *one, const char *many);

/** "512 bytes", "1.5 kB", "1.2 GB": units of 1000, one digit behind the point. */
struct quantity quantity_bytes(uint64_t bytes);

/** "9.4 Mbit/s", likewise. */
struct quantity quantity_rate(uint64_t bits_per_second);

/**
 * "86.4 %"; A share above 0 is never shown as 0.0 % but as "below 0.1 %", and a share below 1 never
 * as 100 %.
 */
struct quantity quantity_share(uint64_t part, uint64_t whole);

/** "-1,234,567". */
struct quantity quantity_signed(int64_t count);

/** Three digits and a prefix of 1000: 1234567 is "1.23 M". */
struct quantity quantity_prefixed(double value);

/** Three digits: 1234567 of "frames" is "1.23 Mframes/s". */
struct quantity quantity_per_second(double value, const char *unit);

/** Three digits: 0.0123 is "1.23 %"; a part that is not known, below 0, is "-". */
struct quantity quantity_percent(double part);

/** Three digits and a unit of time: 1234567 is "1.23 ms". */
struct quantity quantity_duration(double ns);

#endif
