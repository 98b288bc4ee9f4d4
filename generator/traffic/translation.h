/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What an address translator does to a frame on its way through: the same frame mirrored before and
 * behind it differs by that (quirk Q21, mirrored twice).
 */
#ifndef GENERATOR_TRAFFIC_TRANSLATION_H
#define GENERATOR_TRAFFIC_TRANSLATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "generator/scenario/scenario.h"

/**
 * Translates in the frame what @p translation says, and puts right the checksums that cover it
 * (RFC 1624, RFC 3022):
 * - TRANSLATE_MACS: both MAC addresses, unless they are of a group.
 * - TRANSLATE_ADDRESSES: addresses in 10.0.0.0/8 become ones in 100.64.0.0/10, and those in
 *   2001:db8:N::/64 ones in 2001:db8:N:ffff::/64.
 * - TRANSLATE_PORTS: the TCP or UDP port beside such an address, too.
 *
 * @param mac  the frame has a MAC header; false: it is an IP packet alone.
 * @return false if nothing in the frame is to be translated: it is as before.
 */
bool translation_pass(enum translation translation, uint8_t *frame, size_t len, bool mac);

#endif
