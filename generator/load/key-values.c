/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-values.h"

#include <glib.h>

#include "generator/load/key-units.h"
#include "generator/scenario/scenario.h"
#include "generator/traffic/inner.h"

/* A further alternative. */
static void put_bar(GString *text)
{
    if (text->len > 0)
        g_string_append_c(text, '|');
}

static void put_number(GString *text, const struct key *key, uint64_t value)
{
    bool hexadecimal = key->hexadecimal && value > 9;
    g_string_append_printf(text, hexadecimal ? "0x%" G_GINT64_MODIFIER "x" : "%" G_GUINT64_FORMAT,
                           value);
}

static void put_range(GString *text, const struct key *key)
{
    put_bar(text);
    put_number(text, key, key->lowest);
    g_string_append_c(text, key->ends_only ? '|' : '-');
    put_number(text, key, key->highest);
}

static void put_unit_names(GString *text, const struct key_unit *units, uint64_t most)
{
    for (; units->name != NULL && units->scale <= most; units++)
        g_string_append_printf(text, "%s%s", g_str_has_suffix(text->str, "{") ? "" : ",",
                               units->name);
}

/* A number with one of the units, of which none is more than @p most. */
static void put_units(GString *text, const struct key_unit *units,
                      const struct key_unit *more_units, uint64_t most)
{
    put_bar(text);
    g_string_append(text, "NUMBER{");
    put_unit_names(text, units, most);
    if (more_units != NULL)
        put_unit_names(text, more_units, most);
    g_string_append_c(text, '}');
}

static void put_words(GString *text, const struct key *key)
{
    for (size_t i = 0; key->words[i] != NULL; i++) {
        put_bar(text);
        g_string_append(text, key->words[i]);
    }
}

static void put_recipes(GString *text)
{
    const char *name;
    for (size_t i = 0; (name = frame_recipe_name(i)) != NULL; i++) {
        put_bar(text);
        g_string_append(text, name);
    }
}

/* What is written in another way than as numbers, units and words. */
static const char *const forms[KEY_TYPES] = {
    [KEY_DRIFT] = "[-]NUMBER{ppm,ppb} (100000ppm at most)",
    [KEY_PERCENTAGE] = "PERCENTAGE% (0% to 100%)",
    [KEY_TIME] = "SECONDS[.FRACTION]",
    [KEY_CLOCK] = "unix|0-0xffffffffffffffff",
    [KEY_COPIES] = "none|NUMBER[-NUMBER][,NUMBER[-NUMBER]...] (32 at most)",
    [KEY_LATE_COPIES] = "none|NUMBER[-NUMBER]+BEHIND[,...] (32 at most)",
    [KEY_MAC] = "XX:XX:XX:XX:XX:XX",
    [KEY_OPTIONAL_MAC] = "same|XX:XX:XX:XX:XX:XX",
    [KEY_ADDRESS] = "IPv4-ADDRESS|IPv6-ADDRESS",
    [KEY_VLANS] = "none|0-4095[,0-4095...]",
    [KEY_HEX] = "HEX-DIGITS (2048 bytes at most)",
    [KEY_NAME] = "NAME",
    [KEY_NAMES] = "NAME[,NAME...]",
    [KEY_FILE] = "FILE",
    [KEY_INTERNED_NAME] = "NAME (63 bytes at most)",
    [KEY_SHARE] = "PART/OF (1/1 to 64/64)",
};

char *key_values(const struct key *key)
{
    GString *text = g_string_new(key->automatic);
    switch (key->type) {
    case KEY_NUMBER:
        put_range(text, key);
        break;
    case KEY_SIZE:
        put_range(text, key);
        put_units(text, size_units, NULL, key->highest);
        break;
    case KEY_WORD:
    case KEY_BOOL:
        put_words(text, key);
        break;
    case KEY_DURATION:
        put_units(text, duration_units, NULL, UINT64_MAX);
        break;
    case KEY_TICK:
        put_units(text, tick_units, NULL, UINT64_MAX);
        break;
    case KEY_BIT_RATE:
        put_units(text, bit_rate_units, NULL, UINT64_MAX);
        break;
    case KEY_RATE:
        put_units(text, bit_rate_units, frame_rate_units, UINT64_MAX);
        break;
    case KEY_RECIPE:
        put_recipes(text);
        break;
    default:
        g_string_append(text, forms[key->type]);
        break;
    }
    return g_string_free(text, FALSE);
}
