/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parallel TCP connections that send as fast as they can, as `iperf3 -c SERVER -P N` makes them,
 * seen at the client's port.
 *
 * The client opens the connections one after another, says on each which test it is of (iperf3's
 * cookie), and once all are open sends data on all of them, in bursts that take turns. With the
 * plan's control there is a connection beside them, over which iperf3 agrees on the test. A
 * connection has as much in flight as its congestion window, which grows with every acknowledgement
 * (RFC 5681's slow start: nothing is ever lost at the port), and the window that the server offers
 * allow. What the server receives it acknowledges a round trip later: at once, every second full
 * segment, or after a timeout (RFC 9293 section 3.8.6.3); a server with large receive offload waits
 * for more and less long. So windows, bursts and idle gaps come about as they do in the field.
 *
 * All that is remembered of the data under way are the acknowledgements on their way back: at most
 * a window of them.
 */
#include "core/wire/protocol.h"
#include "generator/traffic/iperf-control.h"
#include "generator/traffic/tcp-flow.h"
#include "generator/traffic/traffic-kinds.h"

enum {
    INITIAL_SEGMENTS = 10, /* RFC 6928 */
    FIRST_WINDOW = 65535,
    BURST_LENGTH = 64 * 1024,
    OFFLOADED_LENGTH = 64 * 1024, /* what a receive offload merges at most */
    SPARE_REPLIES = 16,
    RUN_REACTIONS = 8,    /* until the client knows that the test runs */
    CONNECTIONS_MAX = 128 /* iperf3's limit */
};

static const int64_t reaction_ps = INT64_C(2000000);      /* of the client */
static const int64_t delayed_reply_ps = 40 * PS_PER_MS;   /* Linux's timeout */
static const int64_t offloaded_reply_ps = 12 * PS_PER_US; /* of a receive offload */

/* What the server sends next: it acknowledges all data up to there. */
struct reply {
    int64_t time_ps; /* at the port */
    uint64_t upto;
    uint32_t echo;
    uint8_t flags;
};

/* What the client does next on a connection; at ready_ps, if nothing else holds it back. */
enum stage { OPEN, WAIT_OPEN, CONFIRM, INTRODUCE, SEND, WAIT_CLOSE, CONFIRM_CLOSE, CLOSED };

struct connection {
    struct tcp_flow tcp;
    enum stage stage;
    int64_t ready_ps;
    int64_t paced_ps; /* when its share of the rate allows the next burst */
    struct line_pace pace;
    uint32_t start; /* sequence number of its first byte */
    uint64_t size;  /* bytes to send in all, the cookie too */
    uint64_t sent;
    uint64_t acknowledged;
    uint64_t congestion_window;
    uint32_t window; /* that the server offered last */

    uint64_t received; /* by the server */
    uint64_t unanswered;
    uint32_t unanswered_echo; /* the timestamp of the first unanswered segment */
    int64_t unanswered_ps;    /* when the last of them passed the port */
    struct reply *replies;    /* a ring */
    size_t replies_room;
    size_t replies_first;
    size_t replies_count;
};

struct iperf {
    const struct traffic_plan *plan;
    struct payload_buffer *room;
    struct iperf_control *control; /* NULL without one */
    struct payload_buffer *cookie_room;
    uint8_t cookie[IPERF_COOKIE_LENGTH];
    int64_t first_ps; /* when the first data connection is opened */
    size_t count;
    struct connection *connections;
    struct line_pace line[2]; /* to the server, from it */
    int64_t line_free_ps[2];
    size_t event;      /* whose burst it is */
    size_t burst_left; /* bytes of it */
    size_t burst;      /* bytes of a whole one */
    size_t reply_at;   /* unanswered bytes that make the server answer at once */
    int64_t reply_ps;  /* how long it waits else */
    int64_t data_ps;   /* when data begin */
    int64_t stop_ps;   /* and end, if not before */
    int64_t last_ps;   /* when the last frame passed */
};

/* Bytes of data that the client hands down at once. */
static size_t chunk_length(const struct traffic_plan *plan)
{
    size_t headers =
        (plan->inner.ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH) + TCP_FLOW_HEADER_LENGTH;
    size_t full = MAX(plan->mtu, headers + 1) - headers;
    if (plan->tso == AUTO || (size_t)plan->tso < headers + full)
        return full;
    return ((size_t)plan->tso - headers) / full * full;
}

static void connection_init(struct iperf *iperf, size_t number)
{
    const struct traffic_plan *plan = iperf->plan;
    struct connection *it = &iperf->connections[number];
    *it = (struct connection){
        .tcp = tcp_flow_new(&plan->inner, iperf->room, inner_client(&plan->inner, 0), IPERF_PORT,
                            plan->mtu, number),
        .ready_ps =
            iperf->first_ps + (int64_t)number * (plan->rtt_ns * PS_PER_NS + 2 * reaction_ps),
        .pace = {plan->rate.per_second == AUTO ? AUTO
                                               : plan->rate.per_second / (int64_t)iperf->count,
                 0},
        .size = INT64_MAX,
    };
    struct tcp_end *server = &it->tcp.ends[1];
    server->window = (uint32_t)MIN(FIRST_WINDOW, plan->window);
    it->tcp.ends[0].partial_checksums = plan->tso != AUTO;
    it->start = it->tcp.ends[0].next;
    while (plan->window >> it->tcp.window_scale > 0xffff)
        it->tcp.window_scale++;
    it->congestion_window = INITIAL_SEGMENTS * (uint64_t)tcp_flow_full(&it->tcp);
    if (plan->bytes != AUTO) {
        uint64_t bytes = (uint64_t)plan->bytes;
        it->size = IPERF_COOKIE_LENGTH + bytes / iperf->count + (number < bytes % iperf->count);
    }
    it->replies_room = (size_t)plan->window / tcp_flow_full(&it->tcp) + SPARE_REPLIES;
    it->replies = g_new(struct reply, it->replies_room);
}

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct iperf *iperf = g_new0(struct iperf, 1);
    (void)error;
    iperf->plan = plan;
    iperf->room = payload_buffer_new(chunk_length(plan));
    iperf->count = plan->inner.flows;
    iperf->connections = g_new0(struct connection, iperf->count);
    iperf->line[0] = iperf->line[1] = (struct line_pace){plan->line_rate, 0};
    iperf->cookie_room = payload_buffer_new(IPERF_COOKIE_LENGTH);
    iperf_cookie(plan, iperf->cookie);
    if (plan->control) {
        iperf->control = iperf_control_new(plan);
        iperf->first_ps = iperf_control_prepared_ps(iperf->control);
    }
    for (size_t i = 0; i < iperf->count; i++)
        connection_init(iperf, i);
    iperf->burst = BURST_LENGTH;
    if (plan->rate.per_second != AUTO) /* a millisecond's worth, as Linux sizes bursts */
        iperf->burst = (size_t)MIN(BURST_LENGTH, iperf->connections->pace.per_second / 8000 + 1);
    iperf->reply_at =
        plan->lro_ack ? OFFLOADED_LENGTH : 2 * tcp_flow_full(&iperf->connections->tcp);
    iperf->reply_ps = plan->lro_ack ? offloaded_reply_ps : delayed_reply_ps;
    iperf->data_ps = iperf->connections[iperf->count - 1].ready_ps + 3 * plan->rtt_ns * PS_PER_NS;
    if (plan->control) {
        /* The last cookie passes a round trip and two reactions after its SYN, the answer to it a
         * round trip later. */
        iperf_control_run(iperf->control,
                          iperf->data_ps - plan->rtt_ns * PS_PER_NS + 3 * reaction_ps);
        iperf->data_ps += RUN_REACTIONS * reaction_ps;
    }
    iperf->stop_ps = iperf->data_ps + plan->duration_ns * PS_PER_NS;
    return iperf;
}

