/* statistic-conversations.c
 * -z conv,erspan and -z endpoints,erspan: sessions in Wireshark's tables of conversations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/compat.h"

#include <epan/conversation_table.h>

#include "plugin/taps/statistics.h"
#include "plugin/taps/tap.h"

/* The names of the filter that a row stands for. */
static const char *conversation_filter(conv_item_t *conversation, conv_filter_type_e kind)
{
    bool v6 = conversation->src_address.type == AT_IPv6;
    switch (kind) {
    case CONV_FT_SRC_ADDRESS:
        return v6 ? "ipv6.src" : "ip.src";
    case CONV_FT_DST_ADDRESS:
        return v6 ? "ipv6.dst" : "ip.dst";
    case CONV_FT_ANY_ADDRESS:
        return v6 ? "ipv6.addr" : "ip.addr";
    case CONV_FT_SRC_PORT:
    case CONV_FT_DST_PORT:
    case CONV_FT_ANY_PORT:
        return "erspan.session";
    }
    return CONV_FILTER_INVALID;
}

static const char *endpoint_filter(endpoint_item_t *endpoint, conv_filter_type_e kind)
{
    conv_item_t conversation = {.src_address = endpoint->myaddress};
    return conversation_filter(&conversation, kind);
}

/* Wireshark has no column for a session: where it shows ports, these are session IDs. */
static uint32_t port_of(const struct tapped_copy *tapped)
{
    return tapped->copy.header.session;
}

static tap_packet_status add_conversation(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                          const void *tapped_pointer, tap_flags_t flags)
{
    static ct_dissector_info_t info = {conversation_filter};
    const struct tapped_copy *tapped = tapped_pointer;
    conv_hash_t *table = data;
    if (!tapped->meaning.finding.counts)
        return TAP_PACKET_DONT_REDRAW;
    table->flags = flags;
    add_conversation_table_data_with_conv_id(
        table, &tapped->source, &tapped->destination, port_of(tapped), port_of(tapped),
        tapped->copy.session->stream, 1, (int)pinfo->fd->pkt_len, &pinfo->rel_ts, &pinfo->abs_ts,
        &info, CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status add_endpoints(void *data, packet_info *pinfo, epan_dissect_t *edt _U_,
                                       const void *tapped_pointer, tap_flags_t flags)
{
    static et_dissector_info_t info = {endpoint_filter};
    const struct tapped_copy *tapped = tapped_pointer;
    conv_hash_t *table = data;
    if (!tapped->meaning.finding.counts)
        return TAP_PACKET_DONT_REDRAW;
    table->flags = flags;
    add_endpoint_table_data(table, &tapped->source, port_of(tapped), TRUE, 1,
                            (int)pinfo->fd->pkt_len, &info, ENDPOINT_NONE);
    add_endpoint_table_data(table, &tapped->destination, port_of(tapped), FALSE, 1,
                            (int)pinfo->fd->pkt_len, &info, ENDPOINT_NONE);
    return TAP_PACKET_REDRAW;
}

void statistic_conversations_register(int proto)
{
    register_conversation_table(proto, FALSE, add_conversation, add_endpoints);
}
