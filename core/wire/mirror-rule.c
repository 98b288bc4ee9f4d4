/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/wire/mirror-header.h"
#include "core/wire/protocol.h"

static const struct {
    const char *word;
    const char *name;
    uint16_t number; /* 0: the rule must state it */
} kinds[MIRROR_KINDS] = {
    [MIRROR_ERSPAN] = {"erspan", "ERSPAN", 0},
    [MIRROR_GRE] = {"gre", "GRE", GRE_PROTOCOL_BRIDGING},
    [MIRROR_EVERFLOW] = {"everflow", "Everflow", GRE_PROTOCOL_EVERFLOW},
    [MIRROR_VXLAN] = {"vxlan", "VXLAN", UDP_PORT_VXLAN},
    [MIRROR_GENEVE] = {"geneve", "Geneve", UDP_PORT_GENEVE},
    [MIRROR_TZSP] = {"tzsp", "TZSP", UDP_PORT_TZSP},
    [MIRROR_HP_ERM] = {"hp-erm", "HP ERM", 0},
    [MIRROR_JUNIPER] = {"juniper", "Juniper", UDP_PORT_JUNIPER_MIRROR},
};

const char *mirror_word(enum mirror_kind kind)
{
    return kinds[kind].word;
}

const char *mirror_name(enum mirror_kind kind)
{
    return kinds[kind].name;
}

uint16_t mirror_number(enum mirror_kind kind)
{
    return kinds[kind].number;
}

const char *mirror_reason_word(enum mirror_reason reason)
{
    static const char *const words[MIRROR_REASONS] = {
        [MIRROR_BY_HEADER] = "header",
        [MIRROR_BY_USER] = "user",
        [MIRROR_BY_DIRECTIONS] = "directions",
    };
    return words[reason];
}

const char *mirror_reason_text(enum mirror_reason reason)
{
    static const char *const texts[MIRROR_REASONS] = {
        [MIRROR_BY_HEADER] = "nothing but mirrors has this header",
        [MIRROR_BY_USER] = "a rule of --mirror, or of the preference, says so",
        [MIRROR_BY_DIRECTIONS] =
            "both directions of its flows come to one end, and nothing goes back",
    };
    return texts[reason];
}

/* Decimal, or hexadecimal behind 0x. */
static bool parse_number(const char *text, guint64 most, guint64 *number)
{
    bool hex = g_str_has_prefix(text, "0x");
    return g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0, most, number, NULL);
}

static const char *parse_kind(const char *text, struct mirror_rule *rule)
{
    static const char unknown[] =
        "requires gre, everflow, vxlan, geneve, tzsp, hp-erm or juniper before the first colon";
    static const char bad_number[] =
        "requires a GRE type or UDP port from 1 to 65535 behind the first colon";
    const char *wrong = NULL;
    char **parts = g_strsplit(text, ":", -1);
    guint parts_count = g_strv_length(parts);
    guint64 number = 0;
    guint64 skip = 0;
    for (unsigned kind = MIRROR_GRE; parts_count > 0 && kind < MIRROR_KINDS; kind++)
        if (strcmp(parts[0], kinds[kind].word) == 0)
            rule->kind = (enum mirror_kind)kind;
    number = kinds[rule->kind].number;
    if (rule->kind == MIRROR_ERSPAN)
        wrong = unknown;
    else if (parts_count > 1 && !parse_number(parts[1], UINT16_MAX, &number))
        wrong = bad_number;
    else if (parts_count > 3 || (parts_count > 2 && rule->kind != MIRROR_GRE))
        wrong = "takes a second colon only behind gre:TYPE";
    else if (parts_count > 2 && !parse_number(parts[2], 1024, &skip))
        wrong = "requires 0 to 1024 bytes behind the second colon";
    else if (number == 0)
        wrong = rule->kind == MIRROR_HP_ERM ? "requires a UDP port: hp-erm:PORT" : bad_number;
    else if (rule->kind == MIRROR_GRE &&
             (number == GRE_PROTOCOL_ERSPAN || number == GRE_PROTOCOL_ERSPAN_III))
        wrong = "requires a GRE type that is not ERSPAN's: 0x88be and 0x22eb are read as ERSPAN";
    rule->number = (uint16_t)number;
    rule->skip = (uint16_t)skip;
    g_strfreev(parts);
    return wrong;
}

const char *mirror_rule_parse_condition(const char *text, struct mirror_rule *rule)
{
    guint64 id;
    if (g_str_has_prefix(text, "id=")) {
        if (!parse_number(text + strlen("id="), UINT32_MAX, &id))
            return "requires a number from 0 to 4294967295 behind id=";
        rule->id = (int64_t)id;
        return NULL;
    }
    static const char bad_address[] = "requires an IPv4 or IPv6 address behind from= and to=";
    if (g_str_has_prefix(text, "from="))
        return address_parse(text + strlen("from="), &rule->source) ? NULL : bad_address;
    if (g_str_has_prefix(text, "to="))
        return address_parse(text + strlen("to="), &rule->destination) ? NULL : bad_address;
    return "takes id=ID, from=ADDRESS and to=ADDRESS behind commas";
}

const char *mirror_rule_parse(const char *text, struct mirror_rule *rule)
{
    *rule = (struct mirror_rule){.id = MIRROR_NO_ID};
    char **parts = g_strsplit(text, ",", -1);
    const char *wrong = parse_kind(parts[0] != NULL ? parts[0] : "", rule);
    for (size_t i = 1; wrong == NULL && parts[0] != NULL && parts[i] != NULL; i++)
        wrong = mirror_rule_parse_condition(parts[i], rule);
    g_strfreev(parts);
    return wrong;
}
