/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/addressing.h"

#include <string.h>

#include "generator/send/neighbour.h"

/* A group of the scenario: which one, and what it sends. */
struct sender {
    unsigned section;
    int number;
    struct outer_plan *outer;
};

static bool is_said(const struct scenario *scenario, const struct key_options *options,
                    const struct sender *sender, const char *key)
{
    for (guint i = 0; i < options->overrides->len; i++)
        if (strcmp(g_array_index(options->overrides, struct override, i).key->name, key) == 0)
            return true;
    for (guint i = 0; i < scenario->said->len; i++) {
        const struct said *said = &g_array_index(scenario->said, struct said, i);
        if (said->section == sender->section && strcmp(said->key->name, key) == 0 &&
            (said->plan == EVERY_PLAN || said->plan == sender->number))
            return true;
    }
    return false;
}

/* Collectors whose address is known already. Most scenarios have one. */
struct known {
    struct address address;
    struct mac mac;
};

static gboolean find(GArray *known, const struct egress *egress, struct address address,
                     struct mac *mac, GError **error)
{
    for (guint i = 0; i < known->len; i++) {
        const struct known *one = &g_array_index(known, struct known, i);
        if (one->address.len == address.len &&
            memcmp(one->address.bytes, address.bytes, address.len) == 0) {
            *mac = one->mac;
            return TRUE;
        }
    }
    struct known found = {.address = address};
    if (!neighbour_find(egress, address, &found.mac, error))
        return FALSE;
    g_array_append_val(known, found);
    *mac = found.mac;
    return TRUE;
}

static gboolean fill(const struct scenario *scenario, const struct key_options *options,
                     const struct sender *sender, const struct egress *egress, GArray *known,
                     GError **error)
{
    struct outer_plan *outer = sender->outer;
    if (!is_said(scenario, options, sender, "source-mac"))
        outer->source_mac = egress->mac;
    return is_said(scenario, options, sender, "destination-mac") ||
           find(known, egress, outer->destination, &outer->destination_mac, error);
}

GArray *addressing_known_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(struct known));
}

gboolean addressing_fill(struct scenario *scenario, const struct key_options *options,
                         const struct egress *egress, GArray *known, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; good && i < scenario->sessions->len; i++) {
        const struct sender sender = {
            SECTION_SESSION, (int)i,
            &g_array_index(scenario->sessions, struct session_plan, i).stream.outer};
        good = fill(scenario, options, &sender, egress, known, error);
    }
    for (guint i = 0; good && i < scenario->markers->len; i++) {
        const struct sender sender = {
            SECTION_MARKER, (int)i,
            &g_array_index(scenario->markers, struct marker_plan, i).stream.outer};
        good = fill(scenario, options, &sender, egress, known, error);
    }
    return good;
}
