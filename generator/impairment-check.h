/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Whether the keys of an impairment go together.
 */
#ifndef GENERATOR_IMPAIRMENT_CHECK_H
#define GENERATOR_IMPAIRMENT_CHECK_H

#include "generator/scenario.h"

/** NULL, or what is wrong. */
const char *impairment_check(const struct impairment_plan *plan);

/** True if anything goes wrong by it. */
bool impairment_does_something(const struct impairment_plan *plan);

/** The names of the sessions whose copies it is for, without blanks; an empty list is all. Free
 * with g_strfreev(). */
char **impairment_sessions(const struct impairment_plan *plan);

#endif
