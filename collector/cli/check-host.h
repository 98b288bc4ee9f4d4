/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * erspanrate --check: what of this host would cost copies.
 */
#ifndef COLLECTOR_CLI_CHECK_HOST_H
#define COLLECTOR_CLI_CHECK_HOST_H

#include "collector/cli/options.h"

/** Checks host and interface for the run that the options describe, and prints the report. FALSE
 * with @p error where anything was found. */
gboolean check_host(const struct options *options, GError **error);

#endif
