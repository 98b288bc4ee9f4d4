/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/packet-processor.h"

#include <glib.h>

#include "core/wire/icmp-quote.h"
#include "collector/meter/copy-batch.h"
#include "core/wire/ip.h"
#include "core/wire/outer-cache.h"

struct intake {
    struct intake_policy policy;
    struct session_table *sessions;
    struct ledger *ledger;
    struct report_totals *totals; /* the ledger's */
    struct walk_memo walks;
};

/* Bytes in which a copy may be: those of the packet, or of something inside it. */
struct layer {
    uint32_t link;
    struct bytes bytes;
    size_t length; /* on the wire */
    unsigned depth;
    const struct icmp_quote *quote; /* the error that quotes it, or quotes what is around it */
};

struct intake *intake_new(const struct intake_policy *policy)
{
    struct intake *intake = g_new0(struct intake, 1);
    intake->policy = *policy;
    intake->sessions = session_table_new(SESSION_LIMIT_DEFAULT);
    intake->ledger = ledger_new(&policy->analysis);
    intake->totals = ledger_totals(intake->ledger);
    return intake;
}

void intake_free(struct intake *intake)
{
    if (intake == NULL)
        return;
    ledger_free(intake->ledger);
    session_table_free(intake->sessions);
    g_free(intake);
}

void intake_look(struct intake *intake, struct look *look)
{
    ledger_look(intake->ledger, look);
}

static struct copy_input input_of(const struct layer *layer, const struct outer *outer)
{
    size_t on_wire = layer->length - outer->payload_offset;
    size_t before = outer->payload_offset - outer->ip_offset;
    bool stated = outer->ip_version != 0 && outer->ip_length > before;
    return (struct copy_input){
        .payload = outer->payload,
        .carried = outer->payload_claimed < on_wire && outer->ip_length != 0
                       ? outer->payload_claimed
                       : on_wire,
        .claimed = stated ? outer->ip_length - before : 0,
        .has_gre = outer->has_gre,
        .has_sequence = outer->has_gre && (outer->gre.flags & GRE_BIT_SEQUENCE) != 0,
        .gre = outer->gre,
        .source = outer->source,
        .destination = outer->destination,
        .quoted = layer->quote != NULL,
        .fragment = outer->more_fragments,
    };
}