static void end(void *state)
{
    struct iperf *iperf = state;
    for (size_t i = 0; i < iperf->count; i++)
        g_free(iperf->connections[i].replies);
    g_free(iperf->connections);
    iperf_control_free(iperf->control);
    payload_buffer_free(iperf->cookie_room);
    payload_buffer_free(iperf->room);
    g_free(iperf);
}

/* The server */

/* It answers what passed the port at @p passed_ps; the answer passes a round trip later. */
static void reply(const struct iperf *iperf, struct connection *it, int64_t passed_ps,
                  uint8_t flags)
{
    size_t last = (it->replies_first + it->replies_count++) % it->replies_room;
    it->replies[last] = (struct reply){passed_ps + iperf->plan->rtt_ns * PS_PER_NS, it->received,
                                       it->unanswered_echo, flags};
    it->unanswered = 0;
}

static void receive(const struct iperf *iperf, struct connection *it, int64_t passed_ps, size_t len,
                    uint32_t timestamp)
{
    if (it->unanswered > 0 && passed_ps >= it->unanswered_ps + iperf->reply_ps)
        reply(iperf, it, it->unanswered_ps + iperf->reply_ps, TCP_ACK);
    if (it->unanswered == 0)
        it->unanswered_echo = timestamp;
    it->unanswered += len;
    it->unanswered_ps = passed_ps;
    it->received += len;
    if (it->unanswered >= iperf->reply_at || len < tcp_flow_full(&it->tcp))
        reply(iperf, it, passed_ps, TCP_ACK);
}

