/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/options.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "collector/cli/backend-options.h"
#include "collector/cli/handoff-options.h"
#include "collector/cli/input-files.h"
#include "collector/cli/memory.h"
#include "collector/cli/raw-options.h"
#include "common/control/control-message.h"
#include "common/errors.h"
#include "common/run-files.h"

enum {
    SNAP_MIN = 64,
    SNAP_MAX = 262144,
    BUFFER_MIB = 64,
    BUFFER_MIB_XDP = 256, /* where every packet takes 4 KiB */
    BUFFER_MIB_MAX = 16384,
    TOP_MAX = 1000000,
    FILES_MAX = 1000000,
    THREADS_MAX = 64
};

static const double seconds_max = 1e9;

static const char *const backends[] = {[RECEIVE_PCAP] = "pcap",
                                       [RECEIVE_PACKET] = "packet",
#ifdef HAVE_XDP
                                       [RECEIVE_XDP] = "xdp",
                                       [RECEIVE_COUNT] = "count",
                                       [RECEIVE_STRIP] = "strip",
#endif
                                       NULL};
static const char *const domains[] = {[DOMAIN_AUTO] = "auto",
                                      [DOMAIN_AS_SOURCE] = "source",
                                      [DOMAIN_AS_SESSION] = "session",
                                      [DOMAIN_AS_HARDWARE_ID] = "hw-id",
                                      NULL};

/* Which of the words @p text is. @p text NULL: the first. */
static gboolean choose(const char *option, const char *text, const char *const *words, int *choice,
                       GError **error)
{
    *choice = 0;
    if (text == NULL)
        return TRUE;
    for (; words[*choice] != NULL; ++*choice)
        if (strcmp(text, words[*choice]) == 0)
            return TRUE;
    g_autofree char *right = g_strjoinv(", ", (char **)words);
    return fail(error, STATUS_USAGE, "--%s=%s: must be one of %s", option, excerpt_of(text).text,
                right);
}

/* --backend; some builds lack three of them. */
static gboolean choose_backend(const char *text, int *backend, GError **error)
{
    static const char *const of_other_builds[] = {"xdp", "count", "strip", NULL};
    if (text == NULL || g_strv_contains(backends, text) || !g_strv_contains(of_other_builds, text))
        return choose("backend", text, backends, backend, error);
    return fail(
        error, STATUS_USAGE,
        "--backend=%s: this build lacks it; scripts/install-dependencies xdp installs what it "
        "needs, then build again",
        text);
}

/* --domain; the spelling of earlier versions is still read. */
static gboolean choose_domain(const char *text, int *domain, GError **error)
{
    if (g_strcmp0(text, "hardware-id") == 0)
        text = domains[DOMAIN_AS_HARDWARE_ID];
    return choose("domain", text, domains, domain, error);
}

static gboolean check_number(const char *option, double value, double least, double most,
                             GError **error)
{
    return (value >= least && value <= most) ||
           fail(error, STATUS_USAGE, "--%s=%.10g: must be %.10g to %.10g", option, value, least,
                most);
}

static gboolean check_count(gint64 count, GError **error)
{
    return count >= 1 ||
           fail(error, STATUS_USAGE, "--count=%" G_GINT64_FORMAT ": must be at least 1", count);
}

static gboolean check_name(const char *option, const char *name, GError **error)
{
    return name == NULL || *name != '\0' ||
           fail(error, STATUS_USAGE, "--%s requires a name, found an empty one", option);
}

static gboolean check_no_name_is_empty(const struct options *options, GError **error)
{
    return check_name("interface", options->interface, error) &&
           check_name("write", options->write, error) && check_name("to", options->to, error) &&
           check_name("pcap-server", options->pcap_server, error) &&
           check_name("plot", options->report.plot, error) &&
           check_name("prometheus", options->report.prometheus, error) &&
           check_name("user", options->user, error);
}

/* A shell makes several names of -r ring_*.pcap: those behind the first are arguments. */
static gboolean take_names(struct options *options, const struct raw_options *raw,
                           char *const *arguments, GError **error)
{
    if (*arguments != NULL && raw->read == NULL)
        return fail(error, STATUS_USAGE, "unexpected argument %s: use -i INTERFACE or -r FILE",
                    *arguments);
    if (options->interface != NULL && raw->read != NULL)
        return fail(error, STATUS_USAGE, "-i and -r exclude each other");
    if (options->interface == NULL && raw->read == NULL)
        return fail(error, STATUS_USAGE, "-i INTERFACE or -r FILE is required; see --help");
    options->files = input_files_find(raw->read, arguments, error);
    return options->interface != NULL || options->files != NULL;
}

