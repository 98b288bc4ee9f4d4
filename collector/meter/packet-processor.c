/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/packet-processor.h"

#include <glib.h>

#include "collector/meter/copy-batch.h"
#include "collector/meter/held-packets.h"
#include "core/copy/copy-input.h"
#include "core/copy/mirror-evidence.h"
#include "core/wire/icmp-quote.h"
#include "core/wire/ip.h"
#include "core/wire/outer-cache.h"
#include "core/wire/protocol.h"

struct packet_processor {
    struct packet_processor_policy policy;
    struct session_table *sessions;
    struct copy_batch *copy_batch;
    struct report *report; /* the batch's, to count packets in */
    struct other_traffic others;
    struct outer_cache walks;
    struct outer behind; /* the rest of the headers, from where the cached walk stopped */
    struct mirror_evidence evidence;
    struct held_packets held;
};

/* Bytes in which a copy may be: those of the packet, or of something inside it. */
struct layer {
    uint32_t link;
    struct bytes bytes;
    size_t length; /* on the wire */
    unsigned depth;
    const struct icmp_quote *quote; /* the error that quotes it, or quotes what is around it */
};

static void forget_session(void *copy_batch, struct session *session)
{
    copy_batch_forget(copy_batch, session);
}

struct packet_processor *packet_processor_new(const struct packet_processor_policy *policy)
{
    struct packet_processor *packet_processor = g_new0(struct packet_processor, 1);
    packet_processor->policy = *policy;
    packet_processor->sessions = session_table_new(
        policy->session_limit != 0 ? policy->session_limit : SESSION_LIMIT_DEFAULT);
    packet_processor->copy_batch =
        copy_batch_new(&policy->analysis, policy->paths_memory, policy->threaded);
    session_table_set_eviction(
        packet_processor->sessions,
        (struct session_eviction){forget_session, packet_processor->copy_batch});
    packet_processor->report = copy_batch_report(packet_processor->copy_batch);
    return packet_processor;
}

void packet_processor_free(struct packet_processor *packet_processor)
{
    if (packet_processor == NULL)
        return;
    copy_batch_free(packet_processor->copy_batch);
    session_table_free(packet_processor->sessions);
    held_packets_clear(&packet_processor->held);
    g_free(packet_processor);
}

void packet_processor_snapshot(struct packet_processor *packet_processor, struct snapshot *snapshot)
{
    copy_batch_snapshot(packet_processor->copy_batch, snapshot);
    snapshot->others = packet_processor->others;
}

void packet_processor_end(struct packet_processor *packet_processor)
{
    copy_batch_end(packet_processor->copy_batch);
}

/* A layer and what lies around the copy in it. */
struct found_copy {
    const struct outer *outer;
    const struct mirror_header *mirror; /* NULL: ERSPAN */
};

static struct copy_input input_of(const struct layer *layer, const struct found_copy *found)
{
    struct copy_input input = copy_input_of(found->outer, found->mirror, layer->length);
    input.quoted = layer->quote != NULL;
    return input;
}

/* The mirrored frame, as something in which there may be another copy. */
static struct layer layer_inside(const struct layer *layer, const struct copy *copy,
                                 struct bytes payload)
{
    static const uint32_t links[] = {
        [FRAME_ETHERNET] = LINK_ETHERNET,
        [FRAME_IPV4] = LINK_IPV4,
        [FRAME_IPV6] = LINK_IPV6,
        [FRAME_OPAQUE] = LINK_ETHERNET,
    };
    struct bytes frame = copy_frame(copy, payload);
    size_t length = copy->cut ? copy->mirrored_length : copy->inner_length;
    return (struct layer){
        .link = links[copy->inner.kind],
        .bytes = frame,
        .length = MAX(length, frame.len),
        .depth = layer->depth + 1,
        .quote = layer->quote,
    };
}

static bool may_hold_a_copy(const struct layer *layer, const struct copy *copy)
{
    return copy->inner.kind != FRAME_OPAQUE && copy->inner_captured > 0 &&
           layer->depth < PACKET_DEPTH_MAX;
}

static bool read_fragment(const struct packet *packet, const struct layer *layer,
                          const struct outer *outer, struct arrived_fragment *arrived)
{
    arrived->arrival_ns = packet->time_ns;
    arrived->frame_length = packet->length;
    return layer->depth == 1 && layer->quote == NULL &&
           outer_fragment_read(layer->bytes, outer, &arrived->fragment);
}

