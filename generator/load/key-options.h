/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The table of keys as options of the command line.
 */
#ifndef GENERATOR_LOAD_KEY_OPTIONS_H
#define GENERATOR_LOAD_KEY_OPTIONS_H

#include <glib.h>

#include "generator/load/scenario-file.h"

/** The keys that the user gave, in the order given. */
struct key_options {
    GArray *overrides; /* struct override */
};

/** True if a command offers the key as an option. */
typedef bool (*key_filter)(const struct key *key);

/** All of them. */
bool offers_every_key(const struct key *key);

/** Adds an option for every key that is offered, none for NULL; what @p context then parses is
 * found in the result. */
struct key_options *key_options_add(GOptionContext *context, key_filter offers);

/** Adds a key as if the user had given it as an option, offered or not. */
void key_options_give(const struct key_options *options, const char *name, const char *text);

/** True if the user gave the key, or key_options_give() did. */
bool key_options_has(const struct key_options *options, const char *name);

void key_options_free(struct key_options *options);

#endif
