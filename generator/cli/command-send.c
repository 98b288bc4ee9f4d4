/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen send: a scenario, or options alone, onto the wire.
 */
#include "generator/cli/command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/confinement/file-keeper.h"
#include "common/errors.h"
#include "core/base/printable.h"
#include "generator/cli/command-files.h"
#include "generator/cli/confine-command.h"
#include "generator/load/builtin.h"
#include "generator/load/key-parse.h"
#include "generator/load/key-values.h"
#include "generator/send/addressing.h"
#include "generator/send/neighbour.h"
#include "generator/send/sender.h"
#include "generator/truth/truth-file.h"

/* What the command line says beside the keys. */
struct send_request {
    char *wire;
    char *backend;
    char *rate;
    char *ramp;
    char *ramp_time;
    char *count;
    char *duration;
    gboolean loop;
    char *truth;
};

/* The keys of a file mean nothing on a wire; the command has options of its own of these names. */
static bool offers(const struct key *key)
{
    static const char *const of_the_command[] = {"count", "duration", "rate", NULL};
    return (key->sections & ~(unsigned)SECTION_CAPTURE) != 0 &&
           !g_strv_contains(of_the_command, key->name);
}

/* The options that have values: parsed, and checked, as keys are. */
static const struct key rate_option = {.name = "rate", .type = KEY_RATE, .automatic = "max"};
static const struct key ramp_option = {.name = "ramp", .type = KEY_RATE};
static const struct key ramp_time_option = {.name = "ramp-time", .type = KEY_DURATION};
static const struct key count_option = {.name = "count",
                                        .size = sizeof(uint64_t),
                                        .type = KEY_NUMBER,
                                        .lowest = 1,
                                        .highest = INT64_MAX,
                                        .hexadecimal = true};
static const struct key duration_option = {.name = "duration", .type = KEY_DURATION};

/* Leaves @p member alone if the option was not given. */
static gboolean parse_option(const struct key *key, const char *text, void *member, GError **error)
{
    if (text == NULL || key_parse(key, text, member))
        return TRUE;
    char *right = key_values(key);
    fail(error, STATUS_USAGE, "--%s %s: must be %s", key->name, excerpt_of(text).text, right);
    g_free(right);
    return FALSE;
}

static gboolean parse_ramp(const struct send_request *request, struct send_plan *plan,
                           GError **error)
{
    struct rate from = {0, false};
    struct rate to = {0, false};
    const char *dots = strstr(request->ramp, "..");
    char *first = g_strndup(request->ramp, dots == NULL ? 0 : (gsize)(dots - request->ramp));
    bool right = dots != NULL && key_parse(&ramp_option, first, &from) &&
                 key_parse(&ramp_option, dots + strlen(".."), &to) && from.frames == to.frames &&
                 from.per_second > 0 && to.per_second > 0;
    g_free(first);
    if (!right) {
        char *rate_right = key_values(&ramp_option);
        fail(error, STATUS_USAGE, "--ramp %s: must be RATE..RATE, each %s, both of one kind",
             excerpt_of(request->ramp).text, rate_right);
        g_free(rate_right);
        return FALSE;
    }
    plan->timing = TIMING_RATE;
    plan->ramp = (struct ramp){.from = from.per_second, .to = to.per_second, .frames = to.frames};
    if (!parse_option(&ramp_time_option, request->ramp_time, &plan->ramp.time_ns, error))
        return FALSE;
    return plan->ramp.time_ns > 0 ||
           fail(error, STATUS_USAGE, "--ramp needs --ramp-time, longer than 0");
}

static gboolean parse_timing(const struct send_request *request, struct send_plan *plan,
                             GError **error)
{
    struct rate rate = {1, false};
    if (request->rate != NULL && request->ramp != NULL)
        return fail(error, STATUS_USAGE, "--rate and --ramp: one of them");
    if (request->ramp == NULL && request->ramp_time != NULL)
        return fail(error, STATUS_USAGE, "--ramp-time needs --ramp");
    if (request->ramp != NULL)
        return parse_ramp(request, plan, error);
    if (request->rate == NULL)
        return TRUE;
    if (!parse_option(&rate_option, request->rate, &rate, error))
        return FALSE;
    if (rate.per_second == 0)
        return fail(error, STATUS_USAGE, "--rate 0 sends nothing");
    plan->timing = rate.per_second == AUTO ? TIMING_MAX : TIMING_RATE;
    plan->ramp =
        (struct ramp){.from = rate.per_second, .to = rate.per_second, .frames = rate.frames};
    return TRUE;
}

