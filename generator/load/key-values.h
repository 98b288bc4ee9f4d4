/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which values of a key are right, in words: for the help, and for the error about one that is not.
 */
#ifndef GENERATOR_LOAD_KEY_VALUES_H
#define GENERATOR_LOAD_KEY_VALUES_H

#include "generator/scenario/keys.h"

/** For example "auto|0-15", "NUMBER{ns,us,ms,s}". Free with g_free(). */
char *key_values(const struct key *key);

#endif
