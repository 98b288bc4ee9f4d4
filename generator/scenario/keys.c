/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/scenario/keys.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

const struct key *key_find(const char *name, unsigned sections)
{
    for (const struct key *key = keys; key->name != NULL; key++)
        if ((key->sections & sections) != 0 && strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

const struct key *key_of_option(const struct key *key, enum section section)
{
    if (section == SECTION_IMPAIRMENT && key_find(key->name, SECTION_SESSION) != NULL)
        return NULL;
    return key_find(key->name, section);
}

/* Levenshtein's distance, over names that are a few letters long. */
static size_t distance(const char *a, const char *b)
{
    size_t columns = strlen(b) + 1;
    size_t *row = g_new(size_t, columns);
    for (size_t j = 0; j < columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j < columns; j++) {
            size_t changed = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(changed, MIN(row[j], row[j - 1]) + 1);
        }
    }
    size_t result = row[columns - 1];
    g_free(row);
    return result;
}

const struct key *key_most_like(const char *name, unsigned sections)
{
    const struct key *best = NULL;
    size_t best_distance = SIZE_MAX;
    for (const struct key *key = keys; key->name != NULL; key++) {
        if ((key->sections & sections) == 0)
            continue;
        size_t found = distance(name, key->name);
        if (found < best_distance && found <= MAX(1, strlen(key->name) / 3)) {
            best = key;
            best_distance = found;
        }
    }
    return best;
}
