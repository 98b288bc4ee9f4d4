/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/extcap-options.h"

#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "common/option-help.h"
#include "core/base/time-units.h"

enum { ROOM = 64 << 20 /* bytes of frames that wait */ };

/* As GLib hands them over, before they are checked. */
struct raw {
    gboolean interfaces;
    gboolean dlts;
    gboolean config;
    gboolean capture;
    gboolean version;
    gboolean help;
    gboolean once;
    gboolean no_comments;
    char *series; /* of Wireshark; nothing depends on it */
    char *extcap_interface;
    char *dlt; /* likewise */
    char *interface;
    char *fifo;
    char *control_in;
    char *control_out;
    char *capture_filter; /* of Wireshark's own field */
    char *filter;
    char *sessions;
    char *source;
    char *frames;
    char *times;
    int wait_ms;
    int snap;
};

static gboolean take_word(const char *option, const char *word, const char *usual,
                          const char *other, bool *is_other, GError **error)
{
    *is_other = g_strcmp0(word, other) == 0;
    return word == NULL || *is_other || strcmp(word, usual) == 0 ||
           fail(error, STATUS_USAGE, "--%s=%s: must be %s or %s", option, excerpt_of(word).text,
                usual, other);
}

static gboolean take_number(const char *option, int value, int least, int most, GError **error)
{
    return (value >= least && value <= most) ||
           fail(error, STATUS_USAGE, "--%s=%d: must be %d to %d", option, value, least, most);
}

/* An empty field of the dialog says nothing. */
static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

static gboolean take_sources(struct frame_selection *selection, const char *text, GError **error)
{
    g_auto(GStrv) sources = g_strsplit(text, ",", -1);
    for (char **one = sources; *one != NULL; one++)
        if (!frame_selection_add_source(selection, g_strstrip(*one), error))
            return FALSE;
    return TRUE;
}

static gboolean take_handoff(struct handoff_plan *plan, const struct raw *raw, GError **error)
{
    plan->once = raw->once;
    plan->wait_ns = raw->wait_ms * (int64_t)NS_PER_MS;
    plan->room = ROOM;
    return take_number("in-order", raw->wait_ms, 0, EXTCAP_WAIT_MS_MAX, error) &&
           (!is_given(raw->sessions) ||
            frame_selection_add_ids(&plan->selection, raw->sessions, error)) &&
           (!is_given(raw->source) || take_sources(&plan->selection, raw->source, error));
}

/* A packet must match both. */
static char *join_filters(const char *one, const char *other)
{
    if (is_given(one) && is_given(other))
        return g_strdup_printf("(%s) and (%s)", one, other);
    return is_given(one) ? g_strdup(one) : is_given(other) ? g_strdup(other) : NULL;
}

static gboolean take_capture(struct extcap_options *options, GError **error)
{
    if (!is_given(options->fifo))
        return fail(error, STATUS_USAGE, "--capture needs --fifo PIPE; - is standard output");
    return is_given(options->interface) ||
           fail(error, STATUS_USAGE,
                "no interface is chosen: --interface NAME, or the field Interface of the "
                "capture options");
}

static gboolean take_request(struct extcap_options *options, const struct raw *raw, GError **error)
{
    if (raw->extcap_interface != NULL && strcmp(raw->extcap_interface, EXTCAP_INTERFACE) != 0)
        return fail(error, STATUS_USAGE, "--extcap-interface=%s: the only one is " EXTCAP_INTERFACE,
                    excerpt_of(raw->extcap_interface).text);
    if (raw->version)
        options->request = EXTCAP_VERSION;
    else if (raw->interfaces)
        options->request = EXTCAP_INTERFACES;
    else if (raw->dlts)
        options->request = EXTCAP_DLTS;
    else if (raw->config)
        options->request = EXTCAP_CONFIG;
    else if (raw->capture)
        options->request = EXTCAP_CAPTURE;
    else if (raw->capture_filter != NULL)
        options->request = EXTCAP_CHECK_FILTER;
    else
        return fail(error, STATUS_USAGE, "--capture is required, or another request; see --help");
    return options->request != EXTCAP_CAPTURE || take_capture(options, error);
}

static gboolean take(struct extcap_options *options, struct raw *raw, GError **error)
{
    options->interface = g_steal_pointer(&raw->interface);
    options->fifo = g_steal_pointer(&raw->fifo);
    options->control_in = g_steal_pointer(&raw->control_in);
    options->control_out = g_steal_pointer(&raw->control_out);
    options->filter = join_filters(raw->capture_filter, raw->filter);
    options->no_comments = raw->no_comments;
    options->snap = (size_t)raw->snap;
    return take_request(options, raw, error) &&
           take_number("snap", raw->snap, EXTCAP_SNAP_MIN, EXTCAP_SNAP_MAX, error) &&
           take_word("frames", raw->frames, "mirrored", "copies", &options->keeps_copies, error) &&
           take_word("time", raw->times, "arrival", "source", &options->source_time, error) &&
           take_handoff(&options->handoff, raw, error);
}

