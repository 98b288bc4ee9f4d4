/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/encapsulate/encapsulate.h"

#include "core/base/checksum.h"
#include "core/wire/ip.h"
#include "core/wire/outer.h"
#include "core/wire/protocol.h"
#include "generator/base/ip-header.h"
#include "generator/encapsulate/source-clock.h"
#include "generator/traffic/inner-frames.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/routing.h"
#include "generator/traffic/translation.h"

uint16_t encapsulation_protocol(const struct session_plan *plan)
{
    if (plan->gre.protocol != AUTO)
        return (uint16_t)plan->gre.protocol;
    if (plan->mirror_type != MIRROR_ERSPAN)
        return mirror_number(plan->mirror_type);
    return plan->type == ERSPAN_TYPE_III ? GRE_PROTOCOL_ERSPAN_III : GRE_PROTOCOL_ERSPAN;
}

static struct gre_header gre_of(const struct session_plan *plan)
{
    const struct gre_plan *gre = &plan->gre;
    struct gre_header header = {.protocol = encapsulation_protocol(plan)};
    if (gre->flags != AUTO) {
        header.flags = (uint16_t)gre->flags;
    } else {
        unsigned flags = gre->version;
        flags |= session_has_sequence(plan) ? GRE_BIT_SEQUENCE : 0;
        flags |= gre->key != AUTO ? GRE_BIT_KEY : 0;
        flags |= gre->checksum != CHECK_NONE ? GRE_BIT_CHECKSUM : 0;
        flags |= gre->routing ? GRE_BIT_ROUTING : 0;
        header.flags = (uint16_t)flags;
    }
    if (gre->key != AUTO)
        header.key = (uint32_t)gre->key;
    return header;
}

static struct erspan_header header_of(const struct session_plan *plan)
{
    struct erspan_header header = plan->header;
    header.type = plan->type;
    header.egress = plan->direction == DIRECTION_EGRESS;
    if (plan->version != AUTO)
        header.version = (uint8_t)plan->version;
    else
        header.version = plan->type == ERSPAN_TYPE_III ? ERSPAN_VERSION_III : ERSPAN_VERSION_II;
    header.has_subheader = session_has_subheader(plan);
    header.optional = session_declares_subheader(plan);
    if (plan->platform != AUTO)
        header.subheader.platform = (uint8_t)plan->platform;
    return header;
}

enum { MIRROR_SOURCE_PORT = 49152, MIRROR_LENGTH_MAX = 32 };

/* A mirror that is not ERSPAN, and comes without GRE. */
static bool in_udp(const struct session_plan *plan)
{
    return plan->mirror_type != MIRROR_ERSPAN && !mirror_is_in_gre(plan->mirror_type);
}

static struct outer_template outer_of(const struct session_plan *plan,
                                      const struct outer_plan *outer, enum link_kind link)
{
    struct udp_ports ports = {plan->gre.udp_port != AUTO, (uint16_t)plan->gre.udp_port,
                              UDP_PORT_GRE};
    if (in_udp(plan))
        ports = (struct udp_ports){true, MIRROR_SOURCE_PORT,
                                   plan->mirror_port != AUTO ? (uint16_t)plan->mirror_port
                                                             : mirror_number(plan->mirror_type)};
    return outer_template_make(outer, link, IP_PROTOCOL_GRE, ports, encapsulation_protocol(plan));
}

void encapsulation_init(struct encapsulation *encapsulation, const struct session_plan *plan,
                        size_t number, int64_t start_ns, struct source_counter *sequence)
{
    const struct outer_plan *outer = &plan->stream.outer;
    *encapsulation = (struct encapsulation){
        .plan = plan,
        .outer = outer_of(plan, outer, outer->link),
        .ethernet = outer_of(plan, outer, LINK_KIND_ETHERNET),
        .gre = gre_of(plan),
        .header = header_of(plan),
        .clock = plan->clock,
        .start_ns = start_ns,
        .sequence = sequence,
        .counts = session_counts_copies(plan),
    };
    struct inner_plan inner = plan->inner;
    if (inner.network == AUTO)
        inner.network = (int64_t)(number % 256);
    encapsulation->inner = inner_frames_new(&inner);
}

void encapsulation_clear(struct encapsulation *encapsulation)
{
    inner_frames_free(encapsulation->inner);
}

size_t encapsulation_longest(const struct encapsulation *encapsulation, size_t frame_length)
{
    const struct session_plan *plan = encapsulation->plan;
    size_t headers = encapsulation->ethernet.len + gre_length(encapsulation->gre.flags) +
                     erspan_length(plan->type, encapsulation->header.has_subheader) +
                     (plan->mirror_type != MIRROR_ERSPAN ? MIRROR_LENGTH_MAX : 0) +
                     plan->prefix.len + (encapsulation->gre.flags & GRE_BIT_ROUTING ? 4 : 0);
    size_t fcs = plan->fate.inner_fcs == CHECK_NONE ? 0 : FCS_LENGTH;
    size_t payload = MAX(frame_length + fcs, plan->payload.len);
    return MAX(plan->fate.nesting, plan->fate.loop) * headers + payload -
           encapsulation->ethernet.ip_at;
}