/* True if the mirrored frame holds a TCP segment. */
static bool count_copy(struct packet_processor *packet_processor, const struct packet *packet,
                       const struct layer *layer, const struct found_copy *found)
{
    const struct outer *outer = found->outer;
    const size_t offset = copy_input_offset(outer, found->mirror);
    const bool ethernet = layer->link == LINK_ETHERNET;
    const struct analysis_place place = {
        .frame = packet->number,
        .arrival_ns = packet->time_ns,
        .outer_length = packet->length,
        .outer_headers = offset - outer->ip_offset,
        .depth = layer->depth,
        .outer_mac = ethernet ? bytes_u48(layer->bytes, ETHERNET_AT_SOURCE) : 0,
        .outer_vlan = ethernet ? outer->vlan : 0,
        .outer_ttl = outer->ip_version != 0 ? outer->ttl : 0,
    };
    const struct copy *copy = copy_batch_slot(packet_processor->copy_batch);
    bool is_tcp = copy_batch_put_copy(packet_processor->copy_batch, &place,
                                      bytes_from(outer->payload, offset - outer->payload_offset));
    struct arrived_fragment arrived;
    if (outer->more_fragments && read_fragment(packet, layer, outer, &arrived))
        copy_batch_put_first_fragment(packet_processor->copy_batch, &arrived, &place, copy);
    return is_tcp;
}

static void count_quote(struct packet_processor *packet_processor, const struct layer *layer,
                        const struct outer *outer)
{
    const struct report_icmp icmp = {
        .too_big = layer->quote->too_big,
        .mtu = layer->quote->mtu,
        .quoted_length = outer->ip_length,
    };
    report_count(packet_processor->report, REPORT_ICMP_ERROR);
    copy_batch_put_icmp(packet_processor->copy_batch, &icmp);
}

static void hand_on_mirrored(const struct packet_processor *packet_processor,
                             const struct packet *packet, const struct layer *mirrored,
                             const struct copy *copy)
{
    const struct mirrored_sink *sink = &packet_processor->policy.mirrored;
    const struct mirrored_frame frame = {
        .packet =
            {
                .number = packet->number,
                .time_ns = packet->time_ns,
                .link = mirrored->link,
                .bytes = mirrored->bytes,
                .length = mirrored->length,
                .no_time = packet->no_time,
            },
        .copy = copy,
        .finding = sink->wants_finding ? copy_batch_finding(packet_processor->copy_batch) : NULL,
    };
    sink->take(sink->context, &frame);
}

/* True if @p layer is now the mirrored frame, and worth a result. */
static bool take_copy(struct packet_processor *packet_processor, const struct packet *packet,
                      struct layer *layer, const struct found_copy *found)
{
    const struct copy_input input = input_of(layer, found);
    struct copy *copy = copy_batch_slot(packet_processor->copy_batch);
    if (input.carried == 0 &&
        input.claimed == 0) { /* empty GRE, which Wireshark passes to no dissector */
        if (!input.quoted)
            report_count(packet_processor->report, REPORT_BROKEN);
        return false;
    }
    copy_read(&input, &packet_processor->policy.copy, packet_processor->sessions, copy);
    if (input.fragment && !input.quoted && layer->depth == 1)
        report_count(packet_processor->report, REPORT_FIRST_FRAGMENT);
    if (copy->failure.kind != FAILURE_NONE && !input.quoted)
        report_count(packet_processor->report, REPORT_BROKEN);
    bool is_tcp = false;
    if (input.quoted)
        count_quote(packet_processor, layer, found->outer);
    else
        is_tcp = count_copy(packet_processor, packet, layer, found);
    if (copy->failure.kind != FAILURE_NONE)
        return false;
    bool wanted =
        layer->depth == 1 && !input.quoted && packet_processor->policy.mirrored.take != NULL;
    bool more =
        !is_tcp && may_hold_a_copy(layer, copy); /* a copy comes in GRE, or in UDP or ICMP */
    *layer = layer_inside(layer, copy, input.payload);
    more = more && !(layer->link == LINK_ETHERNET && outer_is_plain_udp(layer->bytes));
    if (wanted)
        hand_on_mirrored(packet_processor, packet, layer, copy);
    return more;
}

