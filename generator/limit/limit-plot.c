/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/limit-plot.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "common/atomic-file.h"
#include "common/errors.h"
#include "common/svg.h"
#include "core/base/quantity.h"

enum {
    WIDTH = 960,
    TITLE_AT = 28,
    CAPTIONS_AT = 500, /* the first line of them */
    CAPTION_HEIGHT = 20,
    LEGEND_WIDTH = 110,
    LEGEND_LENGTH = 24,
    LEGENDS_MAX = 6 /* names that there is room for; the captions have all */
};

static const struct svg_box box = {.left = 90, .right = 940, .top = 80, .bottom = 420};

/* A rate and the part of its frames that was lost. */
struct point {
    double rate; /* frames a second, above 0 */
    double loss;
};

static gint by_rate(gconstpointer a, gconstpointer b)
{
    const struct point *one = a;
    const struct point *other = b;
    return (one->rate > other->rate) - (one->rate < other->rate);
}

/* The trials at a constant rate, in its order. */
static GArray *points_of(const struct rate_search_result *found)
{
    GArray *points = g_array_new(FALSE, FALSE, sizeof(struct point));
    for (guint i = 0; found->trials != NULL && i < found->trials->len; i++) {
        const struct trial_record *one = &g_array_index(found->trials, struct trial_record, i);
        const struct limit_outcome *outcome = &one->outcome;
        bool at_rate = one->purpose != TRIAL_BURST && one->purpose != TRIAL_DELAY;
        if (!at_rate || limit_held_back(outcome) || outcome->sent == 0 || outcome->rate <= 0)
            continue;
        const struct point point = {outcome->rate, limit_loss(outcome)};
        g_array_append_val(points, point);
    }
    g_array_sort(points, by_rate);
    return points;
}

/* Rates of trials lie apart by powers of ten: their axis shows logarithms. */
struct limit_axes {
    struct svg_axis rate; /* of the logarithm to base 10 */
    struct svg_axis loss; /* a part of 1 */
    double unit;          /* frames a second */
    const char *unit_name;
};

static void choose_unit(struct limit_axes *axes, double highest)
{
    static const struct {
        double size;
        const char *name;
    } units[] = {{1e6, "Mframes/s"}, {1e3, "kframes/s"}, {1, "frames/s"}};
    size_t i = 0;
    while (i + 1 < G_N_ELEMENTS(units) && highest < units[i].size)
        i++;
    axes->unit = units[i].size;
    axes->unit_name = units[i].name;
}

static struct limit_axes axes_of(GPtrArray *curves)
{
    double lowest = 0;
    double highest = 0;
    double loss = 0.01;
    for (guint i = 0; i < curves->len; i++) {
        const GArray *points = g_ptr_array_index(curves, i);
        for (guint j = 0; j < points->len; j++) {
            const struct point *point = &g_array_index(points, struct point, j);
            lowest = lowest <= 0 ? point->rate : MIN(lowest, point->rate);
            highest = MAX(highest, point->rate);
            loss = MAX(loss, point->loss);
        }
    }
    if (lowest <= 0)
        lowest = highest = 1;
    struct limit_axes axes = {
        .rate = {.first = log10(lowest * 0.9), .last = log10(highest * 1.1), .step = 1},
        .loss = svg_axis_from_zero(MIN(loss, 1)),
    };
    choose_unit(&axes, highest);
    return axes;
}

static double place_of(const struct limit_axes *axes, double rate)
{
    return svg_place(&axes->rate, log10(rate), box.left, box.right);
}

/* At 1, 2 and 5 times each power of ten; at its own alone where there are many. */
static void put_rate_ticks(GString *svg, const struct limit_axes *axes)
{
    static const double leading[] = {1, 2, 5};
    enum { MANY = 3 };
    size_t count = axes->rate.last - axes->rate.first > MANY ? 1 : G_N_ELEMENTS(leading);
    for (int power = (int)floor(axes->rate.first); power <= axes->rate.last; power++)
        for (size_t i = 0; i < count; i++) {
            double rate = leading[i] * pow(10, power);
            if (log10(rate) >= axes->rate.first && log10(rate) <= axes->rate.last)
                svg_put_tick(svg, &box, (int)lround(place_of(axes, rate)), rate / axes->unit);
        }
}

static void put_curve(GString *svg, const GArray *points, const struct limit_axes *axes,
                      guint number)
{
    g_string_append_printf(svg, "<polyline class=\"curve%u\" points=\"", number % SVG_CURVES);
    for (guint i = 0; i < points->len; i++) {
        const struct point *point = &g_array_index(points, struct point, i);
        svg_put_point(svg, place_of(axes, point->rate),
                      svg_place(&axes->loss, point->loss, box.bottom, box.top));
    }
    g_string_append(svg, "\"/>\n");
}

