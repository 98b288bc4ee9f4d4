/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACKs of one direction, and what they prove: a stream of 1,448-byte segments that are acknowledged
 * two by two, with ACKs in between that no receiver sent.
 */
#include "core/visibility/delivered.h"

#include "tests/unit/support/support.h"

#define FIRST (UINT64_C(1) << 62)

enum { STEP = 2896, ACKS = 1000, ALL = ACKS * STEP };

/* What stands where the stream was made otherwise: the sum must be the stream's all the same, but
 * for so many bytes. */
static const struct stream_case {
    const char *name;
    bool has_syn;
    bool has_data;
    unsigned forged_at[4]; /* after so many ACKs; 0: none */
    int64_t forged_off;    /* from the ACK before */
    unsigned forged_times; /* in a row */
    unsigned block;        /* ACKs out of order in blocks of so many; 0: in order */
    int64_t within;
    int64_t forged_rise; /* from one to the next in a row */
} streams[] = {
    {"in-order", false, false, {0}, 0, 0, 0, 0, 0},
    {"in-order-data", true, true, {0}, 0, 0, 0, 0, 0},
    {"ahead-at-the-start", true, false, {1}, 100000000, 1, 0, 0, 0},
    {"ahead-at-the-start-no-syn", false, false, {1}, 100000000, 1, 0, 2 * STEP, 0},
    {"ahead-at-the-start-data", false, true, {1}, 100000000, 1, 0, 0, 0},
    {"behind-at-the-start-no-syn", false, false, {1}, -100000000, 1, 0, 2 * STEP, 0},
    {"ahead-in-the-middle", true, false, {500}, 100000000, 1, 0, 0, 0},
    {"a-little-ahead-in-the-middle", true, false, {500}, 300000, 1, 0, 0, 0},
    {"a-window-ahead-in-the-middle", true, false, {500}, 60000, 1, 0, 0, 0},
    {"behind-in-the-middle", true, false, {500}, -100000000, 1, 0, 0, 0},
    {"below-the-base", false, false, {500, 600, 700}, -5000000, 1, 0, 0, 0},
    {"ahead-at-the-end", true, false, {ACKS}, 100000000, 1, 0, 0, 0},
    {"a-little-ahead-at-the-end", true, false, {ACKS}, 300000, 1, 0, 0, 0},
    {"several", true, false, {100, 300, 500, ACKS}, 8 << 20, 1, 0, 0, 0},
    {"several-data", true, true, {100, 300, 500, ACKS}, 8 << 20, 1, 0, 0, 0},
    {"the-same-three-times", true, false, {500}, 100000000, 3, 0, 0, 0},
    {"two-agree-a-little-ahead", true, false, {500}, 300000, 2, 0, 0, 1000},
    {"three-agree-a-little-ahead", false, false, {500}, 900000, 3, 0, 0, 1000},
    {"three-agree-a-little-ahead-data", true, true, {990}, 300000, 3, 0, 0, 1000},
    {"two-agree-falling", true, false, {500}, 300000, 2, 0, 0, -1000},
    {"five-agree-far-ahead-data", true, true, {990}, 100000000, 5, 0, 0, 1000},
    {"blocks-of-64", true, false, {0}, 0, 0, 64, STEP, 0},
    {"blocks-of-256", true, false, {0}, 0, 0, 256, STEP, 0},
    {"blocks-of-64-no-syn", false, false, {0}, 0, 0, 64, 2 * STEP, 0},
    {"blocks-of-256-no-syn-data", false, true, {0}, 0, 0, 256, STEP, 0},
};

static void forge(const struct stream_case *c, struct delivered *delivered, unsigned sent,
                  uint64_t ack)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(c->forged_at); i++)
        for (unsigned times = 0; c->forged_at[i] == sent && times < c->forged_times; times++)
            delivered_take(delivered,
                           ack + (uint64_t)(c->forged_off + c->forged_rise * (int64_t)times),
                           false);
}

/* The blocks change places two by two. */
static unsigned place_of(const struct stream_case *c, unsigned i)
{
    if (c->block == 0 || i >= ACKS / (2 * c->block) * (2 * c->block))
        return i;
    return i / c->block % 2 == 0 ? i + c->block : i - c->block;
}

