/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of fuzz_session: behind two bytes stand packets (tests/fuzz/packets.h), one of which changes. */
#include <string.h>

#include "tests/fuzz/mutators.h"
#include "tests/fuzz/packets.h"

enum { CHOICE = 2, EVERY = 2, LENGTH_AT = 2, LENGTH_MAX = 0xffff };

/* Where one of the packets begins, behind its prefix. */
static size_t choose(struct bytes input, unsigned seed, size_t *length)
{
    size_t at = CHOICE;
    for (unsigned left = seed % 16; at + FUZZ_PACKET_PREFIX < input.len; left--) {
        size_t has = bytes_u16(input, at + LENGTH_AT);
        size_t begin = at + FUZZ_PACKET_PREFIX;
        *length = has < input.len - begin ? has : input.len - begin;
        if (left == 0 || begin + *length >= input.len)
            return begin;
        at = begin + *length;
    }
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size_t length = 0;
    size_t begin =
        seed % EVERY != 0 ? 0 : choose((struct bytes){data, size}, seed / EVERY, &length);
    size_t room = max_size - size + length;
    if (begin == 0 || size >= max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    size_t rest = size - begin - length;
    memmove(data + begin + room, data + begin + length, rest);
    size_t made = stack_mutate(data + begin, length, room < LENGTH_MAX ? room : LENGTH_MAX, seed);
    memmove(data + begin + made, data + begin + room, rest);
    data[begin - FUZZ_PACKET_PREFIX + LENGTH_AT] = (uint8_t)(made >> 8);
    data[begin - FUZZ_PACKET_PREFIX + LENGTH_AT + 1] = (uint8_t)made;
    return begin + made + rest;
}
