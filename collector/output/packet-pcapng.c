/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-pcapng.h"

enum {
    SECTION_HEADER = 0x0a0d0d0a,
    INTERFACE_DESCRIPTION = 1,
    ENHANCED_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    VERSION = 1, /* 1.0 */
    INTERFACE_STATISTICS = 5,
    COMMENT = 1,         /* option opt_comment */
    NAME = 2,            /* option if_name */
    DESCRIPTION = 3,     /* option if_description */
    RECEIVED = 4,        /* option isb_ifrecv */
    DROPPED_BEFORE = 5,  /* option isb_ifdrop */
    DROPPED_HERE = 7,    /* option isb_osdrop */
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
    uint32_t whole = ((uint32_t)captured.len + WORD - 1) / WORD * WORD;
    uint32_t block_length = (BLOCK_WORDS + 5) * WORD + whole;
    const uint32_t header[] = {
        ENHANCED_PACKET,   block_length,           interface, (uint32_t)(time_ns >> 32),
        (uint32_t)time_ns, (uint32_t)captured.len, length,
    };
    put_words(buffer, header, sizeof header / sizeof *header);
    packet_buffer_put(buffer, captured.data, captured.len);
    packet_buffer_put(buffer, padding, whole - captured.len);
    put_words(buffer, &block_length, 1);
    packet_buffer_end_packet(buffer);
}

/* ---- with options ---- */

static uint32_t padded(size_t length)
{
    return (uint32_t)((length + WORD - 1) / WORD * WORD);
}

static void put_padded(struct packet_buffer *buffer, const void *bytes, size_t length)
{
    static const uint8_t padding[WORD];
    packet_buffer_put(buffer, bytes, length);
    packet_buffer_put(buffer, padding, padded(length) - length);
}

static void put_option(struct packet_buffer *buffer, uint16_t code, const void *value,
                       size_t length)
{
    const uint32_t header = pair(code, (uint16_t)length);
    put_words(buffer, &header, 1);
    put_padded(buffer, value, length);
}

static uint32_t option_size(size_t length)
{
    return WORD + padded(length);
}

static void put_end(struct packet_buffer *buffer, uint32_t block_length)
{
    const uint32_t end[] = {pair(END_OF_OPTIONS, 0), block_length};
    put_words(buffer, end, sizeof end / sizeof *end);
}

void packet_pcapng_named_interface(struct packet_buffer *buffer, uint32_t link,
                                   uint32_t snap_length, const char *name, const char *description)
{
    const uint8_t nanoseconds = NANOSECONDS;
    const uint32_t length = (BLOCK_WORDS + 3) * WORD + option_size(strlen(name)) +
                            option_size(strlen(description)) + option_size(sizeof nanoseconds);
    const uint32_t header[] = {INTERFACE_DESCRIPTION, length, pair((uint16_t)link, 0), snap_length};
    put_words(buffer, header, sizeof header / sizeof *header);
    put_option(buffer, NAME, name, strlen(name));
    put_option(buffer, DESCRIPTION, description, strlen(description));
    put_option(buffer, TIME_RESOLUTION, &nanoseconds, sizeof nanoseconds);
    put_end(buffer, length);
}

void packet_pcapng_commented_packet(struct packet_buffer *buffer, uint32_t interface,
                                    uint64_t time_ns, struct bytes captured, uint32_t length,
                                    const char *comment)
{
    if (*comment == '\0') {
        packet_pcapng_packet(buffer, interface, time_ns, captured, length);
        return;
    }
    const uint32_t block_length =
        (BLOCK_WORDS + 6) * WORD + padded(captured.len) + option_size(strlen(comment));
    const uint32_t header[] = {
        ENHANCED_PACKET,   block_length,           interface, (uint32_t)(time_ns >> 32),
        (uint32_t)time_ns, (uint32_t)captured.len, length,
    };
    put_words(buffer, header, sizeof header / sizeof *header);
    put_padded(buffer, captured.data, captured.len);
    put_option(buffer, COMMENT, comment, strlen(comment));
    put_end(buffer, block_length);
    packet_buffer_end_packet(buffer);
}

void packet_pcapng_put_statistics(struct packet_buffer *buffer, uint32_t interface,
                                  const struct packet_pcapng_statistics *statistics)
{
    const size_t count = sizeof statistics->received;
    const uint32_t length = (BLOCK_WORDS + 4) * WORD + option_size(strlen(statistics->comment)) +
                            (statistics->loss_known ? 3 : 2) * option_size(count);
    const uint32_t header[] = {INTERFACE_STATISTICS, length, interface,
                               (uint32_t)(statistics->time_ns >> 32),
                               (uint32_t)statistics->time_ns};
    put_words(buffer, header, sizeof header / sizeof *header);
    put_option(buffer, COMMENT, statistics->comment, strlen(statistics->comment));
    put_option(buffer, RECEIVED, &statistics->received, count);
    if (statistics->loss_known)
        put_option(buffer, DROPPED_BEFORE, &statistics->dropped_before, count);
    put_option(buffer, DROPPED_HERE, &statistics->dropped_here, count);
    put_end(buffer, length);
}
