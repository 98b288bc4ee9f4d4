/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes packets to a capture, with nanoseconds, as they come. May be shared between threads.
 *
 * A file is pcap, of the link type of its first packet. When another comes, it becomes pcapng, with
 * an interface for each. What went through a pipe cannot be taken back: it is pcapng from the
 * beginning if several link types may come; else packets of other link types are left out.
 * What cannot be written is counted and said, and is tried again: counting goes on.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_WRITER_H
#define COLLECTOR_OUTPUT_PACKET_WRITER_H

#include <glib.h>
#include <stdbool.h>

#include "collector/output/packet-rotation.h"
#include "collector/source/packet.h"
#include "common/confinement/file-maker.h"

/** What to write. */
struct packet_writer_plan {
    const char *path;                /* "-" is standard output */
    size_t waiting;                  /* bytes that may wait for the reader of a pipe */
    bool waits;                      /* for that reader, as long as no signal asks for the end */
    bool many_links;                 /* several link types may come */
    struct packet_rotation rotation; /* its name is path */
    unsigned keep;                   /* of the files of a rotation the newest so many; 0: all */
    struct file_maker *maker;        /* makes those of a rotation; lives longer */
};

struct packet_writer;

/** Packets that came. */
struct packet_writer_counts {
    uint64_t written;
    uint64_t unwritten;
};

/** Opens the output, but for one that rotates. A file that is there stays as it is until a packet
 * comes.
 *  @param plan  what it points to lives as long as the writer.
 *  @return NULL after an error, which names the file. */
struct packet_writer *packet_writer_open(const struct packet_writer_plan *plan, GError **error);
struct packet_sink packet_writer_sink(struct packet_writer *writer);

/** What the user should know at once of writing, to be freed: that packets are left out, or that
 *  they are written again. NULL: nothing new. */
char *packet_writer_news(struct packet_writer *writer);

/** True if there are as many files as were asked for. */
bool packet_writer_is_over(struct packet_writer *writer);

/** No more packets come: writes the rest, unless a pipe's reader takes nothing.
 *  @param run_failed  a file without packets then stays as it was, else it becomes an empty
 *                     capture. */
void packet_writer_finish(struct packet_writer *writer, bool run_failed);

/** What is counted so far; final after packet_writer_finish(). */
struct packet_writer_counts packet_writer_counts(struct packet_writer *writer);

/** What is missing and why, to be freed: "x.pcap: No space left on device: 5 packets are not in
 *  it". NULL: nothing is missing. */
char *packet_writer_missing(struct packet_writer *writer);

/** Finishes it if that was not done. FALSE if something that should be in the file is not. */
gboolean packet_writer_close(struct packet_writer *writer, bool run_failed, GError **error);

#endif
