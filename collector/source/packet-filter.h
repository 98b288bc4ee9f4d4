/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A BPF expression as in tcpdump, for packets of any link type.
 */
#ifndef COLLECTOR_SOURCE_PACKET_FILTER_H
#define COLLECTOR_SOURCE_PACKET_FILTER_H

#include <glib.h>

#include "collector/source/packet.h"

struct packet_filter;
struct bpf_program;
struct pcap;

/** pcap_compile() for packets of @p pcap, before any is received. libpcap may take minutes and
 * looks at no signal, so that a signal ends the process meanwhile. FALSE after an error, which
 * names the expression; else end with pcap_freecode(). */
gboolean packet_filter_compile(struct pcap *pcap, const char *expression,
                               struct bpf_program *program, GError **error);

/** Compiles @p expression; NULL matches every packet. It is checked against Ethernet. Returns NULL
 * after an error. */
struct packet_filter *packet_filter_new(const char *expression, GError **error);
void packet_filter_free(struct packet_filter *filter);

/** Returns whether the packet matches. False also for a link type on which the expression has no
 * meaning. */
bool packet_filter_passes(struct packet_filter *filter, const struct packet *packet);

#endif