/* A count or a duration that the scenario does not fill repeats it. */
static gboolean parse_plan(const struct send_request *request, struct send_plan *plan,
                           GError **error)
{
    *plan = (struct send_plan){
        .count = INT64_MAX,
        .duration_ns = AUTO,
        .loops = request->loop || request->count != NULL || request->duration != NULL,
    };
    uint64_t count = (uint64_t)plan->count;
    if (!parse_timing(request, plan, error) ||
        !parse_option(&count_option, request->count, &count, error) ||
        !parse_option(&duration_option, request->duration, &plan->duration_ns, error))
        return FALSE;
    plan->count = (int64_t)count;
    return TRUE;
}

static gboolean needs_ethernet(const struct stream_plan *stream, const char *kind, GError **error)
{
    static const char right[] = "only link = ethernet can be sent";
    if (stream->outer.link == LINK_KIND_ETHERNET)
        return TRUE;
    if (stream->group.line == 0) /* of the options alone */
        return fail(error, STATUS_USAGE, "%s", right);
    return fail(error, STATUS_USAGE, "[%s %s]: %s", kind, stream->group.name, right);
}

static gboolean check_sendable(const struct scenario *scenario, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->sessions->len; i++)
        good = needs_ethernet(&g_array_index(scenario->sessions, struct session_plan, i).stream,
                              "session", error) &&
               good;
    for (guint i = 0; i < scenario->markers->len; i++)
        good = needs_ethernet(&g_array_index(scenario->markers, struct marker_plan, i).stream,
                              "marker", error) &&
               good;
    return good;
}

/* A truth that is not whole does not take the place of one that is. */
static gboolean tell_truth(struct truth_file *file, const struct truth *truth, bool begun,
                           GError **error)
{
    if (begun && truth_file_write(file, truth, error))
        return truth_file_commit(file, error);
    truth_file_abort(file);
    return !begun;
}

static gboolean tell_totals(const struct tx_totals *totals, const struct egress *wire,
                            const struct backend *backend, GError **error)
{
    tx_totals_unwatch();
    printf("back-end  %s: %s\n", backend->name, backend->help);
    tx_totals_print(totals, wire, stdout);
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           fail(error, STATUS_FAILED, "standard output: %s", g_strerror(errno));
}

/* Totals and truth are told after an error, too: of what had left until then. */
static gboolean send_scenario(struct scenario *scenario, const struct send_plan *plan,
                              const struct egress *wire, const struct backend *backend,
                              struct truth_file *file, GError **error)
{
    struct truth *truth = truth_new(scenario);
    struct tx_totals *totals = g_new0(struct tx_totals, 1);
    gboolean good = backend->simulate != NULL
                        ? backend->simulate(scenario, plan, wire, truth, totals, error)
                        : sender_run(scenario, plan, wire, backend, truth, totals, error);
    if (file != NULL)
        good = tell_truth(file, truth, totals->begun, error) && good;
    if (totals->begun)
        good = tell_totals(totals, wire, backend, error) && good;
    if (totals->failed > 0)
        good = fail(error, STATUS_FAILED, "%" PRIuFAST64 " of %" PRIuFAST64 " frames failed",
                    totals->failed, totals->frames + totals->failed);
    g_free(totals);
    truth_free(truth);
    return good;
}

static gboolean confine(void *context, GError **error)
{
    const bool *makes_xdp_sockets = context;
    struct atomic_file *const kept_already[] = {NULL};
    return confine_command(kept_already, *makes_xdp_sockets, error);
}

/* The process that keeps the file is made before the interface is opened: what is mapped of a
 * socket of AF_XDP would be mapped there, too, and the interface's queue would never be free. */
static struct truth_file *open_truth(const char *name, GError **error)
{
    struct truth_file *file = truth_file_open(name, false, error);
    if (file == NULL)
        return NULL;
    struct atomic_file *const outputs[] = {truth_file_place(file), NULL};
    if (file_keeper_begin(outputs, error))
        return file;
    truth_file_abort(file);
    return NULL;
}

static gboolean send_and_tell(struct scenario *scenario, const struct send_request *request,
                              struct send_plan *plan, const struct egress *wire,
                              const struct backend *backend, GError **error)
{
    struct truth_file *file = NULL;
    if (!confine_command_hold(scenario, error))
        return FALSE;
    if (request->truth != NULL && (file = open_truth(request->truth, error)) == NULL)
        return FALSE;
    bool makes_xdp_sockets = backend->makes_xdp_sockets;
    plan->opened = confine;
    plan->context = &makes_xdp_sockets;
    return send_scenario(scenario, plan, wire, backend, file, error);
}

/* Options alone make a session of so many copies, as erspangen write does, so that what they list
 * by number, --restart-copies 51, is among them. A count that would last for years repeats a short
 * one. */
