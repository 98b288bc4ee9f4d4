/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/printable.h"

#include <string.h>

enum { CONTROLS = 0x20, DELETE = 0x7f, MORE_CONTROLS_END = 0xa0, ONE_BYTE = 0x100 };

/* First and last of each range. */
static const gunichar hidden[][2] = {
    {0x061c, 0x061c}, /* Arabic letter mark */
    {0x200e, 0x200f}, /* left-to-right and right-to-left marks */
    {0x2028, 0x2029}, /* separators of lines and paragraphs */
    {0x202a, 0x202e}, /* embeddings and overrides */
    {0x2066, 0x2069}, /* isolates */
    {0xfffe, 0xffff}, /* no characters; XML 1.0, section 2.2, does not allow them */
};

bool printable_is_hidden(gunichar character)
{
    if (character < CONTROLS || (character >= DELETE && character < MORE_CONTROLS_END))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(hidden); i++)
        if (character >= hidden[i][0] && character <= hidden[i][1])
            return true;
    return false;
}

static void put(GString *out, gunichar character, const char *kept)
{
    bool stays = character < DELETE && strchr(kept, (int)character) != NULL;
    if (stays || !printable_is_hidden(character))
        g_string_append_unichar(out, character);
    else
        g_string_append_printf(out, character < ONE_BYTE ? "\\x%02x" : "\\u%04x", character);
}

char *printable_text(const char *text, const char *kept)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        gunichar character = g_utf8_get_char_validated(text, -1);
        if (character == (gunichar)-1 || character == (gunichar)-2) {
            g_string_append_printf(out, "\\x%02x", (unsigned char)*text++);
            continue;
        }
        put(out, character, kept);
        text = g_utf8_next_char(text);
    }
    return g_string_free(out, FALSE);
}
