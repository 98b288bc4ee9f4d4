/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/quantity.h"

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
