/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/outputs.h"

static gboolean open_writer(struct outputs *outputs, const struct options *options, GError **error)
{
    const struct packet_writer_plan plan = {
        .path = options->write,
        .waiting = options->buffer,
        .waits = options->file != NULL,
        .many_links = options->decapsulate,
        .rotation = options->rotation,
    };
    outputs->writer = packet_writer_open(&plan, error);
    return outputs->writer != NULL;
}

static void open_handoff(struct outputs *outputs, const struct options *options)
{
    struct packet_sink sinks[HANDOFF_SINKS_MAX];
    size_t count = 0;
    if (options->decapsulate)
        sinks[count++] = packet_writer_sink(outputs->writer);
    if (outputs->interface != NULL)
        sinks[count++] = interface_writer_sink(outputs->interface);
    if (count > 0)
        outputs->handoff = handoff_new(&options->handoff, sinks, count);
}

gboolean outputs_open(struct outputs *outputs, const struct options *options,
                      struct packet_processor_policy *policy, GError **error)
{
    *outputs = (struct outputs){NULL, NULL, NULL};
    if (options->write != NULL && !open_writer(outputs, options, error))
        return FALSE;
    if (options->to != NULL) {
        outputs->interface = interface_writer_open(options->to, error);
        if (outputs->interface == NULL)
            return FALSE;
    }
    open_handoff(outputs, options);
    if (outputs->handoff != NULL)
        policy->mirrored = handoff_sink(outputs->handoff);
    if (outputs->writer != NULL && !options->decapsulate)
        policy->packets = packet_writer_sink(outputs->writer);
    return TRUE;
}

void outputs_finish(const struct outputs *outputs, bool failed)
{
    if (outputs->handoff != NULL)
        handoff_finish(outputs->handoff);
    if (outputs->writer != NULL)
        packet_writer_finish(outputs->writer, failed);
}

gboolean outputs_close(struct outputs *outputs, bool failed, GError **error)
{
    handoff_free(outputs->handoff);
    interface_writer_close(outputs->interface);
    return outputs->writer == NULL || packet_writer_close(outputs->writer, failed, error);
}