/* Frames would come back as copies. */
static gboolean check_not_itself(const struct options *options, GError **error)
{
    return options->to == NULL || g_strcmp0(options->to, options->interface) != 0 ||
           fail(error, STATUS_USAGE, "--to %s: copies come from it: frames need another interface",
                options->to);
}

/* Standard output has the report, and only a capture may take its place. */
static gboolean check_outputs(const struct options *options, GError **error)
{
    return run_files_check_name("plot", options->report.plot, error) &&
           run_files_check_name("prometheus", options->report.prometheus, error) &&
           check_not_itself(options, error);
}

/* Once it is known whether the capture is one file. */
static gboolean check_files(const struct options *options, GError **error)
{
    bool grows = options->per_session || packet_rotation_is_asked(&options->rotation);
    bool reports = g_strcmp0(options->write, "-") != 0;
    const struct run_file outputs[] = {
        {.path = reports ? "-" : NULL, .written = true},
        {.option = "--write", .path = options->write, .written = true, .grows = grows},
        {.option = "--plot", .path = options->report.plot, .written = true},
        {.option = "--prometheus", .path = options->report.prometheus, .written = true},
        {.option = "--control-key", .path = options->serving.key_file},
    };
    g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof *outputs);
    g_array_append_vals(files, outputs, G_N_ELEMENTS(outputs));
    for (char *const *path = options->files; path != NULL && *path != NULL; path++) {
        const struct run_file input = {.path = *path};
        g_array_append_val(files, input);
    }
    return run_files_check((const struct run_file *)(const void *)files->data, files->len, error);
}

static gboolean check_numbers(const struct raw_options *raw, GError **error)
{
    return check_number("snap", raw->snap, SNAP_MIN, SNAP_MAX, error) &&
           check_number("buffer", raw->buffer, 1, BUFFER_MIB_MAX, error) &&
           check_number("memory", raw->memory, MEMORY_MIB_MIN, MEMORY_MIB_MAX, error) &&
           (raw->threads == RAW_UNSET ||
            check_number("threads", raw->threads, 1, THREADS_MAX, error)) &&
           check_count(raw->count, error) &&
           check_number("duration", raw->duration, 0, seconds_max, error) &&
           check_number("interval", raw->interval, 0, seconds_max, error) &&
           check_number("top", raw->top, 0, TOP_MAX, error);
}

/* "none" turns off what is taken for a mirror by what it carries. */
static gboolean take_mirrors(struct options *options, char **texts, GError **error)
{
    struct mirror_rules *rules = &options->mirrors;
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        if (strcmp(texts[i], "none") == 0) {
            rules->given_alone = true;
            continue;
        }
        if (rules->count == MIRROR_RULES_MAX)
            return fail(error, STATUS_USAGE, "--mirror: at most %d rules", MIRROR_RULES_MAX);
        const char *wrong = mirror_rule_parse(texts[i], &rules->rules[rules->count++]);
        if (wrong != NULL)
            return fail(error, STATUS_USAGE, "--mirror %s: %s", texts[i], wrong);
    }
    return TRUE;
}

static gboolean take_drops_only(struct options *options, char **texts, GError **error)
{
    struct session_rules *rules = &options->drops_only;
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        if (rules->count == SESSION_RULES_MAX)
            return fail(error, STATUS_USAGE, "--drops-only: at most %d rules", SESSION_RULES_MAX);
        const char *wrong = session_rule_parse(texts[i], &rules->rules[rules->count++]);
        if (wrong != NULL)
            return fail(error, STATUS_USAGE, "--drops-only %s: %s", excerpt_of(texts[i]).text,
                        wrong);
    }
    return TRUE;
}

/* 0 is "not told", which the check of a number that is told excludes. */
static gboolean take_rotation(struct options *options, const struct raw_options *raw,
                              GError **error)
{
    struct packet_rotation *rotation = &options->rotation;
    rotation->write = options->write;
    if (raw->file_size != NULL && !packet_rotation_parse_size(raw->file_size, &rotation->bytes))
        return fail(error, STATUS_USAGE,
                    "--file-size=%s: must be millions of bytes, or a number with k, m or g",
                    excerpt_of(raw->file_size).text);
    if ((raw->file_seconds != RAW_UNSET &&
         !check_number("file-seconds", (double)raw->file_seconds, 1, seconds_max, error)) ||
        (raw->file_count != RAW_UNSET &&
         !check_number("file-count", raw->file_count, 1, FILES_MAX, error)))
        return FALSE;
    rotation->seconds = raw->file_seconds != RAW_UNSET ? (uint64_t)raw->file_seconds : 0;
    rotation->files = raw->file_count != RAW_UNSET ? (unsigned)raw->file_count : 0;
    return packet_rotation_check(rotation, error);
}

