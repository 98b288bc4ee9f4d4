/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen write: a scenario, or options alone, to a capture file.
 */
#include "generator/cli/command.h"

#include "common/errors.h"
#include "generator/cli/command-files.h"
#include "generator/cli/confine-command.h"
#include "generator/cli/progress.h"
#include "generator/load/builtin.h"
#include "generator/output/output.h"
#include "generator/simulation/simulation.h"
#include "generator/truth/truth-file.h"

/* What the command line says beside the keys. */
struct write_request {
    char *output;
    char *truth;
    gboolean truth_frames;
};

/* Plays the scenario into the two files, of which there may be one. */
static gboolean play_into(const struct scenario *scenario, struct output *output,
                          struct truth_file *file, GError **error)
{
    struct progress progress;
    progress_begin(&progress, output_sink(output), scenario);
    const struct frame_sink watched = progress_sink(&progress);
    const struct frame_sink sink = file != NULL ? truth_file_sink(file, &watched) : watched;
    struct truth *truth = truth_new(scenario);
    gboolean good = simulate(scenario, truth, &sink, NULL, error);
    progress_end(&progress);
    if (good && file != NULL)
        good = truth_file_write(file, truth, error);
    truth_free(truth);
    return good;
}

static gboolean write_output(const struct scenario *scenario, struct output *output,
                             struct truth_file *file, GError **error)
{
    if (play_into(scenario, output, file, error))
        return output_commit(output, error);
    output_abort(output);
    return FALSE;
}

/* All is open. */
static gboolean confine(struct output *output, struct truth_file *file, GError **error)
{
    struct atomic_file *outputs[] = {output_place(output),
                                     file != NULL ? truth_file_place(file) : NULL, NULL};
    return confine_command(outputs, false, error);
}

static gboolean write_capture(const struct scenario *scenario, const struct write_request *request,
                              struct truth_file *file, GError **error)
{
    struct output *output = output_open(request->output, error);
    if (output == NULL)
        return FALSE;
    struct interface_list interfaces = interface_list_of(scenario);
    gboolean good = confine(output, file, error) &&
                    output_begin(output, &scenario->capture, &interfaces, error);
    if (good)
        good = write_output(scenario, output, file, error);
    else
        output_abort(output);
    interface_list_clear(&interfaces);
    return good;
}

static gboolean write_files(const struct scenario *scenario, const struct write_request *request,
                            GError **error)
{
    if (request->truth == NULL)
        return write_capture(scenario, request, NULL, error);
    struct truth_file *file = truth_file_open(request->truth, request->truth_frames, error);
    if (file == NULL)
        return FALSE;
    if (write_capture(scenario, request, file, error))
        return truth_file_commit(file, error);
    truth_file_abort(file);
    return FALSE;
}

static gboolean carry_out(void *data, char **arguments, const struct key_options *options,
                          GError **error)
{
    const struct write_request *request = data;
    if (request->truth_frames && request->truth == NULL)
        return fail(error, STATUS_USAGE, "--truth-frames needs --truth FILE");
    if (!output_is_right(request->output, error))
        return FALSE;
    struct scenario *scenario = builtin_load(arguments[0], options, error);
    if (scenario == NULL)
        return FALSE;
    const struct run_file own[] = {
        {.option = "-o", .path = request->output, .written = true},
        {.option = "--truth", .path = request->truth, .written = true},
    };
    gboolean good = command_files_check(own, G_N_ELEMENTS(own), arguments[0], scenario, error) &&
                    confine_command_hold(scenario, error) && write_files(scenario, request, error);
    scenario_free(scenario);
    return good;
}

int command_write(int argc, char **argv)
{
    struct write_request request = {0};
    const GOptionEntry entries[] = {
        COMMAND_OUTPUT(&request.output),
        {"truth", 't', 0, G_OPTION_ARG_FILENAME, &request.truth,
         "Write what happened to the copies, as JSON", "FILE"},
        {"truth-frames", 0, 0, G_OPTION_ARG_NONE, &request.truth_frames,
         "--truth has an entry for each frame, too", NULL},
        CONFINE_COMMAND_OPTIONS,
        {0},
    };
    const struct command command = {
        .arguments = "[SCENARIO]",
        .summary =
            "Writes a capture of ERSPAN copies, from a scenario, from options, or from both.\n"
            "Options override the scenario. Each key of a scenario is an option, too.\n"
            "SCENARIO is a file, -, a name that erspangen list shows, or a capture to mirror.",
        .examples = "Examples:\n"
                    "  erspangen write --type 2 --session 100 --count 10 -o x.pcap\n"
                    "  erspangen write nexus-5000 --session 10 --late 2% --late-by 3 -o x.pcap\n"
                    "  erspangen write mine.pcapng --type 3 --loss 1% -o x.pcapng\n",

        .entries = entries,
        .offers = offers_every_key,
        .carry_out = carry_out,
    };
    return command_run(&command, argc, argv, &request);
}
