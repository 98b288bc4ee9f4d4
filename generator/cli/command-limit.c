/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen limit: the highest rate that a collector receives without loss.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/confinement/file-keeper.h"
#include "common/control/control-message.h"
#include "common/errors.h"
#include "generator/cli/command-files.h"
#include "generator/cli/command.h"
#include "generator/cli/confine-command.h"
#include "generator/cli/limit-peer.h"
#include "generator/limit/limit-json.h"
#include "generator/limit/limit-plot.h"
#include "generator/limit/limit-report.h"
#include "generator/limit/mtu-search.h"
#include "generator/load/builtin.h"
#include "generator/send/egress-interface.h"

enum {
    SIZE_LEAST = 60, /* an Ethernet frame without its FCS */
    SIZE_MOST = 65000,
    IMIX_LONGEST = 1514,
    FIRST_SIZE = 256, /* of the frames that ask whether anything arrives */
    FIRST_FRAMES = 10,
    FIRST_TRIES = 3, /* a slow way may have them still */
    PROBE_FRAMES = 3,
    IP_MOST = UINT16_MAX /* bytes of an IP packet */
};

static const double probe_seconds = 1;
static const double probe_rate = 20000; /* live-frames sends no slower than 10000 */

struct limit_request {
    char *collector;
    char *wire;
    char *backend;
    char *key_file;
    char *sizes;
    char *plot;
    char **words; /* of the command line, as they were given */
    int port;
    double seconds;
    double confirm_seconds;
    double resolution; /* percent */
    gboolean no_burst;
    gboolean no_delay;
    gboolean json;
};

struct limit_run {
    struct limit_peer peer;
    struct limit_plot *plot; /* NULL: none is wanted */
    struct limit_report report;
    const struct limit_request *request;
};

/* The test varies these itself. */
static bool offers(const struct key *key)
{
    static const char *const others[] = {"count", "duration",   "rate",      "interval",  "delay",
                                         "df",    "inner-size", "inner-pad", "inner-hex", NULL};
    /* A copy has the length of its frame, and each frame one copy. */
    static const char *const excluded[] = {
        "cut",           "payload-cut",      "payload-hex",       "snap-outer", "snap",
        "truncate",      "truncate-flag",    "mirror-up-to",      "ip-length",  "fragment",
        "fragment-lost", "fragment-overlap", "fragment-conflict", NULL};
    return (key->sections & (unsigned)SECTION_SESSION) != 0 &&
           !g_strv_contains(others, key->name) && !g_strv_contains(excluded, key->name);
}

static void add_size(GArray *sizes, enum limit_mix mix, unsigned bytes)
{
    const struct limit_size size = {.traffic = {mix, bytes}};
    g_array_append_val(sizes, size);
}

static gboolean take_sizes(const char *text, GArray *sizes, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    for (char **word = words; *word != NULL; word++) {
        char *end;
        guint64 number = g_ascii_strtoull(*word, &end, 10);
        bool right = end != *word && *end == '\0' && number >= SIZE_LEAST && number <= SIZE_MOST;
        if (strcmp(*word, "imix") == 0)
            add_size(sizes, LIMIT_IMIX, IMIX_LONGEST);
        else if (right)
            add_size(sizes, LIMIT_FRAMES, (unsigned)number);
        else
            return fail(
                error, STATUS_USAGE,
                "--sizes %s: must be numbers of %d to %d bytes, or imix, with commas between",
                excerpt_of(text).text, SIZE_LEAST, SIZE_MOST);
    }
    return TRUE;
}

/* A scenario has sizes of its own; others beside it are those that the user asks for. */
static gboolean take_traffic(const struct limit_request *request, const char *scenario,
                             GArray *sizes, GError **error)
{
    const char *text = request->sizes;
    if (scenario != NULL)
        add_size(sizes, LIMIT_SCENARIO, 0);
    else if (text == NULL)
        text = "64,512,1518";
    return text == NULL || take_sizes(text, sizes, error);
}

static gboolean check_number(const char *option, double value, double least, double most,
                             GError **error)
{
    return (value >= least && value <= most) ||
           fail(error, STATUS_USAGE, "--%s %g: must be %g to %g", option, value, least, most);
}

