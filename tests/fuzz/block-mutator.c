/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes capture files where they have borders: a block of pcapng, or a record of pcap, comes
 * twice, not at all, elsewhere or longer, and both of its lengths say so.
 */
#include <string.h>

#include "core/base/bytes.h"
#include "tests/fuzz/mutators.h"

enum {
    BLOCKS_MAX = 64,
    FILE_HEADER = 24,   /* of pcap */
    RECORD_HEADER = 16, /* of pcap */
    AT_CAPTURED = 8,
    BLOCK_MIN = 12,
    AT_LENGTH = 4
};

struct span {
    size_t at;
    size_t length;
};

static uint32_t little(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_little(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static size_t find_blocks(const uint8_t *file, size_t length, struct span *blocks)
{
    bool pcapng = length >= 4 && little(file) == 0x0a0d0d0a;
    size_t at = pcapng ? 0 : FILE_HEADER;
    size_t header = pcapng ? BLOCK_MIN : RECORD_HEADER;
    size_t count = 0;
    while (count < BLOCKS_MAX && at < length && length - at >= header) {
        size_t block = pcapng ? little(file + at + AT_LENGTH)
                              : RECORD_HEADER + (size_t)little(file + at + AT_CAPTURED);
        if (block < header || block > length - at)
            break;
        blocks[count++] = (struct span){at, block};
        at += block;
    }
    return count;
}

static size_t remove_span(uint8_t *file, size_t length, struct span span)
{
    memmove(file + span.at, file + span.at + span.length, length - span.at - span.length);
    return length - span.length;
}

/* A copy of the block in front of another. */
static size_t copy_span(uint8_t *file, size_t length, size_t room, struct span span, size_t to)
{
    if (span.length > room - length)
        return length;
    size_t from = span.at >= to ? span.at + span.length : span.at;
    memmove(file + to + span.length, file + to, length - to);
    memmove(file + to, file + from, span.length);
    return length + span.length;
}

/* An option, or padding, at the end of a block of pcapng: one of any code and length, or half of
 * one. */
static size_t lengthen(uint8_t *file, size_t length, size_t room, struct span span, uint32_t seed)
{
    enum { MORE = 8, TRAILER = 4 };
    if (MORE > room - length || span.length < BLOCK_MIN)
        return length;
    size_t at = span.at + span.length - TRAILER;
    memmove(file + at + MORE, file + at, length - at);
    put_little(file + at, seed & 0x000f000f); /* code and length, both small */
    put_little(file + at + 4, seed);
    put_little(file + span.at + AT_LENGTH, (uint32_t)span.length + MORE);
    put_little(file + at + MORE, (uint32_t)span.length + MORE);
    return length + MORE;
}

size_t block_mutate(uint8_t *file, size_t length, size_t room, uint32_t seed)
{
    struct span blocks[BLOCKS_MAX];
    size_t count = find_blocks(file, length, blocks);
    if (count == 0)
        return length;
    struct span one = blocks[(seed >> 4) % count];
    struct span other = blocks[(seed >> 12) % count];
    switch (seed % 4) {
    case 0:
        return remove_span(file, length, one);
    case 1:
        return lengthen(file, length, room, one, seed >> 4);
    default:
        return copy_span(file, length, room, one, other.at);
    }
}
