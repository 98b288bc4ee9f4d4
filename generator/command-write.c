/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen write: a scenario, or options alone, to a capture file.
 */
#include "generator/command.h"

#include <string.h>
#include <unistd.h>

#include "generator/errors.h"
#include "generator/options.h"
#include "generator/outer.h"
#include "generator/output.h"
#include "generator/play.h"

static void add_link(struct link_set *links, enum link_kind kind)
{
    uint16_t type = outer_link_type(kind);
    for (size_t i = 0; i < links->count; i++)
        if (links->type[i] == type)
            return;
    links->type[links->count++] = type;
}

static struct link_set links_of(const struct scenario *scenario)
{
    struct link_set links = {0};
    for (guint i = 0; i < scenario->sessions->len; i++)
        add_link(&links,
                 g_array_index(scenario->sessions, struct session_plan, i).stream.outer.link);
    for (guint i = 0; i < scenario->markers->len; i++)
        add_link(&links, g_array_index(scenario->markers, struct marker_plan, i).stream.outer.link);
    return links;
}

static gboolean write_capture(const struct scenario *scenario, const char *path, GError **error)
{
    const struct link_set links = links_of(scenario);
    struct output *output = output_open(path, &scenario->capture, &links, error);
    if (output == NULL)
        return FALSE;
    const struct frame_sink sink = output_sink(output);
    if (play(scenario, &sink, error))
        return output_finish(output, error);
    output_abandon(output);
    return FALSE;
}

/* What the command line says beside the keys. */
struct request {
    char *output;
    char **arguments;
};

/* @p option: "--name" or "--name=value" or "-n". */
static gboolean fail_unknown(const char *option, GError **error)
{
    const char *start = option + strspn(option, "-");
    char *name = g_strndup(start, strcspn(start, "="));
    const struct key *key = key_most_like(name, SECTION_CAPTURE | SECTION_SESSION | SECTION_MARKER);
    g_free(name);
    return fail(error, STATUS_USAGE, "no option %s; --%s is the most like it", option, key->name);
}

/* @p unknown: an option that is none, or NULL. */
static gboolean carry_out(const struct request *request, const struct options *options,
                          const char *unknown, GError **error)
{
    const char *scenario_path = request->arguments != NULL ? request->arguments[0] : NULL;
    if (unknown != NULL)
        return fail_unknown(unknown, error);
    if (scenario_path != NULL && request->arguments[1] != NULL)
        return fail(error, STATUS_USAGE, "%s: one scenario at a time", request->arguments[1]);
    if (request->output == NULL)
        return fail(error, STATUS_USAGE, "-o FILE is missing; - is standard output");
    if (g_strcmp0(request->output, "-") == 0 && isatty(STDOUT_FILENO))
        return fail(error, STATUS_USAGE, "-o -: a terminal can make nothing of a capture");
    struct scenario *scenario =
        scenario_load(scenario_path, (const struct override *)(void *)options->overrides->data,
                      options->overrides->len, error);
    if (scenario == NULL)
        return FALSE;
    gboolean good = write_capture(scenario, request->output, error);
    scenario_free(scenario);
    return good;
}

/* GLib's own errors are of other domains: those of options are the user's. */
static int status_of(const GError *error)
{
    if (error->domain == ERSPANGEN_ERROR)
        return error->code;
    return error->domain == G_OPTION_ERROR ? STATUS_USAGE : STATUS_FAILED;
}

int command_write(int argc, char **argv)
{
    struct request request = {0};
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &request.output,
         "The capture to write; - is standard output", "FILE"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request.arguments, NULL, NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new("[SCENARIO]");
    g_option_context_set_summary(
        context,
        "Writes a capture of ERSPAN copies: as the scenario says, as the options say, or\n"
        "both, the options winning. Each key of a scenario is an option of the same name.");
    g_option_context_set_description(
        context, "Examples:\n"
                 "  erspangen write --type 2 --session 100 --count 10 -o x.pcap\n"
                 "  erspangen write captures/type3-ipv6.ini -o - | tshark -r -\n");
    g_option_context_add_main_entries(context, entries, NULL);
    struct options *options = options_add(context);
    g_option_context_set_ignore_unknown_options(context, TRUE); /* they get an error of our own */

    GError *error = NULL;
    int status = STATUS_OK;
    if (!g_option_context_parse(context, &argc, &argv, &error) ||
        !carry_out(&request, options, argc > 1 ? argv[1] : NULL, &error)) {
        g_printerr("erspangen write: %s\n", error->message);
        status = status_of(error);
        g_error_free(error);
    }
    options_free(options);
    g_option_context_free(context);
    g_free(request.output);
    g_strfreev(request.arguments);
    return status;
}
