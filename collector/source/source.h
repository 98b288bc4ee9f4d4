/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where packets come from: a capture file, or one of the ways to receive from an interface. Each
 * way fills in a source_class; who reads knows no other difference between them.
 */
#ifndef COLLECTOR_SOURCE_SOURCE_H
#define COLLECTOR_SOURCE_SOURCE_H

#include <glib.h>

#include "collector/source/packet.h"

enum {
    SOURCE_WAIT_MS = 100,     /* longest time that an interface without packets is waited on */
    SOURCE_SNAP_DEFAULT = 128 /* enough for all that core looks at, but for an inner FCS */
};

enum source_state {
    SOURCE_MORE,
    SOURCE_END,   /* of the file; the interface is gone */
    SOURCE_FAILED /* with an error */
};

/** What the source itself knows to have been lost, since it was opened. */
struct source_statistics {
    uint64_t received;     /* packets that the kernel saw for this program, those it dropped too */
    uint64_t dropped;      /* of these, for want of room between kernel and program */
    uint64_t in_interface; /* of these, such as the interface counts among its own, too */
};

struct source;

struct source_class {
    const char *name; /* in words: "libpcap" */
    bool live;
    bool times_exact; /* packets have the time of their arrival, not that of their reading */
    /** Hands on packets that are there, at most @p limit of them. */
    enum source_state (*dispatch)(struct source *source, const struct packet_sink *sink,
                                  size_t limit, GError **error);
    void (*statistics)(struct source *source, struct source_statistics *statistics);
    void (*close)(struct source *source);
};

/** The first member of each kind of source. */
struct source {
    const struct source_class *class;
};

/** What to receive from an interface, and how. */
struct receive_plan {
    const char *interface;
    const char *filter; /* a BPF expression; NULL: everything */
    size_t snap;        /* bytes of each packet */
    size_t buffer;      /* bytes */
    unsigned threads;   /* of AF_PACKET; 1 elsewhere */
};

/**
 * @param path    "-" is standard input; any file that libpcap or libwiretap reads, gzip too.
 * @param filter  as in receive_plan.
 * @return NULL after an error, which names the file.
 */
struct source *source_file_open(const char *path, const char *filter, GError **error);

/* Each adds sources that share the packets of the interface between them, so that a sender's come
 * all by one. FALSE after an error, which names the interface. */

gboolean source_pcap_open(const struct receive_plan *plan, GPtrArray *sources, GError **error);
gboolean source_packet_open(const struct receive_plan *plan, GPtrArray *sources, GError **error);

/** One for each queue of the interface. */
gboolean source_xdp_open(const struct receive_plan *plan, GPtrArray *sources, GError **error);

static inline enum source_state
source_dispatch(struct source *source, const struct packet_sink *sink, size_t limit, GError **error)
{
    return source->class->dispatch(source, sink, limit, error);
}

static inline void source_statistics(struct source *source, struct source_statistics *statistics)
{
    source->class->statistics(source, statistics);
}

static inline void source_close(struct source *source)
{
    if (source != NULL)
        source->class->close(source);
}

#endif
