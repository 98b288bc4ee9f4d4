/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios of frames that are mirrored twice, of frames that are sent twice, and of frames
 * that differ only deep inside, at two points of a network. The truth is which copies show a frame
 * that an earlier copy shows. None of the others is called a copy of a copy; of those that are, at
 * least 99.9 % are found.
 */
#include "core/analysis/fingerprint-table.h"

#include "core/wire/protocol.h"
#include "tests/unit/support/support.h"

enum { SCENARIOS = 2000, FLOWS_MAX = 6, SENT_MAX = 40, FRAME_MAX = 1500, SNAPPED = 128 };

/* How often a sender sends, and what is new in each frame. */
enum kind {
    HELLO,          /* nothing: BFD, OSPF, VRRP, without an IP ID */
    HELLO_6,        /* the same in IPv6 */
    BRIDGE_HELLO,   /* a BPDU */
    NEIGHBOUR,      /* ARP */
    BURST,          /* of RSTs or repeated ACKs in IPv6: nothing */
    RETRANSMISSION, /* every second segment is one before, again; no IP ID */
    SYSLOG,         /* a digit deep in the text; no IP ID, partial checksum */
    SYSLOG_ID,      /* the same with IP IDs that count */
    VOICE,          /* RTP: its number */
    VXLAN,          /* the inner TCP's number; no IP ID, no checksum */
    GENEVE_6,       /* the same, behind options, in IPv6 */
    GTP,            /* the inner IP ID */
    GRE,            /* likewise */
    SIX_IN_FOUR,    /* the inner TCP's number */
    SIX_IN_SIX,     /* likewise */
    SEGMENTS,       /* SRv6, likewise */
    LABELS,         /* MPLS: the inner IP ID */
    TCP,            /* IP ID and number */
    KINDS
};

static const struct {
    int64_t every_us[2]; /* the time between frames: at least, at most */
    int ether_type;
    int protocol;
    unsigned changes_at; /* behind the IP header, or the EtherType: where 4 new bytes are */
    unsigned length;     /* of what follows that header */
    bool counts_id;      /* the IPv4 ID counts on */
} traits[KINDS] = {
    [HELLO] = {{3300, 50000}, 0x0800, IP_PROTOCOL_UDP, 0, 32, false},
    [HELLO_6] = {{10000, 50000}, 0x86dd, IP_PROTOCOL_UDP, 0, 32, false},
    [BRIDGE_HELLO] = {{50000, 100000}, 0, 0, 0, 40, false},
    [NEIGHBOUR] = {{50, 50000}, 0x0806, 0, 0, 28, false},
    [BURST] = {{5, 40}, 0x86dd, IP_PROTOCOL_TCP, 0, 20, false},
    [RETRANSMISSION] = {{2000, 50000}, 0x0800, IP_PROTOCOL_TCP, 4, 1000, false},
    [SYSLOG] = {{20, 2000}, 0x0800, IP_PROTOCOL_UDP, 90, 200, false},
    [SYSLOG_ID] = {{20, 2000}, 0x0800, IP_PROTOCOL_UDP, 90, 200, true},
    [VOICE] = {{1000, 20000}, 0x86dd, IP_PROTOCOL_UDP, 10, 180, false},
    [VXLAN] = {{5, 200}, 0x0800, IP_PROTOCOL_UDP, 54, 1400, false},
    [GENEVE_6] = {{5, 200}, 0x86dd, IP_PROTOCOL_UDP, 98, 1300, false},
    [GTP] = {{5, 200}, 0x0800, IP_PROTOCOL_UDP, 20, 1200, false},
    [GRE] = {{5, 200}, 0x0800, IP_PROTOCOL_GRE, 8, 1000, false},
    [SIX_IN_FOUR] = {{5, 200}, 0x0800, 41, 44, 1000, false},
    [SIX_IN_SIX] = {{5, 200}, 0x86dd, 41, 44, 1000, false},
    [SEGMENTS] = {{5, 200}, 0x86dd, IP_PROTOCOL_ROUTING, 100, 1000, false},
    [LABELS] = {{5, 200}, 0x8847, 0, 40, 1000, false},
    [TCP] = {{5, 200}, 0x0800, IP_PROTOCOL_TCP, 4, 1000, true},
};

/* What lies between the points. */
enum way { SAME_FRAME, ROUTED, OTHER_MACS, OTHER_VLAN, WAYS };

/* Which points a flow passes. */
enum path { FIRST_ONLY, SECOND_ONLY, FIRST_THEN_SECOND, PATHS };

struct flow {
    enum kind kind;
    enum path path;
    enum way way;
    int64_t lag_us;
    size_t cut[2]; /* of the mirrored frame, what is captured at each point */
    uint8_t mark;  /* in its addresses: no other flow has it */
    uint16_t id;   /* its IPv4 ID; 0 for those that do not count */
};

