/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The points of a path, in the order in which forward frames pass them: each is that of a session.
 */
#ifndef GENERATOR_PATH_PATH_CHAIN_H
#define GENERATOR_PATH_PATH_CHAIN_H

#include "generator/scenario/scenario.h"

struct path_chain {
    guint points;                    /* two or more */
    guint sessions[PATH_POINTS_MAX]; /* their numbers in the scenario */
};

/** All paths of a scenario that path_check() finds right: an array of struct path_chain. */
GArray *path_chains_of(const struct scenario *scenario);

/** NULL, or what is wrong with the place of the session on its path and with its stretch. */
const char *path_check(const struct session_plan *plan, const struct scenario *scenario);

/** The place of the point that a frame passes as number @p step of the path; the first is 0. */
static inline guint path_chain_place(const struct path_chain *chain, guint step, bool reverse)
{
    return reverse ? chain->points - 1 - step : step;
}

#endif
