/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng, by Wireshark's libwiretap: libpcap does not write it.
 */
#include <errno.h>
#include <unistd.h>
#include <wireshark.h>

#include <wiretap/pcap-encap.h>
#include <wiretap/wtap.h>

#include "common/errors.h"
#include "common/wiretap.h"
#include "core/base/time-units.h"
#include "generator/output/output-format.h"

struct pcapng_output {
    wtap_dumper *dumper;
    GArray *blocks; /* wtap_block_t, one for each interface */
    const struct interface_list *interfaces;
    wtap_rec record;
    int precision;
    uint32_t snap_length;
};

/* Since Wireshark 4.6 the record holds the frame's bytes; before, they go beside it. */
#ifdef HAVE_WTAP_RECORD_WITH_DATA
static void init_record(wtap_rec *record)
{
    wtap_rec_init(record, 0);
}

static gboolean dump(struct pcapng_output *file, struct bytes captured, int *code, char **detail)
{
    ws_buffer_clean(&file->record.data);
    ws_buffer_append(&file->record.data, captured.data, captured.len);
    return wtap_dump(file->dumper, &file->record, code, detail);
}
#else
static void init_record(wtap_rec *record)
{
    wtap_rec_init(record);
}

static gboolean dump(struct pcapng_output *file, struct bytes captured, int *code, char **detail)
{
    return wtap_dump(file->dumper, &file->record, captured.data, code, detail);
}
#endif

static wtap_block_t block_of(const struct pcapng_output *file, struct capture_interface interface)
{
    bool ns = file->precision == WTAP_TSPREC_NSEC;
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *description = wtap_block_get_mandatory_data(block);
    description->wtap_encap = wtap_pcap_encap_to_wtap_encap(interface.link);
    description->time_units_per_second = ns ? NS_PER_SECOND : US_PER_SECOND;
    description->tsprecision = file->precision;
    description->snap_len = file->snap_length;
    if (interface.port != NULL)
        wtap_block_add_string_option(block, OPT_IDB_NAME, interface.port, strlen(interface.port));
    if (ns)
        wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, 9);
    return block;
}

static void release(struct pcapng_output *file)
{
    wtap_rec_cleanup(&file->record);
    wtap_block_array_free(file->blocks);
    g_free(file);
}

static int encapsulation_of(const struct interface_list *interfaces)
{
    uint16_t link = interfaces->interfaces[0].link;
    for (size_t i = 1; i < interfaces->count; i++)
        if (interfaces->interfaces[i].link != link)
            return WTAP_ENCAP_PER_PACKET;
    return wtap_pcap_encap_to_wtap_encap(link);
}

static void *begin(int fd, const struct output_request *request, GError **error)
{
    const struct capture_plan *plan = request->plan;
    const struct interface_list *interfaces = request->interfaces;
    wiretap_start();
    struct pcapng_output *file = g_new0(struct pcapng_output, 1);
    file->interfaces = interfaces;
    file->precision = plan->precision == PRECISION_NS ? WTAP_TSPREC_NSEC : WTAP_TSPREC_USEC;
    file->snap_length =
        plan->snap_length == AUTO ? OUTPUT_SNAP_LENGTH : (uint32_t)plan->snap_length;
    file->blocks = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    init_record(&file->record);
    for (size_t i = 0; i < interfaces->count; i++) {
        wtap_block_t block = block_of(file, interfaces->interfaces[i]);
        g_array_append_val(file->blocks, block);
    }
    wtapng_iface_descriptions_t descriptions = {file->blocks};
    wtap_dump_params params = WTAP_DUMP_PARAMS_INIT;
    params.encap = encapsulation_of(interfaces);
    params.snaplen = (int)file->snap_length;
    params.tsprec = file->precision;
    params.idb_inf = &descriptions;
    int code = 0;
    char *detail = NULL;
    file->dumper = wtap_dump_fdopen(fd, wtap_pcapng_file_type_subtype(),
                                    request->gzip ? WTAP_GZIP_COMPRESSED : WTAP_UNCOMPRESSED,
                                    &params, &code, &detail);
    if (file->dumper != NULL)
        return file;
    wiretap_fail(code, detail, error);
    close(fd);
    release(file);
    return NULL;
}

/* The options of a frame's block; NULL when it has none. */
static wtap_block_t options_of(const struct frame *frame)
{
    if (frame->comment == NULL)
        return NULL;
    wtap_block_t options = wtap_block_create(WTAP_BLOCK_PACKET);
    wtap_block_add_string_option(options, OPT_COMMENT, frame->comment, strlen(frame->comment));
    return options;
}

static gboolean put(void *opened, const struct frame *frame, GError **error)
{
    struct pcapng_output *file = opened;
    struct bytes kept = bytes_first(frame->bytes, file->snap_length);
    wtap_rec *record = &file->record;
    record->rec_type = REC_TYPE_PACKET;
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN | WTAP_HAS_INTERFACE_ID;
    record->ts.secs = (time_t)(frame->time_ns / NS_PER_SECOND);
    record->ts.nsecs = (int)(frame->time_ns % NS_PER_SECOND);
    record->tsprec = file->precision;
    record->rec_header.packet_header.len = (guint32)(frame->bytes.len + frame->uncaptured);
    record->rec_header.packet_header.caplen = (guint32)kept.len;
    record->rec_header.packet_header.pkt_encap =
        wtap_pcap_encap_to_wtap_encap(frame->interface.link);
    record->rec_header.packet_header.interface_id =
        (guint32)interface_number(file->interfaces, frame->interface);
    record->block = options_of(frame);
    int code = 0;
    char *detail = NULL;
    gboolean good = dump(file, kept, &code, &detail) || wiretap_fail(code, detail, error);
    wtap_block_unref(record->block);
    record->block = NULL;
    return good;
}

static gboolean end(void *opened, GError **error)
{
    struct pcapng_output *file = opened;
    int code = 0;
    char *detail = NULL;
    gboolean good =
        wtap_dump_close(file->dumper, NULL, &code, &detail) || wiretap_fail(code, detail, error);
    release(file);
    return good;
}

const struct output_format output_pcapng = {begin, put, end};
