/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Receiving from an interface, until the user, a limit or an error ends it.
 */
#ifndef COLLECTOR_CLI_LIVE_H
#define COLLECTOR_CLI_LIVE_H

#include "collector/cli/options.h"
#include "collector/meter/packet-processor.h"

/** What was counted until an error is reported before it is returned. */
gboolean live_run(const struct options *options, const struct packet_processor_policy *policy,
                  GError **error);

#endif
