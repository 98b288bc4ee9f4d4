/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/capture-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <wireshark.h>

#include <wiretap/wtap.h>

#include "common/errors.h"
#include "common/wiretap.h"
#include "core/base/arrival.h"
#include "core/wire/link-framing.h"
#include "core/wire/link.h"
#include "core/wire/protocol.h"

enum { FIRST_ROOM = 2048 };

struct held {
    char *path;
    int fd;
    bool in_use;
};

/* Of this process: what it may open changes for all of it. */
static GArray *all_held;

struct capture_reader {
    wtap *file;
    int held;   /* index of the file, if it was open before; else -1 */
    char *name; /* of the path, as errors call it */
    uint64_t frames;
    wtap_rec record;
#ifndef HAVE_WTAP_RECORD_WITH_DATA
    Buffer data;
#endif
};

/* Since Wireshark 4.6 the record holds the frame's bytes; before, they go beside it. */
#ifdef HAVE_WTAP_RECORD_WITH_DATA
static void init_record(struct capture_reader *reader)
{
    wtap_rec_init(&reader->record, FIRST_ROOM);
}

static void clear_record(struct capture_reader *reader)
{
    wtap_rec_cleanup(&reader->record);
}

static bool read_record(struct capture_reader *reader, int *code, char **detail)
{
    int64_t offset;
    wtap_rec_reset(&reader->record); /* wtap_read() puts new options in it and frees no old ones */
    return wtap_read(reader->file, &reader->record, code, detail, &offset);
}

static const uint8_t *record_data(struct capture_reader *reader)
{
    return ws_buffer_start_ptr(&reader->record.data);
}
#else
static void init_record(struct capture_reader *reader)
{
    wtap_rec_init(&reader->record);
    ws_buffer_init(&reader->data, FIRST_ROOM);
}

static void clear_record(struct capture_reader *reader)
{
    wtap_rec_cleanup(&reader->record);
    ws_buffer_free(&reader->data);
}

static bool read_record(struct capture_reader *reader, int *code, char **detail)
{
    gint64 offset;
    wtap_rec_reset(&reader->record); /* wtap_read() puts new options in it and frees no old ones */
    return wtap_read(reader->file, &reader->record, &reader->data, code, detail, &offset);
}

static const uint8_t *record_data(struct capture_reader *reader)
{
    return ws_buffer_start_ptr(&reader->data);
}
#endif

gboolean capture_reader_hold(const char *path, GError **error)
{
    struct held held = {.fd = -1};
    if (strcmp(path, "-") == 0)
        return TRUE;
    held.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (held.fd < 0)
        return fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
    held.path = g_strdup(path);
    if (all_held == NULL)
        all_held = g_array_new(FALSE, FALSE, sizeof held);
    g_array_append_val(all_held, held);
    return TRUE;
}

/* -1 if there is none. */
static int find_held(const char *path)
{
    for (guint i = 0; all_held != NULL && i < all_held->len; i++) {
        const struct held *held = &g_array_index(all_held, struct held, i);
        if (!held->in_use && strcmp(held->path, path) == 0)
            return (int)i;
    }
    return -1;
}

/* libwiretap opens names, and standard input, of which it makes a descriptor of its own. */
static wtap *open_descriptor(int fd, int *code, char **detail)
{
    if (fd == STDIN_FILENO)
        return wtap_open_offline("-", WTAP_TYPE_AUTO, code, detail, FALSE);
    int input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    wtap *file = NULL;
    *code = errno;
    if (dup2(fd, STDIN_FILENO) == STDIN_FILENO)
        file = wtap_open_offline("-", WTAP_TYPE_AUTO, code, detail, FALSE);
    if (input >= 0)
        dup2(input, STDIN_FILENO);
    close(input >= 0 ? input : STDIN_FILENO);
    return file;
}

static wtap *open_held(int index, int *code, char **detail)
{
    const struct held *held = &g_array_index(all_held, struct held, index);
    (void)lseek(held->fd, 0, SEEK_SET); /* for the next loop */
    return open_descriptor(held->fd, code, detail);
}

