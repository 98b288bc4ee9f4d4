/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reading a capture file as fast as it goes. Time is that of its packets.
 */
#ifndef COLLECTOR_CLI_REPLAY_H
#define COLLECTOR_CLI_REPLAY_H

#include "collector/cli/options.h"
#include "collector/meter/packet-processor.h"

/** What was counted until an error is reported before it is returned. */
gboolean replay_run(const struct options *options, const struct packet_processor_policy *policy,
                    GError **error);

#endif
