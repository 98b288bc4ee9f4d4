/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface through libpcap, which works everywhere.
 */
#include <limits.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <string.h>

#include "collector/source/packet-filter.h"
#include "collector/source/source.h"
#include "common/errors.h"
#include "core/base/time-units.h"
#include "core/base/wide-counter.h"

struct source_pcap {
    struct source source;
    char *interface;
    unsigned index; /* of the interface; 0: it is none of the kernel's */
    pcap_t *pcap;
    bool nanoseconds;
    uint32_t link;
    uint64_t packets;
    struct source_statistics statistics;
    char *complaint; /* the interface was removed: packets that it received may still come */
};

/* true while packets are passed on */
struct pcap_dispatch {
    struct source_pcap *live;
    const struct packet_sink *sink;
};

static void deliver(u_char *context, const struct pcap_pkthdr *header, const u_char *data)
{
    const struct pcap_dispatch *delivery = (const struct pcap_dispatch *)(void *)context;
    struct source_pcap *live = delivery->live;
    int64_t fraction = header->ts.tv_usec;
    const struct packet packet = {
        .number = ++live->packets,
        .time_ns = header->ts.tv_sec * NS_PER_SECOND + (live->nanoseconds ? 1 : 1000) * fraction,
        .link = live->link,
        .bytes = {data, header->caplen},
        .length = MAX(header->len, header->caplen),
    };
    packet_put(delivery->sink, &packet);
}

/* libpcap asks for its name, and takes it for removed. */
static bool is_renamed(const struct source_pcap *live)
{
    char now[IF_NAMESIZE];
    return live->index != 0 && if_indextoname(live->index, now) != NULL &&
           strcmp(now, live->interface) != 0;
}

static enum source_state pcap_source_dispatch(struct source *source, const struct packet_sink *sink,
                                              size_t limit, GError **error)
{
    struct source_pcap *live = (struct source_pcap *)source;
    struct pcap_dispatch delivery = {live, sink};
    struct pollfd waiting = {.fd = pcap_get_selectable_fd(live->pcap), .events = POLLIN};
    poll(&waiting, 1, SOURCE_WAIT_MS);
    int result = pcap_dispatch(live->pcap, (int)MIN(limit, INT_MAX), deliver, (void *)&delivery);
    if (result > 0 || (result < 0 && is_renamed(live)))
        return SOURCE_MORE;
    if (live->complaint != NULL) {
        fail(error, STATUS_FAILED, "%s: %s", live->interface, live->complaint);
        return SOURCE_FAILED;
    }
    if (result < 0 && result != PCAP_ERROR_BREAK) {
        live->complaint = g_strdup(pcap_geterr(live->pcap));
        g_usleep(3 * SOURCE_WAIT_MS *
                 1000); /* the kernel passes on the packets that it was collecting */
    }
    return SOURCE_MORE;
}

static void pcap_source_statistics(struct source *source, struct source_statistics *statistics)
{
    struct source_pcap *live = (struct source_pcap *)source;
    struct pcap_stat counts;
    if (pcap_stats(live->pcap, &counts) == 0) {
        wide_counter_follow(&live->statistics.received, counts.ps_recv);
        wide_counter_follow(&live->statistics.dropped, counts.ps_drop);
    }
    *statistics = live->statistics;
}

static void pcap_source_close(struct source *source)
{
    struct source_pcap *live = (struct source_pcap *)source;
    if (live->pcap != NULL)
        pcap_close(live->pcap);
    g_free(live->interface);
    g_free(live->complaint);
    g_free(live);
}

static const struct source_class pcap_class = {
    .name = "libpcap",
    .live = true,
    .times_exact = true,
    .dispatch = pcap_source_dispatch,
    .statistics = pcap_source_statistics,
    .close = pcap_source_close,
};

static gboolean fail_open(const struct source_pcap *live, int result, GError **error)
{
    const char *detail = pcap_geterr(live->pcap);
    /* libpcap looks for permission first. */
    if (result == PCAP_ERROR_NO_SUCH_DEVICE || if_nametoindex(live->interface) == 0)
        return fail(error, STATUS_FAILED, "%s: there is no such interface", live->interface);
    if (result == PCAP_ERROR_PERM_DENIED || result == PCAP_ERROR_PROMISC_PERM_DENIED)
        return fail(error, STATUS_FAILED,
                    "%s: only root, or a program with CAP_NET_RAW, may receive from it",
                    live->interface);
    if (result == PCAP_ERROR_IFACE_NOT_UP)
        return fail(error, STATUS_FAILED, "%s: the interface is down: ip link set %s up",
                    live->interface, live->interface);
    return fail(error, STATUS_FAILED, "%s: %s%s%s", live->interface, pcap_statustostr(result),
                detail[0] != '\0' ? ": " : "", detail);
}

static gboolean set_filter(const struct source_pcap *live, const char *filter, GError **error)
{
    struct bpf_program program;
    if (filter == NULL)
        return TRUE;
    if (!packet_filter_compile(live->pcap, filter, &program, error))
        return FALSE;
    int result = pcap_setfilter(live->pcap, &program);
    pcap_freecode(&program);
    return result == 0 ||
           fail(error, STATUS_FAILED, "%s: %s", live->interface, pcap_geterr(live->pcap));
}

static gboolean activate(struct source_pcap *live, const struct receive_plan *plan, GError **error)
{
    char refusal[PCAP_ERRBUF_SIZE];
    live->nanoseconds = pcap_set_tstamp_precision(live->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
    int result = pcap_set_snaplen(live->pcap, (int)plan->snap);
    if (result == 0)
        result = pcap_set_buffer_size(live->pcap, (int)MIN(plan->buffer, INT_MAX));
    if (result == 0)
        result = pcap_set_timeout(live->pcap, SOURCE_WAIT_MS);
    if (result == 0)
        result = pcap_set_promisc(live->pcap, 1);
    if (result == 0)
        result = pcap_activate(live->pcap);
    if (result < 0)
        return fail_open(live, result, error);
    live->link = (uint32_t)pcap_datalink(live->pcap);
    /* Without this libpcap would wait for a packet without a limit. */
    if (pcap_setnonblock(live->pcap, 1, refusal) != 0)
        return fail(error, STATUS_FAILED, "%s: %s", live->interface, refusal);
    return set_filter(live, plan->filter, error);
}

gboolean source_pcap_open(const struct receive_plan *plan, GPtrArray *sources, GError **error)
{
    char refusal[PCAP_ERRBUF_SIZE];
    struct source_pcap *live = g_new0(struct source_pcap, 1);
    live->source.class = &pcap_class;
    live->interface = g_strdup(plan->interface);
    live->index = if_nametoindex(plan->interface);
    live->pcap = pcap_create(plan->interface, refusal);
    if (live->pcap == NULL) {
        fail(error, STATUS_FAILED, "%s: %s", plan->interface, refusal);
    } else if (activate(live, plan, error)) {
        g_ptr_array_add(sources, &live->source);
        return TRUE;
    }
    pcap_source_close(&live->source);
    return FALSE;
}
