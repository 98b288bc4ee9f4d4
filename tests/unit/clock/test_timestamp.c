/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/timestamp.h"

#include "tests/unit/support/support.h"

#define NS INT64_C(1000000000)
/* 2023-11-14 22:13:20 UTC. In 100 us that is 1.7e13 = 3958 * 2^32 + 519442432. */
#define ARRIVAL   (INT64_C(1700000000) * NS)
#define LOW_100US UINT32_C(519442432)

#define TYPE_III(gra)  .type = ERSPAN_TYPE_III, .granularity = (gra)
#define SUB(id, upper) .has_subheader = true, .subheader = {.platform = (id), .time = (upper)}

static const struct timestamp_case {
    const char *name;
    struct erspan_header header;
    enum timestamp_method method;
    int64_t time_ns;
} cases[] = {
    {"unix-100us", {TYPE_III(0), .timestamp = LOW_100US}, TIMESTAMP_UNIX_100US, ARRIVAL},
    {"unix-100us-earlier",
     {TYPE_III(0), .timestamp = LOW_100US - 10},
     TIMESTAMP_UNIX_100US,
     ARRIVAL - 1000000},
    {"unix-100us-two-minutes-off",
     {TYPE_III(0), .timestamp = LOW_100US - 1200000},
     TIMESTAMP_RELATIVE,
     0},
    {"free-running", {TYPE_III(0), .timestamp = 5208}, TIMESTAMP_RELATIVE, 0},
    {"100ns", {TYPE_III(1), .timestamp = LOW_100US}, TIMESTAMP_RELATIVE, 0},
    {"1588", {TYPE_III(2), .timestamp = 250, SUB(5, 1700000000)}, TIMESTAMP_1588, ARRIVAL + 250},
    {"1588-platform-6",
     {TYPE_III(2), .timestamp = 999999999, SUB(6, 1700000000)},
     TIMESTAMP_1588,
     ARRIVAL + 999999999},
    {"1588-no-seconds", {TYPE_III(2), .timestamp = 250}, TIMESTAMP_1588_NANOSECONDS, ARRIVAL + 250},
    {"1588-no-seconds-before",
     {TYPE_III(2), .timestamp = 999950000},
     TIMESTAMP_1588_NANOSECONDS,
     ARRIVAL - 50000},
    {"1588-no-seconds-half",
     {TYPE_III(2), .timestamp = 500000000},
     TIMESTAMP_1588_NANOSECONDS,
     ARRIVAL + 500000000},
    {"1588-no-seconds-other-sub-header",
     {TYPE_III(2), .timestamp = 7, SUB(1, 5)},
     TIMESTAMP_1588_NANOSECONDS,
     ARRIVAL + 7},
    {"1588-no-seconds-no-nanoseconds",
     {TYPE_III(2), .timestamp = 1000000000},
     TIMESTAMP_RELATIVE,
     0},
    {"1588-64-bits", {TYPE_III(2), .timestamp = 7, SUB(7, 0)}, TIMESTAMP_RELATIVE, 0},
    {"1588-no-nanoseconds",
     {TYPE_III(2), .timestamp = 1000000000, SUB(5, 1700000000)},
     TIMESTAMP_RELATIVE,
     0},
    {"unix-ns",
     {TYPE_III(3), .timestamp = (uint32_t)(ARRIVAL + 7), SUB(3, (uint32_t)((ARRIVAL + 7) >> 32))},
     TIMESTAMP_UNIX_NS,
     ARRIVAL + 7},
    {"custom-64-far", {TYPE_III(3), .timestamp = 7, SUB(3, 1)}, TIMESTAMP_RELATIVE, 0},
    {"custom-64-negative",
     {TYPE_III(3), .timestamp = 7, SUB(3, 0xffffffff)},
     TIMESTAMP_RELATIVE,
     0},
    {"type-2", {.type = ERSPAN_TYPE_II}, TIMESTAMP_RELATIVE, 0},
};

static void test_case(gconstpointer data)
{
    const struct timestamp_case *c = data;
    int64_t time_ns = 0;
    g_assert_cmpint(timestamp_absolute(&c->header, ARRIVAL, &time_ns), ==, c->method);
    if (c->method != TIMESTAMP_RELATIVE)
        g_assert_cmpint(time_ns, ==, c->time_ns);
}

/* Captures state any arrival, and no arithmetic may overflow on it. */
static void test_arrivals(void)
{
    const int64_t arrivals[] = {INT64_MIN, -1, 0, 1, INT64_MAX / 2, INT64_MAX};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (size_t k = 0; k < G_N_ELEMENTS(arrivals); k++) {
            int64_t time_ns = 0;
            enum timestamp_method method =
                timestamp_absolute(&cases[i].header, arrivals[k], &time_ns);
            g_assert_true(method == TIMESTAMP_RELATIVE || arrivals[k] >= 0);
        }
}

static void test_64(void)
{
    struct erspan_header header = {TYPE_III(0), .timestamp = 0x89abcdef, SUB(7, 0x01234567)};
    const uint8_t with_time[] = {0, 3, 7};
    for (size_t i = 0; i < G_N_ELEMENTS(with_time); i++) {
        header.subheader.platform = with_time[i];
        g_assert_true(timestamp_has_64(&header));
        g_assert_cmphex(timestamp_64(&header), ==, UINT64_C(0x0123456789abcdef));
    }
    const uint8_t without[] = {1, 4, 5, 6, 8, 63};
    for (size_t i = 0; i < G_N_ELEMENTS(without); i++) {
        header.subheader.platform = without[i];
        g_assert_false(timestamp_has_64(&header));
    }
    header.subheader.platform = 7;
    header.has_subheader = false;
    g_assert_false(timestamp_has_64(&header));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/timestamp/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/timestamp/arrivals", test_arrivals);
    g_test_add_func("/timestamp/64-bit", test_64);
    return g_test_run();
}
