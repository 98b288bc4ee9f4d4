/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Inputs that are short captures: what is analysed keeps state from packet to packet.
 *
 * After what the harness puts first, each packet is four bytes and its own bytes:
 *   - 2 bits that choose the link type, 6 bits for how many bytes were not captured, in units of
 * 16;
 *   - how long after the packet before: 3 bits for an exponent, 5 bits for a factor;
 *   - the 16-bit length of what was captured. A length beyond the input means all that is left.
 */
#ifndef TESTS_FUZZ_PACKETS_H
#define TESTS_FUZZ_PACKETS_H

#include "core/base/bytes.h"

enum {
    FUZZ_LINKS = 4,
    FUZZ_PACKET_PREFIX = 4,
    FUZZ_UNCAPTURED_UNIT = 16,
    FUZZ_STEP_BITS = 5 /* from exponent to exponent, the time between packets is 32-fold */
};

struct fuzz_packet {
    unsigned link; /* below FUZZ_LINKS */
    struct bytes captured;
    size_t length; /* on the wire */
    int64_t time_ns;
};

/** Takes one packet off @p input; @p time_ns is the time of the one before. False at the end. */
static inline bool fuzz_next_packet(struct bytes *input, int64_t time_ns,
                                    struct fuzz_packet *packet)
{
    if (input->len <= FUZZ_PACKET_PREFIX)
        return false;
    uint8_t selector = bytes_u8(*input, 0);
    uint8_t step = bytes_u8(*input, 1);
    uint16_t length = bytes_u16(*input, 2);
    *input = bytes_from(*input, FUZZ_PACKET_PREFIX);
    packet->link = selector % FUZZ_LINKS;
    packet->captured = bytes_first(*input, length);
    packet->length = packet->captured.len + (size_t)(selector / FUZZ_LINKS) * FUZZ_UNCAPTURED_UNIT;
    packet->time_ns = time_ns + ((int64_t)(step >> 3) << (step & 7) * FUZZ_STEP_BITS);
    *input = bytes_from(*input, packet->captured.len);
    return true;
}

#endif
