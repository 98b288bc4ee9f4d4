/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/errors.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"

enum { SNAP_LENGTH = 262144 };

struct packet_writer {
    char *name; /* as errors call it */
    FILE *file;
    GMutex lock;
    pcap_t *format;      /* NULL before the first packet */
    pcap_dumper_t *dump; /* owns the file */
    uint32_t link;
    uint64_t left_out; /* of other link types, or of one whose number is not known */
    int wrong;         /* errno of what failed; 0: nothing */
};

/* Not emptied yet. */
static FILE *open_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return fd < 0 ? NULL : fdopen(fd, "wb");
}

struct packet_writer *packet_writer_open(const char *path, GError **error)
{
    bool standard_output = strcmp(path, "-") == 0;
    FILE *file = standard_output ? stdout : open_file(path);
    if (file == NULL) {
        fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    struct packet_writer *writer = g_new0(struct packet_writer, 1);
    writer->name = g_strdup(standard_output ? "standard output" : path);
    writer->file = file;
    g_mutex_init(&writer->lock);
    return writer;
}

static void begin(struct packet_writer *writer, uint32_t link)
{
    writer->link = link;
    writer->format = pcap_open_dead_with_tstamp_precision(link == LINK_RAW ? DLT_RAW : (int)link,
                                                          SNAP_LENGTH, PCAP_TSTAMP_PRECISION_NANO);
    struct stat what;
    int fd = fileno(writer->file);
    if (writer->file != stdout && fstat(fd, &what) == 0 && S_ISREG(what.st_mode) &&
        ftruncate(fd, 0) != 0)
        writer->wrong = errno;
    errno = 0;
    writer->dump = pcap_dump_fopen(writer->format, writer->file);
    if (writer->dump == NULL)
        writer->wrong = errno != 0 ? errno : EIO;
}

static void put(struct packet_writer *writer, const struct packet *packet)
{
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(packet->time_ns / NS_PER_SECOND),
               .tv_usec = (suseconds_t)(packet->time_ns % NS_PER_SECOND)},
        .caplen = (bpf_u_int32)packet->bytes.len,
        .len = (bpf_u_int32)packet->length,
    };
    if (writer->format == NULL || packet->link != writer->link) {
        writer->left_out++;
        return;
    }
    pcap_dump((u_char *)writer->dump, &header, packet->bytes.data);
    if (ferror(writer->file))
        writer->wrong = errno != 0 ? errno : EIO;
}

static void take(void *context, const struct packet *packet)
{
    struct packet_writer *writer = context;
    g_mutex_lock(&writer->lock);
    if (writer->format == NULL && packet->link != LINK_UNKNOWN)
        begin(writer, packet->link);
    if (writer->wrong == 0)
        put(writer, packet);
    g_mutex_unlock(&writer->lock);
}

static void flush(void *context)
{
    struct packet_writer *writer = context;
    g_mutex_lock(&writer->lock);
    if (writer->dump != NULL && writer->wrong == 0 && fflush(writer->file) != 0)
        writer->wrong = errno;
    g_mutex_unlock(&writer->lock);
}

struct packet_sink packet_writer_sink(struct packet_writer *writer)
{
    return (struct packet_sink){writer, take, flush};
}

/* A file without packets is one of Ethernet. */
static void end_file(struct packet_writer *writer, bool run_failed)
{
    if (writer->format == NULL && !run_failed)
        begin(writer, LINK_ETHERNET);
    if (writer->wrong == 0 && fflush(writer->file) != 0)
        writer->wrong = errno;
    if (writer->dump != NULL)
        pcap_dump_close(writer->dump);
    else
        fclose(writer->file);
    if (writer->format != NULL)
        pcap_close(writer->format);
}

gboolean packet_writer_close(struct packet_writer *writer, bool run_failed, GError **error)
{
    gboolean good = TRUE;
    end_file(writer, run_failed);
    if (writer->wrong != 0)
        good = fail(error, STATUS_FAILED, "%s: %s", writer->name, g_strerror(writer->wrong));
    else if (writer->left_out > 0)
        good =
            fail(error, STATUS_FAILED,
                 "%s: %s not in it: another link type than the first's, or one that is not known",
                 writer->name, quantity_of(writer->left_out, "packet is", "packets are").text);
    g_mutex_clear(&writer->lock);
    g_free(writer->name);
    g_free(writer);
    return good;
}
