/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A captured packet, and the sink that takes packets from a file or an interface.
 */
#ifndef COLLECTOR_SOURCE_PACKET_H
#define COLLECTOR_SOURCE_PACKET_H

#include "core/base/bytes.h"

struct packet {
    uint64_t number; /* in the capture, from 1 */
    int64_t time_ns; /* Unix time */
    uint32_t link;   /* LINKTYPE; see core/wire/link.h */
    uint32_t group;  /* 0, but for who tells its own outputs apart by it */
    struct bytes bytes;
    size_t length; /* on the wire: bytes.len, or more if the capture cut it */
    bool no_time;  /* the capture has none, or one that is none; time_ns is 0 */
};

/** Takes packets. The bytes of a packet are borrowed until take() returns. */
struct packet_sink {
    void *context;
    void (*take)(void *context, const struct packet *packet);
    void (*flush)(void *context); /* NULL: the sink buffers nothing */
};

static inline void packet_put(const struct packet_sink *sink, const struct packet *packet)
{
    sink->take(sink->context, packet);
}

/** Makes the sink write what it has buffered, because no packet is waiting. */
static inline void packet_flush(const struct packet_sink *sink)
{
    if (sink->flush != NULL)
        sink->flush(sink->context);
}

#endif