/* The number @p count steps after @p first. */
static uint32_t sequence_after(const struct encapsulation *encapsulation, uint32_t first,
                               unsigned count)
{
    return encapsulation->counts ? (first + count) & source_counter_mask(encapsulation->sequence)
                                 : first;
}

/* Takes the numbers of all layers off the counter; the first is that of the innermost. */
static uint32_t take_sequence(struct encapsulation *encapsulation, unsigned layers,
                              struct arrival_place *outermost)
{
    struct source_counter *counter = encapsulation->sequence;
    uint32_t first = counter->next;
    counter->next = sequence_after(encapsulation, first, layers);
    counter->taken += layers;
    *outermost = (struct arrival_place){sequence_after(encapsulation, first, layers - 1),
                                        counter->restarts, counter->taken};
    return first;
}

void encapsulation_restart(struct encapsulation *encapsulation, int64_t now_ns, bool clock_too)
{
    source_counter_restart(encapsulation->sequence, now_ns);
    encapsulation->ip_id = 0;
    if (!clock_too)
        return;
    const struct clock_plan *clock = &encapsulation->clock;
    encapsulation->clock =
        (struct clock_plan){.tick_ps = clock->tick_ps, .drift_ppb = clock->drift_ppb};
    encapsulation->start_ns = now_ns;
}

static uint16_t take_ip_id(struct encapsulation *encapsulation)
{
    if (encapsulation->plan->stream.outer.id_policy == ID_ZERO)
        return 0;
    return ++encapsulation->ip_id;
}

/* Shortens the buffer so that at most @p kept bytes remain from @p start. */
static void cut_to(struct buffer *out, size_t start, int64_t kept)
{
    if (kept != AUTO && out->len > start + (size_t)kept)
        out->len = start + (size_t)kept;
}

void encapsulate_fcs(enum check_mode mode, size_t start, struct buffer *out)
{
    if (mode == CHECK_NONE || out->overflow)
        return;
    uint32_t fcs = ethernet_fcs((struct bytes){out->data + start, out->len - start});
    buffer_put32le(out, mode == CHECK_GOOD ? fcs : ~fcs);
}

/* One copy under way: what its layers have in common. */
struct making {
    struct encapsulation *encapsulation;
    const struct copy_order *order;
    struct erspan_header header;
    uint32_t sequence;      /* of the innermost layer; those around it count on */
    struct built_copy copy; /* of the layer that was made last */
};

static void put_layer(struct making *making, unsigned layer, const struct outer_template *outer,
                      struct buffer *out);

void encapsulation_write_inner(const struct encapsulation *encapsulation, uint64_t n,
                               struct buffer *out)
{
    inner_frames_write(encapsulation->inner, n, out);
}

/* The mirrored frame itself, as far as the source keeps it. */
static void put_frame(struct making *making, struct buffer *out)
{
    const struct encapsulation *encapsulation = making->encapsulation;
    const struct session_plan *plan = encapsulation->plan;
    const struct copy_order *order = making->order;
    size_t start = out->len;
    if (order->frame != NULL)
        buffer_put(out, order->frame->bytes.data, order->frame->bytes.len);
    else
        encapsulation_write_inner(encapsulation, order->n, out);
    size_t length = out->len - start;
    if (plan->routed && !order->again && !out->overflow)
        routing_pass(out->data + start, length, plan->inner.mac);
    if (plan->translation != TRANSLATE_NOTHING && !order->again && !out->overflow)
        translation_pass(plan->translation, out->data + start, length, plan->inner.mac);
    cut_to(out, start, plan->fate.cut);
    cut_to(out, start, order->truncate);
    making->copy = (struct built_copy){.inner_length = length, .inner_kept = out->len - start};
    encapsulate_fcs(plan->fate.inner_fcs, start, out);
}

/* The mirrored frame; around it the copies that were themselves mirrored. */
static void put_mirrored(struct making *making, unsigned layer, struct buffer *out)
{
    size_t start = out->len;
    if (layer == 1) {
        put_frame(making, out);
        return;
    }
    put_layer(making, layer - 1, &making->encapsulation->ethernet, out);
    making->copy.inner_length = making->copy.inner_kept = out->len - start;
}

/* What stands between GRE, or UDP, and the frame of a mirror that is not ERSPAN. */
static void put_mirror_header(const struct session_plan *plan, uint32_t sequence,
                              struct buffer *out)
{
    const struct mirror_header header = {
        .kind = plan->mirror_type,
        .id = plan->mirror_id,
        .has_sequence = session_has_sequence(plan),
        .sequence = sequence,
    };
    mirror_encode(&header, out);
}

