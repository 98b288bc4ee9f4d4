/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/iperf-control.h"

#include <endian.h>
#include <inttypes.h>

#include "core/wire/protocol.h"

/* States that one end tells the other, each a byte. */
enum {
    STATE_TEST_START = 1,
    STATE_TEST_RUNNING = 2,
    STATE_TEST_END = 4,
    STATE_PARAM_EXCHANGE = 9,
    STATE_CREATE_STREAMS = 10,
    STATE_EXCHANGE_RESULTS = 13,
    STATE_DISPLAY_RESULTS = 14,
    STATE_IPERF_DONE = 16
};

enum { LENGTH_OF_TEXT = 4 }; /* big-endian, before a text in JSON */

enum part { PREPARE, RUN, REPORT, PARTS };

/* What a frame carries: nothing, a state (its number), or one of these. */
enum { NOTHING = 0, COOKIE = 100, PARAMETERS_LENGTH, PARAMETERS, RESULTS_LENGTH, RESULTS };

struct step {
    enum part part;
    bool reverse;
    uint8_t flags;
    uint8_t carries;
};

#define CLIENT(part, flags, carries)                                                               \
    {                                                                                              \
        part, false, flags, carries                                                                \
    }
#define SERVER(part, flags, carries)                                                               \
    {                                                                                              \
        part, true, flags, carries                                                                 \
    }
#define SAYS (TCP_PSH | TCP_ACK)

static const struct step steps[] = {
    CLIENT(PREPARE, TCP_SYN, NOTHING),
    SERVER(PREPARE, TCP_SYN | TCP_ACK, NOTHING),
    CLIENT(PREPARE, TCP_ACK, NOTHING),
    CLIENT(PREPARE, SAYS, COOKIE),
    SERVER(PREPARE, TCP_ACK, NOTHING),
    SERVER(PREPARE, SAYS, STATE_PARAM_EXCHANGE),
    CLIENT(PREPARE, TCP_ACK, NOTHING),
    CLIENT(PREPARE, SAYS, PARAMETERS_LENGTH),
    CLIENT(PREPARE, SAYS, PARAMETERS),
    SERVER(PREPARE, TCP_ACK, NOTHING),
    SERVER(PREPARE, SAYS, STATE_CREATE_STREAMS),
    CLIENT(PREPARE, TCP_ACK, NOTHING),
    SERVER(RUN, SAYS, STATE_TEST_START),
    SERVER(RUN, SAYS, STATE_TEST_RUNNING),
    CLIENT(RUN, TCP_ACK, NOTHING),
    CLIENT(REPORT, SAYS, STATE_TEST_END),
    SERVER(REPORT, TCP_ACK, NOTHING),
    SERVER(REPORT, SAYS, STATE_EXCHANGE_RESULTS),
    CLIENT(REPORT, TCP_ACK, NOTHING),
    CLIENT(REPORT, SAYS, RESULTS_LENGTH),
    CLIENT(REPORT, SAYS, RESULTS),
    SERVER(REPORT, TCP_ACK, NOTHING),
    SERVER(REPORT, SAYS, RESULTS_LENGTH),
    SERVER(REPORT, SAYS, RESULTS),
    CLIENT(REPORT, TCP_ACK, NOTHING),
    SERVER(REPORT, SAYS, STATE_DISPLAY_RESULTS),
    CLIENT(REPORT, SAYS, STATE_IPERF_DONE),
    CLIENT(REPORT, TCP_FIN | TCP_ACK, NOTHING),
    SERVER(REPORT, TCP_FIN | TCP_ACK, NOTHING),
    CLIENT(REPORT, TCP_ACK, NOTHING),
};

static const int64_t reaction_ps = INT64_C(2000000);

struct iperf_control {
    const struct traffic_plan *plan;
    struct payload_buffer *room;
    struct tcp_flow tcp;
    uint8_t cookie[IPERF_COOKIE_LENGTH];
    char *parameters;
    char *results; /* NULL before the report */
    size_t step;
    size_t sent_of_text;      /* a text longer than a segment takes several */
    int64_t due_ps;           /* of the step, unless its part begins later */
    int64_t begins_ps[PARTS]; /* INT64_MAX: not known yet */
};

void iperf_cookie(const struct traffic_plan *plan, uint8_t cookie[IPERF_COOKIE_LENGTH])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    struct random random = {random_stream(plan->inner.seed, "iperf", "cookie")};
    memset(cookie, 0, IPERF_COOKIE_LENGTH);
    for (size_t i = 0; plan->control && i + 1 < IPERF_COOKIE_LENGTH; i++)
        cookie[i] = (uint8_t)alphabet[random_below(&random, sizeof alphabet - 1)];
}

static char *parameters_text(const struct traffic_plan *plan)
{
    GString *out = g_string_new("{\"tcp\":true,\"omit\":0");
    if (plan->bytes != AUTO)
        g_string_append_printf(out, ",\"time\":0,\"num\":%" PRId64, plan->bytes);
    else
        g_string_append_printf(out, ",\"time\":%" PRId64 ",\"num\":0",
                               MAX(plan->duration_ns / NS_PER_SECOND, 1));
    g_string_append_printf(out, ",\"blockcount\":0,\"parallel\":%u,\"len\":131072}",
                           (unsigned)plan->inner.flows);
    return g_string_free(out, FALSE);
}

