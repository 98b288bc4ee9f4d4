/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The plan of each kind of section with every key at its default.
 */
#ifndef GENERATOR_LOAD_SCENARIO_DEFAULTS_H
#define GENERATOR_LOAD_SCENARIO_DEFAULTS_H

#include "generator/scenario/scenario.h"

struct session_plan session_plan_default(void);
struct marker_plan marker_plan_default(void);
struct impairment_plan impairment_plan_default(void);
struct traffic_plan traffic_plan_default(void);

#endif
