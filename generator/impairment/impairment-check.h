/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Whether the keys of an impairment go together.
 */
#ifndef GENERATOR_IMPAIRMENT_IMPAIRMENT_CHECK_H
#define GENERATOR_IMPAIRMENT_IMPAIRMENT_CHECK_H

#include "generator/scenario/scenario.h"

/** NULL, or what is wrong. */
const char *impairment_check(const struct impairment_plan *plan);

/** True if anything goes wrong by it; if by chance. */
bool impairment_does_something(const struct impairment_plan *plan);
bool impairment_draws(const struct impairment_plan *plan);

/** True if someone else puts copies in. */
bool impairment_spoofs(const struct impairment_plan *plan);

/** True if the session is one of those that the group names, or if it names none. */
bool impairment_is_for(const struct impairment_plan *plan, const struct session_plan *session);

/** True if the source mirrors none of the session's frames but those that it drops. */
bool impairment_drops_only(const struct scenario *scenario, const struct session_plan *session);

/** The names of the sessions whose copies it is for, without blanks; an empty list is all. Free
 * with g_strfreev(). */
char **impairment_sessions(const struct impairment_plan *plan);

#endif
