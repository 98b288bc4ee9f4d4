/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A report as JSON: the one layout that the plugin and the collector write. docs/plugin.md names
 * every key.
 */
#ifndef CORE_OUTPUT_REPORT_JSON_H
#define CORE_OUTPUT_REPORT_JSON_H

#include "core/base/json.h"
#include "core/report/report.h"

/**
 * Puts the members of the report into the open object: "totals", "sessions" with their verdicts,
 * "domains", "gaps". After report_sum(). Of more than REPORT_SESSIONS_SHOWN sessions the busiest
 * are shown, with their domains, and the sum of the others in "other".
 */
void report_json_put(struct json_writer *json, const struct report *report);

/**
 * The same of several reports that share the sessions of one run between them. Stream numbers
 * continue from one report to the next.
 *
 * @param totals  of them all.
 * @param limit   sessions to show at most, the busiest.
 */
void report_json_put_several(struct json_writer *json, const struct report *const *reports,
                             size_t count, const struct report_totals *totals, size_t limit);

#endif
