/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fuzz/oracles.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { DEPTH_MAX = 32 };

/* ---- JSON ---- */

static bool take(struct bytes *text, char wanted)
{
    if (text->len == 0 || text->data[0] != (uint8_t)wanted)
        return false;
    *text = bytes_from(*text, 1);
    return true;
}

static bool take_word(struct bytes *text, const char *word)
{
    if (!bytes_equal(*text, 0, word, strlen(word)))
        return false;
    *text = bytes_from(*text, strlen(word));
    return true;
}

static void skip_spaces(struct bytes *text)
{
    while (take(text, ' '))
        ;
}

static bool take_escape(struct bytes *text)
{
    if (text->len == 0 || memchr("\"\\/bfnrtu", text->data[0], 9) == NULL)
        return false;
    size_t digits = text->data[0] == 'u' ? 4 : 0;
    *text = bytes_from(*text, 1);
    if (text->len < digits)
        return false;
    for (size_t i = 0; i < digits; i++)
        if (!g_ascii_isxdigit((char)text->data[i]))
            return false;
    *text = bytes_from(*text, digits);
    return true;
}

static bool take_string(struct bytes *text)
{
    if (!take(text, '"'))
        return false;
    while (!take(text, '"')) {
        if (text->len == 0 || text->data[0] < ' ')
            return false;
        bool escaped = text->data[0] == '\\';
        *text = bytes_from(*text, 1);
        if (escaped && !take_escape(text))
            return false;
    }
    return true;
}

static bool take_digits(struct bytes *text)
{
    size_t digits = 0;
    while (text->len > 0 && g_ascii_isdigit((char)text->data[0])) {
        *text = bytes_from(*text, 1);
        digits++;
    }
    return digits > 0;
}

static bool take_number(struct bytes *text)
{
    (void)take(text, '-');
    bool zero = text->len > 0 && text->data[0] == '0';
    if (zero ? !take(text, '0') : !take_digits(text))
        return false;
    if (take(text, '.') && !take_digits(text))
        return false;
    if (take(text, 'e') || take(text, 'E')) {
        if (!take(text, '+'))
            (void)take(text, '-');
        return take_digits(text);
    }
    return true;
}

static bool take_value(struct bytes *text, unsigned depth);

/* Members of an object, or values of an array, to its end. */
static bool take_all(struct bytes *text, bool members, unsigned depth)
{
    char end = members ? '}' : ']';
    skip_spaces(text);
    if (take(text, end))
        return true;
    do {
        skip_spaces(text);
        if (members && !take_string(text))
            return false;
        skip_spaces(text);
        if ((members && !take(text, ':')) || !take_value(text, depth + 1))
            return false;
        skip_spaces(text);
    } while (take(text, ','));
    return take(text, end);
}

static bool take_value(struct bytes *text, unsigned depth) // NOLINT(misc-no-recursion): DEPTH_MAX
{
    skip_spaces(text);
    if (depth > DEPTH_MAX || text->len == 0)
        return false;
    if (take(text, '{'))
        return take_all(text, true, depth);
    if (take(text, '['))
        return take_all(text, false, depth);
    if (text->data[0] == '"')
        return take_string(text);
    return take_word(text, "true") || take_word(text, "false") || take_word(text, "null") ||
           take_number(text);
}

void oracle_json_lines(struct bytes text)
{
    REQUIRE(g_utf8_validate((const char *)text.data, (gssize)text.len, NULL));
    while (text.len > 0) {
        REQUIRE(text.data[0] == '{' && take_value(&text, 0));
        REQUIRE(take(&text, '\n'));
    }
}

/* ---- the others ---- */

void oracle_text(struct bytes text)
{
    REQUIRE(g_utf8_validate((const char *)text.data, (gssize)text.len, NULL));
    for (const char *at = (const char *)text.data; at < (const char *)text.data + text.len;
         at = g_utf8_next_char(at))
        REQUIRE(*at == '\n' || !g_unichar_iscntrl(g_utf8_get_char(at)));
}

void oracle_svg(struct bytes text)
{
    const GMarkupParser parser = {0};
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, NULL, NULL);
    oracle_text(text);
    REQUIRE(g_markup_parse_context_parse(context, (const char *)text.data, (gssize)text.len, NULL));
    REQUIRE(g_markup_parse_context_end_parse(context, NULL));
    g_markup_parse_context_free(context);
}