static gboolean check(const struct limit_request *request, const char *argument, GError **error)
{
    if (request->wire == NULL)
        return fail(error, STATUS_USAGE, "-i INTERFACE is missing");
    if (request->collector == NULL)
        return fail(error, STATUS_USAGE, "--collector HOST is missing");
    if (g_strcmp0(argument, "-") == 0)
        return fail(error, STATUS_USAGE,
                    "-: the scenario must be a file, so that the test can be repeated");
    return check_number("control-port", request->port, 1, UINT16_MAX, error) &&
           check_number("trial", request->seconds, 0.1, 600, error) &&
           check_number("confirm", request->confirm_seconds, 0.1, 3000, error) &&
           check_number("resolution", request->resolution, 0.1, 50, error);
}

/* The bytes of an outer IP packet before the mirrored frame. */
static unsigned overhead_of(const struct limit_outcome *outcome)
{
    enum { BITS = 8 };
    return (unsigned)(outcome->bits / outcome->sent / BITS) - outcome->link_length - FIRST_SIZE;
}

/* Whether anything arrives at all, and what stands before a mirrored frame. */
static gboolean try_first(struct limit_run *run, GError **error)
{
    const struct limit_order order = {.traffic = {LIMIT_FRAMES, FIRST_SIZE},
                                      .rate = probe_rate,
                                      .seconds = probe_seconds,
                                      .frames = FIRST_FRAMES};
    struct limit_outcome outcome = {0};
    for (unsigned i = 0; i < FIRST_TRIES && outcome.received == 0; i++)
        if (!limit_peer_try(&run->peer, &order, &outcome, error))
            return FALSE;
    if (outcome.sent == 0)
        return fail(error, STATUS_FAILED, "%s: nothing could be sent", run->report.interface);
    if (outcome.received == 0)
        return fail(error, STATUS_FAILED,
                    "none of %d copies arrived at the collector: is -i there the interface that "
                    "gets them, and --destination here an address of it?",
                    FIRST_FRAMES);
    run->report.overhead = overhead_of(&outcome);
    return TRUE;
}

/* How much longer copies are that say when they were made. */
static gboolean try_timed(struct limit_run *run, GError **error)
{
    const struct limit_order order = {.traffic = {LIMIT_FRAMES, FIRST_SIZE},
                                      .timed = true,
                                      .rate = probe_rate,
                                      .seconds = probe_seconds,
                                      .frames = FIRST_FRAMES};
    struct limit_outcome outcome;
    if (!limit_peer_try(&run->peer, &order, &outcome, error))
        return FALSE;
    if (outcome.sent > 0)
        run->peer.timed_more =
            MAX(overhead_of(&outcome), run->report.overhead) - run->report.overhead;
    return TRUE;
}

static gboolean probe(void *context, unsigned length, bool *arrived, GError **error)
{
    struct limit_run *run = context;
    const struct limit_order order = {.traffic = {LIMIT_FRAMES, length - run->report.overhead},
                                      .rate = probe_rate,
                                      .seconds = probe_seconds,
                                      .frames = PROBE_FRAMES};
    struct limit_outcome outcome;
    if (!limit_peer_try(&run->peer, &order, &outcome, error))
        return FALSE;
    *arrived = outcome.received > 0;
    return TRUE;
}

static gboolean find_mtu(struct limit_run *run, GError **error)
{
    struct limit_report *report = &run->report;
    const unsigned most = MIN((unsigned)run->peer.wire.mtu, IP_MOST); /* loopback's MTU is longer */
    if (!mtu_search(most, probe, run, &report->probes, &report->mtu, error))
        return FALSE;
    return report->mtu > 0 ||
           fail(error, STATUS_FAILED,
                "no copy of %d bytes or more arrived: the way's MTU is below that",
                MTU_SEARCH_LEAST);
}

/* Copies of a mix that say when they were made are longer than the others: its frames have their
 * sizes, and cannot be shorter instead. */
static bool times_fit(const struct limit_run *run, const struct limit_traffic *traffic)
{
    unsigned more = traffic->mix == LIMIT_IMIX ? run->peer.timed_more : 0;
    if (traffic->size + run->report.overhead + more <= run->report.mtu)
        return true;
    g_printerr("%s: imix: delay and jitter are left out: copies that say when they were made are "
               "longer than the way's MTU of %u bytes\n",
               g_get_prgname(), run->report.mtu);
    return false;
}

