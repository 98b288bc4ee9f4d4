/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/builtin.h"

#include <errno.h>
#include <string.h>

#include "common/errors.h"

static const char suffix[] = ".ini";

/* Subdirectories: of devices, and of networks with several points of observation. */
static const char devices[] = "devices";
static const char networks[] = "networks";

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
    g_autofree char *place = directory();
    g_autofree char *file = g_strconcat(name, suffix, NULL);
    const char *const parts[] = {".", devices, networks};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        char *path = g_build_filename(place, parts[i], file, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return path;
        g_free(path);
    }
    return NULL;
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

gboolean builtin_read(struct scenario_source *source, const char *name, GError **error)
{
    bool is_file = name == NULL || strcmp(name, "-") == 0 || g_file_test(name, G_FILE_TEST_EXISTS);
    g_autofree char *path = is_file ? NULL : path_of(name);
    *source = (struct scenario_source){0};
    if (!is_file && path == NULL && strchr(name, G_DIR_SEPARATOR) == NULL)
        return fail_unknown(name, error);
    return scenario_source_read(source, path != NULL ? path : name, error);
}

struct scenario *builtin_use(const struct scenario_source *source,
                             const struct key_options *options, GError **error)
{
    return scenario_source_use(source, (const struct override *)(void *)options->overrides->data,
                               options->overrides->len, error);
}

struct scenario *builtin_load(const char *name, const struct key_options *options, GError **error)
{
    struct scenario_source source;
    struct scenario *scenario =
        builtin_read(&source, name, error) ? builtin_use(&source, options, error) : NULL;
    scenario_source_clear(&source);
    return scenario;
}

/* The rest of the first of the lines that begins so; NULL if none does. */
static char *line_behind(char **lines, const char *start)
{
    for (; *lines != NULL && **lines == '#'; lines++)
        if (g_str_has_prefix(*lines, start))
            return g_strdup(g_strstrip(*lines + strlen(start)));
    return NULL;
}

/* The first comment describes a scenario, but for the one with its licence. */
static struct builtin *read_builtin(const char *path, const char *file, bool is_device)
{
    struct builtin *builtin = g_new0(struct builtin, 1);
    g_autofree char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    char **lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    char **comments = lines;
    while (*comments != NULL && g_str_has_prefix(*comments, "# SPDX"))
        comments++;
    char *description = line_behind(comments, "#");
    builtin->name = g_strndup(file, strlen(file) - strlen(suffix));
    builtin->description = description != NULL ? description : g_strdup("");
    builtin->quirks = is_device ? line_behind(comments, "# Quirks:") : NULL;
    builtin->based_on = is_device ? line_behind(comments, "# Based on:") : NULL;
    g_strfreev(lines);
    return builtin;
}

static void builtin_free(gpointer data)
{
    struct builtin *builtin = data;
    g_free(builtin->name);
    g_free(builtin->description);
    g_free(builtin->quirks);
    g_free(builtin->based_on);
    g_free(builtin);
}

/* Devices first. Numbers in names count as numbers: q2 stands before q10. */
static gint by_name(gconstpointer a, gconstpointer b)
{
    const struct builtin *const *first = a;
    const struct builtin *const *second = b;
    bool first_is_device = (*first)->quirks != NULL;
    if (first_is_device != ((*second)->quirks != NULL))
        return first_is_device ? -1 : 1;
    return strverscmp((*first)->name, (*second)->name);
}

static gboolean add_those_of(const char *place, bool are_devices, GPtrArray *list, GError **error)
{
    GDir *opened = g_dir_open(place, 0, error);
    const char *file;
    while (opened != NULL && (file = g_dir_read_name(opened)) != NULL) {
        if (!g_str_has_suffix(file, suffix))
            continue;
        g_autofree char *path = g_build_filename(place, file, NULL);
        g_ptr_array_add(list, read_builtin(path, file, are_devices));
    }
    if (opened != NULL)
        g_dir_close(opened);
    return opened != NULL;
}

GPtrArray *builtin_list(GError **error)
{
    g_autofree char *place = directory();
    g_autofree char *place_of_devices = g_build_filename(place, devices, NULL);
    g_autofree char *place_of_networks = g_build_filename(place, networks, NULL);
    GPtrArray *list = g_ptr_array_new_with_free_func(builtin_free);
    if (!add_those_of(place, false, list, error) ||
        !add_those_of(place_of_networks, false, list, error) ||
        !add_those_of(place_of_devices, true, list, error)) {
        g_ptr_array_unref(list);
        return NULL;
    }
    g_ptr_array_sort(list, by_name);
    return list;
}
