/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Cuts an outer packet into two IP fragments: RFC 791, and RFC 8200 section 4.5.
 */
#ifndef GENERATOR_FRAGMENT_H
#define GENERATOR_FRAGMENT_H

#include "core/bytes.h"

/** True if the packet has more than @p first bytes of IP payload. */
bool fragment_needed(struct bytes packet, size_t ip_at, size_t first);

/**
 * Appends one of the two fragments of @p packet, whose IP header, without options, is at @p ip_at.
 *
 * @param first  payload bytes of the first fragment, a multiple of 8.
 */
void fragment_put(struct bytes packet, size_t ip_at, size_t first, bool second, struct buffer *out);

#endif
