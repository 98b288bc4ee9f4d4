/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The part of the truth file that says what happened between the points of paths.
 */
#ifndef GENERATOR_TRUTH_TRUTH_PATHS_H
#define GENERATOR_TRUTH_TRUTH_PATHS_H

#include "core/base/json.h"
#include "generator/truth/truth.h"

/** Appends the key "paths", unless the scenario has none. */
void truth_put_paths(struct json_writer *json, const struct truth *truth);

#endif