/* When its next answer passes the port; INT64_MAX if nothing is to be answered. */
static int64_t reply_due(const struct iperf *iperf, const struct connection *it)
{
    int64_t due_ps;
    if (it->replies_count > 0)
        due_ps = it->replies[it->replies_first].time_ps;
    else if (it->unanswered > 0)
        due_ps = it->unanswered_ps + iperf->reply_ps + iperf->plan->rtt_ns * PS_PER_NS;
    else
        return INT64_MAX;
    return MAX(due_ps, iperf->line_free_ps[1]);
}

/* It offers twice what came, until its buffer has grown to the plan's window. */
static uint32_t offered_window(const struct iperf *iperf, const struct connection *it,
                               uint64_t received)
{
    uint64_t window = MIN(FIRST_WINDOW + 2 * received, (uint64_t)iperf->plan->window);
    return (uint32_t)(window >> it->tcp.window_scale << it->tcp.window_scale);
}

static struct bytes send_reply(struct iperf *iperf, struct connection *it, int64_t now_ps)
{
    if (it->replies_count == 0)
        reply(iperf, it, it->unanswered_ps + iperf->reply_ps, TCP_ACK);
    const struct reply sent = it->replies[it->replies_first];
    it->replies_first = (it->replies_first + 1) % it->replies_room;
    it->replies_count--;

    struct tcp_end *server = &it->tcp.ends[1];
    bool closes = sent.flags & TCP_FIN;
    server->acknowledged = it->start + 1 + (uint32_t)sent.upto + (closes ? 1 : 0);
    server->echo = sent.echo;
    if (!(sent.flags & TCP_SYN))
        server->window = offered_window(iperf, it, sent.upto);
    const struct segment segment = {true, sent.flags, {NULL, 0}};
    struct bytes bytes = tcp_flow_send(&it->tcp, &segment, now_ps);

    it->congestion_window += sent.upto - it->acknowledged;
    it->acknowledged = sent.upto;
    it->window = server->window;
    it->ready_ps = MAX(it->ready_ps, now_ps + reaction_ps);
    if (it->stage == WAIT_OPEN || it->stage == WAIT_CLOSE)
        it->stage += sent.flags & (TCP_SYN | TCP_FIN) ? 1 : 0;
    return bytes;
}

/* The client */

static bool has_data(const struct iperf *iperf, const struct connection *it, int64_t now_ps)
{
    return it->sent < it->size && now_ps < iperf->stop_ps;
}

/* Bytes that it sends next: whole segments, unless they are the last. 0: the windows are full. */
static size_t next_length(const struct iperf *iperf, const struct connection *it)
{
    size_t full = tcp_flow_full(&it->tcp);
    uint64_t limit = MIN(it->congestion_window, (uint64_t)it->window - 1);
    uint64_t in_flight = it->sent - it->acknowledged;
    uint64_t allowed = limit > in_flight ? (limit - in_flight) / full * full : 0;
    return (size_t)MIN(MIN(allowed, it->size - it->sent), chunk_length(iperf->plan));
}

