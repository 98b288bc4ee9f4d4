/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/svg.h"

#include <math.h>
#include <string.h>

#include "core/base/printable.h"

enum { TICK_LENGTH = 5, LINE_HEIGHT = 16, CAPTION_LENGTH = 128 /* characters in a line */ };

/* 1, 2 or 5 times a power of ten, and not below @p value. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value)));
    return value <= power       ? power
           : value <= 2 * power ? 2 * power
           : value <= 5 * power ? 5 * power
                                : 10 * power;
}

struct svg_axis svg_axis_from_zero(double highest)
{
    struct svg_axis axis = {.last = round_up(highest)};
    double leading = axis.last / pow(10, floor(log10(axis.last) + 1e-9));
    axis.step = axis.last / (leading > 1.5 && leading < 2.5 ? 4 : 5);
    return axis;
}

struct svg_axis svg_axis_between(double first, double last, unsigned steps)
{
    struct svg_axis axis = {.first = first, .last = last > first ? last : first + 1};
    axis.step = round_up((axis.last - axis.first) / steps);
    return axis;
}

double svg_place(const struct svg_axis *axis, double value, int from, int to)
{
    return from + (to - from) * (value - axis->first) / (axis->last - axis->first);
}

static char *text_as_xml(const char *text)
{
    g_autofree char *shown = printable_text(text, "");
    return g_markup_escape_text(shown, -1);
}

void svg_begin(GString *svg, int width, int height, const char *title)
{
    g_autofree char *escaped = text_as_xml(title);
    g_string_append_printf(svg,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                           "role=\"img\">\n<title>%s</title>\n",
                           width, height, escaped);
    g_string_append(svg, "<style>\n"
                         ":root{color-scheme:light dark}\n"
                         "text{font:13px sans-serif;fill:#333}\n"
                         ".title{font-size:16px;font-weight:bold}\n"
                         ".page{fill:#fff}.grid{stroke:#ddd}.tick{stroke:#888}\n"
                         "polyline{fill:none;stroke-width:1.5}\n"
                         ".outer{stroke:#1f4e79}.inner{stroke:#4c9be8}.lost{fill:#c0392b}\n"
                         ".delay{stroke:#1f4e79}.band{fill:#4c9be8;opacity:.4}\n"
                         ".curve0{stroke:#1f4e79}.curve1{stroke:#c0392b}.curve2{stroke:#2e8b57}\n"
                         ".curve3{stroke:#8e44ad}.curve4{stroke:#a8720a}.curve5{stroke:#117a80}\n"
                         "@media (prefers-color-scheme:dark){\n"
                         "text{fill:#ddd}.page{fill:#1c1c1c}.grid{stroke:#444}\n"
                         ".outer{stroke:#f0c674}.inner{stroke:#6fb3f2}.lost{fill:#ff6b5a}\n"
                         ".delay{stroke:#f0c674}.band{fill:#6fb3f2}\n"
                         ".curve0{stroke:#f0c674}.curve1{stroke:#ff6b5a}.curve2{stroke:#7fd39b}\n"
                         ".curve3{stroke:#c9a0dc}.curve4{stroke:#6fb3f2}.curve5{stroke:#7fd8d8}}\n"
                         "</style>\n"
                         "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
}

void svg_end(GString *svg)
{
    g_string_append(svg, "</svg>\n");
}

void svg_put_text(GString *svg, int x, int y, const char *anchor, const char *kind,
                  const char *text)
{
    g_autofree char *escaped = text_as_xml(text);
    g_string_append(svg, "<text");
    if (kind != NULL)
        g_string_append_printf(svg, " class=\"%s\"", kind);
    g_string_append_printf(svg, " x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, anchor,
                           escaped);
}

/* As short as it can be: "0", "2.5", "100". */
static void put_value(GString *svg, int x, int y, const char *anchor, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    svg_put_text(svg, x, y, anchor, "value", g_ascii_formatd(text, sizeof text, "%.6g", value));
}

static unsigned steps_of(const struct svg_axis *axis, double first)
{
    return (unsigned)floor((axis->last - first) / axis->step + 1e-9);
}

void svg_put_horizontal_lines(GString *svg, const struct svg_box *box, const struct svg_axis *axis,
                              double unit)
{
    for (unsigned i = 0; i <= steps_of(axis, axis->first); i++) {
        double value = axis->first + i * axis->step;
        int y = (int)lround(svg_place(axis, value, box->bottom, box->top));
        g_string_append_printf(svg, "<path class=\"grid\" d=\"M%d %dH%d\"/>\n", box->left, y,
                               box->right);
        put_value(svg, box->left - 8, y + 4, "end", value / unit);
    }
}

void svg_put_tick(GString *svg, const struct svg_box *box, int x, double value)
{
    g_string_append_printf(svg, "<path class=\"tick\" d=\"M%d %dv%d\"/>\n", x, box->bottom,
                           TICK_LENGTH);
    put_value(svg, x, box->bottom + TICK_LENGTH + LINE_HEIGHT, "middle", value);
}

void svg_put_ticks(GString *svg, const struct svg_box *box, const struct svg_axis *axis,
                   double unit)
{
    double first = ceil(axis->first / axis->step - 1e-9) * axis->step;
    for (unsigned i = 0; i <= steps_of(axis, first); i++) {
        double value = first + i * axis->step;
        int x = (int)lround(svg_place(axis, value, box->left, box->right));
        svg_put_tick(svg, box, x, value / unit);
    }
}

void svg_put_point(GString *svg, double x, double y)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(svg, "%s,", g_ascii_formatd(number, sizeof number, "%.1f", x));
    g_string_append_printf(svg, "%s ", g_ascii_formatd(number, sizeof number, "%.1f", y));
}

void svg_add_lines(GPtrArray *lines, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GString *line = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        if (line->len > 0 && line->len + 1 + strlen(*word) > CAPTION_LENGTH) {
            g_ptr_array_add(lines, g_strdup(line->str));
            g_string_assign(line, "    ");
        } else if (line->len > 0) {
            g_string_append_c(line, ' ');
        }
        g_string_append(line, *word);
    }
    g_ptr_array_add(lines, g_string_free(line, FALSE));
}
