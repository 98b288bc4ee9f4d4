/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/time-units.h"
#include "generator/output/output-format.h"

struct output {
    const struct output_format *format;
    void *file; /* NULL: not begun */
    int fd;     /* until then; else -1 */
    char *path;
    char *name; /* as errors call it */
    struct atomic_file place;
    int direct;  /* written directly: the same file, to spoil it; else -1 */
    off_t begin; /* there, where this capture begins; -1 where that has no meaning */
};

/* Opens what is there already, and can hold no other file's name: a pipe, a device. */
static int open_direct(struct output *output, int fd)
{
    int flags = fd < 0 ? 0 : fcntl(fd, F_GETFL);
    output->direct = fd < 0 ? -1 : dup(fd);
    output->begin = lseek(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
    return fd;
}

static int open_place(struct output *output, const char *path)
{
    int fd = atomic_file_open(&output->place, path, file_mode_private());
    return output->place.way == ATOMIC_FILE_DIRECT ? open_direct(output, fd) : fd;
}

static bool is_gzip(const char *path)
{
    return g_str_has_suffix(path, ".gz");
}

static const struct output_format *format_for(const struct capture_plan *plan, const char *path)
{
    if (plan->format == FORMAT_PCAPNG)
        return &output_pcapng;
    if (plan->format == FORMAT_AUTO &&
        (g_str_has_suffix(path, ".pcapng") || g_str_has_suffix(path, ".pcapng.gz")))
        return &output_pcapng;
    return &output_pcap;
}

/* Removes what was written, or where that cannot be, leaves it with an end that is none. */
static void spoil(struct output *output)
{
    atomic_file_abort(&output->place);
    struct pollfd pipe = {.fd = output->direct, .events = POLLOUT};
    if (output->direct >= 0 && ftruncate(output->direct, output->begin) != 0 &&
        poll(&pipe, 1, 0) == 1)
        (void)!write(output->direct, "", 1); /* a record is never so short */
}

static void release(struct output *output)
{
    if (output->fd >= 0)
        close(output->fd);
    g_free(output->path);
    if (output->direct >= 0)
        close(output->direct);
    g_free(output->name);
    g_free(output);
}

/* What every error says first: the name of the file; and the truth, when it was a signal. */
static gboolean fail_output(const struct output *output, GError **error)
{
    if (signals_stop_requested()) {
        g_clear_error(error);
        return fail(error, STATUS_FAILED, "%s: interrupted", output->name);
    }
    g_prefix_error(error, "%s: ", output->name);
    return FALSE;
}

gboolean output_is_right(const char *path, GError **error)
{
    if (path == NULL)
        return fail(error, STATUS_USAGE, "-o FILE is missing; - is standard output");
    if (strcmp(path, "-") == 0 && isatty(STDOUT_FILENO))
        return fail(error, STATUS_USAGE, "-o -: refusing to write a capture to a terminal");
    return TRUE;
}

struct output *output_open(const char *path, GError **error)
{
    bool standard_output = strcmp(path, "-") == 0;
    struct output *output = g_new0(struct output, 1);
    output->path = g_strdup(path);
    output->name = g_strdup(standard_output ? "standard output" : path);
    output->direct = -1;
    signals_catch();
    output->fd =
        standard_output ? open_direct(output, dup(STDOUT_FILENO)) : open_place(output, path);
    if (output->fd >= 0)
        return output;
    fail(error, STATUS_FAILED, "%s", g_strerror(errno));
    fail_output(output, error);
    output_abort(output);
    return NULL;
}

struct atomic_file *output_place(struct output *output)
{
    return &output->place;
}

gboolean output_begin(struct output *output, const struct capture_plan *plan,
                      const struct interface_list *interfaces, GError **error)
{
    const struct output_request request = {plan, interfaces, is_gzip(output->path)};
    int fd = output->fd;
    output->fd = -1;
    output->format = format_for(plan, output->path);
    output->file = output->format->begin(fd, &request, error);
    return output->file != NULL || fail_output(output, error);
}

gboolean output_put(struct output *output, const struct frame *frame, GError **error)
{
    if (frame->time_ns >= TIME_END_NS)
        fail(error, STATUS_FAILED,
             "a delay makes a frame later than 2106-02-07, the largest time of a capture");
    else if (!signals_stop_requested() && output->format->put(output->file, frame, error))
        return TRUE;
    return fail_output(output, error);
}

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    return output_put(context, frame, error);
}

struct frame_sink output_sink(struct output *output)
{
    return (struct frame_sink){.context = output, .put = put};
}

gboolean output_commit(struct output *output, GError **error)
{
    gboolean good = output->format->end(output->file, error) && !signals_stop_requested();
    if (good && !atomic_file_commit(&output->place))
        good = fail(error, STATUS_FAILED, "%s", g_strerror(errno));
    if (!good) {
        fail_output(output, error);
        spoil(output);
    }
    release(output);
    return good;
}

void output_abort(struct output *output)
{
    if (output->file != NULL)
        output->format->end(output->file, NULL);
    if (output->format != NULL)
        spoil(output);
    else
        atomic_file_abort(&output->place);
    release(output);
}
