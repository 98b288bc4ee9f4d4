/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/memory-reserve.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/errors.h"

enum {
    PACKETS_BETWEEN = 8192,
    LEAST = 16 << 20, /* bytes: what so many packets may add */
    LEAST_PART = 2    /* or so much of the limit, where that is less */
};

/* /proc/self/statm, which stays open: a process that is confined may open nothing. */
static int statm = -1;
static size_t resident_before;
static size_t least = LEAST;

/* Bytes that this process has in memory; 0 where there is no /proc. */
static size_t resident(void)
{
    char text[64];
    char *at;
    ssize_t length = statm < 0 ? -1 : pread(statm, text, sizeof text - 1, 0);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    (void)strtoull(text, &at, 10); /* all that it has mapped */
    return strtoull(at, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

void memory_reserve_begin(size_t limit)
{
    least = MIN(LEAST, limit / LEAST_PART);
    statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    resident_before = resident();
}

/* A heap of a thread grows by 64 MiB of address space. Where those are refused, glibc maps pages
 * for every single thing, and what was asked for does not last until the next check. */
void memory_reserve_one_heap(void)
{
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 1);
#endif
}

gboolean memory_reserve_check(struct memory_reserve *reserve, uint64_t packets, GError **error)
{
    if (packets - reserve->checked < PACKETS_BETWEEN)
        return TRUE;
    reserve->checked = packets;
    size_t now = resident();
    /* A table that grows is there twice meanwhile; a report is at most half of what is counted. */
    size_t grown = now > resident_before ? now - resident_before : 0;
    void *asked = g_try_malloc(least + grown);
    if (asked == NULL)
        return fail(error, STATUS_FAILED,
                    "no more memory is to be had: the run ends here, with what was counted");
    g_free(asked);
    return TRUE;
}
