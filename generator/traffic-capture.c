/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture replayed: with its own times, or at a rate; once or several times over. The host that
 * sends its first frame is taken for the client.
 */
#include <pcap/pcap.h>

#include "generator/errors.h"
#include "generator/traffic-kinds.h"

enum { MACS_LENGTH = 12, SOURCE_AT = 6 };

static const int64_t longest_ns = INT64_C(30) * 86400 * 1000000000;

struct replay {
    const struct traffic_plan *plan;
    pcap_t *file;
    uint64_t loop;    /* which it is, the first is 0 */
    uint64_t frames;  /* of this loop so far */
    int64_t first_ns; /* time of its first frame in the file */
    int64_t last_ps;  /* of the last frame made */
    int64_t loop_ps;  /* when this loop began */
    struct pace rate;
    struct mac client;
};

static gboolean open_file(struct replay *replay, GError **error)
{
    const char *path = replay->plan->file;
    char why[PCAP_ERRBUF_SIZE] = "";
    replay->frames = 0;
    replay->file = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
    bool names_itself = g_str_has_prefix(why, path); /* libpcap's own message */
    if (replay->file == NULL)
        return fail(error, STATUS_FAILED, "%s%s%s", names_itself ? "" : path,
                    names_itself ? "" : ": ", why);
    int link = pcap_datalink(replay->file);
    if (link == DLT_EN10MB)
        return TRUE;
    const char *name = pcap_datalink_val_to_name(link);
    return fail(error, STATUS_FAILED, "%s: its link type is %s (%d); must be Ethernet", path,
                name != NULL ? name : "unknown", link);
}

static void end(void *state)
{
    struct replay *replay = state;
    if (replay->file != NULL)
        pcap_close(replay->file);
    g_free(replay);
}

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct replay *replay = g_new0(struct replay, 1);
    replay->plan = plan;
    replay->rate.per_second = plan->rate.per_second;
    if (open_file(replay, error))
        return replay;
    end(replay);
    return NULL;
}

/* The next loop begins a mean gap after the last frame of this. False: there is none. */
static bool begin_loop(struct replay *replay, GError **error)
{
    if (replay->frames == 0 || ++replay->loop == replay->plan->loops)
        return false;
    uint64_t gaps = MAX(replay->frames - 1, 1);
    if (replay->plan->rate.per_second == AUTO)
        replay->loop_ps = replay->last_ps + (replay->last_ps - replay->loop_ps) / (int64_t)gaps;
    pcap_close(replay->file);
    return open_file(replay, error);
}

/* When the frame passes, by its own time: never before one that stands before it. */
static bool own_time(struct replay *replay, const struct pcap_pkthdr *head, int64_t *time_ps,
                     GError **error)
{
    int64_t seconds = CLAMP(head->ts.tv_sec, 0, (int64_t)UINT32_MAX); /* a file may say anything */
    int64_t time_ns = seconds * 1000000000 + head->ts.tv_usec;
    if (replay->frames == 0)
        replay->first_ns = time_ns;
    int64_t since_ns = MAX(time_ns - replay->first_ns, 0);
    if (since_ns > longest_ns)
        return fail(error, STATUS_FAILED, "%s: lasts longer than 30 days: see rate",
                    replay->plan->file);
    *time_ps = MAX(replay->loop_ps + since_ns * ps_per_ns, replay->last_ps);
    return true;
}

static bool paced_time(struct replay *replay, const struct pcap_pkthdr *head, int64_t *time_ps)
{
    *time_ps = replay->loop_ps;
    replay->loop_ps += pace_lasts(
        &replay->rate, replay->plan->rate.frames ? 1 : 8 * ((uint64_t)head->caplen + FCS_LENGTH));
    return true;
}

static bool next(void *state, struct source_frame *frame, GError **error)
{
    struct replay *replay = state;
    struct pcap_pkthdr *head;
    const u_char *data;
    int got;
    while ((got = pcap_next_ex(replay->file, &head, &data)) == PCAP_ERROR_BREAK)
        if (!begin_loop(replay, error))
            return false;
    if (got != 1)
        return fail(error, STATUS_FAILED, "%s: %s", replay->plan->file, pcap_geterr(replay->file));
    if (!(replay->plan->rate.per_second == AUTO ? own_time(replay, head, &frame->time_ps, error)
                                                : paced_time(replay, head, &frame->time_ps)))
        return false;
    frame->bytes = (struct bytes){data, head->caplen};
    if (replay->frames++ == 0 && replay->loop == 0)
        bytes_copy(frame->bytes, SOURCE_AT, replay->client.bytes, sizeof replay->client.bytes);
    frame->reverse =
        bytes_has(frame->bytes, 0, MACS_LENGTH) &&
        !bytes_equal(frame->bytes, SOURCE_AT, replay->client.bytes, sizeof replay->client.bytes);
    replay->last_ps = frame->time_ps;
    return true;
}

/* Its frames are known when they are read. */
static size_t longest(const struct traffic_plan *plan)
{
    (void)plan;
    return 0;
}

static const char *check(const struct traffic_plan *plan)
{
    return plan->file[0] == '\0' ? "kind = capture needs file" : NULL;
}

const struct traffic_source traffic_capture = {
    .keys = " file loops rate ",
    .begin = begin,
    .next = next,
    .end = end,
    .longest = longest,
    .check = check,
};
