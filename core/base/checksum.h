/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The two checksums of the wire: the Internet checksum and the Ethernet FCS.
 */
#ifndef CORE_BASE_CHECKSUM_H
#define CORE_BASE_CHECKSUM_H

#include "core/base/bytes.h"

/**
 * RFC 1071, host byte order. Over data whose checksum field is 0 it yields the value to put there;
 * over data with a right checksum in place it yields 0.
 */
uint16_t internet_checksum(struct bytes data);

/**
 * RFC 1071 in steps, for pseudo-headers: adds @p data to the running sum. Every piece but the last
 * must have an even length. Start with 0, end with internet_checksum_end().
 */
uint32_t internet_checksum_add(uint32_t sum, struct bytes data);
uint16_t internet_checksum_end(uint32_t sum);

/**
 * IEEE 802.3 CRC-32 of a frame without its FCS. The FCS is sent least significant byte first:
 * compare with bytes_u32le(), write with buffer_put32le().
 */
uint32_t ethernet_fcs(struct bytes frame);

#endif
