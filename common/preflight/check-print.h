/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A report of checks as text or as JSON (docs/check.schema.json), on standard output.
 */
#ifndef COMMON_PREFLIGHT_CHECK_PRINT_H
#define COMMON_PREFLIGHT_CHECK_PRINT_H

#include <glib.h>
#include <stdbool.h>

#include "common/preflight/check.h"

/**
 * Prints the report. An interface without a fault gets one line, and one for each check that could
 * not look.
 *
 * @return FALSE with @p error if anything was found or standard output could not be written.
 */
gboolean check_print(const struct check_report *report, const char *interface, bool json,
                     GError **error);

#endif
