/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/builtin.h"

#include <errno.h>
#include <string.h>

#include "common/errors.h"

static const char suffix[] = ".ini";

/* Beside an installed program, PREFIX/bin and PREFIX/share, as beside one in its build directory;
 * else where it was meant to be installed. */
static char *directory(void)
{
    char *program = g_file_read_link("/proc/self/exe", NULL);
    if (program == NULL) /* no /proc is mounted */
        program = g_find_program_in_path(program_invocation_name);
    char *beside = program != NULL ? g_path_get_dirname(program) : NULL;
    char *found =
        beside != NULL ? g_build_filename(beside, "..", "share", "erspangen", NULL) : NULL;
    if (found == NULL || !g_file_test(found, G_FILE_TEST_IS_DIR)) {
        g_free(found);
        found = g_strdup(ERSPANGEN_SCENARIOS);
    }
    g_free(beside);
    g_free(program);
    return found;
}

/* The path of the built-in scenario of that name; NULL if there is none. */
static char *path_of(const char *name)
{
    if (strchr(name, G_DIR_SEPARATOR) != NULL)
        return NULL;
    char *place = directory();
    char *file = g_strconcat(name, suffix, NULL);
    char *path = g_build_filename(place, file, NULL);
    g_free(file);
    g_free(place);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        g_clear_pointer(&path, g_free);
    return path;
}

/* The built-in scenarios whose names begin with these words, as people know them: "Q18". */
static char *names_like(const char *name)
{
    GPtrArray *list = builtin_list(NULL);
    GString *names = g_string_new(NULL);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const char *full = ((struct builtin *)list->pdata[i])->name;
        size_t len = strlen(name);
        if (g_ascii_strncasecmp(full, name, len) == 0 && full[len] == '-')
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", full);
    }
    if (list != NULL)
        g_ptr_array_unref(list);
    return g_string_free(names, FALSE);
}

static gboolean fail_unknown(const char *name, GError **error)
{
    char *like = names_like(name);
    fail(error, STATUS_FAILED, "%s: No such file or directory, nor a built-in scenario; %s%s", name,
         *like != '\0' ? "there is " : "erspangen list shows those", like);
    g_free(like);
    return FALSE;
}

struct scenario *builtin_load(const char *name, const struct options *options, GError **error)
{
    bool is_file = name == NULL || strcmp(name, "-") == 0 || g_file_test(name, G_FILE_TEST_EXISTS);
    char *path = is_file ? NULL : path_of(name);
    if (!is_file && path == NULL && strchr(name, G_DIR_SEPARATOR) == NULL) {
        fail_unknown(name, error);
        return NULL;
    }
    struct scenario *scenario = scenario_load(
        path != NULL ? path : name, (const struct override *)(void *)options->overrides->data,
        options->overrides->len, error);
    g_free(path);
    return scenario;
}

/* The first comment of a scenario, but for what says its licence. */
static char *description_of(const char *path)
{
    char *text = NULL;
    char *description = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    char **lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    for (char **line = lines; *line != NULL && **line == '#' && description == NULL; line++)
        if (!g_str_has_prefix(*line, "# SPDX"))
            description = g_strdup(g_strstrip(*line + 1));
    g_strfreev(lines);
    g_free(text);
    return description != NULL ? description : g_strdup("");
}

static void builtin_free(gpointer data)
{
    struct builtin *builtin = data;
    g_free(builtin->name);
    g_free(builtin->description);
    g_free(builtin);
}

/* Numbers in names count as numbers: q2 stands before q10. */
static gint by_name(gconstpointer a, gconstpointer b)
{
    const struct builtin *const *first = a;
    const struct builtin *const *second = b;
    return strverscmp((*first)->name, (*second)->name);
}

GPtrArray *builtin_list(GError **error)
{
    char *place = directory();
    GDir *opened = g_dir_open(place, 0, error);
    GPtrArray *list = opened != NULL ? g_ptr_array_new_with_free_func(builtin_free) : NULL;
    const char *file;
    while (opened != NULL && (file = g_dir_read_name(opened)) != NULL) {
        if (!g_str_has_suffix(file, suffix))
            continue;
        struct builtin *builtin = g_new(struct builtin, 1);
        char *path = g_build_filename(place, file, NULL);
        builtin->name = g_strndup(file, strlen(file) - strlen(suffix));
        builtin->description = description_of(path);
        g_ptr_array_add(list, builtin);
        g_free(path);
    }
    if (opened != NULL)
        g_dir_close(opened);
    if (list != NULL)
        g_ptr_array_sort(list, by_name);
    g_free(place);
    return list;
}
