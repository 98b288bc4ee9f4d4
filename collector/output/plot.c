/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/plot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"
#include "core/base/quantity.h"

enum {
    POINTS_MAX = 4096, /* then two become one */
    WIDTH = 960,
    LEFT = 90, /* of the axes: room for numbers */
    RIGHT = 940,
    RATE_TOP = 60,
    RATE_BOTTOM = 300,
    LOSS_TOP = 340,
    LOSS_BOTTOM = 440,
    HEIGHT = 490,
    GRID_LINES = 4
};

struct point {
    double begin_s;
    double end_s;
    double outer_bits;
    double inner_bits;
    struct sequence_counts sequence;
};

struct plot {
    char *path;
    FILE *file;
    GArray *points; /* struct point */
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
    plot->points = g_array_new(FALSE, FALSE, sizeof(struct point));
    return plot;
}

static struct point *point_at(const struct plot *plot, guint index)
{
    return &g_array_index(plot->points, struct point, index);
}

static struct point together(const struct point *a, const struct point *b)
{
    struct point sum = {
        .begin_s = a->begin_s,
        .end_s = b->end_s,
        .outer_bits = a->outer_bits + b->outer_bits,
        .inner_bits = a->inner_bits + b->inner_bits,
        .sequence = a->sequence,
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

static void add_to_last(struct plot *plot, const struct point *point)
{
    if (plot->points->len == 0)
        return;
    struct point *last = point_at(plot, plot->points->len - 1);
    *last = together(last, point);
}

void plot_add(struct plot *plot, const struct snapshot *interval, const struct snapshot *now)
{
    const struct report_session *all = &interval->all;
    const struct point point = {
        .begin_s = now->seconds - interval->seconds,
        .end_s = now->seconds,
        .outer_bits = 8.0 * (double)all->counts.outer_bytes,
        .inner_bits = 8.0 * (double)all->counts.inner_bytes,
        .sequence = all->sequence,
    };
    if (interval->seconds <= 0) { /* the end came at the end of an interval */
        add_to_last(plot, &point);
        return;
    }
    if (plot->points->len == POINTS_MAX)
        halve(plot);
    g_array_append_val(plot->points, point);
}

/* What is shown, and how much of it fits. */
struct scale {
    double begin_s;
    double end_s;
    double rate; /* bits per second */
    double loss; /* a part of 1 */
};

static double seconds_of(const struct point *point)
{
    return point->end_s - point->begin_s;
}

/* The next of 1, 2, 5, 10, ... */
static double rounded_up(double value)
{
    double step = pow(10, floor(log10(value)));
    return value <= step       ? step
           : value <= 2 * step ? 2 * step
           : value <= 5 * step ? 5 * step
                               : 10 * step;
}

static struct scale scale_of(const struct plot *plot)
{
    struct scale scale = {.rate = 1000, .loss = 0.01};
    for (guint i = 0; i < plot->points->len; i++) {
        const struct point *point = point_at(plot, i);
        scale.rate = MAX(scale.rate, point->outer_bits / seconds_of(point));
        scale.loss = MAX(scale.loss, loss_ratio(&point->sequence));
        scale.end_s = point->end_s;
    }
    if (plot->points->len > 0)
        scale.begin_s = point_at(plot, 0)->begin_s;
    if (scale.end_s <= scale.begin_s)
        scale.end_s = scale.begin_s + 1;
    scale.rate = rounded_up(scale.rate);
    scale.loss = MIN(rounded_up(scale.loss), 1);
    return scale;
}

static double x_at(const struct scale *scale, double seconds)
{
    return LEFT + (RIGHT - LEFT) * (seconds - scale->begin_s) / (scale->end_s - scale->begin_s);
}

/* SVG has points in numbers, whatever the user's language. */
static void put_coordinates(GString *svg, double x, double y)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(svg, "%s,", g_ascii_formatd(number, sizeof number, "%.1f", x));
    g_string_append_printf(svg, "%s ", g_ascii_formatd(number, sizeof number, "%.1f", y));
}

static void put_text(GString *svg, int x, int y, const char *anchor, const char *text)
{
    char *escaped = g_markup_escape_text(text, -1);
    g_string_append_printf(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y,
                           anchor, escaped);
    g_free(escaped);
}

/* Lines at equal steps from 0 to @p highest, each with its value as @p text_of writes it. */
static void put_grid(GString *svg, int top, int bottom, const char *title, double highest,
                     struct quantity (*text_of)(double value))
{
    put_text(svg, LEFT, top - 10, "start", title);
    for (int i = 0; i <= GRID_LINES; i++) {
        int y = bottom - (bottom - top) * i / GRID_LINES;
        g_string_append_printf(svg, "<path class=\"grid\" d=\"M%d %dH%d\"/>\n", LEFT, y, RIGHT);
        put_text(svg, LEFT - 8, y + 4, "end", text_of(highest * i / GRID_LINES).text);
    }
}

static void put_rate_line(GString *svg, const struct plot *plot, const struct scale *scale,
                          bool outer)
{
    g_string_append_printf(svg, "<polyline class=\"%s\" points=\"", outer ? "outer" : "inner");
    for (guint i = 0; i < plot->points->len; i++) {
        const struct point *point = point_at(plot, i);
        double rate = (outer ? point->outer_bits : point->inner_bits) / seconds_of(point);
        double y = RATE_BOTTOM - (RATE_BOTTOM - RATE_TOP) * rate / scale->rate;
        put_coordinates(svg, x_at(scale, point->begin_s), y);
        put_coordinates(svg, x_at(scale, point->end_s), y);
    }
    g_string_append(svg, "\"/>\n");
}

static void put_losses(GString *svg, const struct plot *plot, const struct scale *scale)
{
    for (guint i = 0; i < plot->points->len; i++) {
        const struct point *point = point_at(plot, i);
        double loss = loss_ratio(&point->sequence);
        if (loss <= 0)
            continue;
        double y = LOSS_BOTTOM - (LOSS_BOTTOM - LOSS_TOP) * loss / scale->loss;
        g_string_append(svg, "<polygon class=\"lost\" points=\"");
        put_coordinates(svg, x_at(scale, point->begin_s), LOSS_BOTTOM);
        put_coordinates(svg, x_at(scale, point->begin_s), y);
        put_coordinates(svg, x_at(scale, point->end_s), y);
        put_coordinates(svg, x_at(scale, point->end_s), LOSS_BOTTOM);
        g_string_append(svg, "\"/>\n");
    }
}

static bool is_loss_known(const struct plot *plot)
{
    for (guint i = 0; i < plot->points->len; i++)
        if (loss_ratio(&point_at(plot, i)->sequence) >= 0)
            return true;
    return false;
}

static GString *draw(const struct plot *plot, const char *from)
{
    struct scale scale = scale_of(plot);
    GString *svg = g_string_new(NULL);
    g_string_append_printf(
        svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\">\n", WIDTH, HEIGHT);
    g_string_append(svg, "<style>text{font:13px sans-serif;fill:#333}.grid{stroke:#ddd}"
                         "polyline{fill:none;stroke-width:1.5}.outer{stroke:#1f4e79}"
                         ".inner{stroke:#7fb2e5}.lost{fill:#c0392b}</style>\n"
                         "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    put_text(svg, LEFT, 24, "start", from);
    put_grid(svg, RATE_TOP, RATE_BOTTOM, "bit/s: outer (dark), inner (light)", scale.rate,
             quantity_prefixed);
    put_rate_line(svg, plot, &scale, false);
    put_rate_line(svg, plot, &scale, true);
    put_grid(svg, LOSS_TOP, LOSS_BOTTOM,
             is_loss_known(plot) ? "lost"
                                 : "lost: cannot be known, as no copy has a number that counts",
             scale.loss, quantity_percent);
    put_losses(svg, plot, &scale);
    put_text(svg, LEFT, LOSS_BOTTOM + 22, "middle", quantity_duration(scale.begin_s * 1e9).text);
    put_text(svg, RIGHT, LOSS_BOTTOM + 22, "end", quantity_duration(scale.end_s * 1e9).text);
    g_string_append(svg, "</svg>\n");
    return svg;
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

gboolean plot_close(struct plot *plot, const char *from, GError **error)
{
    GString *svg = draw(plot, from);
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

void plot_abandon(struct plot *plot)
{
    fclose(plot->file);
    release(plot);
}
