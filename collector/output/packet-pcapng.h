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

/** The same with the name and the description that readers show of the interface. */
void packet_pcapng_named_interface(struct packet_buffer *buffer, uint32_t link,
                                   uint32_t snap_length, const char *name, const char *description);

/** The same with a comment that readers show with the packet; "": none. */
void packet_pcapng_commented_packet(struct packet_buffer *buffer, uint32_t interface,
                                    uint64_t time_ns, struct bytes captured, uint32_t length,
                                    const char *comment);

/** What became of an interface's packets up to a time. */
struct packet_pcapng_statistics {
    uint64_t time_ns;
    uint64_t received;
    bool loss_known;
    uint64_t dropped_before; /* with it: they did not reach the interface: isb_ifdrop */
    uint64_t dropped_here;   /* isb_osdrop */
    const char *comment;
};

void packet_pcapng_put_statistics(struct packet_buffer *buffer, uint32_t interface,
                                  const struct packet_pcapng_statistics *statistics);

/** The most bytes that options with a text of @p length take. */
static inline size_t packet_pcapng_text_size(size_t length)
{
    return length + 16;
}

enum {
    PACKET_PCAPNG_MARGIN = 128,    /* bytes of a block besides texts and packet */
    PACKET_PCAPNG_INTERFACE_AT = 8 /* where a packet's block has the number of the interface */
};

#endif
