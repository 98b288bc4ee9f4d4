/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Receiving from an interface, until the user, a limit or an error ends it.
 */
#ifndef COLLECTOR_CLI_LIVE_H
#define COLLECTOR_CLI_LIVE_H

#include "collector/meter/packet-processor.h"
#include "collector/cli/options.h"

/** What was counted until an error is reported before it is returned. */
gboolean live_run(const struct options *options, const struct intake_policy *policy,
                  GError **error);

#endif
