/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/confinement/helper-process.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static int compare(const void *one, const void *other)
{
    return *(const int *)one - *(const int *)other;
}

static void close_all_but(int *kept, size_t count)
{
    int next = 0;
    qsort(kept, count, sizeof *kept, compare);
    for (size_t i = 0; i < count; i++) {
        if (kept[i] > next)
            close_range((unsigned)next, (unsigned)kept[i] - 1, 0);
        next = kept[i] + 1;
    }
    close_range((unsigned)next, ~0U, 0);
}

pid_t helper_process_begin(const char *name, int *kept, size_t count)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, name);
        close_all_but(kept, count);
    } else {
        sigprocmask(SIG_SETMASK, &before, NULL);
    }
    return child;
}
