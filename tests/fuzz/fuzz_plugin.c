/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * libFuzzer harness: the plugin, instrumented and linked in, inside the installed libwireshark.
 *
 * An input is a short capture: the plugin keeps state from packet to packet. Every packet begins
 * with three bytes, see next_packet(). Like tshark -2 the harness dissects all packets without a
 * tree, then all again with one, and formats every line of it.
 *
 * It speaks Wireshark 4.0's interface, of the Debian that the harness is run on.
 */
#include <wireshark.h>

#include <epan/column-utils.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/proto.h>
#include <epan/tvbuff.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/report_message.h>

#include "core/bytes.h"

void plugin_register(void);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    MAX_PACKETS = 16,
    PACKET_PREFIX = 3,
    UNCAPTURED_UNIT = 16,
    /* A new session is dear and an old one grows. */
    INPUTS_PER_SESSION = 20000
};

struct packet {
    wtap_rec record;
    frame_data frame;
    struct bytes captured;
};

struct packet_provider_data {
    const struct packet *packets;
    unsigned count;
};

static struct packet_provider_data provider;
static epan_t *session;
static unsigned frames_in_session;

static const nstime_t *frame_time(struct packet_provider_data *in, guint32 number)
{
    static const nstime_t unknown = NSTIME_INIT_ZERO;
    for (unsigned i = 0; i < in->count; i++) {
        if (in->packets[i].frame.num == number)
            return &in->packets[i].frame.abs_ts;
    }
    return &unknown;
}

static void renew_session(void)
{
    static const struct packet_provider_funcs functions = {.get_frame_ts = frame_time};
    if (session != NULL)
        epan_free(session);
    session = epan_new(&provider, &functions);
    frames_in_session = 0;
}

static void ignore_message(const char *format, va_list arguments)
{
    (void)format;
    (void)arguments;
}

static void ignore_failure(const char *file, int error, gboolean for_writing)
{
    (void)file;
    (void)error;
    (void)for_writing;
}

static void ignore_error(const char *file, int error)
{
    ignore_failure(file, error, FALSE);
}

static void start_wireshark(void)
{
    static const struct report_message_routines silent = {
        .vreport_failure = ignore_message,
        .vreport_warning = ignore_message,
        .report_open_failure = ignore_failure,
        .report_read_failure = ignore_error,
        .report_write_failure = ignore_error,
    };
    /* Before anything allocates: with its own blocks, wmem would hide an overrun. */
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    g_setenv("WIRESHARK_ABORT_ON_DISSECTOR_BUG", "1", TRUE);
    init_process_policies();
    g_free(configuration_init("fuzz_plugin", NULL));
    init_report_message("fuzz_plugin", &silent);
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        abort();
    epan_load_settings();
    renew_session();
}

/**
 * Takes one packet off @p input: a byte for the link type (2 bits) and for how many bytes were not
 * captured (6 bits, in units), then the 16-bit captured length, then the bytes. A length beyond the
 * input means all that is left.
 */
static void next_packet(struct bytes *input, struct packet *packet)
{
    static const int link_types[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL, WTAP_ENCAP_RAW_IP,
                                     WTAP_ENCAP_SLL2};
    uint8_t selector = bytes_u8(*input, 0);
    uint16_t length = bytes_u16(*input, 1);
    *input = bytes_from(*input, PACKET_PREFIX);
    packet->captured = bytes_first(*input, length);
    *input = bytes_from(*input, packet->captured.len);

    uint32_t captured = (uint32_t)packet->captured.len;
    uint32_t number = ++frames_in_session;
    wtap_rec *record = &packet->record;
    wtap_rec_init(record);
    record->rec_type = REC_TYPE_PACKET;
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    record->ts.secs = number / 1000;
    record->ts.nsecs = (int)(number % 1000) * 1000000;
    record->rec_header.packet_header.caplen = captured;
    record->rec_header.packet_header.len = captured + (selector >> 2) * UNCAPTURED_UNIT;
    record->rec_header.packet_header.pkt_encap = link_types[selector & 3];
    frame_data_init(&packet->frame, number, record, 0, 0);
}

static void format_line(proto_node *node, gpointer unused)
{
    char label[ITEM_LABEL_LENGTH];
    if (node->finfo != NULL && node->finfo->rep == NULL)
        proto_item_fill_label(node->finfo, label);
    proto_tree_children_foreach(node, format_line, unused);
}

static void dissect(struct packet *packet, bool with_tree)
{
    static nstime_t elapsed;
    static const frame_data *reference;
    static guint32 seen_bytes;
    epan_dissect_t *dissection = epan_dissect_new(session, with_tree, with_tree);
    tvbuff_t *tvb =
        tvb_new_real_data(packet->captured.data, packet->frame.cap_len, (int)packet->frame.pkt_len);

    reference = &packet->frame;
    frame_data_set_before_dissect(&packet->frame, &elapsed, &reference, NULL);
    epan_dissect_run_with_taps(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &packet->record, tvb,
                               &packet->frame, NULL);
    frame_data_set_after_dissect(&packet->frame, &seen_bytes);
    if (with_tree)
        proto_tree_children_foreach(dissection->tree, format_line, NULL);
    epan_dissect_free(dissection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    struct packet packets[MAX_PACKETS];
    struct bytes input = {data, size};
    unsigned count = 0;

    if (session == NULL)
        start_wireshark();
    if (++inputs % INPUTS_PER_SESSION == 0)
        renew_session();
    while (count < MAX_PACKETS && input.len > PACKET_PREFIX)
        next_packet(&input, &packets[count++]);
    provider = (struct packet_provider_data){packets, count};

    for (unsigned pass = 1; pass <= 2; pass++) {
        for (unsigned i = 0; i < count; i++)
            dissect(&packets[i], pass == 2);
    }
    for (unsigned i = 0; i < count; i++) {
        frame_data_destroy(&packets[i].frame);
        wtap_rec_cleanup(&packets[i].record);
    }
    provider = (struct packet_provider_data){NULL, 0};
    return 0;
}
