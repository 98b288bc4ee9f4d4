/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/words.h"

const char *words_domain(enum sequence_domain_kind kind)
{
    static const char *const words[DOMAIN_KINDS] = {
        [DOMAIN_SOURCE] = "source",
        [DOMAIN_SESSION] = "session",
        [DOMAIN_HARDWARE_ID] = "hw-id",
    };
    return words[kind];
}

const char *words_domain_long(enum sequence_domain_kind kind)
{
    static const char *const words[DOMAIN_KINDS] = {
        [DOMAIN_SOURCE] = "one counter for all sessions of the source",
        [DOMAIN_SESSION] = "a counter of its own",
        [DOMAIN_HARDWARE_ID] = "a counter for each hardware ID",
    };
    return words[kind];
}

const char *words_label_part(enum sequence_label_part part)
{
    static const char *const words[SEQUENCE_LABEL_PARTS] = {
        [SEQUENCE_LABEL_INDEX] = "index",
        [SEQUENCE_LABEL_HARDWARE_ID] = "hw-id",
        [SEQUENCE_LABEL_DIRECTION] = "direction",
        [SEQUENCE_LABEL_TTL] = "ttl",
        [SEQUENCE_LABEL_MAC] = "mac",
        [SEQUENCE_LABEL_VLAN] = "vlan",
    };
    return words[part];
}

static const char *label_part_long(enum sequence_label_part part)
{
    static const char *const words[SEQUENCE_LABEL_PARTS] = {
        [SEQUENCE_LABEL_INDEX] = "index",         [SEQUENCE_LABEL_HARDWARE_ID] = "hardware ID",
        [SEQUENCE_LABEL_DIRECTION] = "direction", [SEQUENCE_LABEL_TTL] = "outer TTL",
        [SEQUENCE_LABEL_MAC] = "outer MAC",       [SEQUENCE_LABEL_VLAN] = "outer VLAN",
    };
    return words[part];
}

char *words_counters(unsigned counters, unsigned apart)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, "%u counters, told apart by ", counters);
    if (apart == 0)
        g_string_append(text, "their numbers alone");
    const char *separator = "";
    for (unsigned part = 0; part < SEQUENCE_LABEL_PARTS; part++) {
        if (!(apart & 1u << part))
            continue;
        g_string_append_printf(text, "%s%s", separator,
                               label_part_long((enum sequence_label_part)part));
        separator = " and ";
    }
    if (sequence_label_tells_senders(apart))
        g_string_append(text, ": several senders use the addresses and the ID of this session");
    return g_string_free(text, FALSE);
}

const char *words_type(enum erspan_type type)
{
    static const char *const words[] = {
        [ERSPAN_TYPE_I] = "I", [ERSPAN_TYPE_II] = "II", [ERSPAN_TYPE_III] = "III"};
    return words[type];
}

char *words_types(uint32_t types, const char *separator)
{
    GString *text = g_string_new(NULL);
    for (unsigned type = ERSPAN_TYPE_I; type <= ERSPAN_TYPE_III; type++)
        if (types & 1u << type)
            g_string_append_printf(text, "%s%s", text->len > 0 ? separator : "",
                                   words_type((enum erspan_type)type));
    return g_string_free(text, FALSE);
}

char *words_session_types(const struct session_key *key, uint32_t types, const char *separator)
{
    return key->mirror == MIRROR_ERSPAN ? words_types(types, separator)
                                        : g_strdup(mirror_name(key->mirror));
}

const char *words_sequence(enum sequence_kind kind)
{
    static const char *const words[] = {
        [SEQUENCE_FIRST] = "First",         [SEQUENCE_NEXT] = "In order",
        [SEQUENCE_GAP] = "After a gap",     [SEQUENCE_LATE] = "Late",
        [SEQUENCE_DUPLICATE] = "Duplicate", [SEQUENCE_PENDING] = "Out of place",
        [SEQUENCE_RESTART] = "Restart",     [SEQUENCE_CONSTANT] = "Constant",
        [SEQUENCE_STRAY] = "Stray",
    };
    return words[kind];
}