static void test_stream(gconstpointer data)
{
    const struct stream_case *c = data;
    struct delivered delivered = {0};
    if (c->has_syn)
        delivered_set_first(&delivered, FIRST);
    else if (c->block == 0)
        delivered_take(&delivered, FIRST, c->has_data);
    for (unsigned i = 0; i < ACKS; i++) {
        uint64_t ack = FIRST + (place_of(c, i) + UINT64_C(1)) * STEP;
        delivered_take(&delivered, ack, c->has_data);
        forge(c, &delivered, i + 1, ack);
    }
    int64_t sum = (int64_t)(delivered_end(&delivered) - delivered_base(&delivered));
    int64_t want = ALL - (c->has_syn || c->block == 0 ? 0 : STEP);
    g_assert_cmpint(sum, <=, want);
    g_assert_cmpint(sum, >=, want - c->within);
}

/* What bears out an ACK far ahead: a second one above it, or data; and what takes it back. */
static void test_jumps(void)
{
    const uint64_t far = FIRST + 50000000;
    struct delivered delivered = {0};
    delivered_set_first(&delivered, FIRST);
    delivered_take(&delivered, far, false);
    g_assert_cmpuint(delivered_end(&delivered), ==, FIRST);
    delivered_take(&delivered, far, false);
    g_assert_cmpuint(delivered_end(&delivered), ==, FIRST);
    delivered_take(&delivered, far + STEP, false);
    g_assert_cmpuint(delivered_end(&delivered), ==, far + STEP);
    for (unsigned i = 1; i <= 8; i++)
        delivered_take(&delivered, FIRST + i * STEP, false);
    g_assert_cmpuint(delivered_end(&delivered), ==, FIRST + 8 * STEP);
    delivered_take(&delivered, far, true);
    g_assert_cmpuint(delivered_end(&delivered), ==, far);
}

/* The last ACK counts within the window, or as far as others went at once. */
static void test_last(void)
{
    struct delivered delivered = {0};
    delivered_set_first(&delivered, FIRST);
    delivered_take(&delivered, FIRST + 65535, false);
    g_assert_cmpuint(delivered_end(&delivered), ==, FIRST + 65535);
    struct delivered wider = {0};
    delivered_set_first(&wider, FIRST);
    delivered_take(&wider, FIRST + 65536, false);
    g_assert_cmpuint(delivered_end(&wider), ==, FIRST);
    delivered_take(&wider, FIRST + 2 * 65536, false);
    g_assert_cmpuint(delivered_end(&wider), ==, FIRST + 2 * 65536);
}

/* Segments that carry another connection's ports now and then prove nothing. */
static void test_ghost(void)
{
    struct delivered delivered = {0};
    for (unsigned i = 0; i < 20; i++)
        delivered_take(&delivered, FIRST + i * UINT64_C(700000), false);
    g_assert_cmpuint(delivered_end(&delivered), ==, delivered_base(&delivered));
}

static void test_anything(void)
{
    struct delivered delivered = {0};
    for (unsigned i = 0; i < 100000; i++) {
        unsigned bits = (unsigned)g_test_rand_int_range(0, 40);
        uint64_t far = (uint64_t)(uint32_t)g_test_rand_int() << 8 & ((UINT64_C(1) << bits) - 1);
        delivered_take(&delivered, FIRST + far, g_test_rand_int_range(0, 8) == 0);
        g_assert_cmpuint(delivered_base(&delivered), >=, FIRST);
        g_assert_cmpuint(delivered_end(&delivered), >=, FIRST);
        g_assert_cmpuint(delivered_end(&delivered), <=, FIRST + (UINT64_C(1) << 40));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *path = g_strdup_printf("/delivered/%s", streams[i].name);
        g_test_add_data_func(path, &streams[i], test_stream);
    }
    g_test_add_func("/delivered/jumps", test_jumps);
    g_test_add_func("/delivered/last", test_last);
    g_test_add_func("/delivered/ghost", test_ghost);
    g_test_add_func("/delivered/anything", test_anything);
    return g_test_run();
}
