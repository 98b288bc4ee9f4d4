/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads a capture file at full speed. Time is that of its packets.
 */
#ifndef COLLECTOR_CLI_REPLAY_H
#define COLLECTOR_CLI_REPLAY_H

#include "collector/cli/outputs.h"

/** @param outputs  that the sinks of @p policy belong to.
 *  Counts up to an error are reported before the error is returned. */
gboolean replay_run(const struct options *options, const struct packet_processor_policy *policy,
                    const struct reporter_outputs *outputs, GError **error);

#endif
