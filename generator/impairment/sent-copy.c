/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/sent-copy.h"

#include <stdio.h>

static bool truncated(const struct sent_copy *copy)
{
    return copy->parts.inner_kept < copy->parts.inner_length;
}

bool sent_copy_touched(const struct sent_copy *copy)
{
    return copy->foreign || copy->after_restart || copy->flipped > 0 || copy->snap != AUTO ||
           copy->late.copies > 0 || copy->queue > 0 || copy->late.ns > 0 || copy->duplicate ||
           truncated(copy);
}

/* What has been said, and room for more. */
struct words {
    char *text;
    size_t len;
};

static void say(struct words *words, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(struct words *words, const char *format, ...)
{
    size_t left = SENT_COPY_TEXT - words->len;
    va_list arguments;
    va_start(arguments, format);
    if (words->len > 0)
        g_strlcpy(words->text + words->len, "; ", left);
    size_t at = words->len + strlen(words->text + words->len);
    vsnprintf(words->text + at, SENT_COPY_TEXT - at, format, arguments);
    words->len = strlen(words->text);
    va_end(arguments);
}

const char *sent_copy_describe(const struct sent_copy *copy, char text[static SENT_COPY_TEXT])
{
    struct words words = {text, 0};
    if (!sent_copy_touched(copy))
        return NULL;
    text[0] = '\0';
    if (copy->foreign)
        say(&words, "put in by someone else");
    if (copy->after_restart)
        say(&words, "the source has restarted");
    if (truncated(copy))
        say(&words, "mirrored frame cut to %zu of %zu bytes", copy->parts.inner_kept,
            copy->parts.inner_length);
    if (copy->flipped > 0)
        say(&words, "%u bits flipped", copy->flipped);
    if (copy->snap != AUTO)
        say(&words, "cut to %" G_GINT64_FORMAT " bytes on the way", copy->snap);
    if (copy->late.copies > 0)
        say(&words, "late by %" G_GUINT64_FORMAT " copies", copy->late.copies);
    if (copy->queue > 0)
        say(&words, "out of queue %u", copy->queue);
    if (copy->late.ns > 0)
        say(&words, "late by %" G_GINT64_FORMAT " ns", copy->late.ns);
    if (copy->duplicate)
        say(&words, "duplicate of copy %" G_GUINT64_FORMAT ", sequence %u", copy->number,
            copy->parts.place.number);
    return text;
}
