/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/source/packet-filter.h"

#include <pcap/pcap.h>

#include "common/errors.h"
#include "common/signals.h"
#include "core/wire/link.h"

enum { SNAP_LENGTH = 262144, NO_LINK = -1 };

struct packet_filter {
    char *expression; /* NULL: all pass */
    int64_t link;     /* that the program was compiled for */
    bool compiled;
    struct bpf_program program;
};

static void drop_program(struct packet_filter *filter)
{
    if (filter->compiled)
        pcap_freecode(&filter->program);
    filter->compiled = false;
}

static gboolean translate(pcap_t *pcap, const char *expression, struct bpf_program *program,
                          GError **error)
{
    return pcap_compile(pcap, program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 ||
           fail(error, STATUS_USAGE, "filter \"%s\": %s", expression, pcap_geterr(pcap));
}

gboolean packet_filter_compile(pcap_t *pcap, const char *expression, struct bpf_program *program,
                               GError **error)
{
    signals_let_kill(true);
    gboolean good = translate(pcap, expression, program, error);
    signals_let_kill(false);
    return good;
}

static gboolean compile(struct packet_filter *filter, uint32_t link, GError **error)
{
    drop_program(filter);
    filter->link = link;
    /* libpcap's own number for raw IP differs from the one in files. */
    pcap_t *dead = pcap_open_dead(link == LINK_RAW ? DLT_RAW : (int)link, SNAP_LENGTH);
    filter->compiled = translate(dead, filter->expression, &filter->program, error);
    pcap_close(dead);
    return filter->compiled;
}

struct packet_filter *packet_filter_new(const char *expression, GError **error)
{
    struct packet_filter *filter = g_new0(struct packet_filter, 1);
    filter->expression = g_strdup(expression);
    filter->link = NO_LINK;
    signals_let_kill(true); /* as in packet_filter_compile() */
    bool good = expression == NULL || compile(filter, LINK_ETHERNET, error);
    signals_let_kill(false);
    if (good)
        return filter;
    packet_filter_free(filter);
    return NULL;
}

void packet_filter_free(struct packet_filter *filter)
{
    if (filter == NULL)
        return;
    drop_program(filter);
    g_free(filter->expression);
    g_free(filter);
}

bool packet_filter_passes(struct packet_filter *filter, const struct packet *packet)
{
    if (filter->expression == NULL)
        return true;
    if (filter->link != packet->link)
        compile(filter, packet->link, NULL);
    const struct pcap_pkthdr header = {
        .caplen = (bpf_u_int32)packet->bytes.len,
        .len = (bpf_u_int32)packet->length,
    };
    return filter->compiled &&
           pcap_offline_filter(&filter->program, &header, packet->bytes.data) != 0;
}
