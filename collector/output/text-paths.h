/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the network did between observation points, as a table and a sentence for each pair. Part of
 * collector/output/text-report.h.
 */
#ifndef COLLECTOR_OUTPUT_TEXT_PATHS_H
#define COLLECTOR_OUTPUT_TEXT_PATHS_H

#include "collector/output/text-report.h"
#include "core/paths/path-report.h"

/** The pairs with most frames; as many as sessions are shown. */
void text_paths(const struct text_report *text, const struct path_report *report);

#endif
