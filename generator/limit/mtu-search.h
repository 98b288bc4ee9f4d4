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
    MTU_SEARCH_PROBES = 14, /* lengths of up to 9471 bytes need no more if no probe is lost */
    MTU_SEARCH_PROBES_MOST = 2 * MTU_SEARCH_PROBES,
    MTU_SEARCH_TRIES = 3 /* of the shortest length that did not arrive: the way may lose one */
};

/** Sends packets of that length, which no router may cut, and says whether one arrived. FALSE with
 * @p error ends the search. */
typedef gboolean (*mtu_probe)(void *context, unsigned length, bool *arrived, GError **error);

/**
 * @param most    the MTU of the own interface.
 * @param probes  how many lengths were probed, at most MTU_SEARCH_PROBES_MOST.
 * @param mtu     the longest length that arrived; 0 if not even MTU_SEARCH_LEAST did.
 * @return FALSE with @p error if a probe could not be made.
 */
gboolean mtu_search(unsigned most, mtu_probe probe, void *context, unsigned *probes, unsigned *mtu,
                    GError **error);

#endif