/* True if the UDP payload behind @p outer is a marker packet, whole. */
static bool take_marker(struct packet_processor *packet_processor, const struct packet *packet,
                        const struct outer *outer)
{
    struct marker marker;
    if (outer->payload_claimed != MARKER_LENGTH ||
        marker_decode(outer->payload, &marker).kind != FAILURE_NONE ||
        !marker_is_plausible(&marker))
        return false;
    report_count(packet_processor->report, REPORT_MARKER);
    copy_batch_put_marker(packet_processor->copy_batch, &outer->source, &marker, packet->time_ns,
                          packet->number);
    return true;
}

/* Only the first fragment has the GRE header. A later one tells no more than that it is GRE, over
 * IPv6 not even that where options stand before GRE; but the first one may be known. */
static bool take_later_fragment(struct packet_processor *packet_processor,
                                const struct packet *packet, const struct layer *layer,
                                const struct outer *outer)
{
    struct arrived_fragment arrived;
    struct ip_header ip;
    if (!read_fragment(packet, layer, outer, &arrived))
        return false;
    ip_decode(bytes_from(layer->bytes, outer->ip_offset), outer->ip_version, &ip);
    bool known = copy_batch_put_fragment(packet_processor->copy_batch, &arrived);
    if (!known && ip.protocol != IP_PROTOCOL_GRE)
        return false;
    report_count(packet_processor->report, REPORT_LATER_FRAGMENT);
    return true;
}

/* What an ICMP error quotes. False if it is none, or quotes an error. */
static bool layer_quoted(const struct layer *layer, const struct outer *outer,
                         struct icmp_quote *quote, struct layer *quoted)
{
    struct bytes packet = bytes_from(layer->bytes, outer->ip_offset);
    if (layer->quote != NULL ||
        !icmp_quote_find(packet, outer->ip_version, layer->length - outer->ip_offset, quote))
        return false;
    *quoted = (struct layer){
        .link = quote->ip_version == 4 ? LINK_IPV4 : LINK_IPV6,
        .bytes = quote->bytes,
        .length = quote->length,
        .depth = layer->depth,
        .quote = quote,
    };
    return true;
}

/* What is found out about a packet. */
struct packet_result {
    bool found;                 /* ERSPAN has to do with it */
    struct icmp_quote quote;    /* room for what a layer may refer to */
    struct other_packets other; /* unless found: what it is instead */
    bool has_tunnel;            /* unless found: it is of a tunnel that may be a mirror */
    size_t tunnel;              /* its place in evidence.tunnels */
    enum mirror_standing standing;
};

/* Where a tag, a label or a tunnel stopped the walk: finds what lies behind. An IP packet there
 * that holds no copy may be an error that quotes one, a marker or a fragment. */
static void walk_on(struct packet_processor *packet_processor, const struct layer *layer,
                    struct failure *failure, const struct outer **outer)
{
    struct outer *behind = &packet_processor->behind;
    struct failure result = outer_parse_behind(layer->link, layer->bytes, behind);
    if (behind->ip_version == 0 && result.kind != FAILURE_NONE)
        return;
    *failure = result;
    *outer = behind;
}

/* True if the packet is of a mirror other than ERSPAN: by a rule, or by what came before. Not while
 * earlier packets of that mirror are held: they are read first. */
static bool find_mirror(struct packet_processor *packet_processor, const struct layer *layer,
                        const struct failure *failure, const struct outer *outer,
                        struct mirror_header *mirror, struct packet_result *result)
{
    const struct mirror_rules *rules = &packet_processor->policy.mirrors;
    if (layer->depth > 1 || layer->quote != NULL)
        return false;
    if (mirror_read(failure, outer, rules, mirror))
        return true;
    if (rules->given_alone || !mirror_read_candidate(failure, outer, mirror))
        return false;
    struct mirror_evidence *evidence = &packet_processor->evidence;
    result->has_tunnel = true;
    result->standing = mirror_evidence_take(evidence, outer, mirror, &result->tunnel);
    return result->standing == MIRROR_KNOWN &&
           !held_packets_any(&packet_processor->held, result->tunnel,
                             &evidence->tunnels[result->tunnel]);
}

/* Where outer_parse() found no ERSPAN: finds it behind other headers, or another mirror, whose
 * header is put into @p mirror. Else @p failure says what stopped, and @p found how far that is. */
static void find_elsewhere(struct packet_processor *packet_processor, const struct layer *layer,
                           struct failure *failure, struct found_copy *found,
                           struct mirror_header *mirror, struct packet_result *result)
{
    const struct failure stopped = *failure;
    const struct outer *outer = found->outer;
    if (outer_may_be_behind(failure))
        walk_on(packet_processor, layer, failure, &found->outer);
    if (failure->kind == FAILURE_NONE ||
        !find_mirror(packet_processor, layer, &stopped, outer, mirror, result))
        return;
    failure->kind = FAILURE_NONE;
    *found = (struct found_copy){outer, mirror};
}

