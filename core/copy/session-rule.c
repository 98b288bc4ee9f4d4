/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/session-rule.h"

#include <glib.h>

static const char *parse_condition(const char *text, struct mirror_rule *rule)
{
    if (!g_ascii_isdigit(text[0]))
        return mirror_rule_parse_condition(text, rule);
    char *id = g_strconcat("id=", text, NULL);
    const char *wrong = mirror_rule_parse_condition(id, rule);
    g_free(id);
    return wrong;
}

const char *session_rule_parse(const char *text, struct session_rule *rule)
{
    struct mirror_rule said = {.id = MIRROR_NO_ID};
    unsigned ids = 0;
    const char *wrong = NULL;
    char **parts = g_strsplit(text, ",", -1);
    if (parts[0] == NULL)
        wrong = "requires ID, from=ADDRESS or to=ADDRESS";
    for (size_t i = 0; wrong == NULL && parts[i] != NULL; i++) {
        ids += g_ascii_isdigit(parts[i][0]) || g_str_has_prefix(parts[i], "id=");
        wrong = ids > 1 ? "takes one ID: each session has a rule of its own"
                        : parse_condition(parts[i], &said);
    }
    g_strfreev(parts);
    *rule = (struct session_rule){said.id, said.source, said.destination};
    return wrong;
}

static bool fits(const struct address *wanted, const struct address *found)
{
    return wanted->len == 0 || address_equal(wanted, found);
}

bool session_rules_fit(const struct session_rules *rules, const struct session_key *key)
{
    for (size_t i = 0; rules != NULL && i < rules->count; i++) {
        const struct session_rule *rule = &rules->rules[i];
        if ((rule->id == MIRROR_NO_ID || rule->id == key->id) &&
            fits(&rule->source, &key->source) && fits(&rule->destination, &key->destination))
            return true;
    }
    return false;
}
