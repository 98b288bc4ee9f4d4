/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes mirrored frames, or the copies that hold them, to a pipe as pcapng: with an interface for
 * each session, with comments, with statistics. A reader that is too slow holds up nothing: what
 * there is no room for is counted.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_WRITER_H
#define COLLECTOR_EXTCAP_EXTCAP_WRITER_H

#include "collector/extcap/extcap-options.h"
#include "collector/meter/packet-processor.h"
#include "collector/output/packet-pipe.h"

struct extcap_writer;

/** @param options  live longer. @param fd  stays open. */
struct extcap_writer *extcap_writer_new(const struct extcap_options *options, int fd);

/** Makes the packet processor hand packets and frames to the writer. */
void extcap_writer_follow(struct extcap_writer *writer, struct packet_processor_policy *policy);

/** Writes the statistics of each interface whose counts have changed. @param kernel_drops  packets
 * of any session. */
void extcap_writer_put_statistics(struct extcap_writer *writer, uint64_t kernel_drops);

/** Frames that are not in the pipe although somebody reads it, and never will be. */
uint64_t extcap_writer_dropped(const struct extcap_writer *writer);

/** True if nobody reads the pipe any more. */
bool extcap_writer_is_over(const struct extcap_writer *writer);

/** No more packets come: writes what waits. */
void extcap_writer_finish(struct extcap_writer *writer);

/** Ends the pipe, and frees. Returns the frames that were dropped, as above, and what kept the
 * pipe from being written: that nobody reads it any more is nothing wrong. */
struct packet_pipe_counts extcap_writer_close(struct extcap_writer *writer);

#endif
