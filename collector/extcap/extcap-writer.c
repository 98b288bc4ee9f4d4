/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame that comes is put into the form that it has in the pipe at once. In this form it goes
 * through the handoff, which may leave it out or make it wait. The number of its interface is not
 * known before it leaves: an interface is declared by the first frame that is written.
 */
#include "collector/extcap/extcap-writer.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "collector/extcap/frame-comment.h"
#include "collector/extcap/session-interfaces.h"
#include "collector/output/packet-pcapng.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"

enum {
    PIPE_ROOM = 64 << 20, /* bytes that may wait for the reader */
    NUMBER_SIZE = sizeof(uint32_t)
};

struct extcap_writer {
    const struct extcap_options *options;
    int fd;
    struct packet_pipe *pipe;
    struct session_interfaces *interfaces;
    struct handoff *handoff;
    struct packet_buffer one; /* the frame in its form */
    struct packet packet;     /* that is being processed */
    uint32_t declared;        /* interfaces */
    uint64_t dropped;
    uint64_t kernel_drops; /* that the statistics told last */
    bool begun;
};

/* ---- from the handoff to the pipe ---- */

static size_t size_of_declaration(const struct session_interface *interface)
{
    return PACKET_PCAPNG_MARGIN + packet_pcapng_text_size(strlen(interface->name)) +
           packet_pcapng_text_size(strlen(interface->description));
}

static void declare(struct extcap_writer *writer, struct packet_buffer *buffer,
                    struct session_interface *interface)
{
    packet_pcapng_named_interface(buffer, interface->link, (uint32_t)writer->options->snap,
                                  interface->name, interface->description);
    interface->number = writer->declared++;
}

/* Whoever has ended misses nothing. */
static void count_dropped(struct extcap_writer *writer, struct session_interface *interface)
{
    if (packet_pipe_wrong(writer->pipe) != 0)
        return;
    interface->dropped++;
    writer->dropped++;
}

static void write_frame(void *context, const struct packet *record)
{
    struct extcap_writer *writer = context;
    const uint8_t *block = record->bytes.data;
    uint32_t index;
    memcpy(&index, block + PACKET_PCAPNG_INTERFACE_AT, sizeof index);
    struct session_interface *interface = session_interfaces_at(writer->interfaces, index);
    size_t size = record->bytes.len + size_of_declaration(interface);
    struct packet_buffer *buffer = packet_pipe_lock(writer->pipe, size);
    if (buffer == NULL) {
        count_dropped(writer, interface);
        return;
    }
    if (interface->number < 0)
        declare(writer, buffer, interface);
    const uint32_t number = (uint32_t)interface->number;
    const struct bytes rest =
        bytes_from(record->bytes, (size_t)PACKET_PCAPNG_INTERFACE_AT + NUMBER_SIZE);
    packet_buffer_put(buffer, block, PACKET_PCAPNG_INTERFACE_AT);
    packet_buffer_put(buffer, &number, sizeof number);
    packet_buffer_put(buffer, rest.data, rest.len);
    packet_buffer_end_packet(buffer);
    packet_pipe_unlock(writer->pipe);
}

/* ---- from the packet processor to the handoff ---- */

static void remember(void *context, const struct packet *packet)
{
    struct extcap_writer *writer = context;
    writer->packet = *packet;
}

static int64_t time_of(const struct extcap_writer *writer, const struct mirrored_frame *frame)
{
    const struct analysis_finding *finding = frame->finding;
    bool known = finding != NULL && finding->has_time && finding->time.absolute;
    return writer->options->source_time && known ? finding->time.time_ns : frame->packet.time_ns;
}

static bool put_in_form(struct extcap_writer *writer, const struct mirrored_frame *frame,
                        uint32_t index)
{
    char comment[FRAME_COMMENT_MAX] = "";
    if (!writer->options->no_comments)
        frame_comment_put(frame, comment);
    const struct packet *packet = &frame->packet;
    size_t size =
        PACKET_PCAPNG_MARGIN + packet->bytes.len + packet_pcapng_text_size(strlen(comment));
    packet_buffer_empty(&writer->one);
    if (!packet_buffer_reserve(&writer->one, size))
        return false;
    packet_pcapng_commented_packet(&writer->one, index, (uint64_t)time_of(writer, frame),
                                   packet->bytes, (uint32_t)packet->length, comment);
    return true;
}

static void take(void *context, const struct mirrored_frame *frame)
{
    struct extcap_writer *writer = context;
    struct mirrored_frame shown = *frame;
    if (writer->options->keeps_copies)
        shown.packet = writer->packet;
    guint index = session_interfaces_count(writer->interfaces, &shown);
    if (!put_in_form(writer, &shown, index)) {
        count_dropped(writer, session_interfaces_at(writer->interfaces, index));
        return;
    }
    shown.packet.bytes = (struct bytes){writer->one.bytes, writer->one.length};
    const struct mirrored_sink sink = handoff_sink(writer->handoff);
    sink.take(sink.context, &shown);
}

