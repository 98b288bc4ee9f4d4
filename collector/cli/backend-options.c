/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/backend-options.h"

#include "common/errors.h"

/* An XDP program passes on GRE, and of UDP no more than what may be ERSPAN or a marker. */
static bool has_rule_beyond_gre(const struct mirror_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        if (!mirror_is_in_gre(rules->rules[i].kind))
            return true;
    return false;
}

static gboolean check_in_kernel(const struct options *options, bool strips,
                                const struct backend_request *request, GError **error)
{
    bool hands_on = (options->to != NULL && !strips) || options->pcap_server != NULL;
    if (options->filter != NULL || options->write != NULL || request->counts_packets || hands_on)
        return fail(error, STATUS_USAGE,
                    "--backend=%s hands on no packets to filter, count or write", request->word);
    if (options->mirrors.count > 0)
        return fail(error, STATUS_USAGE,
                    "--backend=%s reads no mirror but ERSPAN: --mirror needs another",
                    request->word);
    if (request->paths)
        return fail(error, STATUS_USAGE,
                    "--backend=%s does not read frames: --paths needs another back-end",
                    request->word);
    return TRUE;
}

gboolean backend_options_check(const struct options *options, enum receive_method backend,
                               const struct backend_request *request, GError **error)
{
    bool strips = backend == RECEIVE_STRIP;
    bool shares_packets = request->threads > 1 && options->files == NULL;
    if (shares_packets && backend != RECEIVE_PACKET)
        return fail(error, STATUS_USAGE,
                    "--threads=%d needs --backend=packet, or a capture to read", request->threads);
    if (shares_packets && request->paths)
        return fail(error, STATUS_USAGE,
                    "--threads=%d: --paths needs one thread, which sees all copies of a frame",
                    request->threads);
    if ((backend == RECEIVE_COUNT || strips) && !check_in_kernel(options, strips, request, error))
        return FALSE;
    if (backend == RECEIVE_XDP && has_rule_beyond_gre(&options->mirrors))
        return fail(error, STATUS_USAGE,
                    "--backend=xdp reads no mirror but ERSPAN and GRE: such a "
                    "--mirror needs --backend=packet or pcap");
    return TRUE;
}

/* A second thread helps if it has a processor. */
unsigned backend_options_threads(const struct options *options, int given)
{
    if (given > 0)
        return (unsigned)given;
    return options->files != NULL ? MIN(g_get_num_processors(), 2) : 1;
}
