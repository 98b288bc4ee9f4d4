/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/kernel-text.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 4096, PROCESSORS_MAX = 1 << 16 };

char *kernel_text_read(const char *root, const char *path)
{
    char text[TEXT_MAX + 1];
    g_autofree char *name = g_strconcat(root, path, NULL);
    FILE *file = fopen(name, "re");
    if (file == NULL)
        return NULL;
    size_t len = fread(text, 1, TEXT_MAX, file);
    int wrong = ferror(file) ? errno : 0;
    fclose(file);
    errno = wrong;
    text[len] = '\0';
    return wrong != 0 ? NULL : g_strdup(g_strstrip(text));
}

bool kernel_text_number(const char *root, const char *path, int64_t *number)
{
    g_autofree char *text = kernel_text_read(root, path);
    char *end;
    if (text == NULL || *text == '\0')
        return false;
    *number = g_ascii_strtoll(text, &end, 10);
    return *end == '\0';
}

unsigned kernel_text_count_list(const char *list)
{
    unsigned count = 0;
    while (*list != '\0') {
        char *end;
        guint64 first = g_ascii_strtoull(list, &end, 10);
        if (end == list)
            return 0;
        guint64 last = first;
        if (*end == '-') {
            list = end + 1;
            last = g_ascii_strtoull(list, &end, 10);
        }
        if (end == list || last < first || last >= PROCESSORS_MAX || (*end != ',' && *end != '\0'))
            return 0;
        count += (unsigned)(last - first) + 1;
        list = end + (*end == ',');
    }
    return count;
}

bool kernel_text_mask_is_set(const char *mask)
{
    return strspn(mask, "0,") < strspn(mask, "0123456789abcdefABCDEF,");
}