static gboolean parse(struct raw *raw, int argc, char **argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"capture", 0, 0, G_OPTION_ARG_NONE, &raw->capture, "Capture until a signal", NULL},
        {"interface", 0, 0, G_OPTION_ARG_STRING, &raw->interface,
         "Interface at which the mirror arrives", "NAME"},
        {"fifo", 0, 0, G_OPTION_ARG_FILENAME, &raw->fifo, "Write pcapng to PIPE; - is stdout",
         "PIPE"},
        {"session", 0, 0, G_OPTION_ARG_STRING, &raw->sessions, "Frames of these sessions alone",
         "IDS"},
        {"source", 0, 0, G_OPTION_ARG_STRING, &raw->source, "Frames of these sources alone",
         "ADDRESS,..."},
        {"frames", 0, 0, G_OPTION_ARG_STRING, &raw->frames,
         "Hand on: mirrored, copies (whole packets)", "WORD"},
        {"once", 0, 0, G_OPTION_ARG_NONE, &raw->once, "Hand each mirrored frame on once", NULL},
        {"in-order", 0, 0, G_OPTION_ARG_INT, &raw->wait_ms,
         "Put frames in order; wait MS for a missing one", "MS"},
        {"filter", 0, 0, G_OPTION_ARG_STRING, &raw->filter,
         "Only packets that match, as in tcpdump", "BPF"},
        {"snap", 0, 0, G_OPTION_ARG_INT, &raw->snap, "Capture BYTES of each packet", "BYTES"},
        {"time", 0, 0, G_OPTION_ARG_STRING, &raw->times, "Time of: arrival; source, if known",
         "WORD"},
        {"no-comments", 0, 0, G_OPTION_ARG_NONE, &raw->no_comments,
         "No comments on missing, late, double frames", NULL},
        {"extcap-interfaces", 0, 0, G_OPTION_ARG_NONE, &raw->interfaces, "For Wireshark", NULL},
        {"extcap-dlts", 0, 0, G_OPTION_ARG_NONE, &raw->dlts, "For Wireshark", NULL},
        {"extcap-config", 0, 0, G_OPTION_ARG_NONE, &raw->config, "For Wireshark", NULL},
        {"extcap-interface", 0, 0, G_OPTION_ARG_STRING, &raw->extcap_interface, "For Wireshark",
         "NAME"},
        {"extcap-dlt", 0, 0, G_OPTION_ARG_STRING, &raw->dlt, "For Wireshark", "NAME"},
        {"extcap-version", 0, 0, G_OPTION_ARG_STRING, &raw->series, "For Wireshark", "SERIES"},
        {"extcap-capture-filter", 0, 0, G_OPTION_ARG_STRING, &raw->capture_filter,
         "For Wireshark: as --filter; alone: check it", "BPF"},
        {"extcap-control-in", 0, 0, G_OPTION_ARG_FILENAME, &raw->control_in, "For Wireshark",
         "FIFO"},
        {"extcap-control-out", 0, 0, G_OPTION_ARG_FILENAME, &raw->control_out, "For Wireshark",
         "FIFO"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &raw->version, "Print the version", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Print this", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
    };
    GOptionContext *context = g_option_context_new("- mirrored frames for Wireshark");
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    GError *wrong = NULL;
    gboolean good = g_option_context_parse(context, &argc, &argv, &wrong);
    if (good && raw->help) {
        option_help_print(context, TRUE);
        exit(STATUS_OK);
    }
    g_option_context_free(context);
    if (!good) {
        fail(error, STATUS_USAGE, "%s", wrong->message);
        g_error_free(wrong);
    }
    return good && (argc == 1 ||
                    fail(error, STATUS_USAGE, "unexpected argument %s", excerpt_of(argv[1]).text));
}

gboolean extcap_options_parse(struct extcap_options *options, int argc, char **argv, GError **error)
{
    struct raw raw = {.snap = EXTCAP_SNAP_MAX};
    *options = (struct extcap_options){0};
    gboolean good = parse(&raw, argc, argv, error) && take(options, &raw, error);
    char *const texts[] = {raw.series, raw.extcap_interface, raw.dlt,         raw.interface,
                           raw.fifo,   raw.control_in,       raw.control_out, raw.capture_filter,
                           raw.filter, raw.sessions,         raw.source,      raw.frames,
                           raw.times};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    return good;
}

void extcap_options_clear(struct extcap_options *options)
{
    g_free(options->interface);
    g_free(options->fifo);
    g_free(options->control_in);
    g_free(options->control_out);
    g_free(options->filter);
    frame_selection_clear(&options->handoff.selection);
}
