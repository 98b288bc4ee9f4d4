/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/output/packet-pcapng.h"
#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"

enum { SNAP_LENGTH = 262144 };

struct packet_writer {
    char *name; /* as errors call it */
    char *path; /* NULL: standard output */
    FILE *file;
    GMutex lock;
    pcap_t *format;      /* NULL before the first packet */
    pcap_dumper_t *dump; /* owns the file */
    uint32_t link;       /* of the first packet */
    GArray *links;       /* of uint32_t: of a pcapng file's interfaces; NULL: it is pcap */
    uint64_t left_out;   /* of other link types in a pipe, or of one whose number is not known */
    int wrong;           /* errno of what failed; 0: nothing */
};

/* Not emptied yet. A file is read, too, if its packets have to become those of pcapng; a pipe that
 * was opened for that would never be without a reader. */
static FILE *open_file(const char *path)
{
    struct stat what;
    int way = stat(path, &what) == 0 && !S_ISREG(what.st_mode) ? O_WRONLY : O_RDWR | O_CREAT;
    int fd = file_open_in_place(path, way, file_mode_private());
    return fd < 0 ? NULL : fdopen(fd, way == O_WRONLY ? "wb" : "r+b");
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
    writer->path = standard_output ? NULL : g_strdup(path);
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

static bool is_regular(FILE *file)
{
    struct stat what;
    return fstat(fileno(file), &what) == 0 && S_ISREG(what.st_mode);
}

/* The interface of that link type in a pcapng file. */
static uint32_t interface_of(struct packet_writer *writer, uint32_t link)
{
    for (guint i = 0; i < writer->links->len; i++)
        if (g_array_index(writer->links, uint32_t, i) == link)
            return i;
    g_array_append_val(writer->links, link);
    packet_pcapng_interface(writer->file, link, SNAP_LENGTH);
    return writer->links->len - 1;
}

/* Reads the pcap file up to here into one without a name. NULL after an error. */
static FILE *copy_of_file(const struct packet_writer *writer)
{
    FILE *copy = tmpfile();
    char block[1 << 16];
    off_t at = 0;
    ssize_t got = 0;
    bool good = copy != NULL;
    while (good && (got = pread(fileno(writer->file), block, sizeof block, at)) > 0) {
        good = fwrite(block, 1, (size_t)got, copy) == (size_t)got;
        at += got;
    }
    good = good && got == 0 && fseeko(copy, 0, SEEK_SET) == 0;
    if (!good && copy != NULL)
        fclose(copy);
    return good ? copy : NULL;
}

/* Writes the packets of a pcap file of this program as those of the first interface. */
static void convert(struct packet_writer *writer, FILE *pcap)
{
    enum { FILE_HEADER_LENGTH = 24 };
    uint32_t header[4]; /* seconds, nanoseconds, bytes captured, bytes on the wire */
    uint8_t *bytes = g_malloc(SNAP_LENGTH);
    uint32_t first = interface_of(writer, writer->link);
    fseeko(pcap, FILE_HEADER_LENGTH, SEEK_SET);
    while (fread(header, sizeof header, 1, pcap) == 1 && header[2] <= SNAP_LENGTH &&
           fread(bytes, 1, header[2], pcap) == header[2])
        packet_pcapng_packet(writer->file, first,
                             (uint64_t)header[0] * (uint64_t)NS_PER_SECOND + header[1],
                             (struct bytes){bytes, header[2]}, header[3]);
    g_free(bytes);
}

/* A second link type came: pcap holds one. False where what was written cannot be taken back. */
static bool become_pcapng(struct packet_writer *writer)
{
    if (writer->path == NULL || !is_regular(writer->file))
        return false;
    errno = 0;
    FILE *pcap = fflush(writer->file) == 0 ? copy_of_file(writer) : NULL;
    if (pcap == NULL || fseeko(writer->file, 0, SEEK_SET) != 0 ||
        ftruncate(fileno(writer->file), 0) != 0) {
        writer->wrong = errno != 0 ? errno : EIO;
        if (pcap != NULL)
            fclose(pcap);
        return false;
    }
    writer->links = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    packet_pcapng_begin(writer->file);
    convert(writer, pcap);
    fclose(pcap);
    return true;
}

static void put(struct packet_writer *writer, const struct packet *packet)
{
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(packet->time_ns / NS_PER_SECOND),
               .tv_usec = (suseconds_t)(packet->time_ns % NS_PER_SECOND)},
        .caplen = (bpf_u_int32)packet->bytes.len,
        .len = (bpf_u_int32)packet->length,
    };
    if (writer->format == NULL || packet->link == LINK_UNKNOWN ||
        (writer->links == NULL && packet->link != writer->link && !become_pcapng(writer))) {
        writer->left_out++;
        return;
    }
    if (writer->links != NULL)
        packet_pcapng_packet(writer->file, interface_of(writer, packet->link),
                             (uint64_t)packet->time_ns, packet->bytes, (uint32_t)packet->length);
    else
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
        good = fail(error, STATUS_FAILED,
                    "%s: %s not in it: a pipe holds the link type of the first alone, and no file "
                    "an unknown one",
                    writer->name, quantity_of(writer->left_out, "packet is", "packets are").text);
    g_mutex_clear(&writer->lock);
    if (writer->links != NULL)
        g_array_free(writer->links, TRUE);
    g_free(writer->path);
    g_free(writer->name);
    g_free(writer);
    return good;
}