/* What libwiretap opened, or why it could not; the reader holds the file with that index. */
static struct capture_reader *reader_of(wtap *file, const char *name, int held, int code,
                                        char *detail, GError **error)
{
    if (file == NULL) {
        wiretap_fail(code, detail, error);
        g_prefix_error(error, "%s: ", name);
        return NULL;
    }
    struct capture_reader *reader = g_new0(struct capture_reader, 1);
    reader->file = file;
    reader->held = held;
    if (held >= 0)
        g_array_index(all_held, struct held, held).in_use = true;
    reader->name = g_strdup(name);
    init_record(reader);
    return reader;
}

struct capture_reader *capture_reader_open(const char *path, GError **error)
{
    int code = 0;
    char *detail = NULL;
    int held = find_held(path);
    wiretap_start();
    wtap *file = held >= 0 ? open_held(held, &code, &detail)
                           : wtap_open_offline(path, WTAP_TYPE_AUTO, &code, &detail, FALSE);
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    return reader_of(file, name, held, code, detail, error);
}

struct capture_reader *capture_reader_open_descriptor(int fd, const char *name, GError **error)
{
    int code = 0;
    char *detail = NULL;
    wiretap_start();
    wtap *file = open_descriptor(fd, &code, &detail);
    return reader_of(file, name, -1, code, detail, error);
}

void capture_reader_close(struct capture_reader *reader)
{
    clear_record(reader);
    wtap_close(reader->file);
    if (reader->held >= 0)
        g_array_index(all_held, struct held, reader->held).in_use = false;
    g_free(reader->name);
    g_free(reader);
}

const char *capture_reader_name(const struct capture_reader *reader)
{
    return reader->name;
}

bool capture_reader_has_ns(const struct capture_reader *reader)
{
    int precision = wtap_file_tsprec(reader->file);
    bool known = precision != WTAP_TSPREC_UNKNOWN && precision != WTAP_TSPREC_PER_PACKET;
    return !known || precision > WTAP_TSPREC_USEC;
}

static gboolean fail_frame(const struct capture_reader *reader, const char *what, GError **error)
{
    return fail(error, STATUS_FAILED, "%s: frame %" G_GUINT64_FORMAT ": %s", reader->name,
                reader->frames, what);
}

static void read_time(const struct capture_reader *reader, struct captured_frame *frame)
{
    const wtap_rec *record = &reader->record;
    frame->time_ns = 0;
    frame->has_time = (record->presence_flags & WTAP_HAS_TS) &&
                      arrival_time(record->ts.secs, record->ts.nsecs, &frame->time_ns);
}

/* libwiretap takes the header of ERF off, and what stands before the packet. */
static uint32_t link_of_erf(uint8_t type)
{
    return link_framing_erf_link(type);
}

static void read_link(const struct capture_reader *reader, struct captured_frame *frame)
{
    static const struct {
        int encapsulation;
        uint32_t link;
    } links[] = {
        {WTAP_ENCAP_ETHERNET, LINK_ETHERNET},
        {WTAP_ENCAP_RAW_IP, LINK_RAW},
        {WTAP_ENCAP_RAW_IP4, LINK_IPV4},
        {WTAP_ENCAP_RAW_IP6, LINK_IPV6},
        {WTAP_ENCAP_SLL, LINK_LINUX_SLL},
        {WTAP_ENCAP_SLL2, LINK_LINUX_SLL2},
        {WTAP_ENCAP_NULL, LINK_NULL},
        {WTAP_ENCAP_LOOP, LINK_LOOP},
        {WTAP_ENCAP_PPP, LINK_PPP},
        {WTAP_ENCAP_PPP_WITH_PHDR, LINK_PPP}, /* libwiretap takes the direction off */
        {WTAP_ENCAP_PPP_ETHER, LINK_PPP_ETHER},
        {WTAP_ENCAP_CHDLC, LINK_CISCO_HDLC},
        {WTAP_ENCAP_CHDLC_WITH_PHDR, LINK_CISCO_HDLC},
        {WTAP_ENCAP_PPI, LINK_PPI},
        {WTAP_ENCAP_NFLOG, LINK_NFLOG},
        {WTAP_ENCAP_NETTL_ETHERNET, LINK_ETHERNET},
        {WTAP_ENCAP_NETTL_RAW_IP, LINK_RAW},
    };
    const wtap_packet_header *header = &reader->record.rec_header.packet_header;
    frame->link = LINK_UNKNOWN; /* libwiretap tells no number that files would know */
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
        if (links[i].encapsulation == header->pkt_encap)
            frame->link = links[i].link;
    if (header->pkt_encap == WTAP_ENCAP_ERF)
        frame->link = link_of_erf(header->pseudo_header.erf.phdr.type);
    bool has_fcs =
        header->pkt_encap == WTAP_ENCAP_ETHERNET && header->pseudo_header.eth.fcs_len > 0;
    frame->fcs = has_fcs ? FCS_LENGTH : 0;
}

