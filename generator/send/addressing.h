/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The MAC addresses of the frames that are sent.
 */
#ifndef GENERATOR_SEND_ADDRESSING_H
#define GENERATOR_SEND_ADDRESSING_H

#include "generator/load/key-options.h"
#include "generator/send/egress-interface.h"

/** Collectors whose MAC address is known: none yet. Free with g_array_unref(). */
GArray *addressing_known_new(void);

/** Fills in the MAC addresses that neither the scenario nor the options give: the interface's own
 * as source, the collector's as destination (see neighbour_find()).
 *
 * @param known  from addressing_known_new(): collectors that were found, by this call or one
 *               before, are not looked for again.
 * @return FALSE after an error. */
gboolean addressing_fill(struct scenario *scenario, const struct key_options *options,
                         const struct egress *egress, GArray *known, GError **error);

#endif
