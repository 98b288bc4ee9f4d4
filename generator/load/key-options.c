/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-options.h"

#include <string.h>

void key_options_give(const struct key_options *options, const char *name, const char *text)
{
    struct override override = {key_find(name, SECTION_ANY), g_strdup(text)};
    g_array_append_val(options->overrides, override);
}

bool key_options_has(const struct key_options *options, const char *name)
{
    for (guint i = 0; i < options->overrides->len; i++)
        if (strcmp(g_array_index(options->overrides, struct override, i).key->name, name) == 0)
            return true;
    return false;
}

/* GLib calls this for every option of a key: "--session", "100". */
static gboolean on_option(const char *name, const char *value, gpointer data, GError **error)
{
    (void)error;
    key_options_give(data, name + strlen("--"), value);
    return TRUE;
}

static void clear_override(gpointer data)
{
    g_free(((struct override *)data)->text);
}

bool offers_every_key(const struct key *key)
{
    (void)key;
    return true;
}

struct key_options *key_options_add(GOptionContext *context, key_filter offers)
{
    struct key_options *options = g_new0(struct key_options, 1);
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    GOptionGroup *group = g_option_group_new("keys", "", "", options, NULL);
    for (const struct key *key = keys; offers != NULL && key->name != NULL; key++) {
        bool first_of_its_name = key_find(key->name, SECTION_ANY) == key;
        if (!first_of_its_name || !offers(key))
            continue;
        const GOptionEntry entry = {.long_name = key->name,
                                    .flags = G_OPTION_FLAG_FILENAME, /* as given, in any locale */
                                    .arg = G_OPTION_ARG_CALLBACK,
                                    .arg_data = (gpointer)on_option};
        g_array_append_val(entries, entry);
    }
    g_option_group_add_entries(group, (const GOptionEntry *)(void *)entries->data);
    g_option_context_add_group(context, group);
    g_array_free(entries, TRUE);
    options->overrides = g_array_new(FALSE, FALSE, sizeof(struct override));
    g_array_set_clear_func(options->overrides, clear_override);
    return options;
}

void key_options_free(struct key_options *options)
{
    g_array_free(options->overrides, TRUE);
    g_free(options);
}
