/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The MAC addresses of the frames that are sent.
 */
#ifndef GENERATOR_SEND_ADDRESSING_H
#define GENERATOR_SEND_ADDRESSING_H

#include "generator/load/key-options.h"
#include "generator/send/egress-interface.h"

/** Fills in the MAC addresses that neither the scenario nor the options give: the interface's own
 * as source, the collector's as destination (see neighbour_find()). Returns FALSE after an error.
 */
gboolean addressing_fill(struct scenario *scenario, const struct options *options,
                         const struct egress *egress, GError **error);

#endif
