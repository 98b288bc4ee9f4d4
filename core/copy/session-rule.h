/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sessions that the user names, by ID and addresses. What the bytes of a session's copies do not
 * tell, the user says of it.
 */
#ifndef CORE_COPY_SESSION_RULE_H
#define CORE_COPY_SESSION_RULE_H

#include "core/copy/session.h"

enum { SESSION_RULES_MAX = 32 };

struct session_rule {
    int64_t id;                 /* MIRROR_NO_ID: any */
    struct address source;      /* of length 0: any */
    struct address destination; /* likewise */
};

struct session_rules {
    struct session_rule rules[SESSION_RULES_MAX];
    size_t count;
};

/**
 * Parses conditions with commas between them: ID or id=ID, from=ADDRESS, to=ADDRESS.
 *
 * @return NULL, or what is wrong and what is allowed: a static string.
 */
const char *session_rule_parse(const char *text, struct session_rule *rule);

/** True if a rule fits. @param rules  NULL: there is none. */
bool session_rules_fit(const struct session_rules *rules, const struct session_key *key);

#endif
