/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a quiet office port carries: the clients in turn ask for an address (ARP, or IPv6's
 * neighbour discovery), a name (DNS, RFC 1035), a page (HTTP/1.1, RFC 9112) and an echo, and get
 * their answers a round trip later; a bridge sends a BPDU every two seconds (IEEE 802.1D).
 */
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/tcp-flow.h"
#include "generator/traffic/traffic-kinds.h"

enum { HTTP_PORT = 80, DNS_PORT = 53, MTU = 1500, ROOM_LENGTH = 2048, ECHO_SIZE = 98 };
enum { DNS_CLIENT_PORT = 40000, DNS_CLIENT_PORTS = 20000 };

static const int64_t reaction_ps = INT64_C(20000000);
static const int64_t hello_ps = 2 * PS_PER_SECOND;

struct requests {
    const struct traffic_plan *plan;
    struct payload_buffer *text; /* frames with words of their own */
    struct payload_buffer *body; /* frames with any data */
    uint64_t round;              /* which request it is, the first is 0 */
    size_t step;                 /* which frame of it */
    int64_t round_ps;            /* when it began */
    int64_t due_ps;              /* when its next frame passes */
    int64_t hello_ps;            /* when the bridge speaks next */
    struct line_pace line;
    struct tcp_flow tcp;
};

static uint64_t client_of(const struct requests *requests)
{
    return requests->round / 4 % requests->plan->inner.flows;
}

/* ARP, neighbour discovery, echo: as the inner kind of that name makes it. */
static struct bytes write_kind(struct requests *requests, const char *kind, uint64_t n)
{
    struct inner_plan inner = requests->plan->inner;
    struct buffer out = {requests->text->data, ROOM_LENGTH, 0, false};
    inner.kind = frame_recipe_find(kind);
    inner.size = inner.kind->traits & KIND_SIZED ? ECHO_SIZE + 20 * (inner.ip_version == 6) : AUTO;
    inner_write(&inner, n, &out);
    return (struct bytes){out.data, out.len};
}

/* Number of the frame in a kind that asks and answers in turn, all clients first. */
static uint64_t turn_of(const struct requests *requests, uint64_t pair, bool answers)
{
    return (2 * pair + answers) * requests->plan->inner.flows + client_of(requests);
}

static struct bytes write_resolution(struct requests *requests, bool *reverse)
{
    *reverse = requests->step == 1;
    return write_kind(requests, requests->plan->inner.ip_version == 4 ? "arp" : "nd",
                      turn_of(requests, 0, *reverse));
}

static struct bytes write_echo(struct requests *requests, bool *reverse)
{
    *reverse = requests->step == 1;
    return write_kind(
        requests, "echo",
        turn_of(requests, requests->round / 4 / requests->plan->inner.flows, *reverse));
}

/* The question for the address of www.example.net, and the answer: the server's. */
static void put_dns(const struct requests *requests, bool answers, struct buffer *out)
{
    static const char name[] = "\3www\7example\3net"; /* its end is the root */
    bool v4 = requests->plan->inner.ip_version == 4;
    uint16_t type = v4 ? 1 : 28;
    struct address address = inner_server(&requests->plan->inner).ip;
    buffer_put16(out, (uint16_t)requests->round);
    buffer_put16(out, answers ? 0x8180 : 0x0100);
    buffer_put16(out, 1);
    buffer_put16(out, answers ? 1 : 0);
    buffer_put32(out, 0);
    buffer_put(out, name, sizeof name);
    buffer_put16(out, type);
    buffer_put16(out, 1);
    if (!answers)
        return;
    buffer_put16(out, 0xc00c); /* the name in the question */
    buffer_put16(out, type);
    buffer_put16(out, 1);
    buffer_put32(out, 300);
    buffer_put16(out, address.len);
    buffer_put(out, address.bytes, address.len);
}

static struct bytes write_dns(struct requests *requests, bool *reverse)
{
    const struct inner_plan *inner = &requests->plan->inner;
    bool answers = requests->step == 1;
    const struct host ends[INNER_ENDS] = {inner_client(inner, client_of(requests)),
                                          inner_server(inner)};
    uint16_t port = (uint16_t)(DNS_CLIENT_PORT + requests->round % DNS_CLIENT_PORTS);
    uint8_t message_room[512];
    struct buffer message = {message_room, sizeof message_room, 0, false};
    struct buffer out = {requests->text->data, ROOM_LENGTH, 0, false};
    *reverse = answers;
    put_dns(requests, answers, &message);
    struct packet_builder packet =
        inner_put_ip(inner, &ends[answers], &ends[!answers], IP_PROTOCOL_UDP,
                     UDP_LENGTH + message.len, (uint16_t)requests->round, &out);
    buffer_put16(&out, answers ? DNS_PORT : port);
    buffer_put16(&out, answers ? port : DNS_PORT);
    buffer_put16(&out, (uint16_t)(UDP_LENGTH + message.len));
    buffer_put16(&out, 0);
    buffer_put(&out, message.data, message.len);
    inner_set_checksum(&packet, UDP_AT_CHECKSUM, &out);
    return (struct bytes){out.data, out.len};
}

