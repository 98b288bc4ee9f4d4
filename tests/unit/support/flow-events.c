/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/flow-events.h"

static struct tcp_segment segment_of(const struct event *event)
{
    static const struct address client = {4, {192, 0, 2, 1}};
    static const struct address server = {4, {192, 0, 2, 2}};
    bool from_client = event->from == 'C';
    return (struct tcp_segment){
        .source = from_client ? client : server,
        .destination = from_client ? server : client,
        .source_port = from_client ? 49152 : 5201,
        .destination_port = from_client ? 5201 : 49152,
        .sequence = event->sequence,
        .acknowledgement = event->acknowledgement,
        .payload = event->payload,
        .headers = HEADERS + event->options,
        .options = event->options,
        .mss = event->mss,
        .syn = event->flags & SYN,
        .fin = event->flags & FIN,
        .rst = event->flags & RST,
        .ack = event->flags & ACK,
    };
}

void flow_events_take(struct flow_table *table, const struct event *event)
{
    struct tcp_segment segment = segment_of(event);
    flow_take(table, event->stream, &segment, event->time_us * 1000);
}

void flow_events_assert_totals(struct flow_table *table, uint32_t stream,
                               const struct flow_totals *want)
{
    struct flow_totals got = flow_totals(table, stream);
    g_assert_cmpuint(got.flows, ==, want->flows);
    g_assert_cmpuint(got.delivered, ==, want->delivered);
    g_assert_cmpuint(got.captured, ==, want->captured);
    g_assert_cmpuint(got.elsewhere, ==, want->elsewhere);
    g_assert_cmpuint(got.blind_flows, ==, want->blind_flows);
    g_assert_cmpuint(got.one_sided_flows, ==, want->one_sided_flows);
    g_assert_cmpuint(got.sides_elsewhere, ==, want->sides_elsewhere);
    g_assert_cmpuint(got.implied_frames, ==, want->implied_frames);
    g_assert_cmpuint(got.implied_bytes, ==, want->implied_bytes);
    g_assert_cmpuint(got.implied_max, ==, want->implied_max);
    g_assert_cmpint(got.first_ns, ==, want->first_ns);
    g_assert_cmpint(got.last_ns, ==, want->last_ns);
}

void flow_events_check(gconstpointer data)
{
    const struct flow_case *c = data;
    struct flow_table *table = flow_table_new(MEMORY);
    for (const struct event *event = c->events; event->from != END; event++)
        flow_events_take(table, event);
    flow_events_assert_totals(table, 0, &c->want);
    flow_events_assert_totals(table, 0, &c->want);
    g_assert_cmpuint(flow_table_given_up(table), ==, 0);
    flow_table_free(table);
}
