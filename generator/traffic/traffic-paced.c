/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP datagrams from the clients to the server, at times and of sizes that the kind decides: at a
 * constant rate, at random (Poisson), in the simple Internet mix, in bursts. The line is one:
 * a frame waits until those before it are gone.
 *
 * The data begin with the number of the frame in 64 bits, so that no two frames are the same.
 */
#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/payload-buffer.h"
#include "generator/traffic/traffic-kinds.h"

enum { NUMBER_LENGTH = 8, ROOM_LENGTH = 1 << 16 };

struct paced {
    const struct traffic_plan *plan;
    struct payload_buffer *room;
    uint64_t number;      /* of the next frame */
    int64_t due_ps;       /* when its sender lets it go */
    int64_t line_free_ps; /* when those before it are gone */
    struct line_pace line;
    struct line_pace rate;
    struct random random;
};

static size_t plan_size(const struct traffic_plan *plan)
{
    return plan->inner.size == AUTO ? DEFAULT_FRAME_SIZE : (size_t)plan->inner.size;
}

static void *begin(const struct traffic_plan *plan, GError **error)
{
    struct paced *paced = g_new0(struct paced, 1);
    (void)error;
    paced->plan = plan;
    paced->room = payload_buffer_new(ROOM_LENGTH);
    paced->line = (struct line_pace){plan->line_rate, 0};
    paced->rate = (struct line_pace){plan->rate.per_second, 0};
    paced->random.state = random_stream(plan->inner.seed, plan->group.name, "poisson");
    return paced;
}

static void end(void *state)
{
    struct paced *paced = state;
    payload_buffer_free(paced->room);
    g_free(paced);
}

/* Too short for a datagram: an Ethernet frame without one, or the beginning of it. */
static struct bytes write_short(struct paced *paced, size_t size)
{
    const struct inner_plan *inner = &paced->plan->inner;
    struct buffer out = payload_buffer_begin(paced->room, inner_shortest(inner));
    inner_put_ethernet(inner, inner_server(inner).mac, inner_client(inner, 0).mac,
                       ETHER_TYPE_EXPERIMENTAL, &out);
    buffer_zero(&out, out.capacity - out.len);
    return (struct bytes){out.data, size};
}

static struct bytes write_datagram(struct paced *paced, size_t size)
{
    const struct inner_plan *inner = &paced->plan->inner;
    size_t header_length = inner_shortest(inner);
    if (size < header_length)
        return write_short(paced, size);
    struct inner_turn event;
    inner_turn_init(&event, inner, paced->number);
    size_t data_length = size - header_length;
    struct buffer out = payload_buffer_begin(paced->room, header_length);
    struct packet_builder packet =
        inner_put_ip(inner, &event.ends[false], &event.ends[true], IP_PROTOCOL_UDP,
                     UDP_LENGTH + data_length, (uint16_t)paced->number, &out);
    inner_put_ports(event.flow, false, &out);
    buffer_put16(&out, (uint16_t)(UDP_LENGTH + data_length));
    buffer_put16(&out, 0);

    if (inner->checksum != TRANSPORT_CHECKSUM_GOOD)
        inner_set_transport_checksum(inner, &packet, UDP_AT_CHECKSUM, &out);
    uint32_t sum = payload_buffer_sum(paced->room, 0, data_length);
    if (data_length >= NUMBER_LENGTH) {
        struct buffer number = {paced->room->data, NUMBER_LENGTH, 0, false};
        buffer_put64(&number, paced->number);
        sum = internet_checksum_add(payload_buffer_sum(paced->room, NUMBER_LENGTH, data_length),
                                    (struct bytes){number.data, number.len});
    }
    if (inner->checksum == TRANSPORT_CHECKSUM_GOOD)
        payload_buffer_set_checksum(&packet, UDP_AT_CHECKSUM, sum, &out);
    return (struct bytes){out.data, size};
}

/* Makes the next frame as soon as it is due and the line is free. */
static void send(struct paced *paced, size_t size, struct source_frame *frame)
{
    frame->time_ps = MAX(paced->due_ps, paced->line_free_ps);
    frame->bytes = write_datagram(paced, size);
    frame->reverse = false;
    paced->line_free_ps = frame->time_ps + line_pace_lasts(&paced->line, line_bits(size));
    paced->number++;
}