/* When it sends next; INT64_MAX while it waits for the server. */
static int64_t send_due(const struct iperf *iperf, const struct connection *it)
{
    int64_t due_ps = MAX(it->ready_ps, iperf->line_free_ps[0]);
    switch (it->stage) {
    case SEND:
        due_ps = MAX(due_ps, iperf->data_ps);
        return has_data(iperf, it, due_ps) && next_length(iperf, it) == 0 ? INT64_MAX : due_ps;
    case WAIT_OPEN:
    case WAIT_CLOSE:
    case CLOSED:
        return INT64_MAX;
    default:
        return due_ps;
    }
}

static struct bytes send_empty(struct connection *it, uint8_t flags, int64_t now_ps)
{
    const struct segment segment = {false, flags, {NULL, 0}};
    it->stage++;
    return tcp_flow_send(&it->tcp, &segment, now_ps);
}

/* SYN or FIN, which the server answers with its own. */
static struct bytes send_turn(const struct iperf *iperf, struct connection *it, uint8_t flags,
                              int64_t now_ps)
{
    it->unanswered_echo = tcp_flow_clock(&it->tcp, false, now_ps);
    reply(iperf, it, now_ps, flags | TCP_ACK);
    return send_empty(it, flags == TCP_SYN ? TCP_SYN : flags | TCP_ACK, now_ps);
}

static struct bytes send_data(struct iperf *iperf, struct connection *it, struct bytes text,
                              bool push, int64_t now_ps)
{
    const size_t len = text.len;
    const size_t full = tcp_flow_full(&it->tcp);
    const uint32_t timestamp = tcp_flow_clock(&it->tcp, false, now_ps);
    const size_t header_length = tcp_flow_header_length(it->tcp.inner);
    const struct segment segment = {false, (uint8_t)(push ? TCP_PSH | TCP_ACK : TCP_ACK), text};
    struct bytes bytes = tcp_flow_send(&it->tcp, &segment, now_ps);

    /* On the line a super-frame is what its segments are. */
    it->sent += len;
    iperf->line_free_ps[0] = now_ps;
    for (size_t left = len; left > 0; left -= MIN(left, full)) {
        size_t part = MIN(left, full);
        receive(iperf, it, iperf->line_free_ps[0], part, timestamp);
        iperf->line_free_ps[0] += line_pace_lasts(&iperf->line[0], line_bits(header_length + part));
        if (it->pace.per_second != AUTO)
            it->paced_ps += line_pace_lasts(&it->pace, 8 * (header_length + part + FCS_LENGTH));
    }
    return bytes;
}

/* Which test the connection is of. The room of the data stays as it is. */
static struct bytes introduce(struct iperf *iperf, struct connection *it, int64_t now_ps)
{
    it->tcp.room = iperf->cookie_room;
    struct bytes bytes =
        send_data(iperf, it, (struct bytes){iperf->cookie, sizeof iperf->cookie}, true, now_ps);
    it->tcp.room = iperf->room;
    it->stage = SEND;
    return bytes;
}

/* The next frame of a burst; the burst is over when it has its length. */
static struct bytes send_burst(struct iperf *iperf, struct connection *it, int64_t now_ps)
{
    size_t number = (size_t)(it - iperf->connections);
    size_t len = next_length(iperf, it);
    if (iperf->event != number || iperf->burst_left == 0) {
        iperf->event = number;
        iperf->burst_left = iperf->burst;
        it->paced_ps = MAX(it->paced_ps, now_ps);
    }
    bool over = len >= iperf->burst_left || it->sent + len == it->size;
    struct bytes bytes = send_data(iperf, it, (struct bytes){NULL, len}, over, now_ps);
    iperf->burst_left = over ? 0 : iperf->burst_left - len;
    if (over && it->pace.per_second != AUTO)
        it->ready_ps = MAX(it->ready_ps, it->paced_ps);
    return bytes;
}

static struct bytes send_next(struct iperf *iperf, struct connection *it, int64_t now_ps)
{
    switch (it->stage) {
    case OPEN:
        return send_turn(iperf, it, TCP_SYN, now_ps);
    case INTRODUCE:
        return introduce(iperf, it, now_ps);
    case SEND:
        if (has_data(iperf, it, now_ps))
            return send_burst(iperf, it, now_ps);
        return send_turn(iperf, it, TCP_FIN, now_ps);
    default:
        return send_empty(it, TCP_ACK, now_ps);
    }
}