static gboolean take(struct options *options, const struct raw_options *raw, GError **error)
{
    int backend = 0;
    int domain;
    if (!check_numbers(raw, error) ||
        !check_number("control-port", options->serving.port, 1, UINT16_MAX, error) ||
        !choose_backend(raw->backend, &backend, error) ||
        !choose_domain(raw->domain, &domain, error))
        return FALSE;
    if (!take_mirrors(options, raw->mirrors, error) ||
        !take_drops_only(options, raw->drops_only, error))
        return FALSE;
    const struct backend_request request = {
        .word = raw->backend,
        .threads = raw->threads,
        .counts_packets = raw->count != INT64_MAX,
        .paths = raw->paths,
    };
    if (!backend_options_check(options, (enum receive_method)backend, &request, error))
        return FALSE;
    if (raw->serve && (options->interface == NULL || raw->check))
        return fail(error, STATUS_USAGE, "--serve needs -i INTERFACE, and excludes --check");
    if (raw->check && options->interface == NULL)
        return fail(error, STATUS_USAGE, "--check needs -i INTERFACE");
    if (raw->decapsulate && options->write == NULL)
        return fail(error, STATUS_USAGE, "--decapsulate needs -w FILE");
    bool hands_on = raw->decapsulate || options->to != NULL || options->pcap_server != NULL;
    if (!handoff_options_check_use(&raw->handoff, hands_on, error))
        return FALSE;
    if (options->pcap_server != NULL && options->interface == NULL)
        return fail(error, STATUS_USAGE, "--pcap-server needs -i INTERFACE");
    if (!handoff_options_take(&raw->handoff, &options->handoff, error) ||
        !handoff_options_check_strip(&raw->handoff, backend == RECEIVE_STRIP, options->to, error))
        return FALSE;
    options->spread = (unsigned)raw->handoff.spread;
    if (!take_rotation(options, raw, error))
        return FALSE;
    if (!handoff_options_check_per_session(&raw->handoff, options->write, raw->decapsulate, error))
        return FALSE;
    options->per_session = raw->handoff.per_session;
    if (options->per_session) { /* the bound is for each session, and ends no run */
        options->keep = options->rotation.files;
        options->rotation.files = 0;
    }
    options->backend = (enum receive_method)backend;
    options->domain = (enum sequence_domain_policy)domain;
    options->snap = (size_t)raw->snap;
    options->buffer = (size_t)raw->buffer << 20;
    options->memory_mib = (size_t)raw->memory;
    options->threads = backend_options_threads(options, raw->threads);
    options->count = (uint64_t)raw->count;
    options->duration_s = raw->duration;
    options->interval_s = raw->interval;
    options->report.quiet = raw->quiet || raw->serve;
    options->report.top = (size_t)raw->top;
    options->report.json = raw->json;
    options->report.filter = options->filter;
    options->report.on_stderr = g_strcmp0(options->write, "-") == 0;
    options->decapsulate = raw->decapsulate;
    options->paths = raw->paths;
    options->check = raw->check;
    options->serve = raw->serve;
    options->version = raw->version;
    options->help = raw->help;
    options->confinement_off = raw->confinement_off;
    return check_files(options, error);
}

gboolean options_parse(struct options *options, int argc, char **argv, GError **error)
{
    struct raw_options raw;
    *options = (struct options){.serving.port = CONTROL_PORT};
    gboolean good = raw_options_read(&raw, options, argc, argv, error) &&
                    (raw.version || raw.help ||
                     (check_no_name_is_empty(options, error) &&
                      take_names(options, &raw, argv + 1, error) && check_outputs(options, error)));
    if (raw.snap == RAW_UNSET)
        raw.snap = options->write != NULL || options->to != NULL || options->pcap_server != NULL
                       ? SNAP_MAX
                       : SOURCE_SNAP_DEFAULT;
    if (raw.buffer == RAW_UNSET)
        raw.buffer = g_strcmp0(raw.backend, "xdp") == 0 ? BUFFER_MIB_XDP : BUFFER_MIB;
    if (raw.interval == RAW_UNSET_SECONDS) {
        /* intervals are for the plot only, the user did not ask to see them */
        raw.quiet |= options->files != NULL;
        raw.interval = options->files == NULL || options->report.plot != NULL ? 1 : 0;
    }
    good = good && take(options, &raw, error);
    raw_options_clear(&raw);
    return good;
}

void options_clear(struct options *options)
{
    g_free(options->interface);
    g_strfreev(options->files);
    g_free(options->filter);
    g_free(options->user);
    serve_plan_clear(&options->serving);
    g_free(options->write);
    g_free(options->to);
    g_free(options->pcap_server);
    frame_selection_clear(&options->handoff.selection);
    g_free(options->report.prometheus);
    g_free(options->report.plot);
}

bool options_reads_input(const struct options *options)
{
    return options->files != NULL && strcmp(*options->files, "-") == 0 && options->files[1] == NULL;
}
