/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Bytes of a capture file that are not written yet, of bounded memory. It knows where each packet
 * ends, so that what is written ends with one.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_BUFFER_H
#define COLLECTOR_OUTPUT_PACKET_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One of zeros but for the limit is empty. End with packet_buffer_clear(). */
struct packet_buffer {
    size_t limit; /* bytes */
    uint8_t *bytes;
    size_t length;
    size_t room;     /* bytes that are allocated */
    size_t *ends;    /* of each packet; what stands before it, as a file's header, belongs to it */
    size_t packets;  /* that are whole */
    size_t end_room; /* ends that are allocated */
};

void packet_buffer_clear(struct packet_buffer *buffer);

/** Makes room for @p size bytes and one packet. False if the limit or the memory does not allow it.
 */
bool packet_buffer_reserve(struct packet_buffer *buffer, size_t size);

/** Adds bytes, for which there is room. */
void packet_buffer_put(struct packet_buffer *buffer, const void *bytes, size_t size);

/** Everything since the packet before belongs to a packet that ends here. */
void packet_buffer_end_packet(struct packet_buffer *buffer);

/** Removes the packets that are whole within the first @p written bytes. Returns their bytes; what
 *  follows the last packet counts if all is written. */
size_t packet_buffer_remove(struct packet_buffer *buffer, size_t written);

/** Removes everything. */
void packet_buffer_empty(struct packet_buffer *buffer);

#endif