static void give_count(const struct key_options *options, const char *scenario, const char *text,
                       const struct send_plan *plan)
{
    enum { COUNT_MOST = 1000000000 };
    if (scenario == NULL && text != NULL && plan->count <= COUNT_MOST)
        key_options_give(options, count_option.name, text);
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    const struct send_request *request = data;
    struct send_plan plan;
    struct egress wire;
    if (request->wire == NULL)
        return fail(error, STATUS_USAGE, "-i INTERFACE is missing");
    if (g_strcmp0(request->truth, "-") == 0)
        return fail(error, STATUS_USAGE, "--truth -: standard output has the result");
    if (!parse_plan(request, &plan, error))
        return FALSE;
    const struct backend *backend =
        request->backend == NULL ? backends[0] : backend_find(request->backend, error);
    if (backend == NULL)
        return FALSE;
    give_count(options, arguments[0], request->count, &plan);
    struct scenario *scenario = builtin_load(arguments[0], options, error);
    if (scenario == NULL)
        return FALSE;
    const struct run_file own[] = {{.option = "--truth", .path = request->truth, .written = true}};
    g_autoptr(GArray) known = addressing_known_new();
    gboolean good = command_files_check(own, G_N_ELEMENTS(own), arguments[0], scenario, error) &&
                    check_sendable(scenario, error) && egress_find(&wire, request->wire, error) &&
                    backend_permitted(&wire, error) &&
                    addressing_fill(scenario, options, &wire, known, error);
    if (good && neighbour_is_the_world(&wire)) {
        g_autofree char *shown = printable_text(wire.name, "");
        g_printerr("%s: warning: a default route uses %s\n", g_get_prgname(), shown);
    }
    good = good && send_and_tell(scenario, request, &plan, &wire, backend, error);
    scenario_free(scenario);
    return good;
}

int command_send(int argc, char **argv)
{
    struct send_request request = {0};
    const GOptionEntry entries[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &request.wire, "The interface to send to",
         "INTERFACE"},
        {"rate", 'r', 0, G_OPTION_ARG_STRING, &request.rate,
         "Constant rate instead of the scenario's own times: 10Gbit, 500kpps; max: as fast as "
         "possible",
         "RATE"},
        {"ramp", 0, 0, G_OPTION_ARG_STRING, &request.ramp, "Rate that changes linearly",
         "RATE..RATE"},
        {"ramp-time", 0, 0, G_OPTION_ARG_STRING, &request.ramp_time, "Duration of --ramp", "TIME"},
        {"count", 'n', 0, G_OPTION_ARG_STRING, &request.count,
         "Repeat the scenario; end after this number of copies", "NUMBER"},
        {"duration", 'd', 0, G_OPTION_ARG_STRING, &request.duration,
         "Repeat the scenario; end after this time", "TIME"},
        {"repeat", 0, 0, G_OPTION_ARG_NONE, &request.loop, "Repeat the scenario until interrupted",
         NULL},
        {"truth", 't', 0, G_OPTION_ARG_FILENAME, &request.truth,
         "Write what happened to the copies, as JSON", "FILE"},
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &request.backend, "Method to send: see below",
         "NAME"},
        CONFINE_COMMAND_OPTIONS,
        {0},
    };
    GString *examples = g_string_new("Back-ends of this build:\n");
    for (size_t i = 0; backends[i] != NULL; i++)
        g_string_append_printf(examples, "  %-11s %s\n", backends[i]->name, backends[i]->help);
    g_string_append(examples, "\nExamples:\n"
                              "  erspangen send -i eth1 q1-shared-sequence --truth truth.json\n"
                              "  erspangen send -i eth1 --type 2 --rate 10Gbit --duration 60s\n"
                              "  erspangen send -i eth1 mine.pcapng --type 3 --session 55 \\\n"
                              "      --destination 192.0.2.2 --rate 100Mbit\n");
    const struct command command = {
        .arguments = "[SCENARIO]",
        .summary =
            "Sends ERSPAN copies to a network interface, as erspangen write writes them, at\n"
            "the times of the scenario or at a rate, and reports the rate that was reached.\n"
            "Needs CAP_NET_RAW. SCENARIO is a file, - for standard input, a name that\n"
            "erspangen list shows, or a capture, whose frames are mirrored once, at their\n"
            "times or at --rate. The options are keys of a scenario, too.",
        .examples = examples->str,
        .entries = entries,
        .offers = offers,
        .carry_out = carry_out,
    };
    int status = command_run(&command, argc, argv, &request);
    g_string_free(examples, TRUE);
    return status;
}
