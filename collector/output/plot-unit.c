/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/plot-unit.h"

enum { TICKS_MAX = 10 };

static const struct plot_unit rate_units[] = {{0, 1, "bit/s"},
                                              {1e3, 1e3, "kbit/s"},
                                              {1e6, 1e6, "Mbit/s"},
                                              {1e9, 1e9, "Gbit/s"},
                                              {1e12, 1e12, "Tbit/s"}};
static const struct plot_unit time_units[] = {
    {0, 1e-6, "us"}, {1e-3, 1e-3, "ms"}, {1, 1, "s"}, {600, 60, "min"}, {36000, 3600, "h"}};

const struct plot_unit plot_unit_percent = {0, 0.01, "%"};

static const struct plot_unit *unit_of(const struct plot_unit *units, size_t count, double highest)
{
    size_t i = 0;
    while (i + 1 < count && highest >= units[i + 1].from)
        i++;
    return &units[i];
}

const struct plot_unit *plot_unit_of_rate(double highest)
{
    return unit_of(rate_units, G_N_ELEMENTS(rate_units), highest);
}

const struct plot_unit *plot_unit_of_time(double highest)
{
    return unit_of(time_units, G_N_ELEMENTS(time_units), highest);
}

struct svg_axis plot_unit_time_axis(double begin_s, double end_s, const struct plot_unit *unit)
{
    struct svg_axis axis = svg_axis_between(begin_s / unit->size, end_s / unit->size, TICKS_MAX);
    return (struct svg_axis){axis.first * unit->size, axis.last * unit->size,
                             axis.step * unit->size};
}

void plot_unit_put_name(GString *svg, const struct svg_box *box, const char *name,
                        const struct plot_unit *unit)
{
    g_autofree char *text = g_strdup_printf("%s, %s", name, unit->name);
    svg_put_text(svg, box->left, box->top - 12, "start", NULL, text);
}
