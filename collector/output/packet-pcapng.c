/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-pcapng.h"

enum {
    SECTION_HEADER = 0x0a0d0d0a,
    INTERFACE_DESCRIPTION = 1,
    ENHANCED_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    VERSION = 1,         /* 1.0 */
    TIME_RESOLUTION = 9, /* option if_tsresol, of one byte: */
    NANOSECONDS = 9,     /* 10^-9 seconds */
    END_OF_OPTIONS = 0,
    WORD = 4,
    BLOCK_WORDS = 3 /* of a block that holds nothing: type and, twice, length */
};

static void put_words(struct packet_buffer *buffer, const uint32_t *words, size_t count)
{
    packet_buffer_put(buffer, words, count * sizeof *words);
}

/* Two numbers of 16 bits in one word, in the byte order of this machine. */
static uint32_t pair(uint16_t first, uint16_t second)
{
    const uint16_t both[2] = {first, second};
    uint32_t word;
    memcpy(&word, both, sizeof word);
    return word;
}

void packet_pcapng_begin(struct packet_buffer *buffer)
{
    const uint32_t unknown = UINT32_MAX; /* the section's length */
    const uint32_t block[] = {SECTION_HEADER, 7 * WORD, BYTE_ORDER_MAGIC, pair(VERSION, 0),
                              unknown,        unknown,  7 * WORD};
    put_words(buffer, block, sizeof block / sizeof *block);
}

void packet_pcapng_interface(struct packet_buffer *buffer, uint32_t link, uint32_t snap_length)
{
    const uint8_t nanoseconds[WORD] = {NANOSECONDS};
    uint32_t resolution;
    memcpy(&resolution, nanoseconds, sizeof resolution);
    const uint32_t length = (BLOCK_WORDS + 5) * WORD;
    const uint32_t block[] = {
        INTERFACE_DESCRIPTION,    length,     pair((uint16_t)link, 0), snap_length,
        pair(TIME_RESOLUTION, 1), resolution, pair(END_OF_OPTIONS, 0), length,
    };
    put_words(buffer, block, sizeof block / sizeof *block);
}

void packet_pcapng_packet(struct packet_buffer *buffer, uint32_t interface, uint64_t time_ns,
                          struct bytes captured, uint32_t length)
{
    static const uint8_t padding[WORD];
    uint32_t padded = ((uint32_t)captured.len + WORD - 1) / WORD * WORD;
    uint32_t block_length = (BLOCK_WORDS + 5) * WORD + padded;
    const uint32_t header[] = {
        ENHANCED_PACKET,   block_length,           interface, (uint32_t)(time_ns >> 32),
        (uint32_t)time_ns, (uint32_t)captured.len, length,
    };
    put_words(buffer, header, sizeof header / sizeof *header);
    packet_buffer_put(buffer, captured.data, captured.len);
    packet_buffer_put(buffer, padding, padded - captured.len);
    put_words(buffer, &block_length, 1);
    packet_buffer_end_packet(buffer);
}