/* Whose frame is the next to pass the port. */
struct next_passage {
    struct connection *connection; /* NULL: the control connection's, or at INT64_MAX nobody's */
    bool reverse;
    int64_t time_ps;
};

static void consider(struct next_passage *next, struct connection *connection, bool reverse,
                     int64_t time_ps)
{
    if (time_ps < next->time_ps)
        *next = (struct next_passage){connection, reverse, time_ps};
}

/* Of those that could send at the same time it is the one whose burst is not over, then the others
 * in turn. */
static struct next_passage next_passage(const struct iperf *iperf)
{
    struct next_passage next = {NULL, false, INT64_MAX};
    if (iperf->control != NULL)
        next.time_ps = iperf_control_due(iperf->control, &next.reverse);
    if (next.time_ps != INT64_MAX)
        next.time_ps = MAX(next.time_ps, iperf->line_free_ps[next.reverse]);
    size_t number = iperf->event + (iperf->burst_left > 0 ? 0 : 1);
    for (size_t i = 0; i < iperf->count; i++, number++) {
        struct connection *it = &iperf->connections[number % iperf->count];
        consider(&next, it, true, reply_due(iperf, it));
        consider(&next, it, false, send_due(iperf, it));
    }
    return next;
}

/* Both ends say what the connections carried, a client's reaction after the last frame of them. */
static void report(struct iperf *iperf)
{
    uint64_t bytes[CONNECTIONS_MAX];
    for (size_t i = 0; i < iperf->count; i++)
        bytes[i] = iperf->connections[i].sent - IPERF_COOKIE_LENGTH;
    iperf_control_report(iperf->control, iperf->last_ps + reaction_ps, bytes);
}

static struct bytes send_passage(struct iperf *iperf, const struct next_passage *passage)
{
    if (passage->connection == NULL)
        return iperf_control_send(iperf->control, passage->time_ps);
    return passage->reverse ? send_reply(iperf, passage->connection, passage->time_ps)
                            : send_next(iperf, passage->connection, passage->time_ps);
}

static bool next(void *state, struct source_frame *frame, GError **error)
{
    struct iperf *iperf = state;
    (void)error;
    struct next_passage passage = next_passage(iperf);
    if (passage.time_ps == INT64_MAX && iperf->control != NULL &&
        !iperf_control_reports(iperf->control)) {
        report(iperf);
        passage = next_passage(iperf);
    }
    if (passage.time_ps == INT64_MAX)
        return false;
    iperf->last_ps = passage.time_ps;
    frame->time_ps = passage.time_ps;
    frame->reverse = passage.reverse;
    frame->bytes = send_passage(iperf, &passage);
    int64_t *free_ps = &iperf->line_free_ps[passage.reverse];
    if (*free_ps <= passage.time_ps)
        *free_ps = passage.time_ps +
                   line_pace_lasts(&iperf->line[passage.reverse], line_bits(frame->bytes.len));
    return true;
}

static size_t longest(const struct traffic_plan *plan)
{
    return tcp_flow_header_length(&plan->inner) + chunk_length(plan);
}

static const char *check(const struct traffic_plan *plan)
{
    size_t full = plan->mtu -
                  (size_t)(plan->inner.ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH) -
                  TCP_FLOW_HEADER_LENGTH;
    if (plan->inner.flows > CONNECTIONS_MAX)
        return "flows: iperf has 128 connections at most";
    if (plan->rate.frames)
        return "rate: of iperf it is in bits, not in frames";
    if (plan->rate.per_second != AUTO && plan->rate.per_second < plan->inner.flows)
        return "rate: less than a bit a second for each of the flows";
    if ((size_t)plan->window < 2 * full)
        return "window: less than two segments";
    return NULL;
}

const struct traffic_source traffic_iperf = {
    .keys = TRAFFIC_KEYS(ADDRESS_KEYS, TUNNEL_KEYS, "seed", "bytes", "rate", "line-rate", "rtt",
                         "window", "inner-mtu", "tso", "lro-ack", "control"),
    .ends_itself = true,
    .begin = begin,
    .next = next,
    .end = end,
    .longest = longest,
    .check = check,
};
