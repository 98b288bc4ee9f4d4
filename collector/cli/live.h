/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Receives from an interface until the user, a limit or an error ends the run.
 */
#ifndef COLLECTOR_CLI_LIVE_H
#define COLLECTOR_CLI_LIVE_H

#include "collector/cli/outputs.h"

/** @param outputs  that the sinks of @p policy belong to.
 *  Counts up to an error are reported before the error is returned. */
gboolean live_run(const struct options *options, const struct packet_processor_policy *policy,
                  const struct reporter_outputs *outputs, GError **error);

#endif
