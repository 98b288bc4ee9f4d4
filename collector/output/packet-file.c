/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { RETRY_US = 100000 };

void packet_file_init(struct packet_file *file, int fd)
{
    bool appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
    off_t begin = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
    *file = (struct packet_file){.fd = fd, .begin = MAX(begin, 0)};
}

bool packet_file_restart(struct packet_file *file)
{
    file->length = 0;
    return ftruncate(file->fd, file->begin) == 0;
}

/* How many bytes were written. */
static size_t write_all(struct packet_file *file, const struct packet_buffer *buffer)
{
    size_t written = 0;
    file->wrong = 0;
    while (written < buffer->length) {
        ssize_t count = pwrite(file->fd, buffer->bytes + written, buffer->length - written,
                               file->begin + file->length + (off_t)written);
        if (count > 0)
            written += (size_t)count;
        else if (count == 0 || errno != EINTR) {
            file->wrong = count == 0 ? EIO : errno;
            break;
        }
    }
    return written;
}

void packet_file_write(struct packet_file *file, struct packet_buffer *buffer, bool now)
{
    if (buffer->length == 0 ||
        (!now && file->wrong != 0 && g_get_monotonic_time() < file->retry_us))
        return;
    size_t written = write_all(file, buffer);
    size_t whole = packet_buffer_remove(buffer, written);
    file->length += (off_t)whole;
    if (file->wrong == 0)
        return;
    file->retry_us = g_get_monotonic_time() + RETRY_US;
    if (whole < written && ftruncate(file->fd, file->begin + file->length) != 0)
        g_debug("half a packet stays: %s", g_strerror(errno));
}

void packet_file_close(struct packet_file *file)
{
    if (file->fd < 0)
        return;
    (void)lseek(file->fd, file->begin + file->length, SEEK_SET);
    if (file->fd > STDERR_FILENO)
        close(file->fd);
    file->fd = -1;
}