/* Of each connection: nothing was lost, and nothing sent again. */
static char *results_text(const struct traffic_plan *plan, const uint64_t *bytes)
{
    GString *out = g_string_new("{\"cpu_util_total\":0,\"sender_has_retransmits\":1,\"streams\":[");
    for (unsigned i = 0; i < plan->inner.flows; i++)
        g_string_append_printf(out,
                               "%s{\"id\":%u,\"bytes\":%" PRIu64
                               ",\"retransmits\":0,\"jitter\":0,\"errors\":0,\"packets\":0}",
                               i > 0 ? "," : "", i + 1, bytes[i]);
    g_string_append(out, "]}");
    return g_string_free(out, FALSE);
}

struct iperf_control *iperf_control_new(const struct traffic_plan *plan)
{
    struct iperf_control *control = g_new0(struct iperf_control, 1);
    control->plan = plan;
    control->room = payload_buffer_new(plan->mtu);
    /* The data connections are the first ones: the key changes none of their ports and numbers. */
    control->tcp = tcp_flow_new(&plan->inner, control->room, inner_client(&plan->inner, 0),
                                IPERF_PORT, plan->mtu, plan->inner.flows);
    control->tcp.ends[0].partial_checksums = plan->tso != AUTO;
    iperf_cookie(plan, control->cookie);
    control->parameters = parameters_text(plan);
    control->begins_ps[RUN] = control->begins_ps[REPORT] = INT64_MAX;
    return control;
}

void iperf_control_free(struct iperf_control *control)
{
    if (control == NULL)
        return;
    payload_buffer_free(control->room);
    g_free(control->parameters);
    g_free(control->results);
    g_free(control);
}

/* How long after the frame before it: the server answers what has just passed the port when it has
 * come there, and the answer has come back. */
static int64_t waits_ps(const struct traffic_plan *plan, size_t step)
{
    bool answers = step > 0 && steps[step].reverse && !steps[step - 1].reverse;
    return answers ? plan->rtt_ns * PS_PER_NS : reaction_ps;
}

int64_t iperf_control_prepared_ps(const struct iperf_control *control)
{
    int64_t time_ps = reaction_ps;
    for (size_t i = 1; steps[i].part == PREPARE; i++)
        time_ps += waits_ps(control->plan, i);
    return time_ps;
}

void iperf_control_run(struct iperf_control *control, int64_t time_ps)
{
    control->begins_ps[RUN] = time_ps;
}

bool iperf_control_reports(const struct iperf_control *control)
{
    return control->results != NULL;
}

void iperf_control_report(struct iperf_control *control, int64_t time_ps, const uint64_t *bytes)
{
    control->results = results_text(control->plan, bytes);
    control->begins_ps[REPORT] = time_ps;
}

int64_t iperf_control_due(const struct iperf_control *control, bool *reverse)
{
    if (control->step == G_N_ELEMENTS(steps))
        return INT64_MAX;
    *reverse = steps[control->step].reverse;
    return MAX(control->due_ps, control->begins_ps[steps[control->step].part]);
}

static struct bytes bytes_of_text(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* What the step says, all of it. @p room holds what is made here: a state or a length. */
static struct bytes carried(const struct iperf_control *control, uint8_t room[LENGTH_OF_TEXT])
{
    uint8_t carries = steps[control->step].carries;
    switch (carries) {
    case NOTHING:
        return (struct bytes){room, 0};
    case COOKIE:
        return (struct bytes){control->cookie, sizeof control->cookie};
    case PARAMETERS:
        return bytes_of_text(control->parameters);
    case RESULTS:
        return bytes_of_text(control->results);
    case PARAMETERS_LENGTH:
    case RESULTS_LENGTH: {
        const char *text = carries == RESULTS_LENGTH ? control->results : control->parameters;
        const uint32_t length = htobe32((uint32_t)strlen(text));
        memcpy(room, &length, LENGTH_OF_TEXT);
        return (struct bytes){room, LENGTH_OF_TEXT};
    }
    default:
        room[0] = carries;
        return (struct bytes){room, 1};
    }
}

struct bytes iperf_control_send(struct iperf_control *control, int64_t now_ps)
{
    const struct step *step = &steps[control->step];
    uint8_t room[LENGTH_OF_TEXT];
    struct bytes text = carried(control, room);
    text.data += control->sent_of_text;
    text.len -= control->sent_of_text;
    bool more = text.len > tcp_flow_full(&control->tcp);
    if (more)
        text.len = tcp_flow_full(&control->tcp);
    const struct segment segment = {step->reverse, step->flags, text};
    struct bytes frame = tcp_flow_send(&control->tcp, &segment, now_ps);

    control->due_ps = now_ps + reaction_ps;
    control->sent_of_text = more ? control->sent_of_text + text.len : 0;
    if (!more && ++control->step < G_N_ELEMENTS(steps))
        control->due_ps = now_ps + waits_ps(control->plan, control->step);
    return frame;
}
