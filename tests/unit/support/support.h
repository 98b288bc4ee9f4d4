/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the unit tests share: packets written in hex, ranges of field values, named failures.
 */
#ifndef TESTS_UNIT_SUPPORT_SUPPORT_H
#define TESTS_UNIT_SUPPORT_SUPPORT_H

#include <glib.h>

#include "core/base/bytes.h"
#include "core/base/failure.h"

/**
 * The bytes that @p hex writes; blanks are skipped. They stand in a heap block of exactly their
 * length, where AddressSanitizer sees a read one byte too far. Free with bytes_free().
 */
struct bytes bytes_from_hex(const char *hex);

/** A copy of the first @p count bytes, likewise in a block of its own. Free with bytes_free(). */
struct bytes bytes_prefix(struct bytes b, size_t count);

void bytes_free(struct bytes b);

/** Fills @p out with g_test's random numbers, which a failing test can repeat with --seed. */
void random_fill(uint8_t *out, size_t count);

void assert_failure(struct failure failure, enum failure_kind kind, size_t offset, uint32_t found);

/** On failure both are shown in hex. */
void assert_bytes_equal(struct bytes actual, struct bytes expected);
void assert_bytes_hex(struct bytes actual, const char *expected);

/**
 * The values a field of @p bits is tried with: all of them up to 20 bits; above, 0, all ones, one
 * bit set, one bit clear, and random ones. @p i runs from 0 to sweep_count().
 */
size_t sweep_count(unsigned bits);
uint64_t sweep_value(unsigned bits, size_t i);

/** Runs @p check with the lvalue @p field set to each value of the sweep, then puts it back. */
#define SWEEP(field, bits, check)                                                                  \
    do {                                                                                           \
        __typeof__(field) before_ = (field);                                                       \
        for (size_t i_ = 0; i_ < sweep_count(bits); i_++) {                                        \
            (field) = (__typeof__(field))sweep_value((bits), i_);                                  \
            check;                                                                                 \
        }                                                                                          \
        (field) = before_;                                                                         \
    } while (0)

/** Adds a test for each row of @p table, a table of structs with a name: @p path/NAME. */
#define ADD_TABLE(path, table, function)                                                           \
    for (size_t i_ = 0; i_ < G_N_ELEMENTS(table); i_++) {                                          \
        g_autofree char *name_ = g_strdup_printf(path "/%s", (table)[i_].name);                    \
        g_test_add_data_func(name_, &(table)[i_], function);                                       \
    }

#endif
