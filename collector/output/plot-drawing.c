/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/plot-drawing.h"

#include <string.h>

#include "collector/output/plot-paths.h"
#include "collector/output/plot-unit.h"
#include "collector/output/session-label.h"
#include "core/verdict/verdict.h"

enum {
    WIDTH = 960,
    TITLE_AT = 28,
    CAPTIONS_AT = 530, /* the first line of them */
    CAPTION_HEIGHT = 20,
    CAPTIONS_MAX = 8, /* lines */
    LEGEND_LENGTH = 24
};

static const struct svg_box rate_box = {.left = 90, .right = 940, .top = 80, .bottom = 310};
static const struct svg_box loss_box = {.left = 90, .right = 940, .top = 370, .bottom = 470};

struct plot_axes {
    struct svg_axis time; /* seconds */
    struct svg_axis rate; /* bits per second */
    struct svg_axis loss; /* a part of 1 */
    const struct plot_unit *time_unit;
    const struct plot_unit *rate_unit;
};

static const struct plot_point *point_at(const GArray *points, guint index)
{
    return &g_array_index(points, struct plot_point, index);
}

static struct plot_axes axes_of(const GArray *points)
{
    double rate = 1000;
    double loss = 0.01;
    for (guint i = 0; i < points->len; i++) {
        const struct plot_point *point = point_at(points, i);
        rate = MAX(rate, 1.05 * point->outer_bits / plot_point_seconds(point));
        loss = MAX(loss, 1.05 * plot_point_loss(point));
    }
    double begin_s = points->len > 0 ? point_at(points, 0)->begin_s : 0;
    double end_s = points->len > 0 ? point_at(points, points->len - 1)->end_s : 1;
    struct plot_axes axes = {.rate = svg_axis_from_zero(rate),
                             .loss = svg_axis_from_zero(MIN(loss, 1))};
    axes.rate_unit = plot_unit_of_rate(axes.rate.last);
    axes.time_unit = plot_unit_of_time(end_s);
    axes.time = plot_unit_time_axis(begin_s, end_s, axes.time_unit);
    return axes;
}

/* A line as it is drawn, and its name beside it; @p right is where the name ends. */
static void put_legend(GString *svg, int right, const char *kind, const char *name)
{
    int y = rate_box.top - 12;
    svg_put_text(svg, right, y, "end", NULL, name);
    int end = right - 8 * (int)strlen(name);
    g_string_append_printf(svg, "<path class=\"%s\" d=\"M%d %dH%d\" stroke-width=\"3\"/>\n", kind,
                           end - LEGEND_LENGTH, y - 4, end);
}

static void put_rate_line(GString *svg, const GArray *points, const struct plot_axes *axes,
                          bool outer)
{
    g_string_append_printf(svg, "<polyline class=\"%s\" points=\"", outer ? "outer" : "inner");
    for (guint i = 0; i < points->len; i++) {
        const struct plot_point *point = point_at(points, i);
        double rate = (outer ? point->outer_bits : point->inner_bits) / plot_point_seconds(point);
        double y = svg_place(&axes->rate, rate, rate_box.bottom, rate_box.top);
        double from = svg_place(&axes->time, point->begin_s, rate_box.left, rate_box.right);
        double to = svg_place(&axes->time, point->end_s, rate_box.left, rate_box.right);
        svg_put_point(svg, from, y);
        svg_put_point(svg, to, y);
    }
    g_string_append(svg, "\"/>\n");
}

/* A bar over the interval of the point. */
static void put_loss_bar(GString *svg, const char *kind, const struct plot_point *point,
                         double loss, const struct plot_axes *axes)
{
    double y = svg_place(&axes->loss, loss, loss_box.bottom, loss_box.top);
    double from = svg_place(&axes->time, point->begin_s, loss_box.left, loss_box.right);
    double to = svg_place(&axes->time, point->end_s, loss_box.left, loss_box.right);
    g_string_append_printf(svg, "<polygon class=\"%s\" points=\"", kind);
    svg_put_point(svg, from, loss_box.bottom);
    svg_put_point(svg, from, y);
    svg_put_point(svg, to, y);
    svg_put_point(svg, to, loss_box.bottom);
    g_string_append(svg, "\"/>\n");
}