bool captured_frame_is_ip(const struct captured_frame *frame)
{
    return frame->link == LINK_RAW || frame->link == LINK_IPV4 || frame->link == LINK_IPV6;
}

gboolean capture_reader_refuse_link(const struct capture_reader *reader, GError **error)
{
    int encapsulation = reader->record.rec_header.packet_header.pkt_encap;
    return fail(error, STATUS_FAILED,
                "%s: frame %" G_GUINT64_FORMAT
                ": link type \"%s\": ERSPAN carries Ethernet, or in type 3 IP packets",
                reader->name, reader->frames, wtap_encap_description(encapsulation));
}

/* To libwiretap, a file without a byte is a capture without a frame. */
static bool is_empty(const struct capture_reader *reader)
{
    return reader->frames == 0 && wtap_read_so_far(reader->file) == 0;
}

/* The next record that is a packet: some files hold other things between them. */
static bool read_packet(struct capture_reader *reader, GError **error)
{
    int code = 0;
    char *detail = NULL;
    while (read_record(reader, &code, &detail)) {
        g_clear_pointer(&detail, g_free); /* some of libwiretap's readers leave one */
        if (reader->record.rec_type == REC_TYPE_PACKET)
            return true;
    }
    if (code != 0) {
        wiretap_fail(code, detail, error);
        g_prefix_error(error, "%s: after frame %" G_GUINT64_FORMAT ": ", reader->name,
                       reader->frames);
    } else if (is_empty(reader)) {
        fail(error, STATUS_FAILED, "%s: is empty: not even the header of a capture", reader->name);
    }
    return false;
}

bool capture_reader_next(struct capture_reader *reader, struct captured_frame *frame,
                         GError **error)
{
    if (!read_packet(reader, error))
        return false;
    const wtap_packet_header *header = &reader->record.rec_header.packet_header;
    frame->number = ++reader->frames;
    frame->bytes = (struct bytes){record_data(reader), header->caplen};
    frame->length = MAX(header->len, header->caplen);
    read_link(reader, frame);
    read_time(reader, frame);
    return true;
}

bool capture_reader_next_timed(struct capture_reader *reader, struct captured_frame *frame,
                               GError **error)
{
    if (!capture_reader_next(reader, frame, error))
        return false;
    if (!(reader->record.presence_flags & WTAP_HAS_TS))
        return fail_frame(reader, "has no time", error);
    return (frame->has_time && frame->time_ns / NS_PER_SECOND <= UINT32_MAX) ||
           fail_frame(reader, "its time is not between 1970 and 2106", error);
}

gboolean capture_reader_skip(struct capture_reader *reader, uint64_t frames, GError **error)
{
    GError *wrong = NULL;
    for (; frames > 0 && read_packet(reader, &wrong); frames--)
        reader->frames++;
    if (wrong != NULL)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

/* The capture may have cut it, or the frame before it. */
void captured_frame_drop_fcs(struct captured_frame *frame)
{
    frame->length -= MIN(frame->fcs, frame->length);
    frame->bytes = bytes_first(frame->bytes, frame->length);
    frame->fcs = 0;
}
