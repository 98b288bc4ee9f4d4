/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/memory-group.h"

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where each version has its groups, and what it calls the limit. */
struct hierarchy {
    const char *mark; /* before the group's path, in /proc/self/cgroup */
    const char *top;
    const char *limit;
};

static const struct hierarchy hierarchies[] = {
    {"0::", "/sys/fs/cgroup", "memory.max"},
    {":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
};

/* The number in that file; SIZE_MAX without one, as where it says "max". */
static size_t number_in(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    FILE *file = fopen(path, "re");
    unsigned long long number = 0;
    if (file == NULL)
        return SIZE_MAX;
    size_t limit = fscanf(file, "%llu", &number) == 1 ? (size_t)number : SIZE_MAX;
    fclose(file);
    return limit;
}

/* The least limit of the group and of those that it is in. */
static size_t limit_of(const struct hierarchy *hierarchy, const char *group)
{
    g_autofree char *path = g_strdup(group);
    size_t least = number_in(hierarchy->top, hierarchy->limit);
    for (char *end = path + strlen(path); end != NULL; end = strrchr(path, '/')) {
        *end = '\0';
        g_autofree char *directory = g_build_filename(hierarchy->top, path, NULL);
        least = MIN(least, number_in(directory, hierarchy->limit));
    }
    return least;
}

size_t memory_group_limit(void)
{
    g_autofree char *text = NULL;
    size_t least = SIZE_MAX;
    if (!g_file_get_contents("/proc/self/cgroup", &text, NULL, NULL))
        return least;
    g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
    for (char **line = lines; *line != NULL; line++)
        for (size_t i = 0; i < G_N_ELEMENTS(hierarchies); i++) {
            const char *mark = strstr(*line, hierarchies[i].mark);
            if (mark != NULL)
                least = MIN(least, limit_of(&hierarchies[i], mark + strlen(hierarchies[i].mark)));
        }
    return least;
}
