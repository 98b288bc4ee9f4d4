/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which keys mean something to a session beside its other keys. What would mean nothing is an
 * error: nothing that someone wrote is ignored silently.
 */
#ifndef GENERATOR_KEY_MEANING_H
#define GENERATOR_KEY_MEANING_H

#include "generator/keys.h"
#include "generator/scenario.h"

/** NULL if the key means something to the session; else what it would need: "type = 3". */
const char *key_lacks(const struct key *key, const struct session_plan *plan,
                      const struct scenario *scenario);

#endif
