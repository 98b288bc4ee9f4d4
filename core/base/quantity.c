/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct quantity quantity_count(uint64_t count)
{
    struct quantity quantity;
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    size_t out = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            quantity.text[out++] = ',';
        quantity.text[out++] = digits[i];
    }
    quantity.text[out] = '\0';
    return quantity;
}

struct quantity quantity_of(uint64_t count, const char *one, const char *many)
{
    struct quantity quantity;
    snprintf(quantity.text, sizeof quantity.text, "%.31s %.31s", quantity_count(count).text,
             count == 1 ? one : many);
    return quantity;
}

/* @p value in the largest of @p units, each 1000 of the one before, of which it has at least one,
 * once rounded to tenths. */
static struct quantity scale(uint64_t value, const char *const units[], size_t unit_count)
{
    struct quantity quantity;
    if (value < 1000) {
        snprintf(quantity.text, sizeof quantity.text, "%u %s", (unsigned)value, units[0]);
        return quantity;
    }
    size_t unit = 0;
    uint64_t tenth; /* of the unit */
    uint64_t tenths;
    uint64_t next = 100;
    do {
        unit++;
        tenth = next;
        tenths = value / tenth + (value % tenth >= tenth / 2 ? 1 : 0);
        next *= 1000;
    } while (tenths >= 10000 && unit + 1 < unit_count);
    snprintf(quantity.text, sizeof quantity.text, "%.31s.%u %s", quantity_count(tenths / 10).text,
             (unsigned)(tenths % 10), units[unit]);
    return quantity;
}

struct quantity quantity_bytes(uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    return bytes == 1 ? (struct quantity){"1 byte"}
                      : scale(bytes, units, sizeof units / sizeof units[0]);
}

struct quantity quantity_rate(uint64_t bits_per_second)
{
    static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
    return scale(bits_per_second, units, sizeof units / sizeof units[0]);
}

struct quantity quantity_share(uint64_t part, uint64_t whole)
{
    struct quantity quantity;
    double permille = whole != 0 ? (double)part / (double)whole * 1000 : 0;
    unsigned tenths = (unsigned)(permille + 0.5);
    if (tenths == 0 && part > 0) {
        strcpy(quantity.text, "below 0.1 %");
        return quantity;
    }
    if (tenths == 1000 && part < whole)
        tenths = 999;
    snprintf(quantity.text, sizeof quantity.text, "%u.%u %%", tenths / 10, tenths % 10);
    return quantity;
}

struct quantity quantity_signed(int64_t count)
{
    uint64_t size = count < 0 ? -(uint64_t)count : (uint64_t)count;
    struct quantity out;
    snprintf(out.text, sizeof out.text, "%s%.60s", count < 0 ? "-" : "", quantity_count(size).text);
    return out;
}

/* Three digits, so that columns of them can be compared at a glance. */
static int decimals(double value)
{
    double size = fabs(value);
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

struct quantity quantity_prefixed(double value)
{
    static const char *const prefixes[] = {"", " k", " M", " G", " T", " P"};
    struct quantity out;
    size_t prefix = 0;
    while (fabs(value) >= 999.5 && prefix + 1 < sizeof prefixes / sizeof prefixes[0]) {
        value /= 1000;
        prefix++;
    }
    int places = prefix == 0 && value == floor(value) ? 0 : decimals(value);
    snprintf(out.text, sizeof out.text, "%.*f%s", places, value, prefixes[prefix]);
    return out;
}

struct quantity quantity_per_second(double value, const char *unit)
{
    struct quantity number = quantity_prefixed(value);
    struct quantity out;
    /* A prefix stands behind a blank of its own. */
    const char *blank = strchr(number.text, ' ') != NULL ? "" : " ";
    snprintf(out.text, sizeof out.text, "%.31s%s%.24s/s", number.text, blank, unit);
    return out;
}

struct quantity quantity_percent(double part)
{
    struct quantity out;
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

struct quantity quantity_duration(double ns)
{
    static const char *const names[] = {"ns", "us", "ms"};
    struct quantity out;
    size_t name = 0;
    while (fabs(ns) >= 999.5 && name < 3) {
        ns /= 1000;
        name++;
    }
    snprintf(out.text, sizeof out.text, "%.*f %s", decimals(ns), ns, name < 3 ? names[name] : "s");
    return out;
}
