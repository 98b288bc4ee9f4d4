/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The form of a capture that is written: pcap for one link type, pcapng for several.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_ENCODING_H
#define COLLECTOR_OUTPUT_PACKET_ENCODING_H

#include <glib.h>

#include "collector/output/packet-buffer.h"
#include "collector/output/packet-file.h"
#include "collector/source/packet.h"

enum {
    PACKET_ENCODING_SNAP = 262144, /* bytes of a packet, as the header says */
    PACKET_ENCODING_MARGIN = 256   /* bytes for all that may stand around one packet */
};

struct packet_encoding {
    bool pcapng;
    uint32_t link; /* of the first packet; LINK_UNKNOWN before it */
    GArray *links; /* uint32_t: of pcapng's interfaces */
};

/** Begins a file; it may have been another one's before. One of zeros may begin. */
void packet_encoding_begin(struct packet_encoding *encoding, bool pcapng);
void packet_encoding_end(struct packet_encoding *encoding);

/** True if the packet can be in this form. */
bool packet_encoding_fits(const struct packet_encoding *encoding, const struct packet *packet);

/** The most bytes that it may take. */
size_t packet_encoding_size(const struct packet *packet);

/** Puts a packet that fits, with what must stand before it, where there is room for it. */
void packet_encoding_put(struct packet_encoding *encoding, struct packet_buffer *buffer,
                         const struct packet *packet);

/** Puts what a file without packets has. */
void packet_encoding_put_empty(struct packet_encoding *encoding, struct packet_buffer *buffer);

/** Opens the file without a name in which packet_encoding_convert() keeps what it converts, so that
 * it opens none later. Where it cannot be had, that function says so. */
void packet_encoding_hold(void);

/** Turns the pcap file into pcapng; one at a time, in any thread. Where there is no room for that,
 * it stays or becomes again what it was, and the result is false, with errno set.
 *  @param buffer  empty. */
bool packet_encoding_convert(struct packet_encoding *encoding, struct packet_file *file,
                             struct packet_buffer *buffer);

#endif
