/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/plot-paths.h"

#include "collector/output/plot-unit.h"
#include "core/base/quantity.h"
#include "core/output/path-words.h"

enum {
    LEFT = 90,
    RIGHT = 940,
    PAIRS_MAX = 2,
    TITLE_AT = 16, /* below the top of a pair, as all that follow */
    DELAY_TOP = 68,
    DELAY_BOTTOM = 218,
    LOSS_TOP = 278,
    LOSS_BOTTOM = 348,
    SENTENCE_AT = 408,
    SENTENCE_HEIGHT = 20,
    SENTENCE_LINES = 4,
    PAIR_HEIGHT = SENTENCE_AT + SENTENCE_LINES * SENTENCE_HEIGHT
};

/* A pair as it is drawn. */
struct pair_plot {
    const struct path_pair_row *pair;
    const struct path_timeline *timeline;
    unsigned steps; /* of the timeline, up to the last with a frame */
    struct svg_box delay_box;
    struct svg_box loss_box;
    struct svg_axis time; /* seconds since the first frame */
    const struct plot_unit *time_unit;
};

static bool is_empty(const struct path_timeline_step *step)
{
    return step->passed == 0 && step->lost == 0;
}

static double seconds_at(const struct pair_plot *plot, unsigned step)
{
    return (double)plot->timeline->step_ns * step / NS_PER_SECOND;
}

static double x_of(const struct pair_plot *plot, unsigned step)
{
    return svg_place(&plot->time, seconds_at(plot, step), LEFT, RIGHT);
}

/* ---- delay ---- */

static double mean_s(const struct path_timeline_step *step)
{
    return (double)step->sum_ns / step->delays / NS_PER_SECOND;
}

/* From the least to the longest delay of each step. */
static void put_band(GString *svg, const struct pair_plot *plot, const struct svg_axis *axis)
{
    const struct svg_box *box = &plot->delay_box;
    for (unsigned i = 0; i < plot->steps; i++) {
        const struct path_timeline_step *step = &plot->timeline->steps[i];
        if (step->delays == 0)
            continue;
        double least = MAX((double)step->min_ns / NS_PER_SECOND, 0);
        double longest = MAX((double)step->max_ns / NS_PER_SECOND, 0);
        double low = svg_place(axis, least, box->bottom, box->top);
        double high = svg_place(axis, longest, box->bottom, box->top);
        g_string_append(svg, "<polygon class=\"band\" points=\"");
        svg_put_point(svg, x_of(plot, i), low);
        svg_put_point(svg, x_of(plot, i), high);
        svg_put_point(svg, x_of(plot, i + 1), high);
        svg_put_point(svg, x_of(plot, i + 1), low);
        g_string_append(svg, "\"/>\n");
    }
}

/* A line for each run of steps with delays. */
static void put_means(GString *svg, const struct pair_plot *plot, const struct svg_axis *axis)
{
    const struct svg_box *box = &plot->delay_box;
    bool open = false;
    for (unsigned i = 0; i < plot->steps; i++) {
        const struct path_timeline_step *step = &plot->timeline->steps[i];
        if (open != (step->delays > 0))
            g_string_append(svg, open ? "\"/>\n" : "<polyline class=\"delay\" points=\"");
        open = step->delays > 0;
        if (!open)
            continue;
        double y = svg_place(axis, MAX(mean_s(step), 0), box->bottom, box->top);
        svg_put_point(svg, x_of(plot, i), y);
        svg_put_point(svg, x_of(plot, i + 1), y);
    }
    if (open)
        g_string_append(svg, "\"/>\n");
}

static char *delay_name(const struct path_delay_row *delay)
{
    if (!delay->has_uncertainty)
        return g_strdup("Delay by arrival, mean and range: how right it is is not known");
    return g_strdup_printf("Delay, mean and range, within %s",
                           quantity_duration((double)delay->uncertainty_ns).text);
}

static void put_delays(GString *svg, const struct pair_plot *plot)
{
    double longest = 1e-6;
    for (unsigned i = 0; i < plot->steps; i++)
        if (plot->timeline->steps[i].delays > 0)
            longest = MAX(longest, 1.05 * (double)plot->timeline->steps[i].max_ns / NS_PER_SECOND);
    const struct svg_axis axis = svg_axis_from_zero(longest);
    const struct plot_unit *unit = plot_unit_of_time(axis.last);
    g_autofree char *name = delay_name(&plot->pair->delay);
    plot_unit_put_name(svg, &plot->delay_box, name, unit);
    svg_put_horizontal_lines(svg, &plot->delay_box, &axis, unit->size);
    svg_put_ticks(svg, &plot->delay_box, &plot->time, plot->time_unit->size);
    put_band(svg, plot, &axis);
    put_means(svg, plot, &axis);
}

