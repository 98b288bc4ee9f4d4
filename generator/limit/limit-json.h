/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a limit test found, and the command that repeats it, as JSON (docs/limit.schema.json).
 */
#ifndef GENERATOR_LIMIT_LIMIT_JSON_H
#define GENERATOR_LIMIT_LIMIT_JSON_H

#include "generator/limit/limit-report.h"

/** The whole report; the caller frees it. */
GString *limit_json_write(const struct limit_report *report);

#endif
