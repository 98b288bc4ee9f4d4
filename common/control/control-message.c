/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/control/control-message.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    unsigned numbers;
} verbs[CONTROL_VERBS] = {
    [CONTROL_HELLO] = {"hello", 6},
    [CONTROL_KEY] = {"key", 5},
    [CONTROL_WELCOME] = {"welcome", 3},
    [CONTROL_REFUSE] = {"refuse", 1},
    [CONTROL_BEGIN] = {"begin", 1},
    [CONTROL_READY] = {"ready", 0},
    [CONTROL_STILL] = {"still", 0},
    [CONTROL_END] = {"end", 1},
    [CONTROL_RESULT] = {"result", CONTROL_COUNTS},
};

static bool find_verb(const char *word, size_t len, enum control_verb *verb)
{
    for (unsigned i = 0; i < CONTROL_VERBS; i++) {
        *verb = (enum control_verb)i;
        if (strlen(verbs[i].word) == len && memcmp(word, verbs[i].word, len) == 0)
            return true;
    }
    return false;
}

/* Reads a number of decimal digits at @p at; leaves @p at behind it. */
static bool read_number(const char **at, const char *end, uint64_t *number)
{
    const char *start = *at;
    *number = 0;
    for (; *at < end && g_ascii_isdigit(**at); ++*at) {
        uint64_t digit = (uint64_t)(**at - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return *at > start;
}

bool control_message_read(const char *line, size_t len, struct control_message *message)
{
    const char *end = line + len;
    const char *space = len > 0 ? memchr(line, ' ', len) : NULL;
    const char *at = space != NULL ? space : end;
    *message = (struct control_message){.count = 0};
    if (!find_verb(line, (size_t)(at - line), &message->verb))
        return false;
    while (at < end) {
        if (*at++ != ' ' || message->count == CONTROL_NUMBERS_MAX ||
            !read_number(&at, end, &message->numbers[message->count]))
            return false;
        message->count++;
    }
    return message->count == verbs[message->verb].numbers;
}

size_t control_message_write(const struct control_message *message, char *line)
{
    int len = snprintf(line, CONTROL_LINE_MAX, "%s", verbs[message->verb].word);
    for (unsigned i = 0; i < message->count; i++)
        len +=
            snprintf(line + len, CONTROL_LINE_MAX - (size_t)len, " %" PRIu64, message->numbers[i]);
    line[len++] = '\n';
    line[len] = '\0';
    return (size_t)len;
}
