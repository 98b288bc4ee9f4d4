/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/retrying-stream.h"

#include <errno.h>
#include <unistd.h>

/* Writes all, or as much as goes before an error: what was written. */
static ssize_t write_all(void *over, const char *bytes, size_t size)
{
    size_t written = 0;
    while (written < size) {
        ssize_t count = write(fileno(over), bytes + written, size - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        written += (size_t)count;
    }
    return (ssize_t)written;
}

FILE *retrying_stream_new(FILE *over)
{
    const cookie_io_functions_t functions = {.write = write_all};
    FILE *stream = isatty(fileno(over)) ? NULL : fopencookie(over, "w", functions);
    return stream != NULL ? stream : over;
}

void retrying_stream_free(FILE *stream, const FILE *over)
{
    if (stream != NULL && stream != over)
        fclose(stream);
}
