/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/json-writer.h"

#include <glib.h>
#include <inttypes.h>

static void put_string(FILE *stream, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    fputc('"', stream);
    for (const char *at = valid; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(stream, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            fprintf(stream, "\\u%04x", (unsigned)*at);
        else
            fputc(*at, stream);
    }
    fputc('"', stream);
    g_free(valid);
}

static void new_line(struct json_writer *json)
{
    if (json->flat == 0)
        fprintf(json->stream, "\n%*s", (int)(2 * json->depth), "");
}

/* What stands before a value: the comma, the line, its name. */
static void begin_value(struct json_writer *json, const char *name)
{
    if (json->more)
        fputs(json->flat == 0 ? "," : ", ", json->stream);
    if (json->depth > 0)
        new_line(json);
    json->more = true;
    if (name == NULL)
        return;
    put_string(json->stream, name);
    fputs(": ", json->stream);
}

static void open_with(struct json_writer *json, const char *name, char bracket, bool flat)
{
    begin_value(json, name);
    fputc(bracket, json->stream);
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
    fputc(bracket, json->stream);
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
    fprintf(json->stream, "%" PRIu64, value);
}

void json_put_signed(struct json_writer *json, const char *name, int64_t value)
{
    begin_value(json, name);
    fprintf(json->stream, "%" PRId64, value);
}

void json_put_text(struct json_writer *json, const char *name, const char *text)
{
    begin_value(json, name);
    if (text != NULL)
        put_string(json->stream, text);
    else
        fputs("null", json->stream);
}