/* The page, segment by segment. */
struct page_segment {
    bool reverse;
    uint8_t flags;
    const char *text;
    size_t data_length; /* without text */
};

static const struct page_segment http[] = {
    {false, TCP_SYN, NULL, 0},
    {true, TCP_SYN | TCP_ACK, NULL, 0},
    {false, TCP_ACK, NULL, 0},
    {false, TCP_PSH | TCP_ACK,
     "GET /page HTTP/1.1\r\nHost: www.example.net\r\nConnection: close\r\n\r\n", 0},
    {true, TCP_ACK, NULL, 0},
    {true, TCP_PSH | TCP_ACK,
     "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n"
     "Connection: close\r\n\r\n",
     0},
    {true, TCP_ACK, NULL, 1400},
    {false, TCP_ACK, NULL, 0},
    {true, TCP_ACK, NULL, 1400},
    {true, TCP_PSH | TCP_ACK, NULL, 1200},
    {false, TCP_ACK, NULL, 0},
    {false, TCP_FIN | TCP_ACK, NULL, 0},
    {true, TCP_FIN | TCP_ACK, NULL, 0},
    {false, TCP_ACK, NULL, 0},
};

static struct bytes write_http(struct requests *requests, bool *reverse)
{
    const struct page_segment *line = &http[requests->step];
    const struct inner_plan *inner = &requests->plan->inner;
    if (requests->step == 0)
        requests->tcp =
            tcp_flow_new(inner, requests->text, inner_client(inner, client_of(requests)), HTTP_PORT,
                         MTU, requests->round);
    requests->tcp.room = line->text != NULL ? requests->text : requests->body;
    const struct segment segment = {
        line->reverse,
        line->flags,
        {(const uint8_t *)line->text, line->text != NULL ? strlen(line->text) : line->data_length}};
    *reverse = line->reverse;
    return tcp_flow_send(&requests->tcp, &segment, requests->due_ps);
}

/* The requests, in the order in which a client makes them. */
static const struct {
    struct bytes (*write)(struct requests *requests, bool *reverse);
    size_t steps;
} kinds[4] = {
    {write_resolution, 2},
    {write_dns, 2},
    {write_http, G_N_ELEMENTS(http)},
    {write_echo, 2},
};

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct requests *requests = g_new0(struct requests, 1);
    (void)error;
    requests->plan = plan;
    requests->text = payload_buffer_new(ROOM_LENGTH);
    requests->body = payload_buffer_new(ROOM_LENGTH);
    requests->line = (struct line_pace){plan->line_rate, 0};
    return requests;
}

static void end(void *state)
{
    struct requests *requests = state;
    payload_buffer_free(requests->text);
    payload_buffer_free(requests->body);
    g_free(requests);
}

/* True if step @p step of the present request is a frame from the server. */
static bool is_reverse(const struct requests *requests, size_t step)
{
    return kinds[requests->round % 4].write == write_http ? http[step].reverse : step == 1;
}

/* When the frame after one of that length passes: behind it, or when the other side has it. */
static void advance(struct requests *requests, bool reverse, size_t frame_length)
{
    const struct traffic_plan *plan = requests->plan;
    int64_t line_ps = line_pace_lasts(&requests->line, line_bits(frame_length));
    if (++requests->step == kinds[requests->round % 4].steps) {
        requests->step = 0;
        requests->round++;
        requests->round_ps = MAX(requests->round_ps + plan->every_ns * PS_PER_NS,
                                 requests->due_ps + line_ps + reaction_ps);
        requests->due_ps = requests->round_ps;
    } else if (is_reverse(requests, requests->step) == reverse) {
        requests->due_ps += line_ps;
    } else {
        requests->due_ps += line_ps + (reverse ? reaction_ps : plan->rtt_ns * PS_PER_NS);
    }
}

/* The bridge's own, which bears no tag. */
static struct bytes write_hello(struct requests *requests)
{
    struct inner_plan inner = requests->plan->inner;
    struct buffer out = {requests->text->data, ROOM_LENGTH, 0, false};
    inner.kind = frame_recipe_find("stp");
    inner.tags.count = 0;
    inner_write(&inner, 0, &out);
    return (struct bytes){out.data, out.len};
}

static bool next(void *state, struct source_frame *frame, GError **error)
{
    struct requests *requests = state;
    (void)error;
    if (requests->hello_ps <= requests->due_ps) {
        *frame = (struct source_frame){requests->hello_ps, write_hello(requests), true};
        requests->hello_ps += hello_ps;
        return true;
    }
    frame->time_ps = requests->due_ps;
    frame->bytes = kinds[requests->round % 4].write(requests, &frame->reverse);
    advance(requests, frame->reverse, frame->bytes.len);
    return true;
}

static size_t longest(const struct traffic_plan *plan)
{
    (void)plan;
    return DEFAULT_FRAME_SIZE;
}

const struct traffic_source traffic_requests = {
    .keys = TRAFFIC_KEYS(ADDRESS_KEYS, TUNNEL_KEYS, "seed", "line-rate", "every", "rtt"),
    .begin = begin,
    .next = next,
    .end = end,
    .longest = longest,
};
