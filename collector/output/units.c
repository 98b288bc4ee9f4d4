/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/units.h"

#include <math.h>
#include <stdio.h>

#include "core/base/quantity.h"

struct text signed_text(int64_t count)
{
    uint64_t size = count < 0 ? -(uint64_t)count : (uint64_t)count;
    struct text out;
    snprintf(out.text, sizeof out.text, "%s%.60s", count < 0 ? "-" : "", quantity_count(size).text);
    return out;
}

/* Three digits, so that columns of them can be compared at a glance. */
static int decimals(double value)
{
    double size = fabs(value);
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

struct text prefixed_text(double value)
{
    static const char *const prefixes[] = {"", " k", " M", " G", " T", " P"};
    struct text out;
    size_t prefix = 0;
    while (fabs(value) >= 999.5 && prefix + 1 < sizeof prefixes / sizeof prefixes[0]) {
        value /= 1000;
        prefix++;
    }
    int places = prefix == 0 && value == floor(value) ? 0 : decimals(value);
    snprintf(out.text, sizeof out.text, "%.*f%s", places, value, prefixes[prefix]);
    return out;
}

struct text percent_text(double part)
{
    struct text out;
    double percent = 100 * part;
    if (part < 0)
        snprintf(out.text, sizeof out.text, "-");
    else if (percent > 0 && percent < 0.01)
        snprintf(out.text, sizeof out.text, "< 0.01 %%");
    else if (percent < 100 && percent > 99.99)
        snprintf(out.text, sizeof out.text, "> 99.9 %%");
    else
        snprintf(out.text, sizeof out.text, "%.*f %%", percent > 0 ? decimals(percent) : 0,
                 percent);
    return out;
}

struct text duration_text(double ns)
{
    static const char *const names[] = {"ns", "us", "ms"};
    struct text out;
    size_t name = 0;
    while (fabs(ns) >= 999.5 && name < 3) {
        ns /= 1000;
        name++;
    }
    snprintf(out.text, sizeof out.text, "%.*f %s", decimals(ns), ns, name < 3 ? names[name] : "s");
    return out;
}
