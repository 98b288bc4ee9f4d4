/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where packets come from: a capture file, or an interface by one of several methods. Each method
 * fills in a source_class; readers see no other difference.
 */
#ifndef COLLECTOR_SOURCE_SOURCE_H
#define COLLECTOR_SOURCE_SOURCE_H

#include <glib.h>

#include "collector/source/packet.h"

enum {
    SOURCE_WAIT_MS = 100, /* longest wait on an interface without packets */
    /* Enough for all headers that core looks at. The longest come to 236 bytes: Ethernet with two
     * VLAN tags, IPv6 with an encapsulation limit, GRE with all its fields, Type III with a
     * sub-header (106 bytes); the mirrored frame's Ethernet with two VLAN tags and a tag of the
     * maker's, IPv6, TCP with all its options (130 bytes). Not enough for an inner FCS. */
    SOURCE_SNAP_DEFAULT = 256
};

enum source_state {
    SOURCE_MORE,
    SOURCE_END,   /* end of the file, or the interface was removed */
    SOURCE_FAILED /* with an error */
};

/** Losses that the source itself knows of, since it was opened. */
struct source_statistics {
    uint64_t received; /* packets that the kernel had for this program, with those it dropped */
    uint64_t dropped; /* of these, dropped because the buffer between kernel and program was full */
    uint64_t in_interface; /* of these, also counted by the interface */
    uint64_t unread; /* packets behind headers that an XDP program does not read, which went past
                        this program: copies may be among them */
    const char
        *unread_by; /* the word of --backend for what does not read them; NULL: it reads all */
};

struct source;

struct source_class {
    const char *name; /* name for users: "libpcap" */
    bool live;
    bool times_exact; /* packets have their arrival time, not the time of reading */
    /** Passes on packets that are waiting, at most @p limit. */
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
 * Reads capture files, several as if they were one, in the order of the times of their packets.
 *
 * @param files   of struct capture_file; one at least. They are taken out of the array, after an
 *                error perhaps not all.
 * @param filter  as in receive_plan.
 * @return NULL after an error, which names the file.
 */
struct source *source_file_open(GPtrArray *files, const char *filter, GError **error);

/* Each function adds sources that share the packets of the interface, so that all packets of one
 * sender go to one source. Returns FALSE after an error, which names the interface. */

gboolean source_pcap_open(const struct receive_plan *plan, GPtrArray *sources, GError **error);
gboolean source_packet_open(const struct receive_plan *plan, GPtrArray *sources, GError **error);

/** Adds one source for each queue of the interface. */
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
