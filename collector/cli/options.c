/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/options.h"

#include <float.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "collector/cli/backend-options.h"
#include "collector/cli/handoff-options.h"
#include "collector/cli/input-files.h"
#include "collector/cli/memory.h"
#include "common/control/control-message.h"
#include "common/errors.h"
#include "common/option-help.h"
#include "common/run-files.h"

enum {
    SNAP_MIN = 64,
    SNAP_MAX = 262144,
    BUFFER_MIB = 64,
    BUFFER_MIB_XDP = 256, /* where every packet takes 4 KiB */
    BUFFER_MIB_MAX = 16384,
    TOP_MAX = 1000000,
    UNSET = INT_MIN,
    FILES_MAX = 1000000,
    THREADS_MAX = 64
};

static const double seconds_max = 1e9;

/* As GLib hands them over, before they are checked. */
struct raw {
    char **read; /* ends in NULL; or NULL */
    char *backend;
    char *domain;
    char *file_size;
    gint64 file_seconds;
    int file_count;
    char **mirrors; /* as read */
    char **drops_only;
    int snap;
    int buffer;
    int memory;
    int threads;
    gint64 count;
    double duration;
    double interval;
    int top;
    gboolean quiet;
    gboolean json;
    gboolean decapsulate;
    gboolean paths;
    struct handoff_options handoff;
    gboolean check;
    gboolean serve;
    gboolean version;
    gboolean help;
    gboolean help_all;
    gboolean confinement_off;
};

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
static gboolean take_names(struct options *options, const struct raw *raw, char *const *arguments,
                           GError **error)
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