static gboolean measure(struct limit_run *run, GError **error)
{
    const struct limit_request *request = run->request;
    struct limit_report *report = &run->report;
    for (guint i = 0; i < report->sizes->len; i++) {
        struct limit_size *size = &g_array_index(report->sizes, struct limit_size, i);
        const struct rate_search_plan plan = {
            .traffic = size->traffic,
            .resolution = report->resolution,
            .seconds = request->seconds,
            .confirm_seconds = request->confirm_seconds,
            .burst = !request->no_burst,
            .delay = !request->no_delay && times_fit(run, &size->traffic),
        };
        if (!rate_search(&plan, limit_peer_try, &run->peer, &size->found, error))
            return FALSE;
        if (!request->json)
            limit_report_print_size(report, size);
    }
    return TRUE;
}

/* Sizes that the way does not carry are said and left out. */
static void leave_out_long(struct limit_report *report)
{
    for (guint i = 0; i < report->sizes->len;) {
        unsigned size = g_array_index(report->sizes, struct limit_size, i).traffic.size;
        if (size + report->overhead <= report->mtu) {
            i++;
            continue;
        }
        g_printerr("%s: frames of %u bytes are left out: their copies are longer than the way's "
                   "MTU of %u bytes\n",
                   g_get_prgname(), size, report->mtu);
        g_array_remove_index(report->sizes, i);
    }
}

static gboolean tell_end(struct limit_run *run, GError **error)
{
    struct limit_plot *plot = g_steal_pointer(&run->plot);
    if (plot != NULL && !limit_plot_commit(plot, &run->report, error))
        return FALSE;
    g_autofree char *sentence = limit_report_sentence(&run->report);
    if (run->request->json) {
        GString *text = limit_json_write(&run->report);
        fputs(text->str, stdout);
        g_string_free(text, TRUE);
    } else {
        printf("%s\n", sentence);
    }
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
}

/* The process that keeps the file is made before the interface is opened: what is mapped of a
 * socket of AF_XDP would be mapped there, too. */
static gboolean open_plot(struct limit_run *run, GError **error)
{
    if (run->request->plot == NULL)
        return TRUE;
    run->plot = limit_plot_open(run->request->plot, error);
    if (run->plot == NULL)
        return FALSE;
    struct atomic_file *const outputs[] = {limit_plot_place(run->plot), NULL};
    return file_keeper_begin(outputs, error);
}

/* Opens what the test needs, and gives up the right to open more. */
static gboolean open_all(struct limit_run *run, GError **error)
{
    const struct limit_request *request = run->request;
    struct atomic_file *const kept_already[] = {NULL};
    if (!open_plot(run, error) || !egress_find(&run->peer.wire, request->wire, error) ||
        !limit_peer_open(&run->peer, request->collector, (unsigned)request->port, request->key_file,
                         error))
        return FALSE;
    return confine_command(kept_already, run->peer.backend->makes_xdp_sockets, error);
}

static gboolean make_test(struct limit_run *run, GError **error)
{
    const struct limit_request *request = run->request;
    if (!open_all(run, error) || !limit_peer_greet(&run->peer, error) || !try_first(run, error) ||
        (!request->no_delay && !try_timed(run, error)) || !find_mtu(run, error))
        return FALSE;
    run->report.receiver = run->peer.receiver;
    run->report.one_clock = run->peer.one_clock;
    leave_out_long(&run->report);
    if (!request->json)
        limit_report_print_head(&run->report);
    return measure(run, error) && tell_end(run, error);
}

static void clear_size(gpointer size)
{
    rate_search_clear(&((struct limit_size *)size)->found);
}

