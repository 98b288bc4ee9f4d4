/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/memory.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collector/cli/memory-group.h"
#include "collector/meter/memory-reserve.h"
#include "common/errors.h"

/* Of the default, the analysis gets so much and a report as much; sessions get the rest. */
enum { ANALYSIS_MIB = 256, SESSION_COST = 200 /* bytes, with its part of the table */ };

/* What a look at all sessions takes besides, and what the allocator does: as much again. */
enum { NEEDED_TIMES = 2 };

static const size_t mebibyte = 1 << 20;

/* Bytes of address space that this process has; 0 where there is no /proc. */
static size_t size_now(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

size_t memory_left(void)
{
    static const __rlimit_resource_t resources[] = {RLIMIT_AS, RLIMIT_DATA};
    rlim_t least = RLIM_INFINITY;
    for (size_t i = 0; i < G_N_ELEMENTS(resources); i++) {
        struct rlimit limit;
        if (getrlimit(resources[i], &limit) == 0 && limit.rlim_cur < least)
            least = limit.rlim_cur;
    }
    size_t group = memory_group_limit();
    if (least == RLIM_INFINITY)
        return group;
    size_t has = size_now();
    return MIN(least > has ? least - has : 0, group);
}

size_t memory_wanted(size_t mib, unsigned threads)
{
    return mib * mebibyte * NEEDED_TIMES * MAX(threads, 1);
}

gboolean memory_share(size_t mib, unsigned threads, struct packet_processor_policy *policy,
                      GError **error)
{
    size_t left = memory_left();
    size_t may = left == SIZE_MAX ? mib : left / mebibyte / NEEDED_TIMES / MAX(threads, 1);
    if (may < MEMORY_MIB_MIN)
        return fail(error, STATUS_FAILED,
                    "a limit of this process (ulimit -v or -d, or its cgroup) leaves %zu MiB of "
                    "memory; at least "
                    "%u are needed",
                    left / mebibyte, MEMORY_MIB_MIN * NEEDED_TIMES * MAX(threads, 1));
    size_t bytes = MIN(mib, may) * mebibyte;
    size_t analysis = bytes / MEMORY_MIB_DEFAULT * ANALYSIS_MIB;
    policy->analysis.memory_limit = analysis;
    policy->session_limit = (bytes - 2 * analysis) / SESSION_COST;
    memory_reserve_begin(bytes);
    return TRUE;
}

void memory_share_paths(struct packet_processor_policy *policy)
{
    enum { SHARE = 8 /* one in so many bytes of the analysis at most */ };
    policy->paths_memory = MIN(policy->analysis.memory_limit / SHARE, (size_t)PATH_MEMORY_DEFAULT);
    policy->analysis.memory_limit -= policy->paths_memory;
}