/* The mirrored frame, as something in which there may be another copy. */
static struct layer layer_inside(const struct layer *layer, const struct copy *copy,
                                 struct bytes payload)
{
    static const uint32_t links[] = {
        [INNER_ETHERNET] = LINK_ETHERNET,
        [INNER_IPV4] = LINK_IPV4,
        [INNER_IPV6] = LINK_IPV6,
        [INNER_OPAQUE] = LINK_ETHERNET,
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
    return copy->inner.kind != INNER_OPAQUE && copy->inner_captured > 0 &&
           layer->depth < INTAKE_DEPTH_MAX;
}

/* True if the mirrored frame holds a TCP segment. */
static bool count_copy(struct intake *intake, const struct packet *packet,
                       const struct layer *layer, const struct outer *outer)
{
    const struct analysis_place place = {
        .frame = packet->number,
        .arrival_ns = packet->time_ns,
        .outer_length = packet->length,
        .outer_headers = outer->payload_offset - outer->ip_offset,
        .depth = layer->depth,
    };
    return ledger_put_copy(intake->ledger, &place, outer->payload);
}

static void count_quote(struct intake *intake, const struct layer *layer)
{
    intake->totals->icmp_errors++;
    ledger_put_icmp(intake->ledger, layer->quote->too_big, layer->quote->mtu);
}

static void hand_on_mirrored(const struct intake *intake, const struct packet *packet,
                             const struct layer *mirrored)
{
    const struct packet frame = {
        .number = packet->number,
        .time_ns = packet->time_ns,
        .link = mirrored->link,
        .bytes = mirrored->bytes,
        .length = mirrored->length,
    };
    packet_put(&intake->policy.mirrored, &frame);
}

/* True if @p layer is now the mirrored frame, and worth a look. */
static bool take_copy(struct intake *intake, const struct packet *packet, struct layer *layer,
                      const struct outer *outer)
{
    const struct copy_input input = input_of(layer, outer);
    struct copy *copy = ledger_room(intake->ledger);
    if (input.carried == 0 &&
        input.claimed == 0) { /* GRE around nothing, which Wireshark hands to nobody */
        intake->totals->broken += !input.quoted;
        return false;
    }
    copy_read(&input, &intake->policy.copy, intake->sessions, copy);
    if (copy->session != NULL && !input.quoted)
        session_appear(intake->sessions, copy->session);
    intake->totals->first_fragments += input.fragment && !input.quoted && layer->depth == 1;
    intake->totals->broken += copy->failure.kind != FAILURE_NONE && !input.quoted;
    bool is_tcp = false;
    if (input.quoted)
        count_quote(intake, layer);
    else
        is_tcp = count_copy(intake, packet, layer, outer);
    if (copy->failure.kind != FAILURE_NONE)
        return false;
    bool wanted = layer->depth == 1 && !input.quoted && intake->policy.mirrored.take != NULL;
    bool more =
        !is_tcp && may_hold_a_copy(layer, copy); /* a copy comes in GRE, or in UDP or ICMP */
    *layer = layer_inside(layer, copy, input.payload);
    if (wanted)
        hand_on_mirrored(intake, packet, layer);
    return more;
}

/* True if the UDP payload behind @p outer is a marker packet, whole. */
static bool take_marker(struct intake *intake, const struct packet *packet,
                        const struct outer *outer)
{
    struct marker marker;
    if (outer->payload_claimed != MARKER_LENGTH ||
        marker_decode(outer->payload, &marker).kind != FAILURE_NONE ||
        !marker_is_plausible(&marker))
        return false;
    intake->totals->markers++;
    ledger_put_marker(intake->ledger, &outer->source, &marker, packet->time_ns, packet->number);
    return true;
}

/* Only the first fragment has the GRE header; the later ones tell no more than that it is GRE. */
static bool take_later_fragment(struct intake *intake, const struct layer *layer,
                                const struct outer *outer)
{
    struct ip_header ip;
    ip_decode(bytes_from(layer->bytes, outer->ip_offset), outer->ip_version, &ip);
    if (layer->depth > 1 || layer->quote != NULL || ip.protocol != IP_PROTOCOL_GRE)
        return false;
    intake->totals->later_fragments++;
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

/*
 * Looks at one layer. @p found is set if ERSPAN has to do with it; @p quote is room for what a
 * layer may refer to. True if @p layer is now another one to look into.
 */
static bool look_into(struct intake *intake, const struct packet *packet, struct layer *layer,
                      struct icmp_quote *quote, bool *found)
{
    const struct outer *outer;
    struct layer quoted;
    switch (walk_with_memo(&intake->walks, layer->link, layer->bytes, &outer).kind) {
    case FAILURE_NONE:
        *found = true;
        return take_copy(intake, packet, layer, outer);
    case FAILURE_NOT_GRE:
        if (!layer_quoted(layer, outer, quote, &quoted))
            return false;
        *layer = quoted;
        return true;
    case FAILURE_UDP_PORT:
        *found |= take_marker(intake, packet, outer);
        return false;
    case FAILURE_LATER_FRAGMENT:
        *found |= take_later_fragment(intake, layer, outer);
        return false;
    default:
        return false;
    }
}

void intake_take(struct intake *intake, const struct packet *packet)
{
    struct report_totals *totals = intake->totals;
    if (totals->frames++ == 0)
        totals->first_ns = packet->time_ns;
    totals->last_ns = packet->time_ns;
    totals->bytes += packet->length;
    if (intake->policy.packets.take != NULL)
        packet_put(&intake->policy.packets, packet);

    struct layer layer = {packet->link, packet->bytes, packet->length, 1, NULL};
    struct icmp_quote quote;
    bool found = false;
    while (look_into(intake, packet, &layer, &quote, &found))
        ;
    totals->not_erspan += !found;
}

static void take(void *context, const struct packet *packet)
{
    intake_take(context, packet);
}

struct packet_sink intake_sink(struct intake *intake)
{
    return (struct packet_sink){.context = intake, .take = take};
}

void intake_flush(const struct intake *intake)
{
    packet_flush(&intake->policy.packets);
    packet_flush(&intake->policy.mirrored);
}