struct sight {
    int64_t time_us;
    unsigned flow;
    unsigned second; /* the point: 0 or 1 */
    uint32_t change; /* what is new */
    uint16_t id;
    unsigned sent;  /* of the flow, from 0 */
    uint64_t frame; /* of its copy */
};

struct scenario {
    struct flow flows[FLOWS_MAX];
    unsigned flow_count;
    struct sight sights[FLOWS_MAX * SENT_MAX * 2];
    size_t count;
    bool one_session; /* both points: told apart by the index, or by the frame */
    bool same_index;
};

static int64_t draw(int64_t least, int64_t most)
{
    return least + g_test_rand_int_range(0, (gint32)(most - least + 1));
}

static bool chance(unsigned percent)
{
    return g_test_rand_int_range(0, 100) < (gint32)percent;
}

static void draw_flow(struct scenario *scenario, unsigned number)
{
    struct flow *flow = &scenario->flows[number];
    *flow = (struct flow){
        .kind = (enum kind)draw(0, KINDS - 1),
        .path = chance(70) ? FIRST_THEN_SECOND : (enum path)draw(0, 1),
        .way = (enum way)draw(0, WAYS - 1),
        .lag_us = draw(1, 1500),
        .cut = {FRAME_MAX, FRAME_MAX},
        .mark = (uint8_t)(number + 1),
    };
    int type = traits[flow->kind].ether_type;
    if (flow->way == ROUTED && type != 0x0800 && type != 0x86dd)
        flow->way = OTHER_VLAN; /* nobody routes it */
    if (scenario->same_index && flow->way == SAME_FRAME)
        flow->way = OTHER_MACS; /* else nothing tells the points apart */
    if (chance(30))
        flow->cut[draw(0, 1)] = SNAPPED;
    if (chance(10))
        flow->cut[0] = flow->cut[1] = SNAPPED;
}

/* Where both copies are cut before what is new, or one is, only the order tells which is which: so
 * it is as long as the frames pass both points. */
