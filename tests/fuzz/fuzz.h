/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the libFuzzer harnesses share.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "core/base/bytes.h"

/** Ends the run, so that libFuzzer keeps the input, when @p condition does not hold. */
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/** Reads every byte, so that a sanitizer sees the first that is not there. */
static inline void read_all(struct bytes bytes)
{
    static volatile uint8_t last;
    for (size_t i = 0; i < bytes.len; i++)
        last = bytes.data[i];
    (void)last;
}

/** What libFuzzer calls with every input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