/* Layer 1 holds the mirrored frame, the highest is the copy as it is sent. */
static void put_layer(struct making *making, unsigned layer, const struct outer_template *outer,
                      struct buffer *out)
{
    struct encapsulation *encapsulation = making->encapsulation;
    const struct session_plan *plan = encapsulation->plan;
    struct gre_header gre = encapsulation->gre;
    gre.sequence = sequence_after(encapsulation, making->sequence, layer - 1);

    size_t start = outer_begin(outer, out);
    size_t gre_at = out->len;
    bool has_gre = outer->ip_version != 0 && !in_udp(plan);
    if (has_gre)
        gre_encode(&gre, out);
    if (plan->mirror_type != MIRROR_ERSPAN)
        put_mirror_header(plan, gre.sequence, out);
    size_t payload_at = out->len;
    size_t inner_at = payload_at;
    if (plan->payload.len > 0) {
        buffer_put(out, plan->payload.data, plan->payload.len);
    } else {
        erspan_encode(&making->header, out);
        buffer_put(out, plan->prefix.data, plan->prefix.len);
        inner_at = out->len;
        put_mirrored(making, layer, out);
    }
    cut_to(out, payload_at, plan->fate.payload_cut);
    if (out->overflow)
        return;
    struct built_copy *copy = &making->copy;
    copy->ip_at = start + outer->ip_at;
    copy->gre_at = gre_at;
    copy->erspan_at = payload_at;
    copy->inner_at = MIN(inner_at, out->len);
    copy->inner_kept = MIN(copy->inner_kept, out->len - copy->inner_at);
    if (has_gre)
        gre_set_checksum(out->data + gre_at, out->len - gre_at);
    if (plan->gre.checksum == CHECK_BAD)
        out->data[gre_at + GRE_BASE_LENGTH] ^= 0x01;
    outer_end(outer, start, take_ip_id(encapsulation), out);
}

/* Part of each of its two callers: a call of its own costs the copies of a session 3 % more. */
static inline __attribute__((always_inline)) struct built_copy
make_copy(struct encapsulation *encapsulation, const struct copy_order *order, int64_t now_ns,
          struct buffer *out)
{
    const struct session_plan *plan = encapsulation->plan;
    struct arrival_place place;
    struct making making = {
        .encapsulation = encapsulation,
        .order = order,
        .header = encapsulation->header,
        .sequence = take_sequence(encapsulation, plan->fate.nesting, &place),
    };
    if (order->frame != NULL && plan->direction == DIRECTION_AUTO)
        making.header.egress = order->frame->reverse;
    if (order->flagged)
        making.header.truncated = true;
    if (plan->type == ERSPAN_TYPE_III)
        clock_stamp(&encapsulation->clock, encapsulation->start_ns, now_ns, &making.header);
    put_layer(&making, plan->fate.nesting, &encapsulation->outer, out);
    making.copy.place = place;
    return making.copy;
}

struct built_copy encapsulate(struct encapsulation *encapsulation, const struct copy_order *order,
                              int64_t now_ns, struct buffer *out)
{
    return make_copy(encapsulation, order, now_ns, out);
}

/* A network whose number no session gets by itself before it is the 256th. */
enum { FOREIGN_NETWORK = 255, FOREIGN_FRAME_LENGTH = 200 };

struct built_copy encapsulate_foreign(const struct encapsulation *encapsulation,
                                      const struct foreign_order *order, int64_t now_ns,
                                      struct buffer *out)
{
    const struct session_plan *plan = encapsulation->plan;
    struct outer_plan outer = plan->stream.outer;
    if (order->ttl != AUTO)
        outer.ttl = (uint8_t)order->ttl;
    if (order->mac.given)
        outer.source_mac = order->mac.mac;
    struct source_counter counter = {.first = plan, .next = order->sequence};
    struct encapsulation foreign = *encapsulation;
    foreign.outer = outer_of(plan, &outer, outer.link);
    foreign.sequence = &counter;
    foreign.ip_id = (uint16_t)order->n;

    const struct inner_plan inner = {.kind = frame_recipe_find("udp"),
                                     .size = FOREIGN_FRAME_LENGTH,
                                     .ip_version = 4,
                                     .mac = plan->inner.mac,
                                     .flows = 1,
                                     .network = FOREIGN_NETWORK};
    uint8_t room[FOREIGN_FRAME_LENGTH];
    struct buffer datagram = {room, sizeof room, 0, false};
    inner_write(&inner, order->n, &datagram);
    const struct traffic_frame frame = {.time_ns = now_ns, .bytes = {room, datagram.len}};
    const struct copy_order copy = {
        .n = order->n, .frame = &frame, .truncate = AUTO, .again = true};
    return make_copy(&foreign, &copy, now_ns, out);
}
