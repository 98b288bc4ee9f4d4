/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/input-files.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "collector/source/capture-file.h"
#include "common/errors.h"

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static gboolean add_folder(GPtrArray *found, const char *folder, GError **error)
{
    GError *wrong = NULL;
    GDir *directory = g_dir_open(folder, 0, &wrong);
    if (directory == NULL) {
        fail(error, STATUS_FAILED, "%s: %s", folder, wrong->message);
        g_error_free(wrong);
        return FALSE;
    }
    guint before = found->len;
    for (const char *name = g_dir_read_name(directory); name != NULL;
         name = g_dir_read_name(directory)) {
        char *path = g_build_filename(folder, name, NULL);
        if (*name != '.' && g_file_test(path, G_FILE_TEST_IS_REGULAR))
            g_ptr_array_add(found, path);
        else
            g_free(path);
    }
    g_dir_close(directory);
    if (found->len == before)
        return fail(error, STATUS_FAILED, "%s: the folder has no file", folder);
    qsort(found->pdata + before, found->len - before, sizeof *found->pdata, by_name);
    return TRUE;
}

static gboolean add(GPtrArray *found, char *const *names, GError **error)
{
    for (; names != NULL && *names != NULL; names++) {
        if (**names == '\0')
            return fail(error, STATUS_USAGE, "--read requires a name, found an empty one");
        if (!g_file_test(*names, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(found, g_strdup(*names));
        else if (!add_folder(found, *names, error))
            return FALSE;
    }
    return TRUE;
}

/* Which file it is, by device and inode: "1:2". NULL if it is not there, or is no file. */
static char *identity(const char *path)
{
    struct stat what;
    if (strcmp(path, "-") == 0)
        return g_strdup(path);
    if (stat(path, &what) != 0 || !S_ISREG(what.st_mode))
        return NULL;
    return g_strdup_printf("%ju:%ju", (uintmax_t)what.st_dev, (uintmax_t)what.st_ino);
}

/* Each of its copies would seem to have come twice. */
static gboolean check_each_once(const GPtrArray *found, GError **error)
{
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean good = TRUE;
    for (guint i = 0; good && i < found->len; i++) {
        char *key = identity(found->pdata[i]);
        const char *before = key != NULL ? g_hash_table_lookup(seen, key) : NULL;
        if (before != NULL)
            good = fail(error, STATUS_USAGE, "-r %s: is named twice, also as %s",
                        (const char *)found->pdata[i], before);
        if (key != NULL)
            g_hash_table_insert(seen, key, found->pdata[i]);
    }
    g_hash_table_destroy(seen);
    return good;
}

char **input_files_find(char *const *names, char *const *arguments, GError **error)
{
    if (names == NULL || *names == NULL)
        return NULL;
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    bool good = add(found, names, error) && add(found, arguments, error) &&
                (found->len == 1 || check_each_once(found, error));
    if (good) {
        g_ptr_array_add(found, NULL);
        return (char **)g_ptr_array_free(found, FALSE);
    }
    g_ptr_array_free(found, TRUE);
    return NULL;
}

char *input_files_title(char *const *files)
{
    guint more = g_strv_length((char **)files) - 1;
    const char *first = strcmp(*files, "-") == 0 ? "standard input" : *files;
    if (more == 0)
        return g_strdup(first);
    return g_strdup_printf("%s and %u more file%s", first, more, more == 1 ? "" : "s");
}

/* All are opened before any is read. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void free_file(gpointer file)
{
    capture_file_free(file);
}

GPtrArray *input_files_open(char *const *files, GError **error)
{
    GPtrArray *opened = g_ptr_array_new_with_free_func(free_file);
    if (files[1] != NULL)
        allow_descriptors();
    for (; *files != NULL; files++) {
        struct capture_file *file = capture_file_open(*files, error);
        if (file == NULL) {
            g_ptr_array_free(opened, TRUE);
            return NULL;
        }
        g_ptr_array_add(opened, file);
    }
    return opened;
}
