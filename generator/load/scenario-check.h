/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What no single key can tell: whether the keys of a scenario go together.
 */
#ifndef GENERATOR_LOAD_SCENARIO_CHECK_H
#define GENERATOR_LOAD_SCENARIO_CHECK_H

#include "generator/scenario/scenario.h"

/** @param place  the name of the scenario's file; NULL if it came from options alone. */
gboolean scenario_check(const struct scenario *scenario, const char *place, GError **error);

/** Whether the names of traffic and sessions that it mentions are there. It can be told of a
 * scenario that is wrong elsewhere, too. */
gboolean scenario_check_names(const struct scenario *scenario, const char *place, GError **error);

#endif
