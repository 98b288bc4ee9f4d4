/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes packets to a pcap file, with nanoseconds, as they come. May be shared between threads.
 *
 * A pcap file has one link type, that of its first packet. When another comes, the file becomes
 * pcapng, with an interface for each. What went through a pipe cannot be taken back: there, packets
 * of other link types are left out and counted.
 * After an error of writing no more is written, and it is reported at the end: counting goes on.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_WRITER_H
#define COLLECTOR_OUTPUT_PACKET_WRITER_H

#include <glib.h>
#include <stdbool.h>

#include "collector/source/packet.h"

struct packet_writer;

/** @param path  "-" is standard output; a file that is there stays as it is until a packet comes.
 *  @return NULL after an error, which names the file. */
struct packet_writer *packet_writer_open(const char *path, GError **error);
struct packet_sink packet_writer_sink(struct packet_writer *writer);

/** @param run_failed  a file without packets then stays as it was, else it becomes an empty
 * capture.
 *  @return FALSE if something that should be in the file is not. */
gboolean packet_writer_close(struct packet_writer *writer, bool run_failed, GError **error);

#endif