/* How long the frame lasts at the plan's rate; at the line's without one. */
static int64_t lasts(struct paced *paced, size_t size)
{
    const struct rate *rate = &paced->plan->rate;
    if (rate->per_second == AUTO)
        return 0;
    return line_pace_lasts(&paced->rate, rate->frames ? 1 : 8 * (uint64_t)(size + FCS_LENGTH));
}

static bool next_at_rate(void *state, struct source_frame *frame, GError **error)
{
    struct paced *paced = state;
    size_t size = plan_size(paced->plan);
    (void)error;
    send(paced, size, frame);
    paced->due_ps += lasts(paced, size);
    return true;
}

static bool next_at_random(void *state, struct source_frame *frame, GError **error)
{
    struct paced *paced = state;
    size_t size = plan_size(paced->plan);
    (void)error;
    paced->due_ps += random_exponential(&paced->random, lasts(paced, size));
    send(paced, size, frame);
    return true;
}

/* Seven, four and one of a dozen: 64, 594 and 1518 bytes with FCS. */
static const uint16_t mix[] = {60, 590, 60, 60, 590, 60, 1514, 60, 590, 60, 590, 60};

static bool next_of_mix(void *state, struct source_frame *frame, GError **error)
{
    struct paced *paced = state;
    size_t size = mix[paced->number % G_N_ELEMENTS(mix)];
    (void)error;
    send(paced, size, frame);
    paced->due_ps += lasts(paced, size);
    return true;
}

static bool next_of_burst(void *state, struct source_frame *frame, GError **error)
{
    struct paced *paced = state;
    const struct traffic_plan *plan = paced->plan;
    (void)error;
    send(paced, plan_size(plan), frame);
    if (paced->number % plan->burst == 0)
        paced->due_ps += plan->every_ns * PS_PER_NS;
    return true;
}

static size_t longest_of_mix(const struct traffic_plan *plan)
{
    (void)plan;
    return DEFAULT_FRAME_SIZE;
}

static const char *check_random(const struct traffic_plan *plan)
{
    static const int64_t longest_mean_ps = SECONDS_PER_DAY * PS_PER_SECOND;
    struct paced paced = {.plan = plan, .rate = {plan->rate.per_second, 0}};
    if (plan->rate.per_second == AUTO)
        return "kind = poisson needs rate";
    return lasts(&paced, plan_size(plan)) > longest_mean_ps ? "rate: less than a frame a day"
                                                            : NULL;
}

static const char *check_burst(const struct traffic_plan *plan)
{
    struct line_pace line = {traffic_line_rate(plan), 0};
    int64_t frame_ps = line_pace_lasts(&line, line_bits(plan_size(plan)));
    return frame_ps > plan->every_ns * PS_PER_NS / plan->burst
               ? "burst: does not fit line-rate before the next, see every"
               : NULL;
}

#define PACED_KEYS ADDRESS_KEYS, TUNNEL_KEYS, "inner-checksum", "line-rate"

const struct traffic_source traffic_rate = {
    .keys = TRAFFIC_KEYS(PACED_KEYS, "inner-size", "rate"),
    .begin = begin,
    .next = next_at_rate,
    .end = end,
    .longest = plan_size,
};

const struct traffic_source traffic_poisson = {
    .keys = TRAFFIC_KEYS(PACED_KEYS, "inner-size", "rate", "seed"),
    .begin = begin,
    .next = next_at_random,
    .end = end,
    .longest = plan_size,
    .check = check_random,
};

const struct traffic_source traffic_imix = {
    .keys = TRAFFIC_KEYS(PACED_KEYS, "rate"),
    .begin = begin,
    .next = next_of_mix,
    .end = end,
    .longest = longest_of_mix,
};

const struct traffic_source traffic_microburst = {
    .keys = TRAFFIC_KEYS(PACED_KEYS, "inner-size", "burst", "every"),
    .begin = begin,
    .next = next_of_burst,
    .end = end,
    .longest = plan_size,
    .check = check_burst,
};