/* Reads the scenario. None of the outputs is an input. */
static gboolean take_scenario(const struct limit_request *request, const char *argument,
                              struct limit_peer *peer, GError **error)
{
    const struct run_file own[] = {
        {.option = "--plot", .path = request->plot, .written = true},
        {.option = "--control-key", .path = request->key_file},
    };
    if (!run_files_check_name("plot", request->plot, error))
        return FALSE;
    if (argument != NULL && !builtin_read(&peer->scenario, argument, error))
        return FALSE;
    /* What is wrong with the scenario is said when it is prepared. */
    struct scenario *scenario =
        argument != NULL ? builtin_use(&peer->scenario, peer->options, NULL) : NULL;
    gboolean good = command_files_check(own, G_N_ELEMENTS(own), argument, scenario, error);
    if (scenario != NULL)
        scenario_free(scenario);
    return good;
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    const struct limit_request *request = data;
    if (!check(request, arguments[0], error))
        return FALSE;
    const struct backend *backend =
        request->backend == NULL ? backends[0] : backend_find(request->backend, error);
    if (backend == NULL)
        return FALSE;
    struct limit_run run = {
        .peer = {.options = options, .backend = backend},
        .report = {.collector = request->collector,
                   .interface = request->wire,
                   .backend = backend->name,
                   .command = request->words,
                   .scenario = arguments[0],
                   .seconds = request->seconds,
                   .confirm_seconds = request->confirm_seconds,
                   .resolution = request->resolution / 100},
        .request = request,
    };
    run.report.sizes = g_array_new(FALSE, TRUE, sizeof(struct limit_size));
    g_array_set_clear_func(run.report.sizes, clear_size);
    gboolean good = take_traffic(request, arguments[0], run.report.sizes, error) &&
                    take_scenario(request, arguments[0], &run.peer, error) &&
                    make_test(&run, error);
    limit_plot_abort(run.plot);
    limit_peer_close(&run.peer);
    g_array_free(run.report.sizes, TRUE);
    return good;
}

int command_limit(int argc, char **argv)
{
    g_auto(GStrv) words = g_strdupv(argv); /* GLib takes out what it has parsed */
    struct limit_request request = {
        .words = words, .port = CONTROL_PORT, .seconds = 2, .confirm_seconds = 10, .resolution = 2};
    const GOptionEntry entries[] = {
        {"collector", 0, 0, G_OPTION_ARG_STRING, &request.collector,
         "Where erspanrate --serve runs: a name or an address", "HOST"},
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &request.wire, "The interface to send to",
         "INTERFACE"},
        {"sizes", 0, 0, G_OPTION_ARG_STRING, &request.sizes,
         "Sizes of frames, without FCS: 64,512,1518; imix", "BYTES,..."},
        {"trial", 0, 0, G_OPTION_ARG_DOUBLE, &request.seconds, "Duration of a trial: 2", "SECONDS"},
        {"confirm", 0, 0, G_OPTION_ARG_DOUBLE, &request.confirm_seconds,
         "Duration of the trial that confirms: 10", "SECONDS"},
        {"resolution", 0, 0, G_OPTION_ARG_DOUBLE, &request.resolution, "Precision of the rate: 2",
         "PERCENT"},
        {"no-burst", 0, 0, G_OPTION_ARG_NONE, &request.no_burst,
         "Do not look for the longest burst", NULL},
        {"no-delay", 0, 0, G_OPTION_ARG_NONE, &request.no_delay, "Do not measure delay and jitter",
         NULL},
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &request.plot, "Draw the loss at each rate, as SVG",
         "FILE"},
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &request.backend, "Method to send, as in send",
         "NAME"},
        {"control-port", 0, 0, G_OPTION_ARG_INT, &request.port, "The collector's TCP port: 34754",
         "PORT"},
        {"control-key", 0, 0, G_OPTION_ARG_FILENAME, &request.key_file,
         "File with the key, the same as the collector's", "FILE"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &request.json, "Report as JSON", NULL},
        CONFINE_COMMAND_OPTIONS,
        {0},
    };
    const struct command command = {
        .arguments = "[SCENARIO]",
        .summary = "Finds the highest rate at which a collector receives all copies, and where\n"
                   "they are lost beyond it. On the collector: erspanrate --serve -i INTERFACE.\n"
                   "A SCENARIO, as in send, replaces the frames of given sizes.",
        .examples = "Example:\n"
                    "  erspangen limit --collector 192.0.2.1 -i eth1\n",
        .entries = entries,
        .offers = offers,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, &request);
}