/* ---- loss ---- */

static double loss_of(const struct path_timeline_step *step)
{
    return step->lost == 0 ? 0 : (double)step->lost / ((double)step->passed + (double)step->lost);
}

static void put_bar(GString *svg, const struct pair_plot *plot, unsigned step,
                    const struct svg_axis *axis)
{
    const struct svg_box *box = &plot->loss_box;
    double y = svg_place(axis, loss_of(&plot->timeline->steps[step]), box->bottom, box->top);
    g_string_append(svg, "<polygon class=\"lost\" points=\"");
    svg_put_point(svg, x_of(plot, step), box->bottom);
    svg_put_point(svg, x_of(plot, step), y);
    svg_put_point(svg, x_of(plot, step + 1), y);
    svg_put_point(svg, x_of(plot, step + 1), box->bottom);
    g_string_append(svg, "\"/>\n");
}

static void put_losses(GString *svg, const struct pair_plot *plot)
{
    double highest = 0.001;
    for (unsigned i = 0; i < plot->steps; i++)
        highest = MAX(highest, 1.05 * loss_of(&plot->timeline->steps[i]));
    const struct svg_axis axis = svg_axis_from_zero(MIN(highest, 1));
    svg_put_horizontal_lines(svg, &plot->loss_box, &axis, plot_unit_percent.size);
    svg_put_ticks(svg, &plot->loss_box, &plot->time, plot->time_unit->size);
    for (unsigned i = 0; plot->pair->loss_known && i < plot->steps; i++)
        if (plot->timeline->steps[i].lost > 0)
            put_bar(svg, plot, i, &axis);
    if (plot->pair->loss_known)
        plot_unit_put_name(svg, &plot->loss_box, "Frames that the network lost",
                           &plot_unit_percent);
    else
        svg_put_text(svg, LEFT, plot->loss_box.top - 12, "start", NULL,
                     "Frames that the network lost: cannot be known");
    g_autofree char *time =
        g_strdup_printf("Time since the first frame, %s", plot->time_unit->name);
    svg_put_text(svg, RIGHT, plot->loss_box.bottom + 40, "end", NULL, time);
}

/* ---- pairs ---- */

static void put_sentence(GString *svg, const struct path_report *report,
                         const struct path_pair_row *pair, int top)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *sentence = path_words_pair(report, pair);
    svg_add_lines(lines, sentence);
    for (guint i = 0; i < lines->len && i < SENTENCE_LINES; i++)
        svg_put_text(svg, LEFT, top + SENTENCE_HEIGHT * (int)i, "start", "caption",
                     g_ptr_array_index(lines, i));
    g_ptr_array_free(lines, TRUE);
}

static void put_pair(GString *svg, const struct path_report *report, guint number, int top)
{
    struct pair_plot plot = {
        .pair = path_report_pair(report, number),
        .timeline = path_report_timeline(report, number),
        .delay_box = {LEFT, RIGHT, top + DELAY_TOP, top + DELAY_BOTTOM},
        .loss_box = {LEFT, RIGHT, top + LOSS_TOP, top + LOSS_BOTTOM},
    };
    for (unsigned i = 0; i < PATH_TIMELINE_STEPS; i++)
        if (!is_empty(&plot.timeline->steps[i]))
            plot.steps = i + 1;
    double end_s = seconds_at(&plot, plot.steps);
    plot.time_unit = plot_unit_of_time(end_s);
    plot.time = plot_unit_time_axis(0, end_s, plot.time_unit);
    const struct path_way way = {.points = {(uint16_t)plot.pair->from, (uint16_t)plot.pair->to},
                                 .count = 2};
    g_autofree char *title = path_words_way(report, &way);
    svg_put_text(svg, LEFT, top + TITLE_AT, "start", "title", title);
    put_delays(svg, &plot);
    put_losses(svg, &plot);
    put_sentence(svg, report, plot.pair, top + SENTENCE_AT);
}

static guint pairs_of(const struct path_report *report)
{
    return report != NULL ? MIN(report->timelines->len, PAIRS_MAX) : 0;
}

int plot_paths_height(const struct path_report *report)
{
    return (int)pairs_of(report) * PAIR_HEIGHT;
}

void plot_paths_put(GString *svg, const struct path_report *report, int top)
{
    for (guint i = 0; i < pairs_of(report); i++)
        put_pair(svg, report, i, top + (int)i * PAIR_HEIGHT);
}
