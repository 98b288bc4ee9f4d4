/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A capture of its own for each session's mirrored frames. Its name is that of the user with the
 * session in it: mirror.pcap becomes mirror-192.0.2.1-192.0.2.2-7.pcap. Of more sessions than
 * SESSION_FILES_MAX the others share a capture, mirror-others.pcap.
 *
 * A frame's session is known where it comes, and its file is written where it was handed on: in
 * between, struct packet's `group` says which it is.
 */
#ifndef COLLECTOR_OUTPUT_SESSION_FILES_H
#define COLLECTOR_OUTPUT_SESSION_FILES_H

#include "collector/meter/mirrored-sink.h"
#include "collector/output/packet-writer.h"

enum { SESSION_FILES_MAX = 255 };

struct session_files;

/** How many bytes of the path all names begin with; the session follows. */
size_t session_files_fixed(const char *path);

/** Nothing is opened yet. @param plan  path is the name in which the session is put; what it points
 *  to lives as long as the result. */
struct session_files *session_files_new(const struct packet_writer_plan *plan);

/** Tells the session of each frame, and passes it on to @p next. */
struct mirrored_sink session_files_marker(struct session_files *files,
                                          const struct mirrored_sink *next);

/** Takes the frames that were handed on, one at a time. */
struct packet_sink session_files_sink(struct session_files *files);

/** As of packet_writer, over all files. */
char *session_files_news(struct session_files *files);
struct packet_writer_counts session_files_counts(struct session_files *files);
char *session_files_missing(struct session_files *files);
void session_files_finish(struct session_files *files);
gboolean session_files_close(struct session_files *files, GError **error);

#endif