static void flush(void *context)
{
    const struct extcap_writer *writer = context;
    const struct mirrored_sink sink = handoff_sink(writer->handoff);
    sink.flush(sink.context);
}

/* ---- the writer ---- */

/* A reader of the pipe waits for it before any frame comes. */
static void begin(struct extcap_writer *writer)
{
    struct packet_buffer *buffer = packet_pipe_lock(writer->pipe, PACKET_PCAPNG_MARGIN);
    writer->begun = buffer != NULL;
    if (!writer->begun)
        return;
    packet_pcapng_begin(buffer);
    packet_pipe_unlock(writer->pipe);
}

struct extcap_writer *extcap_writer_new(const struct extcap_options *options, int fd)
{
    struct extcap_writer *writer = g_new0(struct extcap_writer, 1);
    const struct packet_sink sink = {.context = writer, .take = write_frame};
    writer->options = options;
    writer->fd = fd;
    writer->pipe = packet_pipe_new(fd, PIPE_ROOM, false);
    writer->interfaces = session_interfaces_new();
    writer->one.limit = PIPE_ROOM;
    writer->handoff = handoff_new(&options->handoff, &sink, 1);
    return writer;
}

void extcap_writer_follow(struct extcap_writer *writer, struct packet_processor_policy *policy)
{
    policy->packets = (struct packet_sink){.context = writer, .take = remember};
    policy->mirrored = (struct mirrored_sink){
        .context = writer, .take = take, .flush = flush, .wants_finding = true};
    begin(writer);
}

static void put_comment(const struct extcap_writer *writer,
                        const struct session_interface *interface,
                        char comment[static SESSION_INTERFACE_TEXT_MAX])
{
    const struct sequence_counts *counts = &interface->sequences;
    char lost[QUANTITY_TEXT_MAX] = "loss is not known";
    char late[QUANTITY_TEXT_MAX + 8] = "";
    if (counts->copies > 0) {
        g_snprintf(lost, sizeof lost, "%s lost", quantity_count(counts->lost).text);
        g_snprintf(late, sizeof late, ", %s late", quantity_count(counts->late).text);
    }
    g_snprintf(comment, SESSION_INTERFACE_TEXT_MAX,
               "%s; %s%s; %s not written here; of all sessions, %s dropped by the kernel",
               quantity_of(interface->received, "copy", "copies").text, lost, late,
               quantity_count(interface->dropped).text,
               quantity_of(writer->kernel_drops, "packet", "packets").text);
}

static void put_statistics_of(const struct extcap_writer *writer,
                              struct session_interface *interface)
{
    char comment[SESSION_INTERFACE_TEXT_MAX];
    put_comment(writer, interface, comment);
    const struct packet_pcapng_statistics statistics = {
        .time_ns = (uint64_t)g_get_real_time() * NS_PER_US,
        .received = interface->received,
        .loss_known = interface->sequences.copies > 0,
        .dropped_before = interface->sequences.lost,
        .dropped_here = interface->dropped,
        .comment = comment,
    };
    size_t size = PACKET_PCAPNG_MARGIN + packet_pcapng_text_size(strlen(comment));
    struct packet_buffer *buffer = packet_pipe_lock(writer->pipe, size);
    if (buffer == NULL)
        return;
    packet_pcapng_put_statistics(buffer, (uint32_t)interface->number, &statistics);
    packet_pipe_unlock(writer->pipe);
    interface->news = false;
}

void extcap_writer_put_statistics(struct extcap_writer *writer, uint64_t kernel_drops)
{
    bool all = kernel_drops != writer->kernel_drops;
    writer->kernel_drops = kernel_drops;
    for (guint i = 0; i < session_interfaces_size(writer->interfaces); i++) {
        struct session_interface *interface = session_interfaces_at(writer->interfaces, i);
        if (interface->number >= 0 && (interface->news || all))
            put_statistics_of(writer, interface);
    }
}

uint64_t extcap_writer_dropped(const struct extcap_writer *writer)
{
    return writer->dropped;
}

bool extcap_writer_is_over(const struct extcap_writer *writer)
{
    struct pollfd reader = {.fd = writer->fd};
    return packet_pipe_wrong(writer->pipe) != 0 ||
           (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0);
}

void extcap_writer_finish(struct extcap_writer *writer)
{
    handoff_finish(writer->handoff);
}

struct packet_pipe_counts extcap_writer_close(struct extcap_writer *writer)
{
    handoff_free(writer->handoff);
    struct packet_pipe_counts counts = packet_pipe_end(writer->pipe);
    counts.unwritten = writer->dropped + (counts.wrong == 0 ? counts.unwritten : 0);
    if (counts.wrong == EPIPE)
        counts.wrong = 0;
    session_interfaces_free(writer->interfaces);
    packet_buffer_clear(&writer->one);
    g_free(writer);
    return counts;
}
