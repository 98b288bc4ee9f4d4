/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/run-files.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"

static bool is_standard(const struct run_file *file)
{
    return strcmp(file->path, "-") == 0;
}

static bool read_status(const struct run_file *file, struct stat *status)
{
    if (!is_standard(file))
        return stat(file->path, status) == 0;
    return fstat(file->written ? STDOUT_FILENO : STDIN_FILENO, status) == 0;
}

static bool is_same(const struct run_file *one, const struct run_file *other)
{
    struct stat status;
    struct stat other_status;
    if (!is_standard(one) && !is_standard(other))
        return atomic_file_is_at(one->path, other->path);
    if (is_standard(one) && is_standard(other) && one->written && other->written)
        return true;
    return read_status(one, &status) && read_status(other, &other_status) &&
           S_ISREG(status.st_mode) && status.st_dev == other_status.st_dev &&
           status.st_ino == other_status.st_ino;
}

/* "--plot x", "x", "standard output". */
static char *describe(const struct run_file *file)
{
    if (is_standard(file))
        return g_strdup(file->written ? "standard output" : "standard input");
    return file->option != NULL ? g_strdup_printf("%s %s", file->option, file->path)
                                : g_strdup(file->path);
}

/* @p output  is written; the other may be. */
static gboolean fail_pair(const struct run_file *output, const struct run_file *other,
                          GError **error)
{
    g_autofree char *name = describe(output);
    g_autofree char *other_name = describe(other);
    if (other->written)
        return fail(error, STATUS_USAGE, "%s and %s: one file cannot be both outputs", name,
                    other_name);
    if (!is_standard(output))
        return fail(error, STATUS_USAGE, "%s: this is the file to read", name);
    return fail(error, STATUS_USAGE, "standard output goes to the file to read, %s",
                is_standard(other) ? other_name : other->path);
}

/* ---- for outputs that grow ---- */

struct output_place {
    char *path; /* links followed; NULL: not known */
    dev_t device;
    ino_t inode; /* 0: nothing was there */
};

static GArray *places; /* of this run; written before there are threads */

static void clear_place(gpointer place)
{
    g_free(((struct output_place *)place)->path);
}

static void remember(const struct run_file *file)
{
    struct stat status;
    struct output_place place = {.path = is_standard(file) ? NULL : atomic_file_place(file->path)};
    if (read_status(file, &status) && !S_ISCHR(status.st_mode)) {
        place.device = status.st_dev;
        place.inode = status.st_ino;
    }
    g_array_append_val(places, place);
}

static void forget_all(void)
{
    if (places != NULL)
        g_array_free(places, TRUE);
    places = g_array_new(FALSE, TRUE, sizeof(struct output_place));
    g_array_set_clear_func(places, clear_place);
}

bool run_files_has(const char *path)
{
    struct stat status = {0};
    bool there = stat(path, &status) == 0;
    g_autofree char *own = atomic_file_place(path);
    for (guint i = 0; places != NULL && i < places->len; i++) {
        const struct output_place *place = &g_array_index(places, struct output_place, i);
        bool same = there && place->inode != 0 && place->inode == status.st_ino &&
                    place->device == status.st_dev;
        if (same || (own != NULL && g_strcmp0(own, place->path) == 0))
            return true;
    }
    return false;
}

/* ---- checks ---- */

gboolean run_files_check(const struct run_file *files, size_t count, GError **error)
{
    forget_all();
    for (size_t i = 0; i < count; i++) {
        if (files[i].path == NULL)
            continue;
        for (size_t j = 0; j < count && files[i].written; j++) {
            bool compared = files[j].written && j <= i; /* or itself */
            if (files[j].path != NULL && !compared && is_same(&files[i], &files[j]))
                return fail_pair(&files[i], &files[j], error);
        }
        if (!files[i].grows)
            remember(&files[i]);
    }
    return TRUE;
}

gboolean run_files_check_name(const char *option, const char *path, GError **error)
{
    return g_strcmp0(path, "-") != 0 ||
           fail(error, STATUS_USAGE, "--%s=-: must be a file; one called - is ./-", option);
}
