/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A BPF expression, as tcpdump takes it, for packets of any link type.
 */
#ifndef COLLECTOR_SOURCE_PACKET_FILTER_H
#define COLLECTOR_SOURCE_PACKET_FILTER_H

#include <glib.h>

#include "collector/source/packet.h"

struct packet_filter;

/** @param expression  NULL: every packet passes. Checked against Ethernet; NULL after an error. */
struct packet_filter *packet_filter_new(const char *expression, GError **error);
void packet_filter_free(struct packet_filter *filter);

/** False too for a link type that the expression means nothing on. */
bool packet_filter_passes(struct packet_filter *filter, const struct packet *packet);

#endif
