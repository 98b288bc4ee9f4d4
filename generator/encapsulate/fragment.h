/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Cuts IP fragments out of an outer packet: RFC 791, and RFC 8200 section 4.5.
 */
#ifndef GENERATOR_ENCAPSULATE_FRAGMENT_H
#define GENERATOR_ENCAPSULATE_FRAGMENT_H

#include "core/base/bytes.h"

/** True if the packet has more than @p first bytes of IP payload. */
bool fragment_needed(struct bytes packet, size_t ip_at, size_t first);

/**
 * Appends a fragment of @p packet, whose IP header, without options, is at @p ip_at: of its IP
 * payload the bytes from @p from, a multiple of 8, to @p to or the end. Returns where these stand
 * in
 * @p out.
 */
size_t fragment_put(struct bytes packet, size_t ip_at, size_t from, size_t to, struct buffer *out);

#endif
