/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pcapng, by Wireshark's libwiretap: one interface for each link type.
 */
#include <errno.h>
#include <unistd.h>
#include <wireshark.h>

#include <wiretap/pcap-encap.h>
#include <wiretap/wtap.h>
#include <wsutil/wslog.h>

#include "generator/errors.h"
#include "generator/output-format.h"

enum { SNAPLEN = 262144 };

struct pcapng_file {
    wtap_dumper *dumper;
    GArray *interfaces; /* wtap_block_t, in the order of links */
    struct link_set links;
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

static gboolean dump(struct pcapng_file *file, struct bytes captured, int *code, char **detail)
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

static gboolean dump(struct pcapng_file *file, struct bytes captured, int *code, char **detail)
{
    return wtap_dump(file->dumper, &file->record, captured.data, code, detail);
}
#endif

/* libwiretap prints nothing by itself: its errors are errno values above 0 or its own below. */
static gboolean fail_wiretap(int code, char *detail, GError **error)
{
    fail(error, STATUS_FAILED, "%s%s%s", code > 0 ? g_strerror(code) : wtap_strerror(code),
         detail != NULL ? ": " : "", detail != NULL ? detail : "");
    g_free(detail);
    return FALSE;
}

static wtap_block_t interface_of(uint16_t link, int precision, uint32_t snap_length)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *description = wtap_block_get_mandatory_data(block);
    description->wtap_encap = wtap_pcap_encap_to_wtap_encap(link);
    description->time_units_per_second = precision == WTAP_TSPREC_NSEC ? 1000000000 : 1000000;
    description->tsprecision = precision;
    description->snap_len = snap_length;
    if (precision == WTAP_TSPREC_NSEC)
        wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, 9);
    return block;
}

static void release(struct pcapng_file *file)
{
    wtap_rec_cleanup(&file->record);
    wtap_block_array_free(file->interfaces);
    g_free(file);
    wtap_cleanup();
}

static void *begin(int fd, const struct capture_plan *plan, const struct link_set *links,
                   GError **error)
{
    ws_log_set_level(LOG_LEVEL_WARNING); /* unless told, it logs every step */
    wtap_init(FALSE);
    struct pcapng_file *file = g_new0(struct pcapng_file, 1);
    file->links = *links;
    file->precision = plan->precision == PRECISION_NS ? WTAP_TSPREC_NSEC : WTAP_TSPREC_USEC;
    file->snap_length = plan->snap_length == AUTO ? SNAPLEN : (uint32_t)plan->snap_length;
    file->interfaces = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    init_record(&file->record);
    for (size_t i = 0; i < links->count; i++) {
        wtap_block_t block = interface_of(links->type[i], file->precision, file->snap_length);
        g_array_append_val(file->interfaces, block);
    }
    wtapng_iface_descriptions_t interfaces = {file->interfaces};
    wtap_dump_params params = WTAP_DUMP_PARAMS_INIT;
    params.encap =
        links->count == 1 ? wtap_pcap_encap_to_wtap_encap(links->type[0]) : WTAP_ENCAP_PER_PACKET;
    params.snaplen = (int)file->snap_length;
    params.tsprec = file->precision;
    params.idb_inf = &interfaces;
    int code = 0;
    char *detail = NULL;
    file->dumper = wtap_dump_fdopen(fd, wtap_pcapng_file_type_subtype(), WTAP_UNCOMPRESSED, &params,
                                    &code, &detail);
    if (file->dumper != NULL)
        return file;
    fail_wiretap(code, detail, error);
    close(fd);
    release(file);
    return NULL;
}

static guint32 interface_id(const struct pcapng_file *file, uint16_t link)
{
    guint32 id = 0;
    while (id + 1 < file->links.count && file->links.type[id] != link)
        id++;
    return id;
}

static gboolean put(void *opened, const struct frame *frame, GError **error)
{
    struct pcapng_file *file = opened;
    wtap_rec *record = &file->record;
    record->rec_type = REC_TYPE_PACKET;
    record->presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN | WTAP_HAS_INTERFACE_ID;
    record->ts.secs = (time_t)(frame->time_ns / 1000000000);
    record->ts.nsecs = (int)(frame->time_ns % 1000000000);
    record->tsprec = file->precision;
    record->rec_header.packet_header.len = (guint32)frame->bytes.len;
    record->rec_header.packet_header.caplen = MIN((guint32)frame->bytes.len, file->snap_length);
    record->rec_header.packet_header.pkt_encap = wtap_pcap_encap_to_wtap_encap(frame->link);
    record->rec_header.packet_header.interface_id = interface_id(file, frame->link);
    int code = 0;
    char *detail = NULL;
    return dump(file, bytes_first(frame->bytes, file->snap_length), &code, &detail) ||
           fail_wiretap(code, detail, error);
}

static gboolean end(void *opened, GError **error)
{
    struct pcapng_file *file = opened;
    int code = 0;
    char *detail = NULL;
    gboolean good =
        wtap_dump_close(file->dumper, NULL, &code, &detail) || fail_wiretap(code, detail, error);
    release(file);
    return good;
}

const struct output_format output_pcapng = {begin, put, end};
