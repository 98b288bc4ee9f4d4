/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Every key of a scenario, which is every option of the command line: one table for both.
 *
 * A row says in words what a right value is, and the same words check it: "auto|0-15" is the word
 * auto or a number from 0 to 15. So help, error messages and checks cannot disagree.
 */
#ifndef GENERATOR_SCENARIO_KEYS_H
#define GENERATOR_SCENARIO_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/** The groups of a scenario in which a key may stand. */
enum section {
    SECTION_CAPTURE = 1,
    SECTION_SESSION = 2,
    SECTION_MARKER = 4,
    SECTION_TRAFFIC = 8,
    SECTION_IMPAIRMENT = 16,
    SECTION_ANY =
        SECTION_CAPTURE | SECTION_SESSION | SECTION_MARKER | SECTION_TRAFFIC | SECTION_IMPAIRMENT
};

/** Headings of the help. */
enum key_topic {
    TOPIC_CAPTURE,
    TOPIC_OUTER,
    TOPIC_GRE,
    TOPIC_HEADER,
    TOPIC_SUBHEADER,
    TOPIC_INNER,
    TOPIC_FATE,
    TOPIC_IMPAIRMENT,
    TOPIC_MARKER,
    TOPIC_TRAFFIC,
    TOPICS
};

struct key {
    const char *name;
    enum key_topic topic;
    unsigned sections; /* of enum section */
    size_t offset;     /* of the member in the section's plan */
    /* One value, whole: true and the member set, or false and it untouched. */
    bool (*parse)(const struct key *key, const char *text, void *member);
    const char *right; /* what a right value is */
    const char *help;
};

/** Ends with a row without a name. A name may have a row in each of several sections. */
extern const struct key keys[];

/** The key of that name in that section, or NULL. */
const struct key *key_find(const char *name, unsigned sections);

/** The key that an option of this key's name sets in the section, or NULL. What may stand in a
 * session, too, is an option of sessions alone: it would hold twice. */
const struct key *key_of_option(const struct key *key, enum section section);

/** Sets the key's member of @p plan; false, and nothing set, when @p text is not right. */
bool key_set(const struct key *key, void *plan, const char *text);

/** The key of the sections whose name is closest to @p name; NULL if none is so close that it can
 * be a typing error: up to a third of its letters differ. */
const struct key *key_most_like(const char *name, unsigned sections);

#endif
