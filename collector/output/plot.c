/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "collector/output/plot-drawing.h"
#include "common/atomic-file.h"
#include "common/errors.h"

enum { POINTS_MAX = 4096 }; /* then two become one */

struct plot {
    char *path;
    FILE *file;
    GArray *points; /* struct plot_point */
};

struct plot *plot_open(const char *path, GError **error)
{
    int fd = file_open_in_place(path, O_WRONLY | O_CREAT,
                                file_mode_private()); /* emptied when there is another */
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL) {
        fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    struct plot *plot = g_new0(struct plot, 1);
    plot->path = g_strdup(path);
    plot->file = file;
    plot->points = g_array_new(FALSE, FALSE, sizeof(struct plot_point));
    return plot;
}

static struct plot_point *point_at(const struct plot *plot, guint index)
{
    return &g_array_index(plot->points, struct plot_point, index);
}

static struct plot_point together(const struct plot_point *a, const struct plot_point *b)
{
    struct plot_point sum = {
        .begin_s = a->begin_s,
        .end_s = b->end_s,
        .outer_bits = a->outer_bits + b->outer_bits,
        .inner_bits = a->inner_bits + b->inner_bits,
        .sequence = a->sequence,
        .loss_known = a->loss_known && b->loss_known,
    };
    sequence_counts_join(&sum.sequence, &b->sequence);
    return sum;
}

static void halve(struct plot *plot)
{
    guint pairs = plot->points->len / 2;
    for (guint i = 0; i < pairs; i++) {
        *point_at(plot, i) = together(point_at(plot, 2 * i), point_at(plot, 2 * i + 1));
    }
    g_array_set_size(plot->points, pairs);
}

static void add_to_last(struct plot *plot, const struct plot_point *point)
{
    if (plot->points->len == 0)
        return;
    struct plot_point *last = point_at(plot, plot->points->len - 1);
    *last = together(last, point);
}

void plot_add(struct plot *plot, const struct snapshot *interval, const struct snapshot *now)
{
    const struct report_session *all = &interval->all;
    const struct plot_point point = {
        .begin_s = now->seconds - interval->seconds,
        .end_s = now->seconds,
        .outer_bits = 8.0 * (double)all->counts.outer_bytes,
        .inner_bits = 8.0 * (double)all->counts.inner_bytes,
        .sequence = all->sequence,
        .loss_known = all->state.loss_known,
    };
    if (interval->seconds <= 0) { /* the end came at the end of an interval */
        add_to_last(plot, &point);
        return;
    }
    if (plot->points->len == POINTS_MAX)
        halve(plot);
    g_array_append_val(plot->points, point);
}

/* The end mostly cuts the last interval short. What so few copies say about a share means little:
 * it becomes part of the one before. */
static void join_short_end(struct plot *plot)
{
    guint count = plot->points->len;
    if (count < 2)
        return;
    const struct plot_point last = *point_at(plot, count - 1);
    if (2 * plot_point_seconds(&last) >= plot_point_seconds(point_at(plot, count - 2)))
        return;
    g_array_set_size(plot->points, count - 1);
    add_to_last(plot, &last);
}

/* A pipe or a device cannot be, and needs not. */
static void empty(FILE *file)
{
    if (ftruncate(fileno(file), 0) == 0)
        rewind(file);
}

static void release(struct plot *plot)
{
    g_array_free(plot->points, TRUE);
    g_free(plot->path);
    g_free(plot);
}

gboolean plot_close(struct plot *plot, const struct snapshot *all, const char *from, GError **error)
{
    join_short_end(plot);
    GString *svg = plot_drawing_make(plot->points, all, from);
    empty(plot->file);
    gboolean good =
        fwrite(svg->str, 1, svg->len, plot->file) == svg->len && fflush(plot->file) == 0;
    int why = errno;
    if (!good)
        empty(plot->file);
    if (fclose(plot->file) != 0 && good) {
        why = errno;
        good = FALSE;
    }
    if (!good)
        fail(error, STATUS_FAILED, "%s: %s", plot->path, g_strerror(why));
    g_string_free(svg, TRUE);
    release(plot);
    return good;
}

void plot_abort(struct plot *plot)
{
    fclose(plot->file);
    release(plot);
}