static void add_sights(struct scenario *scenario, unsigned number)
{
    struct flow *flow = &scenario->flows[number];
    int64_t now_us = draw(0, 100000);
    unsigned sent = (unsigned)draw(2, SENT_MAX);
    for (unsigned i = 0; i < sent; i++) {
        unsigned change = flow->kind == RETRANSMISSION ? i / 2 : i;
        struct sight sight = {
            .time_us = now_us,
            .flow = number,
            .change = traits[flow->kind].changes_at == 0 ? 0 : change,
            .id = traits[flow->kind].counts_id ? (uint16_t)(i + 100) : 0,
            .sent = i,
        };
        if (flow->path != SECOND_ONLY)
            scenario->sights[scenario->count++] = sight;
        sight.second = 1;
        sight.time_us += flow->lag_us;
        if (flow->path != FIRST_ONLY)
            scenario->sights[scenario->count++] = sight;
        now_us += draw(traits[flow->kind].every_us[0], traits[flow->kind].every_us[1]);
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const struct sight *first = a;
    const struct sight *second = b;
    if (first->time_us != second->time_us)
        return first->time_us < second->time_us ? -1 : 1;
    if (first->second != second->second)
        return first->second < second->second ? -1 : 1;
    return first->sent < second->sent ? -1 : 1;
}

static void draw_scenario(struct scenario *scenario)
{
    *scenario = (struct scenario){
        .flow_count = (unsigned)draw(1, FLOWS_MAX),
        .one_session = chance(50),
    };
    scenario->same_index = scenario->one_session && chance(50);
    for (unsigned i = 0; i < scenario->flow_count; i++) {
        draw_flow(scenario, i);
        add_sights(scenario, i);
    }
    qsort(scenario->sights, scenario->count, sizeof *scenario->sights, by_time);
}

static void put_ip(struct buffer *out, const struct flow *flow, const struct sight *sight)
{
    bool routed = sight->second == 1 && flow->way == ROUTED;
    uint8_t ttl = routed ? 63 : 64;
    unsigned length = traits[flow->kind].length;
    if (traits[flow->kind].ether_type == 0x0800) {
        buffer_put16(out, 0x4500);
        buffer_put16(out, (uint16_t)(IPV4_MIN_LENGTH + length));
        buffer_put16(out, sight->id);
        buffer_put16(out, IPV4_DONT_FRAGMENT);
        buffer_put8(out, ttl);
        buffer_put8(out, (uint8_t)traits[flow->kind].protocol);
        buffer_put16(out, ttl); /* the checksum changes, too */
        buffer_put32(out, 0xc0000200u + flow->mark);
        buffer_put32(out, 0xc6336400u + flow->mark);
    } else if (traits[flow->kind].ether_type == 0x86dd) {
        buffer_put32(out, 0x60000000);
        buffer_put16(out, (uint16_t)length);
        buffer_put8(out, (uint8_t)traits[flow->kind].protocol);
        buffer_put8(out, ttl);
        for (int i = 0; i < 4; i++)
            buffer_put64(out, UINT64_C(0x20010db800000000) + flow->mark);
    }
}

static struct bytes build(uint8_t room[FRAME_MAX + 100], const struct flow *flow,
                          const struct sight *sight)
{
    struct buffer out = {.data = room, .capacity = FRAME_MAX + 100};
    bool behind = sight->second == 1;
    bool macs = behind && (flow->way == ROUTED || flow->way == OTHER_MACS);
    static const uint8_t addresses[2][2 * MAC_ADDRESS_LENGTH] = {
        {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 3}};
    buffer_put(&out, addresses[macs], sizeof addresses[macs]);
    if (behind && flow->way == OTHER_VLAN)
        buffer_put32(&out, 0x81000064);
    unsigned length = traits[flow->kind].length;
    int type = traits[flow->kind].ether_type;
    buffer_put16(&out, type != 0 ? (uint16_t)type : (uint16_t)length);
    put_ip(&out, flow, sight);
    size_t content = out.len;
    for (unsigned i = 0; i < length; i++)
        buffer_put8(&out, (uint8_t)(flow->mark + i % 7 + 1));
    unsigned at = traits[flow->kind].changes_at;
    if (at != 0) {
        struct buffer change = {.data = room + content + at, .capacity = sizeof sight->change};
        buffer_put32(&change, sight->change);
    }
    g_assert_false(out.overflow);
    return (struct bytes){room, out.len};
}

static struct fingerprint_match take(struct fingerprint_table *table,
                                     const struct scenario *scenario, const struct sight *sight)
{
    const struct flow *flow = &scenario->flows[sight->flow];
    uint8_t room[FRAME_MAX + 100];
    struct bytes whole = build(room, flow, sight);
    struct bytes frame = bytes_first(whole, flow->cut[sight->second]);
    const struct fingerprint_frame content =
        fingerprint_table_keep(table, frame, frame_probe_find_ip(frame, FRAME_ETHERNET));
    *fingerprint_table_next(table) = (struct fingerprint_entry){
        .content = content,
        .frame = sight->frame,
        .time_ns = sight->time_us * NS_PER_US,
        .header_fields = scenario->same_index ? 0 : sight->second,
        .length = (uint32_t)whole.len,
        .stream = scenario->one_session ? 0 : sight->second,
        .sequence = (uint32_t)sight->frame,
        .has_sequence = true,
        .whole = frame.len == whole.len,
    };
    return fingerprint_table_take(table);
}

struct score {
    uint64_t twice; /* copies of copies, in truth */
    uint64_t found;
    uint64_t right; /* with the frame that is the same */
};

static void run_scenario(unsigned number, struct score *score)
{
    struct scenario scenario;
    draw_scenario(&scenario);
    struct fingerprint_table *table = fingerprint_table_new(FINGERPRINT_ENTRIES_DEFAULT);
    uint64_t first[FLOWS_MAX][SENT_MAX] = {{0}};
    for (size_t i = 0; i < scenario.count; i++) {
        struct sight *sight = &scenario.sights[i];
        sight->frame = i + 1;
        uint64_t *same = &first[sight->flow][sight->sent];
        struct fingerprint_match match = take(table, &scenario, sight);
        g_assert_false(match.is_duplicate);
        if (match.mirrored_before && *same == 0)
            g_error("scenario %u, kind %d: copy %" G_GUINT64_FORMAT
                    " is none of %" G_GUINT64_FORMAT,
                    number, (int)scenario.flows[sight->flow].kind, sight->frame, match.frame);
        score->twice += *same != 0;
        score->found += *same != 0 && match.mirrored_before;
        score->right += *same != 0 && match.mirrored_before && match.frame == *same;
        if (*same == 0)
            *same = sight->frame;
    }
    fingerprint_table_free(table);
}

static void test_scenarios(void)
{
    struct score score = {0};
    for (unsigned i = 0; i < SCENARIOS; i++)
        run_scenario(i, &score);
    g_test_message("of %" G_GUINT64_FORMAT " copies of copies, %" G_GUINT64_FORMAT
                   " found, %" G_GUINT64_FORMAT " rightly named",
                   score.twice, score.found, score.right);
    g_assert_cmpuint(score.twice, >, SCENARIOS);
    g_assert_cmpuint(score.found * 1000, >=, score.twice * 999);
    g_assert_cmpuint(score.right * 1000, >=, score.twice * 999);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeated-frames/scenarios", test_scenarios);
    return g_test_run();
}
