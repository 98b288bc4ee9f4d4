/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generator/errors.h"
#include "generator/output-format.h"

struct output {
    const struct output_format *format;
    void *file;
    char *path;      /* as errors call it, and where it is moved to */
    char *temporary; /* NULL: written directly */
};

/* Ctrl-C and the like end the writing as an error does, so that no half of a file remains. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error like any other */
}

/* Opens the place beside @p path, or @p path itself where nothing can be moved to. */
static int open_place(struct output *output, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && !S_ISREG(status.st_mode))
        return open(path, O_WRONLY | O_CLOEXEC);
    char *target = there ? realpath(path, NULL) : NULL; /* a link stays a link */
    output->temporary = g_strconcat(target != NULL ? target : path, ".XXXXXX", NULL);
    g_free(output->path);
    output->path = g_strdup(target != NULL ? target : path);
    free(target);
    mode_t mask = umask(0);
    umask(mask);
    int fd = g_mkstemp_full(output->temporary, O_WRONLY | O_CLOEXEC, (int)(0666 & ~mask));
    if (fd < 0)
        g_clear_pointer(&output->temporary, g_free);
    return fd;
}

static const struct output_format *format_for(const struct capture_plan *plan, const char *path)
{
    if (plan->format == FORMAT_PCAPNG)
        return &output_pcapng;
    if (plan->format == FORMAT_AUTO && g_str_has_suffix(path, ".pcapng"))
        return &output_pcapng;
    return &output_pcap;
}

static void release(struct output *output)
{
    g_free(output->path);
    g_free(output->temporary);
    g_free(output);
}

struct output *output_open(const char *path, const struct capture_plan *plan,
                           const struct link_set *links, GError **error)
{
    bool standard_output = strcmp(path, "-") == 0;
    struct output *output = g_new0(struct output, 1);
    output->format = format_for(plan, path);
    output->path = g_strdup(standard_output ? "standard output" : path);
    catch_signals();
    int fd = standard_output ? dup(STDOUT_FILENO) : open_place(output, path);
    if (fd < 0)
        fail(error, STATUS_FAILED, "%s: %s", output->path, g_strerror(errno));
    else
        output->file = output->format->begin(fd, plan, links, error);
    if (output->file != NULL)
        return output;
    if (fd >= 0)
        g_prefix_error(error, "%s: ", output->path);
    if (output->temporary != NULL)
        g_unlink(output->temporary);
    release(output);
    return NULL;
}

gboolean output_put(struct output *output, const struct frame *frame, GError **error)
{
    if (interrupted)
        return fail(error, STATUS_FAILED, "%s: interrupted", output->path);
    if (output->format->put(output->file, frame, error))
        return TRUE;
    g_prefix_error(error, "%s: ", output->path);
    return FALSE;
}

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    return output_put(context, frame, error);
}

struct frame_sink output_sink(struct output *output)
{
    return (struct frame_sink){output, put};
}

gboolean output_finish(struct output *output, GError **error)
{
    gboolean good = output->format->end(output->file, error);
    if (good && output->temporary != NULL && g_rename(output->temporary, output->path) != 0)
        good = fail(error, STATUS_FAILED, "%s", g_strerror(errno));
    if (!good) {
        g_prefix_error(error, "%s: ", output->path);
        if (output->temporary != NULL)
            g_unlink(output->temporary);
    }
    release(output);
    return good;
}

void output_abandon(struct output *output)
{
    output->format->end(output->file, NULL);
    if (output->temporary != NULL)
        g_unlink(output->temporary);
    release(output);
}
