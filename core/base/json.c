/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/base/printable.h"

enum { SPILL_AT = 65536 /* bytes */ };

static void put_string(GString *out, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    g_string_append_c(out, '"');
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else if (printable_is_hidden(character))
            g_string_append_printf(out, "\\u%04x", character);
        else
            g_string_append_unichar(out, character);
    }
    g_string_append_c(out, '"');
    g_free(valid);
}

static void new_line(struct json_writer *json)
{
    if (json->flat == 0)
        g_string_append_printf(json->text, "\n%*s", (int)(2 * json->depth), "");
}

/* What stands before a value: the comma, the line, its name. */
static void begin_value(struct json_writer *json, const char *name)
{
    if (json->spill != NULL && json->text->len >= SPILL_AT)
        json->spill(json->context, json->text);
    if (json->more)
        g_string_append(json->text, json->flat == 0 ? "," : ", ");
    if (json->depth > 0)
        new_line(json);
    json->more = true;
    if (name == NULL)
        return;
    put_string(json->text, name);
    g_string_append(json->text, ": ");
}

static void open_with(struct json_writer *json, const char *name, char bracket, bool flat)
{
    begin_value(json, name);
    g_string_append_c(json->text, bracket);
    json->depth++;
    if (flat && json->flat == 0)
        json->flat = json->depth;
    json->more = false;
}

static void close_with(struct json_writer *json, char bracket)
{
    json->depth--;
    if (json->more)
        new_line(json);
    if (json->flat > json->depth)
        json->flat = 0;
    g_string_append_c(json->text, bracket);
    json->more = true;
}

void json_open_object(struct json_writer *json, const char *name)
{
    open_with(json, name, '{', false);
}

void json_open_array(struct json_writer *json, const char *name)
{
    open_with(json, name, '[', false);
}

void json_open_object_flat(struct json_writer *json, const char *name)
{
    open_with(json, name, '{', true);
}

void json_open_array_flat(struct json_writer *json, const char *name)
{
    open_with(json, name, '[', true);
}

void json_close_object(struct json_writer *json)
{
    close_with(json, '}');
}

void json_close_array(struct json_writer *json)
{
    close_with(json, ']');
}

void json_put_unsigned(struct json_writer *json, const char *name, uint64_t value)
{
    begin_value(json, name);
    g_string_append_printf(json->text, "%" PRIu64, value);
}

void json_put_signed(struct json_writer *json, const char *name, int64_t value)
{
    begin_value(json, name);
    g_string_append_printf(json->text, "%" PRId64, value);
}

void json_put_bool(struct json_writer *json, const char *name, bool value)
{
    begin_value(json, name);
    g_string_append(json->text, value ? "true" : "false");
}

void json_put_null(struct json_writer *json, const char *name)
{
    begin_value(json, name);
    g_string_append(json->text, "null");
}

void json_put_known_unsigned(struct json_writer *json, const char *name, bool known, uint64_t value)
{
    if (known)
        json_put_unsigned(json, name, value);
    else
        json_put_null(json, name);
}

void json_put_known_signed(struct json_writer *json, const char *name, bool known, int64_t value)
{
    if (known)
        json_put_signed(json, name, value);
    else
        json_put_null(json, name);
}

void json_put_real(struct json_writer *json, const char *name, double value, int digits)
{
    char format[8];
    char text[G_ASCII_DTOSTR_BUF_SIZE + 320]; /* DBL_MAX without exponent */
    if (!isfinite(value)) {
        json_put_null(json, name);
        return;
    }
    begin_value(json, name);
    /* JSON needs a decimal point; some locales print a comma. */
    snprintf(format, sizeof format, "%%.%df", digits);
    g_string_append(json->text, g_ascii_formatd(text, sizeof text, format, value));
}

void json_put_text(struct json_writer *json, const char *name, const char *text)
{
    if (text == NULL) {
        json_put_null(json, name);
        return;
    }
    begin_value(json, name);
    put_string(json->text, text);
}
