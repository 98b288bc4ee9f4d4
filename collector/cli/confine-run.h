/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Confines a run to what its options need.
 */
#ifndef COLLECTOR_CLI_CONFINE_RUN_H
#define COLLECTOR_CLI_CONFINE_RUN_H

#include "collector/cli/options.h"
#include "collector/output/reporter.h"

/** All is open, and no thread begun: what comes is parsed after this alone. The reporter learns
 * what holds. FALSE after an error. */
gboolean confine_run(const struct options *options, struct reporter *reporter,
                     const struct reporter_outputs *outputs, GError **error);

#endif
