/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where frames are made whose data never changes: the data lie there once, and each frame's headers
 * are written right before them. Nothing is copied, and the sum of the data is known beforehand, so
 * that a checksum costs the same for any length.
 */
#ifndef GENERATOR_TRAFFIC_PAYLOAD_BUFFER_H
#define GENERATOR_TRAFFIC_PAYLOAD_BUFFER_H

#include "generator/traffic/inner-kinds.h"

enum { DATA_PERIOD = 64 };

struct payload_buffer {
    uint8_t *data; /* after HEADROOM bytes for headers */
    uint32_t sum_of_first[DATA_PERIOD + 1];
};

/** Room for so many bytes of data. Free with payload_buffer_free(). */
struct payload_buffer *payload_buffer_new(size_t data_length);
void payload_buffer_free(struct payload_buffer *room);

/** A buffer that puts @p header_length bytes right before the data; HEADROOM at most. */
struct buffer payload_buffer_begin(struct payload_buffer *room, size_t header_length);

/** RFC 1071's running sum over the data from @p from, which is even, to @p to. */
uint32_t payload_buffer_sum(const struct payload_buffer *room, size_t from, size_t to);

/**
 * Writes the checksum at @p offset of the packet's payload: over its pseudo-header, what the buffer
 * holds of it, and data whose sum is @p data_sum.
 */
void payload_buffer_set_checksum(const struct packet_builder *packet, size_t offset,
                                 uint32_t data_sum, struct buffer *headers);

#endif
