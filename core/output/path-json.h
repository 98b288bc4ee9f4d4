/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Points and pairs as JSON, the same for plugin and collector. docs/erspanrate.schema.json
 * describes it.
 */
#ifndef CORE_OUTPUT_PATH_JSON_H
#define CORE_OUTPUT_PATH_JSON_H

#include "core/base/json.h"
#include "core/paths/path-report.h"

/** Puts "paths" into the open object. */
void path_json_put(struct json_writer *json, const struct path_report *report);

#endif