static gboolean check_numbers(const struct raw *raw, GError **error)
{
    return check_number("snap", raw->snap, SNAP_MIN, SNAP_MAX, error) &&
           check_number("buffer", raw->buffer, 1, BUFFER_MIB_MAX, error) &&
           check_number("memory", raw->memory, MEMORY_MIB_MIN, MEMORY_MIB_MAX, error) &&
           (raw->threads == UNSET ||
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
static gboolean take_rotation(struct options *options, const struct raw *raw, GError **error)
{
    struct packet_rotation *rotation = &options->rotation;
    rotation->write = options->write;
    if (raw->file_size != NULL && !packet_rotation_parse_size(raw->file_size, &rotation->bytes))
        return fail(error, STATUS_USAGE,
                    "--file-size=%s: must be millions of bytes, or a number with k, m or g",
                    excerpt_of(raw->file_size).text);
    if ((raw->file_seconds != UNSET &&
         !check_number("file-seconds", (double)raw->file_seconds, 1, seconds_max, error)) ||
        (raw->file_count != UNSET &&
         !check_number("file-count", raw->file_count, 1, FILES_MAX, error)))
        return FALSE;
    rotation->seconds = raw->file_seconds != UNSET ? (uint64_t)raw->file_seconds : 0;
    rotation->files = raw->file_count != UNSET ? (unsigned)raw->file_count : 0;
    return packet_rotation_check(rotation, error);
}

static gboolean take(struct options *options, const struct raw *raw, GError **error)
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

static gboolean parse(struct options *options, struct raw *raw, int argc, char **argv,
                      GError **error)
{
    const GOptionEntry entries[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &options->interface,
         "Receive from this interface until Ctrl-C", "NAME"},
        {"read", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->read,
         "Read captures in order of time; - is stdin", "FILE"},
        {"filter", 'f', 0, G_OPTION_ARG_STRING, &options->filter,
         "Count only packets that match, as in tcpdump", "BPF"},
        {"count", 'c', 0, G_OPTION_ARG_INT64, &raw->count, "Stop after N packets", "N"},
        {"duration", 'd', 0, G_OPTION_ARG_DOUBLE, &raw->duration, "Stop after SECONDS", "SECONDS"},
        {"interval", 't', 0, G_OPTION_ARG_DOUBLE, &raw->interval,
         "Report interval: 1 with -i, else one report", "SECONDS"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet, "Report only at the end", NULL},
        {"top", 'n', 0, G_OPTION_ARG_INT, &raw->top, "Show the N busiest sessions: 10", "N"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &raw->json, "Report as JSON, one object per line",
         NULL},
        {"prometheus", 0, 0, G_OPTION_ARG_FILENAME, &options->report.prometheus,
         "Write metrics for node_exporter", "FILE"},
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &options->report.plot,
         "Draw rate and loss over time as SVG", "FILE"},
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &options->write,
         "Write the packets as pcap; - is stdout", "FILE"},
        {"file-size", 'C', 0, G_OPTION_ARG_STRING, &raw->file_size,
         "New file after SIZE MB (or with k, m, g)", "SIZE"},
        {"file-seconds", 'G', 0, G_OPTION_ARG_INT64, &raw->file_seconds,
         "New file after SECONDS; FILE may have %H", "SECONDS"},
        {"file-count", 'W', 0, G_OPTION_ARG_INT, &raw->file_count,
         "Keep the newest N files; with -G alone: end", "N"},
        {"decapsulate", 0, 0, G_OPTION_ARG_NONE, &raw->decapsulate,
         "Write the mirrored frames instead", NULL},
        {"domain", 0, 0, G_OPTION_ARG_STRING, &raw->domain,
         "Counter per: auto, source, session, hw-id", "WORD"},
        {"mirror", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &raw->mirrors,
         "Also count gre, vxlan, geneve, ...; or none", "RULE"},
        {"drops-only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->drops_only,
         "Session of drops only: ID,from=ADDRESS,...", "RULE"},
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &raw->backend,
         "Receive by: pcap, packet, xdp, count, strip", "WORD"},
        {"snap", 's', 0, G_OPTION_ARG_INT, &raw->snap,
         "Capture BYTES of a packet: 256; all with -w", "BYTES"},
        {"buffer", 'B', 0, G_OPTION_ARG_INT, &raw->buffer, "Receive buffer: 64, for xdp 256",
         "MIB"},
        {"memory", 0, 0, G_OPTION_ARG_INT, &raw->memory, "Memory for sessions and copies: 712",
         "MIB"},
        {"threads", 0, 0, G_OPTION_ARG_INT, &raw->threads,
         "Threads for -r or -b packet: 1; 2 for -r", "N"},
        {"user", 'Z', 0, G_OPTION_ARG_STRING, &options->user, "User to become: erspan, or nobody",
         "NAME"},
        {"no-confinement", 0, 0, G_OPTION_ARG_NONE, &raw->confinement_off,
         "Change the user only: for fault-finding", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &raw->check, "Check the setup of this host, and end",
         NULL},
        {"serve", 0, 0, G_OPTION_ARG_NONE, &raw->serve, "Count copies for erspangen limit", NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &raw->version,
         "Print versions and features of this build", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Print this", NULL},
        {"help-all", 0, 0, G_OPTION_ARG_NONE, &raw->help_all,
         "Print the options of --to and --serve, too", NULL},
        {0},
    };
    const GOptionEntry more[] = {
        {"paths", 0, 0, G_OPTION_ARG_NONE, &raw->paths,
         "Find what the network lost between two mirrors, and its delay", NULL},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options->to,
         "Put the mirrored frames onto this interface", "NAME"},
        {"pcap-server", 0, 0, G_OPTION_ARG_STRING, &options->pcap_server,
         "Serve the mirrored frames as pcap over IP", "[ADDRESS:]PORT"},
        {0},
    };
    const GOptionEntry limit[] = {
        {"listen", 0, 0, G_OPTION_ARG_STRING, &options->serving.address,
         "It calls at this address alone", "ADDRESS"},
        {"control-port", 0, 0, G_OPTION_ARG_INT, &options->serving.port, "and at this port: 34754",
         "PORT"},
        {"control-key", 0, 0, G_OPTION_ARG_FILENAME, &options->serving.key_file,
         "and must have the key in this file", "FILE"},
        {0},
    };
    GOptionContext *context = g_option_context_new("-i NAME | -r FILE");
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(
        context, "Measures the rate and the loss of ERSPAN sessions, and finds the place of loss.");
    g_option_context_set_description(
        context,
        "Examples:\n"
        "  erspanrate -i eth1\n"
        "  erspanrate -r capture.pcapng.gz\n"
        "  erspanrate -i eth1 -d 60 -j > minute.json\n"
        "  dumpcap -i eth1 -w mirror.pcapng   no filter: 'proto gre' loses copies\n"
        "      in VLANs and UDP, markers, ICMP errors; docs/tutorial.md has a better one\n");
    g_option_context_add_main_entries(context, entries, NULL);
    GOptionGroup *group =
        g_option_group_new("more", "Mirrored frames, and erspangen limit:", "", NULL, NULL);
    g_option_group_add_entries(group, more);
    handoff_options_add(&raw->handoff, group);
    g_option_group_add_entries(group, limit);
    g_option_context_add_group(context, group);
    gboolean good = g_option_context_parse(context, &argc, &argv, error);
    raw->help |= raw->help_all;
    if (good && raw->help)
        option_help_print(context, !raw->help_all);
    g_option_context_free(context);
    return good && (raw->version || raw->help ||
                    (check_no_name_is_empty(options, error) &&
                     take_names(options, raw, argv + 1, error) && check_outputs(options, error)));
}

gboolean options_parse(struct options *options, int argc, char **argv, GError **error)
{
    const double unset = -DBL_MAX;
    struct raw raw = {
        .snap = UNSET,
        .buffer = UNSET,
        .memory = MEMORY_MIB_DEFAULT,
        .threads = UNSET,
        .file_seconds = UNSET,
        .file_count = UNSET,
        .count = INT64_MAX,
        .interval = unset,
        .top = REPORT_TOP_DEFAULT,
    };
    *options = (struct options){.serving.port = CONTROL_PORT};
    gboolean good = parse(options, &raw, argc, argv, error);
    if (raw.snap == UNSET)
        raw.snap = options->write != NULL || options->to != NULL || options->pcap_server != NULL
                       ? SNAP_MAX
                       : SOURCE_SNAP_DEFAULT;
    if (raw.buffer == UNSET)
        raw.buffer = g_strcmp0(raw.backend, "xdp") == 0 ? BUFFER_MIB_XDP : BUFFER_MIB;
    if (raw.interval == unset) {
        /* intervals are for the plot only, the user did not ask to see them */
        raw.quiet |= options->files != NULL;
        raw.interval = options->files == NULL || options->report.plot != NULL ? 1 : 0;
    }
    good = good && take(options, &raw, error);
    g_strfreev(raw.read);
    g_free(raw.backend);
    g_free(raw.domain);
    g_free(raw.file_size);
    g_strfreev(raw.mirrors);
    handoff_options_clear(&raw.handoff);
    g_strfreev(raw.drops_only);
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
