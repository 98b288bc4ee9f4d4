/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/checksum.h"

#include <glib.h>

static uint64_t add_word(uint64_t sum, uint64_t word)
{
    return sum + (word & 0xffffffff) + (word >> 32);
}

/* RFC 1071, section 2: the sum does not depend on the order of the bytes in a word, so the words
 * are those of the machine, as wide as it has them, and only the result is put in order. */
uint32_t internet_checksum_add(uint32_t sum, struct bytes data)
{
    uint64_t even = 0;
    uint64_t odd = 0;
    const uint8_t *at = data.data;
    size_t left = data.len;
    for (; left >= 2 * sizeof(uint64_t); left -= 2 * sizeof(uint64_t)) {
        uint64_t pair[2];
        memcpy(pair, at, sizeof pair);
        even = add_word(even, pair[0]);
        odd = add_word(odd, pair[1]);
        at += sizeof pair;
    }
    for (; left >= sizeof(uint32_t); left -= sizeof(uint32_t)) {
        uint32_t word;
        memcpy(&word, at, sizeof word);
        even += word;
        at += sizeof word;
    }
    uint64_t folded = even + odd;
    while (folded >> 16)
        folded = (folded & 0xffff) + (folded >> 16);
    uint64_t wide = (uint64_t)sum + GUINT16_FROM_BE((uint16_t)folded);
    if (left >= 2)
        wide += (uint64_t)at[0] << 8 | at[1];
    if (left % 2 != 0)
        wide += (uint64_t)at[left - 1] << 8;
    return (uint32_t)((wide & 0xffffffff) + (wide >> 32));
}

uint16_t internet_checksum_end(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t internet_checksum(struct bytes data)
{
    return internet_checksum_end(internet_checksum_add(0, data));
}

/* The CRC of one nibble, polynomial 0xedb88320 (reflected): 16 entries can be checked by eye and
 * stay in one cache line, and a FCS is computed only where lengths leave room for one. */
static const uint32_t crc_of_nibble[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t ethernet_fcs(struct bytes frame)
{
    uint32_t crc = 0xffffffff;
    for (size_t offset = 0; offset < frame.len; offset++) {
        crc ^= bytes_u8(frame, offset);
        crc = crc >> 4 ^ crc_of_nibble[crc & 15];
        crc = crc >> 4 ^ crc_of_nibble[crc & 15];
    }
    return ~crc;
}
