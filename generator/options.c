/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/options.h"

#include <string.h>

static const struct {
    const char *name;
    const char *title;
} topics[TOPICS] = {
    [TOPIC_CAPTURE] = {"capture", "the file"},
    [TOPIC_OUTER] = {"outer", "count, time and the outer packet"},
    [TOPIC_GRE] = {"gre", "GRE"},
    [TOPIC_HEADER] = {"header", "the ERSPAN header"},
    [TOPIC_SUBHEADER] = {"subheader", "the sub-header of type 3"},
    [TOPIC_INNER] = {"inner", "the mirrored traffic"},
    [TOPIC_FATE] = {"fate", "what happens to a copy"},
    [TOPIC_IMPAIRMENT] = {"impairment", "what goes wrong, by chance or by number"},
    [TOPIC_MARKER] = {"marker", "marker packets, in a scenario's [marker NAME]"},
    [TOPIC_TRAFFIC] = {"traffic", "traffic to mirror, a scenario's [traffic NAME]"},
};

/* GLib calls this for every option of a key: "--session", "100". */
static gboolean on_option(const char *name, const char *value, gpointer data, GError **error)
{
    struct options *options = data;
    (void)error;
    struct override override = {key_find(name + strlen("--"), SECTION_ANY), g_strdup(value)};
    g_array_append_val(options->overrides, override);
    return TRUE;
}

static void clear_override(gpointer data)
{
    g_free(((struct override *)data)->text);
}

static void add_topic(GOptionContext *context, struct options *options, enum key_topic topic,
                      key_filter offers)
{
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    for (const struct key *key = keys; key->name != NULL; key++) {
        bool first_of_its_name = key_find(key->name, SECTION_ANY) == key;
        if (key->topic != topic || !first_of_its_name || !offers(key))
            continue;
        GOptionEntry entry = {.long_name = key->name,
                              .flags = G_OPTION_FLAG_FILENAME, /* as given, in any locale */
                              .arg = G_OPTION_ARG_CALLBACK,
                              .arg_data = (gpointer)on_option,
                              .description = key->help,
                              .arg_description = key->right};
        g_array_append_val(entries, entry);
    }
    if (entries->len == 0) {
        g_array_free(entries, TRUE);
        return;
    }
    char *show = g_strdup_printf("Options: %s", topics[topic].title);
    char *heading = g_strconcat(show, ":", NULL);
    GOptionGroup *group = g_option_group_new(topics[topic].name, heading, show, options, NULL);
    g_option_group_add_entries(group, (const GOptionEntry *)(void *)entries->data);
    g_option_context_add_group(context, group);
    g_free(show);
    g_free(heading);
    g_array_free(entries, TRUE);
}

bool offers_every_key(const struct key *key)
{
    (void)key;
    return true;
}

struct options *options_add(GOptionContext *context, key_filter offers)
{
    struct options *options = g_new0(struct options, 1);
    options->overrides = g_array_new(FALSE, FALSE, sizeof(struct override));
    g_array_set_clear_func(options->overrides, clear_override);
    for (int topic = 0; topic < TOPICS && offers != NULL; topic++)
        add_topic(context, options, (enum key_topic)topic, offers);
    return options;
}

void options_free(struct options *options)
{
    g_array_free(options->overrides, TRUE);
    g_free(options);
}
