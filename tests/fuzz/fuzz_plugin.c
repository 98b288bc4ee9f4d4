/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * libFuzzer harness: the plugin, instrumented and linked in, inside the installed libwireshark.
 *
 * An input is two bytes that choose preferences, the second as tests/fuzz/policies.h has it, then a
 * short capture (tests/fuzz/packets.h), which the plugin takes for a file of its own. Like
 * tshark -2 the harness dissects all packets without a tree, then all again with one, formats every
 * line of it, feeds every statistic and the export, and prints them.
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
#include <wsutil/wslog.h>

#include "plugin/base/preferences.h"
#include "tests/fuzz/packets.h"
#include "tests/fuzz/plugin-taps.h"
#include "tests/fuzz/policies.h"

void plugin_register(void);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The linker puts these in place of Wireshark's own, for what the plugin calls. */
void __wrap_register_init_routine(void (*routine)(void));
void __wrap_register_cleanup_routine(void (*routine)(void));

enum {
    MAX_PACKETS = 64,
    PREFERENCE_BYTES = 2,
    /* A new session is dear and an old one grows. */
    INPUTS_PER_SESSION = 20000
};

#define BEGIN_NS      INT64_C(1700000000000000000)
#define NS_PER_SECOND INT64_C(1000000000)

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

/* What the plugin does when a capture file is opened and closed. */
static void (*plugin_start_file)(void);
static void (*plugin_end_file)(void);

void __wrap_register_init_routine(void (*routine)(void))
{
    plugin_start_file = routine;
}

void __wrap_register_cleanup_routine(void (*routine)(void))
{
    plugin_end_file = routine;
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
    ws_log_init("fuzz_plugin", NULL);
    init_process_policies();
    g_free(configuration_init("fuzz_plugin", NULL));
    init_report_message("fuzz_plugin", &silent);
    wtap_init(FALSE);
    plugin_register();
    if (!epan_init(NULL, NULL, FALSE))
        abort();
    epan_load_settings();
    /* Wireshark's own dissector of R-TAGs (802.1CB) hands on a field that it never set, up to 4.0
     * at least: with bytes behind the IP packet, that is a bug which has nothing to do with
     * mirrors. */
    proto_set_decoding(proto_get_id_by_filter_name("ieee8021cb"), FALSE);
    plugin_taps_start();
    renew_session();
}

/* Not `override`, without which there is nothing to test. */
static void choose_preferences(struct bytes input)
{
    uint8_t choice = bytes_u8(input, 0);
    struct fuzz_policies policies = fuzz_choose_policies(bytes_u8(input, 1));
    struct erspan_preferences *chosen = &erspan_preferences;
    chosen->dissect_inner = (choice & 3) != 3;
    chosen->analyse = (choice & 0x1c) != 0x1c;
    chosen->inner_copies = choice & 0x20 ? INNER_COPIES_FIRST : INNER_COPIES_ALL;
    chosen->export_once = (choice & 0x40) != 0;
    chosen->export_source_time = (choice & 0x80) != 0;
    chosen->memory_limit = 1;
    chosen->sequence_domain = (int)policies.domain;
    chosen->header = (int)policies.copy.header;
    chosen->subheader = (int)policies.copy.subheader;
    chosen->fcs = (int)policies.copy.fcs;
}

static bool next_packet(struct bytes *input, int64_t *time_ns, struct packet *packet)
{
    static const int link_types[FUZZ_LINKS] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL,
                                               WTAP_ENCAP_RAW_IP, WTAP_ENCAP_SLL2};
    struct fuzz_packet taken;
    if (!fuzz_next_packet(input, *time_ns, &taken))
        return false;
    *time_ns = taken.time_ns;
    packet->captured = taken.captured;
    wtap_rec *record = &packet->record;
    wtap_rec_init(record);
    record->rec_type = REC_TYPE_PACKET;
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    record->ts.secs = (time_t)(taken.time_ns / NS_PER_SECOND);
    record->ts.nsecs = (int)(taken.time_ns % NS_PER_SECOND);
    record->rec_header.packet_header.caplen = (uint32_t)taken.captured.len;
    record->rec_header.packet_header.len = (uint32_t)taken.length;
    record->rec_header.packet_header.pkt_encap = link_types[taken.link];
    frame_data_init(&packet->frame, ++frames_in_session, record, 0, 0);
    return true;
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
    if (with_tree)
        epan_dissect_run_with_taps(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &packet->record, tvb,
                                   &packet->frame, NULL);
    else
        epan_dissect_run(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &packet->record, tvb,
                         &packet->frame, NULL);
    frame_data_set_after_dissect(&packet->frame, &seen_bytes);
    if (with_tree)
        proto_tree_children_foreach(dissection->tree, format_line, NULL);
    epan_dissect_free(dissection);
}

static void dissect_capture(struct packet *packets, unsigned count)
{
    plugin_end_file();
    plugin_start_file();
    plugin_taps_reset();
    for (unsigned pass = 1; pass <= 2; pass++)
        for (unsigned i = 0; i < count; i++)
            dissect(&packets[i], pass == 2);
    plugin_taps_draw();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    static struct packet packets[MAX_PACKETS];
    struct bytes input = {data, size};
    int64_t time_ns = BEGIN_NS;
    unsigned count = 0;

    if (session == NULL)
        start_wireshark();
    if (++inputs % INPUTS_PER_SESSION == 0)
        renew_session();
    choose_preferences(input);
    input = bytes_from(input, PREFERENCE_BYTES);
    while (count < MAX_PACKETS && next_packet(&input, &time_ns, &packets[count]))
        count++;
    provider = (struct packet_provider_data){packets, count};
    dissect_capture(packets, count);
    for (unsigned i = 0; i < count; i++) {
        frame_data_destroy(&packets[i].frame);
        wtap_rec_cleanup(&packets[i].record);
    }
    provider = (struct packet_provider_data){NULL, 0};
    return 0;
}