/* Looks at one layer. True if @p layer is now another one to look into. */
static bool read_layer(struct packet_processor *packet_processor, const struct packet *packet,
                       struct layer *layer, struct packet_result *result)
{
    struct found_copy found = {NULL, NULL};
    struct mirror_header mirror;
    struct layer quoted;
    struct failure failure =
        outer_parse_cached(&packet_processor->walks, layer->link, layer->bytes, &found.outer);
    if (failure.kind != FAILURE_NONE && layer->depth == 1 && layer->quote == NULL)
        result->other = other_packets_of(&failure, found.outer);
    if (failure.kind != FAILURE_NONE)
        find_elsewhere(packet_processor, layer, &failure, &found, &mirror, result);
    switch (failure.kind) {
    case FAILURE_NONE:
        result->found = true;
        return take_copy(packet_processor, packet, layer, &found);
    case FAILURE_NOT_GRE:
        if (!layer_quoted(layer, found.outer, &result->quote, &quoted))
            return false;
        *layer = quoted;
        return true;
    case FAILURE_UDP_PORT:
        result->found |= take_marker(packet_processor, packet, found.outer);
        return false;
    case FAILURE_LATER_FRAGMENT:
        result->found |= take_later_fragment(packet_processor, packet, layer, found.outer);
        return false;
    default:
        return false;
    }
}

/* True if ERSPAN, or another mirror, has to do with the packet. */
static bool read_packet(struct packet_processor *packet_processor, const struct packet *packet,
                        struct packet_result *result)
{
    struct layer layer = {packet->link, packet->bytes, packet->length, 1, NULL};
    result->found = false;
    result->has_tunnel = false;
    while (read_layer(packet_processor, packet, &layer, result))
        ;
    return result->found;
}

/* A packet that was held, and counted as another one, is of a mirror. */
static void read_held(void *context, const struct packet *packet)
{
    struct packet_processor *packet_processor = context;
    struct packet_result result;
    if (!read_packet(packet_processor, packet, &result))
        return;
    report_count_as_mirror(packet_processor->report);
    other_traffic_take_back(&packet_processor->others, &result.other);
}

/* Of a tunnel that may be a mirror. True if it is known to be one: all of it that was held is read.
 */
static bool take_tunnel(struct packet_processor *packet_processor, const struct packet *packet,
                        const struct packet_result *result)
{
    const struct packet_sink sink = {.context = packet_processor, .take = read_held};
    struct mirror_tunnel *tunnel = &packet_processor->evidence.tunnels[result->tunnel];
    struct held_packets *held = &packet_processor->held;
    switch (result->standing) {
    case MIRROR_KNOWN:
        held_packets_release(held, result->tunnel, tunnel, &sink);
        return true;
    case MIRROR_NEVER:
        held_packets_drop(held, result->tunnel);
        return false;
    case MIRROR_NOT_KNOWN:
        if (!held_packets_add(held, result->tunnel, tunnel, packet))
            tunnel->before++;
        return false;
    }
    return false;
}

void packet_processor_take(struct packet_processor *packet_processor, const struct packet *packet)
{
    report_count_frame(packet_processor->report, packet->time_ns, packet->length);
    if (packet_processor->policy.packets.take != NULL)
        packet_put(&packet_processor->policy.packets, packet);

    struct packet_result result;
    if (read_packet(packet_processor, packet, &result) ||
        (result.has_tunnel && take_tunnel(packet_processor, packet, &result) &&
         read_packet(packet_processor, packet, &result)))
        return;
    report_count(packet_processor->report, REPORT_NOT_ERSPAN);
    other_traffic_add(&packet_processor->others, &result.other);
}

static void take(void *context, const struct packet *packet)
{
    packet_processor_take(context, packet);
}

struct packet_sink packet_processor_sink(struct packet_processor *packet_processor)
{
    return (struct packet_sink){.context = packet_processor, .take = take};
}

void packet_processor_flush(const struct packet_processor *packet_processor)
{
    packet_flush(&packet_processor->policy.packets);
    const struct mirrored_sink *mirrored = &packet_processor->policy.mirrored;
    if (mirrored->flush != NULL)
        mirrored->flush(mirrored->context);
}
