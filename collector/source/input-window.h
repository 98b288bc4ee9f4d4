/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The bytes of a file or a pipe, from where its descriptor stands, in the order in which they come.
 * A reader asks for as many as it wants in one piece of memory, and takes them.
 *
 * A file is read, not mapped: a mapped one that another program cuts would end this program by a
 * signal, and reading into a buffer that stays in the processor's cache takes half of the time.
 */
#ifndef COLLECTOR_SOURCE_INPUT_WINDOW_H
#define COLLECTOR_SOURCE_INPUT_WINDOW_H

#include "core/base/bytes.h"

enum {
    INPUT_WANT_MAX = (1 << 18) + 4096, /* bytes: the longest packet of a capture, and its header */
    INPUT_READ_LENGTH = 1 << 18,       /* bytes at a time; this fits into a processor's cache */
    INPUT_ERROR_MAX = 128
};

enum input_result {
    INPUT_THERE,
    INPUT_END,   /* behind all that was taken */
    INPUT_FAILED /* error says why */
};

struct input_window {
    const uint8_t *next; /* what was not taken yet */
    size_t left;         /* bytes of it that are in the buffer */
    int fd;
    char error[INPUT_ERROR_MAX];
    uint8_t buffer[INPUT_WANT_MAX + INPUT_READ_LENGTH];
};

/** @param fd  stays the caller's. */
void input_window_init(struct input_window *window, int fd);

/** What input_window_want() does where the buffer does not hold the bytes. */
enum input_result input_window_fill(struct input_window *window, size_t count);

/** Waits until @p count bytes stand at window->next, INPUT_WANT_MAX at most. INPUT_END if the input
 * has ended there; INPUT_FAILED if it ends in the middle of them, or cannot be read. */
static inline enum input_result input_window_want(struct input_window *window, size_t count)
{
    return window->left >= count ? INPUT_THERE : input_window_fill(window, count);
}

/** Goes behind @p count bytes, which are there. */
static inline void input_window_take(struct input_window *window, size_t count)
{
    window->next += count;
    window->left -= count;
}

/** Sets the error. Returns INPUT_FAILED. */
enum input_result input_window_fail(struct input_window *window, const char *why);

#endif
