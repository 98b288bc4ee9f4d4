/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A capture file that is written as packets come, and ends with a whole packet at any time: on a
 * full disk, too, where the rest waits until there is room again.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_FILE_H
#define COLLECTOR_OUTPUT_PACKET_FILE_H

#include <glib.h>
#include <sys/types.h>

#include "collector/output/packet-buffer.h"

struct packet_file {
    int fd;
    off_t begin;     /* where the capture begins: standard output may go behind something else */
    off_t length;    /* bytes of whole packets */
    int wrong;       /* errno of the last try to write; 0: it was written */
    gint64 retry_us; /* of the monotonic clock: no other try before */
};

/** @param fd  of a regular file, the packet file's from now on. */
void packet_file_init(struct packet_file *file, int fd);

/** Forgets what was written: the next bytes are the first. False with errno set. */
bool packet_file_restart(struct packet_file *file);

/** Writes packets; what there is no room for stays in the buffer. A try that failed is repeated
 *  after a tenth of a second at the earliest, or @p now. */
void packet_file_write(struct packet_file *file, struct packet_buffer *buffer, bool now);

/** Closes it. What shares standard output goes on behind it. */
void packet_file_close(struct packet_file *file);

#endif
