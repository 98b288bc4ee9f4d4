/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/outputs.h"

#include <errno.h>
#include <sys/stat.h>

#include "collector/output/prometheus.h"
#include "common/atomic-file.h"
#include "common/errors.h"

/* The files of a capture that is many are made while the run goes on. */
static gboolean begin_maker(struct reporter_outputs *outputs, const struct options *options,
                            GError **error)
{
    size_t fixed = packet_rotation_fixed(&options->rotation);
    if (options->per_session)
        fixed = MIN(fixed, session_files_fixed(options->write));
    const struct file_maker_plan plan = {
        .path = options->write,
        .fixed = fixed,
        .removes = options->keep != 0,
        .user = options->user,
        .user_may_stay = options->files != NULL, /* root may make them where only root can */
        .off = options->confinement_off,
    };
    outputs->maker = file_maker_begin(&plan, error);
    return outputs->maker != NULL;
}

/* Metrics are written anew in each interval. What is a pipe or a device is opened by the process
 * itself: it may be known there alone, as /dev/stdout. */
static gboolean begin_metrics(struct reporter_outputs *outputs, const struct options *options,
                              GError **error)
{
    struct stat status;
    const struct file_replacer_plan plan = {
        .path = options->report.prometheus,
        .mode = PROMETHEUS_MODE,
        .user = options->user,
        .user_may_stay = options->files != NULL, /* root may make them where only root can */
        .off = options->confinement_off,
    };
    if (plan.path == NULL)
        return TRUE;
    g_autofree char *place = atomic_file_place(plan.path);
    if (place == NULL)
        return fail(error, STATUS_FAILED, "%s: %s", plan.path, g_strerror(errno));
    if (stat(place, &status) == 0 && !S_ISREG(status.st_mode))
        return TRUE;
    outputs->metrics = file_replacer_begin(&plan, error);
    return outputs->metrics != NULL;
}

static gboolean open_writer(struct reporter_outputs *outputs, const struct options *options,
                            GError **error)
{
    bool many = options->per_session || packet_rotation_is_asked(&options->rotation);
    if (many && !begin_maker(outputs, options, error))
        return FALSE;
    const struct packet_writer_plan plan = {
        .path = options->write,
        .waiting = options->buffer,
        .waits = options->files != NULL,
        .many_links = options->decapsulate,
        .rotation = options->rotation,
        .keep = options->keep,
        .maker = outputs->maker,
    };
    if (options->per_session)
        outputs->files = session_files_new(&plan);
    else
        outputs->writer = packet_writer_open(&plan, error);
    return outputs->files != NULL || outputs->writer != NULL;
}

static void open_handoff(struct reporter_outputs *outputs, const struct options *options)
{
    struct packet_sink sinks[HANDOFF_SINKS_MAX];
    size_t count = 0;
    if (outputs->files != NULL)
        sinks[count++] = session_files_sink(outputs->files);
    else if (options->decapsulate)
        sinks[count++] = packet_writer_sink(outputs->writer);
    if (outputs->interface != NULL)
        sinks[count++] = interface_writer_sink(outputs->interface);
    if (outputs->server != NULL)
        sinks[count++] = pcap_server_sink(outputs->server);
    if (count > 0)
        outputs->handoff = handoff_new(&options->handoff, sinks, count);
}

/* Where the frames of all sessions go. */
static struct mirrored_sink mirrored_sink(const struct reporter_outputs *outputs)
{
    const struct mirrored_sink sink = handoff_sink(outputs->handoff);
    return outputs->files != NULL ? session_files_marker(outputs->files, &sink) : sink;
}

gboolean outputs_open(struct reporter_outputs *outputs, const struct options *options,
                      struct packet_processor_policy *policy, GError **error)
{
    *outputs = (struct reporter_outputs){0};
    if (!begin_metrics(outputs, options, error))
        return FALSE;
    if (options->write != NULL && !open_writer(outputs, options, error))
        return FALSE;
    if (options->to != NULL) {
        outputs->interface = interface_writer_open(options->to, error);
        if (outputs->interface == NULL)
            return FALSE;
    }
    if (options->pcap_server != NULL) {
        outputs->server = pcap_server_open(options->pcap_server, error);
        if (outputs->server == NULL)
            return FALSE;
    }
    open_handoff(outputs, options);
    if (outputs->handoff != NULL)
        policy->mirrored = mirrored_sink(outputs);
    if (outputs->writer != NULL && !options->decapsulate)
        policy->packets = packet_writer_sink(outputs->writer);
    return TRUE;
}

void outputs_begin(const struct reporter_outputs *outputs)
{
    if (outputs->server != NULL)
        pcap_server_begin(outputs->server);
}

void outputs_finish(const struct reporter_outputs *outputs, bool failed)
{
    if (outputs->handoff != NULL)
        handoff_finish(outputs->handoff);
    if (outputs->writer != NULL)
        packet_writer_finish(outputs->writer, failed);
    if (outputs->files != NULL)
        session_files_finish(outputs->files);
    if (outputs->server != NULL)
        pcap_server_finish(outputs->server);
}

gboolean outputs_close(struct reporter_outputs *outputs, bool failed, GError **error)
{
    handoff_free(outputs->handoff);
    interface_writer_close(outputs->interface);
    pcap_server_close(outputs->server);
    gboolean good = TRUE;
    if (outputs->files != NULL)
        good = session_files_close(outputs->files, error);
    else if (outputs->writer != NULL)
        good = packet_writer_close(outputs->writer, failed, error);
    file_maker_end(outputs->maker);
    file_replacer_end(outputs->metrics);
    return good;
}
