/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where packets and mirrored frames of a run go: a capture, an interface.
 */
#ifndef COLLECTOR_CLI_OUTPUTS_H
#define COLLECTOR_CLI_OUTPUTS_H

#include "collector/cli/options.h"
#include "collector/meter/packet-processor.h"
#include "collector/output/reporter.h"

/**
 * Opens what the options name, and lets @p policy send packets and mirrored frames there.
 *
 * @return FALSE after an error. outputs_close() is due in any case.
 */
gboolean outputs_open(struct reporter_outputs *outputs, const struct options *options,
                      struct packet_processor_policy *policy, GError **error);

/** The process is confined: threads of outputs begin. */
void outputs_begin(const struct reporter_outputs *outputs);

/** No more packets come: what waits goes on. @param failed  see packet_writer_finish(). */
void outputs_finish(const struct reporter_outputs *outputs, bool failed);

/** FALSE if something that should be in a file is not. */
gboolean outputs_close(struct reporter_outputs *outputs, bool failed, GError **error);

#endif