static void put_legend(GString *svg, guint number, const char *name)
{
    int x = box.right - LEGEND_WIDTH * (int)(LEGENDS_MAX - number);
    int y = box.top - 12;
    g_string_append_printf(svg, "<path class=\"curve%u\" d=\"M%d %dh%d\" stroke-width=\"3\"/>\n",
                           number % SVG_CURVES, x, y - 4, LEGEND_LENGTH);
    svg_put_text(svg, x + LEGEND_LENGTH + 4, y, "start", NULL, name);
}

static GPtrArray *captions_of(const struct limit_report *report)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < report->sizes->len; i++) {
        const struct limit_size *size = &g_array_index(report->sizes, struct limit_size, i);
        g_autofree char *name = limit_report_name(&size->traffic);
        const char *unit = size->traffic.mix == LIMIT_FRAMES ? " bytes" : "";
        g_ptr_array_add(lines,
                        size->found.rate > 0
                            ? g_strdup_printf("%s%s: %s without loss", name, unit,
                                              quantity_per_second(size->found.rate, "frames").text)
                            : g_strdup_printf("%s%s: every rate lost", name, unit));
    }
    g_autofree char *sentence = limit_report_sentence(report);
    svg_add_lines(lines, sentence);
    return lines;
}

static void put_curves(GString *svg, const struct limit_report *report, GPtrArray *curves)
{
    const struct limit_axes axes = axes_of(curves);
    g_autofree char *rate = g_strdup_printf("Rate, %s", axes.unit_name);
    svg_put_text(svg, box.left, box.top - 12, "start", NULL, "Lost copies, %");
    svg_put_text(svg, box.right, box.bottom + 40, "end", NULL, rate);
    svg_put_horizontal_lines(svg, &box, &axes.loss, 0.01);
    put_rate_ticks(svg, &axes);
    for (guint i = 0; i < curves->len; i++) {
        g_autofree char *name =
            limit_report_name(&g_array_index(report->sizes, struct limit_size, i).traffic);
        put_curve(svg, g_ptr_array_index(curves, i), &axes, i);
        if (i < LEGENDS_MAX)
            put_legend(svg, i, name);
    }
}

static void free_points(gpointer points)
{
    g_array_free(points, TRUE);
}

GString *limit_plot_draw(const struct limit_report *report)
{
    GString *svg = g_string_new(NULL);
    GPtrArray *captions = captions_of(report);
    GPtrArray *curves = g_ptr_array_new_with_free_func(free_points);
    for (guint i = 0; i < report->sizes->len; i++)
        g_ptr_array_add(curves,
                        points_of(&g_array_index(report->sizes, struct limit_size, i).found));
    g_autofree char *title = g_strdup_printf("Copies that %s receives", report->collector);
    svg_begin(svg, WIDTH, CAPTIONS_AT + CAPTION_HEIGHT * (int)captions->len, title);
    svg_put_text(svg, box.left, TITLE_AT, "start", "title", title);
    put_curves(svg, report, curves);
    for (guint i = 0; i < captions->len; i++)
        svg_put_text(svg, box.left, CAPTIONS_AT + CAPTION_HEIGHT * (int)i, "start", "caption",
                     g_ptr_array_index(captions, i));
    svg_end(svg);
    g_ptr_array_free(curves, TRUE);
    g_ptr_array_free(captions, TRUE);
    return svg;
}

struct limit_plot {
    struct atomic_file file;
    char *path;
    int fd;
};

struct limit_plot *limit_plot_open(const char *path, GError **error)
{
    struct limit_plot *plot = g_new0(struct limit_plot, 1);
    plot->fd = atomic_file_open(&plot->file, path, file_mode_private());
    if (plot->fd >= 0) {
        plot->path = g_strdup(path);
        return plot;
    }
    fail(error, STATUS_FAILED, "%s: %s", path, g_strerror(errno));
    atomic_file_abort(&plot->file);
    g_free(plot);
    return NULL;
}

struct atomic_file *limit_plot_place(struct limit_plot *plot)
{
    return &plot->file;
}

static void release(struct limit_plot *plot)
{
    g_free(plot->path);
    g_free(plot);
}

gboolean limit_plot_commit(struct limit_plot *plot, const struct limit_report *report,
                           GError **error)
{
    GString *svg = limit_plot_draw(report);
    gboolean good = atomic_file_put(&plot->file, plot->fd, svg);
    int number = errno;
    if (!good)
        fail(error, STATUS_FAILED, "%s: %s", plot->path, g_strerror(number));
    g_string_free(svg, TRUE);
    release(plot);
    return good;
}

void limit_plot_abort(struct limit_plot *plot)
{
    if (plot == NULL)
        return;
    close(plot->fd);
    atomic_file_abort(&plot->file);
    release(plot);
}