static void put_rates(GString *svg, const GArray *points, const struct plot_axes *axes)
{
    plot_unit_put_name(svg, &rate_box, "Rate", axes->rate_unit);
    put_legend(svg, rate_box.right - 170, "outer", "outer packets");
    put_legend(svg, rate_box.right, "inner", "mirrored frames");
    svg_put_horizontal_lines(svg, &rate_box, &axes->rate, axes->rate_unit->size);
    svg_put_ticks(svg, &rate_box, &axes->time, axes->time_unit->size);
    put_rate_line(svg, points, axes, false);
    put_rate_line(svg, points, axes, true);
}

static void put_losses(GString *svg, const GArray *points, const struct snapshot *all,
                       const struct plot_axes *axes)
{
    bool known = false;
    bool unknown = false;
    svg_put_horizontal_lines(svg, &loss_box, &axes->loss, plot_unit_percent.size);
    svg_put_ticks(svg, &loss_box, &axes->time, axes->time_unit->size);
    for (guint i = 0; i < points->len; i++) {
        double loss = plot_point_loss(point_at(points, i));
        bool hidden = loss < 0 && point_at(points, i)->outer_bits > 0;
        known |= loss >= 0;
        unknown |= hidden;
        if (loss > 0)
            put_loss_bar(svg, "lost", point_at(points, i), loss, axes);
        else if (hidden)
            put_loss_bar(svg, "band", point_at(points, i), axes->loss.last, axes);
    }
    if (known)
        plot_unit_put_name(svg, &loss_box, "Lost copies", &plot_unit_percent);
    else
        svg_put_text(svg, loss_box.left, loss_box.top - 12, "start", NULL,
                     all->all.state.loss_known ? "Lost copies: no copy has a time"
                                               : "Lost copies: cannot be known");
    if (known && unknown)
        svg_put_text(svg, loss_box.right, loss_box.top - 12, "end", NULL,
                     "shaded: cannot be known");
    g_autofree char *time = g_strdup_printf("Time, %s", axes->time_unit->name);
    svg_put_text(svg, loss_box.right, loss_box.bottom + 40, "end", NULL, time);
}

/* ---- captions ---- */

static void add_session(GPtrArray *lines, const struct snapshot_entry *entry)
{
    struct verdict verdicts[CAUSES];
    size_t count =
        entry->report != NULL ? verdict_find(entry->report, &entry->session, verdicts) : 0;
    char label[SESSION_LABEL_MAX];
    session_label_put(&entry->session, label);
    for (size_t i = 0; i < count; i++) {
        g_autofree char *text = g_strdup_printf("%s: %s", label, verdicts[i].summary);
        svg_add_lines(lines, text);
    }
}

/* As many conclusions as there is room for, of the busiest sessions. */
static GPtrArray *captions_of(const struct snapshot *all)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    GArray *order = snapshot_busiest(all);
    for (guint i = 0; i < order->len && lines->len < CAPTIONS_MAX; i++)
        add_session(lines, snapshot_entry(all, g_array_index(order, guint, i)));
    g_array_free(order, TRUE);
    if (lines->len > CAPTIONS_MAX) {
        g_ptr_array_set_size(lines, CAPTIONS_MAX - 1);
        g_ptr_array_add(lines, g_strdup("More conclusions stand in the report."));
    }
    return lines;
}

GString *plot_drawing_make(const GArray *points, const struct snapshot *all, const char *from)
{
    const struct plot_axes axes = axes_of(points);
    GPtrArray *captions = captions_of(all);
    GString *svg = g_string_new(NULL);
    g_autofree char *title = g_strdup_printf("ERSPAN copies of %s", from);
    const int paths_at = CAPTIONS_AT + CAPTION_HEIGHT * (int)captions->len;
    svg_begin(svg, WIDTH, paths_at + plot_paths_height(all->paths), title);
    svg_put_text(svg, rate_box.left, TITLE_AT, "start", "title", title);
    put_rates(svg, points, &axes);
    put_losses(svg, points, all, &axes);
    for (guint i = 0; i < captions->len; i++)
        svg_put_text(svg, rate_box.left, CAPTIONS_AT + CAPTION_HEIGHT * (int)i, "start", "caption",
                     g_ptr_array_index(captions, i));
    plot_paths_put(svg, all->paths, paths_at);
    svg_end(svg);
    g_ptr_array_free(captions, TRUE);
    return svg;
}
