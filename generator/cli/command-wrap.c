/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen wrap: the frames of a capture, as copies, to a capture file.
 */
#include "generator/cli/command.h"

#include "common/errors.h"
#include "generator/cli/command-files.h"
#include "generator/cli/confine-command.h"
#include "generator/cli/progress.h"
#include "generator/output/output.h"
#include "generator/simulation/wrap.h"

/* What the command line says beside the keys. */
struct wrap_request {
    char *output;
    gboolean keep_fcs;
};

/* Frames and times are the capture's, and every frame arrives. */
static bool offers(const struct key *key)
{
    static const char *const up_to_the_capture[] = {"start", "count", "interval", "delay", NULL};
    return (key->sections & (SECTION_CAPTURE | SECTION_SESSION)) != 0 &&
           key->topic != TOPIC_INNER && key->topic != TOPIC_TRAFFIC && key->topic != TOPIC_PATH &&
           key->topic != TOPIC_IMPAIRMENT && !g_strv_contains(up_to_the_capture, key->name);
}

static gboolean wrap_into(struct capture_reader *reader, const struct wrapping *wrapping,
                          struct output *output, GError **error)
{
    struct progress progress;
    progress_begin(&progress, output_sink(output), NULL);
    const struct frame_sink sink = progress_sink(&progress);
    gboolean good = wrap(reader, wrapping, &sink, error);
    progress_end(&progress);
    if (good)
        return output_commit(output, error);
    output_abort(output);
    return FALSE;
}

static gboolean wrap_capture(const struct wrap_request *request, struct capture_reader *reader,
                             struct output *output, const struct key_options *options,
                             GError **error)
{
    struct scenario *scenario =
        scenario_load(NULL, (const struct override *)(void *)options->overrides->data,
                      options->overrides->len, error);
    if (scenario == NULL) {
        output_abort(output);
        return FALSE;
    }
    if (!key_options_has(options, "time-precision") && capture_reader_has_ns(reader))
        scenario->capture.precision = PRECISION_NS;
    const struct wrapping wrapping = {
        .scenario = scenario,
        .frame_type_given = key_options_has(options, "ft"),
        .keep_fcs = request->keep_fcs,
    };
    struct interface_list interfaces = interface_list_of(scenario);
    gboolean good = output_begin(output, &scenario->capture, &interfaces, error);
    if (good)
        good = wrap_into(reader, &wrapping, output, error);
    else
        output_abort(output);
    interface_list_clear(&interfaces);
    scenario_free(scenario);
    return good;
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    const struct wrap_request *request = data;
    const struct run_file own[] = {{.option = "-o", .path = request->output, .written = true}};
    if (!output_is_right(request->output, error) ||
        !command_files_check(own, G_N_ELEMENTS(own), arguments[0], NULL, error))
        return FALSE;
    struct output *output = NULL;
    if (!capture_reader_hold(arguments[0], error) ||
        (output = output_open(request->output, error)) == NULL)
        return FALSE;
    struct atomic_file *outputs[] = {output_place(output), NULL};
    struct capture_reader *reader =
        confine_command(outputs, false, error) ? capture_reader_open(arguments[0], error) : NULL;
    if (reader == NULL) {
        output_abort(output);
        return FALSE;
    }
    gboolean good = wrap_capture(request, reader, output, options, error);
    capture_reader_close(reader);
    return good;
}

int command_wrap(int argc, char **argv)
{
    struct wrap_request request = {0};
    const GOptionEntry entries[] = {
        COMMAND_OUTPUT(&request.output),
        {"keep-fcs", 0, 0, G_OPTION_ARG_NONE, &request.keep_fcs,
         "Mirror the FCS of frames that have one", NULL},
        CONFINE_COMMAND_OPTIONS,
        {0},
    };
    const struct command command = {
        .arguments = "CAPTURE",
        .summary = "Wraps every frame of a capture into ERSPAN, each at its time, as one session\n"
                   "that mirrored them would. CAPTURE is of any format that Wireshark reads, -\n"
                   "standard input. The keys of a session are options. For several sessions,\n"
                   "impairments or truth: erspangen write --kind capture --file CAPTURE.",
        .examples = "Examples:\n"
                    "  erspangen wrap mine.pcapng --type 2 --session 100 -o x.pcapng\n"
                    "  erspangen wrap ip-only.pcap --type 3 -o - | tshark -r -\n",
        .entries = entries,
        .offers = offers,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, &request);
}
