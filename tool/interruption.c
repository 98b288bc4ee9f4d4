/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool/interruption.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t asked;

/* As many as one command writes at a time. */
static const char *volatile unfinished[4];
enum { UNFINISHED_MAX = sizeof unfinished / sizeof unfinished[0] };

static void on_signal(int number)
{
    if (asked) {
        for (size_t i = 0; i < UNFINISHED_MAX; i++) {
            const char *path = unfinished[i];
            if (path != NULL)
                unlink(path);
        }
        signal(number, SIG_DFL);
        raise(number);
    }
    asked = 1;
}

void interruption_catch(void)
{
    const struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); /* writing then fails, with an error that says why */
}

bool interruption_asked(void)
{
    return asked;
}

/* Puts @p now into the first place that holds @p before. */
static void replace(const char *before, const char *now)
{
    size_t i = 0;
    while (i < UNFINISHED_MAX && unfinished[i] != before)
        i++;
    if (i < UNFINISHED_MAX)
        unfinished[i] = now;
}

void interruption_removes(const char *path)
{
    replace(NULL, path);
}

void interruption_spares(const char *path)
{
    replace(path, NULL);
}
