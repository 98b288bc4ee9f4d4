/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads the value of a key, as its row of the table says: see struct key.
 */
#ifndef GENERATOR_LOAD_KEY_PARSE_H
#define GENERATOR_LOAD_KEY_PARSE_H

#include "generator/scenario/keys.h"

/** Reads @p text, to its last character, into @p member. False, and nothing set, when it is not
 * right. */
bool key_parse(const struct key *key, const char *text, void *member);

/** The same for the key's member of @p plan. */
bool key_set(const struct key *key, void *plan, const char *text);

#endif
