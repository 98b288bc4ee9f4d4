/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/source/input-window.h"

#include <errno.h>
#include <glib.h>
#include <unistd.h>

void input_window_init(struct input_window *window, int fd)
{
    window->fd = fd;
    window->next = window->buffer;
    window->left = 0;
    window->error[0] = '\0';
}

enum input_result input_window_fill(struct input_window *window, size_t count)
{
    memmove(window->buffer, window->next, window->left);
    window->next = window->buffer;
    while (window->left < count) {
        size_t room = MIN((size_t)INPUT_READ_LENGTH, sizeof window->buffer - window->left);
        ssize_t got = read(window->fd, window->buffer + window->left, room);
        if (got < 0)
            return input_window_fail(window, g_strerror(errno));
        if (got == 0)
            return window->left == 0
                       ? INPUT_END
                       : input_window_fail(window, "the file ends in the middle of a packet");
        window->left += (size_t)got;
    }
    return INPUT_THERE;
}

enum input_result input_window_fail(struct input_window *window, const char *why)
{
    g_strlcpy(window->error, why, sizeof window->error);
    return INPUT_FAILED;
}
