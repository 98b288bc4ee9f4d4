/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The rules by which a key means something beside the others, in tables: of the keys of the outer
 * packet, of sessions, of points along paths, of markers, of impairments, of traffic.
 */
#ifndef GENERATOR_LOAD_KEY_USE_RULES_H
#define GENERATOR_LOAD_KEY_USE_RULES_H

#include "generator/scenario/keys.h"
#include "generator/scenario/scenario.h"

/** What a key is asked of. */
struct key_place {
    const struct key *key;
    const void *plan; /* that has the key */
    const struct scenario *scenario;
    const struct stream_plan *stream;         /* of a session or marker; else NULL */
    const struct session_plan *session;       /* in which, or with whose copies, or NULL */
    const struct impairment_plan *impairment; /* the session's own, or a group's; else NULL */
};

struct key_rule {
    const char *const *keys; /* their names, with NULL at the end; NULL: all of the topic */
    enum key_topic topic;
    bool (*holds)(const struct key_place *at);
    const char *needs; /* what a key requires for which it does not hold, as "KEY = VALUE", a key,
                          or words; NULL: needs_of() tells */
    const char *(*needs_of)(const struct key_place *at);
};

#define KEYS(...)                                                                                  \
    .keys = (const char *const[])                                                                  \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/** Each ends with a row without holds. */
extern const struct key_rule outer_rules[];
extern const struct key_rule session_rules[];
extern const struct key_rule path_rules[];
extern const struct key_rule marker_rules[];
extern const struct key_rule impairment_rules[];
extern const struct key_rule traffic_rules[];

/** The first rule of the table that is about the key and does not hold says what it lacks; NULL:
 * nothing. */
const char *key_use_rules_reason(const struct key_rule *rules, const struct key_place *at);

#endif
