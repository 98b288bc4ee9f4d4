/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of fuzz_walk: behind two bytes stands a packet. */
#include "tests/fuzz/mutators.h"

enum { CHOICE = 2, EVERY = 2 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    if (seed % EVERY != 0 || size <= CHOICE)
        return LLVMFuzzerMutate(data, size, max_size);
    return CHOICE + stack_mutate(data + CHOICE, size - CHOICE, max_size - CHOICE, seed / EVERY);
}
