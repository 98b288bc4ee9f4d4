/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Searches the MTU of the way to the collector: the longest outer IP packet that arrives.
 */
#ifndef GENERATOR_LIMIT_MTU_SEARCH_H
#define GENERATOR_LIMIT_MTU_SEARCH_H

#include <glib.h>
#include <stdbool.h>

/** What every way of IPv6 carries (RFC 8200 section 5); smaller MTUs are not looked for. */
enum {
    MTU_SEARCH_LEAST = 1280,
    MTU_SEARCH_PROBES = 14, /* lengths */
    MTU_SEARCH_TRIES = 3    /* of a length that does not arrive: the way may lose one, or be slow */
};

/** Sends packets of that length, which no router may cut, and says whether one arrived. FALSE with
 * @p error ends the search. */
typedef gboolean (*mtu_probe)(void *context, unsigned length, bool *arrived, GError **error);

/**
 * @param most    the MTU of the own interface.
 * @param probes  how many lengths were probed, at most MTU_SEARCH_PROBES.
 * @param mtu     the longest length that arrived; 0 if not even MTU_SEARCH_LEAST did. After the
 * last probe it may be too low by a few bytes, if @p most is above 9471.
 * @return FALSE with @p error if a probe could not be made.
 */
gboolean mtu_search(unsigned most, mtu_probe probe, void *context, unsigned *probes, unsigned *mtu,
                    GError **error);

#endif
