/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Packets on their way into a pipe or a device. A separate thread writes, so that a stalled reader
 * holds up no other part; the packets that wait take bounded memory.
 */
#ifndef COLLECTOR_OUTPUT_PACKET_PIPE_H
#define COLLECTOR_OUTPUT_PACKET_PIPE_H

#include <glib.h>

#include "collector/output/packet-buffer.h"

struct packet_pipe;

/** What came of the packets. */
struct packet_pipe_counts {
    uint64_t unwritten; /* packets that were taken and are not in the pipe */
    int wrong;          /* errno, after which nothing more is written; 0: nothing is wrong */
};

/** @param fd     stays open.
 *  @param limit  of the bytes that wait.
 *  @param waits  true: the caller waits until there is room, or a signal asks for the
 *                end. False: there may be no room. */
struct packet_pipe *packet_pipe_new(int fd, size_t limit, bool waits);

/** The buffer for one packet of at most @p size bytes, locked until packet_pipe_unlock(); NULL if
 *  there is no room, or nothing more can be written. */
struct packet_buffer *packet_pipe_lock(struct packet_pipe *pipe, size_t size);
void packet_pipe_unlock(struct packet_pipe *pipe);

/** errno, after which nothing more is written; else 0. */
int packet_pipe_wrong(struct packet_pipe *pipe);

/** Ends it. Who waits for room waits here, too; else a reader that takes nothing for two seconds is
 *  given up. After the signal that asks for the end it has half a second. */
struct packet_pipe_counts packet_pipe_end(struct packet_pipe *pipe);

#endif
