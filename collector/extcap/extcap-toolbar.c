/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message is 'T', the length of what follows in three bytes, the number of the control, the
 * command, and the command's text.
 */
#include "collector/extcap/extcap-toolbar.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "collector/extcap/extcap-pipe.h"

enum { SET = 1 /* the command */, HEADER = 6, BESIDES_TEXT = 2 };

static gboolean open_one(int *fd, const char *path, int flags, GError **error)
{
    return path == NULL || (*fd = extcap_pipe_open(path, flags | O_NONBLOCK, error)) >= 0;
}

gboolean extcap_toolbar_open(struct extcap_toolbar *toolbar, const char *in, const char *out,
                             GError **error)
{
    *toolbar = (struct extcap_toolbar){.in = -1, .out = -1};
    /* For reading, too, the second one opens without a reader at the other end. */
    return open_one(&toolbar->in, in, O_RDONLY, error) &&
           open_one(&toolbar->out, out, O_RDWR, error);
}

void extcap_toolbar_show(struct extcap_toolbar *toolbar, enum extcap_control control,
                         const char *text)
{
    char *shown = toolbar->shown[control];
    if (toolbar->out < 0 || strcmp(shown, text) == 0)
        return;
    uint8_t message[HEADER + sizeof toolbar->shown[0]] = {'T', 0, 0, 0, (uint8_t)control, SET};
    size_t length = MIN(strlen(text), sizeof toolbar->shown[0] - 1);
    message[3] = (uint8_t)(length + BESIDES_TEXT);
    memcpy(message + HEADER, text, length);
    /* A short message is written as a whole or not at all; then the next look shows it. */
    if (write(toolbar->out, message, HEADER + length) > 0)
        g_strlcpy(shown, text, sizeof toolbar->shown[0]);
}

void extcap_toolbar_listen(const struct extcap_toolbar *toolbar)
{
    char passed_over[512];
    while (toolbar->in >= 0 && read(toolbar->in, passed_over, sizeof passed_over) > 0)
        ;
}

void extcap_toolbar_close(struct extcap_toolbar *toolbar)
{
    if (toolbar->in >= 0)
        close(toolbar->in);
    if (toolbar->out >= 0)
        close(toolbar->out);
}
