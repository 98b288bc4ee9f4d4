/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes pcapng, which holds several link types, in the byte order of this machine
 * (draft-ietf-opsawg-pcapng).
 */
#ifndef COLLECTOR_OUTPUT_PACKET_PCAPNG_H
#define COLLECTOR_OUTPUT_PACKET_PCAPNG_H

#include "collector/output/packet-buffer.h"
#include "core/base/bytes.h"

/** The beginning of a file. */
void packet_pcapng_begin(struct packet_buffer *buffer);

/** An interface: the first has the number 0. Its times are nanoseconds.
 *  @param link  a LINKTYPE; see core/wire/link.h. */
void packet_pcapng_interface(struct packet_buffer *buffer, uint32_t link, uint32_t snap_length);

/** @param time_ns  Unix time. @param length  bytes on the wire. */
void packet_pcapng_packet(struct packet_buffer *buffer, uint32_t interface, uint64_t time_ns,
                          struct bytes captured, uint32_t length);

#endif
