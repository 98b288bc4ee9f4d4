/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From a scenario file, or from options alone, to a struct scenario that can be carried out.
 *
 *     [capture]          keys of the file as a whole
 *     [sessions]         keys of every session that follows
 *     [session NAME]     one session
 *     [marker NAME]      one sender of marker packets
 *     [impairment NAME]  what goes wrong with the copies of some sessions
 *     [traffic NAME]     traffic that sessions may mirror
 */
#ifndef GENERATOR_LOAD_SCENARIO_FILE_H
#define GENERATOR_LOAD_SCENARIO_FILE_H

#include "generator/scenario/keys.h"
#include "generator/scenario/scenario.h"

/** A key of the command line: it holds for every group where the key may stand. */
struct override {
    const struct key *key;
    char *text;
};

/** A scenario that was read, for any number of uses: no file is opened any more, but by who plays
 * the captures that it names. */
struct scenario_source {
    char *path; /* NULL: one session, by options alone */
    char *text; /* NULL: the path is a capture */
};

/** Reads @p path, as scenario_load() does, and checks nothing. FALSE after an error; clear it in
 * any case. */
gboolean scenario_source_read(struct scenario_source *source, const char *path, GError **error);

/** Checks it, with the options. NULL after an error, as of scenario_load(). */
struct scenario *scenario_source_use(const struct scenario_source *source,
                                     const struct override *overrides, size_t count,
                                     GError **error);

void scenario_source_clear(struct scenario_source *source);

/**
 * Reads and checks the scenario in @p path; "-" is standard input, NULL a scenario of one session.
 * A capture in its place is one session that mirrors its frames.
 *
 * @param overrides  count of them, applied in order after the file.
 * @return NULL after an error that names the file and line, or the option, and what would be right.
 */
struct scenario *scenario_load(const char *path, const struct override *overrides, size_t count,
                               GError **error);

/** The same for a text in memory. @p place is what errors call it. */
struct scenario *scenario_parse(const char *text, const char *place,
                                const struct override *overrides, size_t count, GError **error);

#endif
