/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames that are put back in order: which number is handed on at which arrival. */
#include <glib.h>
#include <string.h>

#include "collector/handoff/frame-order.h"
#include "core/base/time-units.h"
#include "core/sequence/sequence.h"

enum { NUMBERS_MAX = 16, WAIT_MS = 10, ROOM = 1 << 20, FRAME_LENGTH = 100 };

/* Copies of one counter, a millisecond apart unless told. */
static const struct {
    const char *name;
    const char *came; /* numbers, in order of arrival; "+5" is a pause of 5 ms */
    const char *went;
    struct frame_order_counts counts;
} cases[] = {
    {"in order: nothing waits", "1 2 3 4", "1 2 3 4", {0}},
    {"one late", "1 2 4 3 5", "1 2 3 4 5", {.waited = 2, .reordered = 1}},
    {"two late, turned round", "1 4 3 2 5", "1 2 3 4 5", {.waited = 3, .reordered = 2}},
    {"one lost: the others wait for it as long as is allowed",
     "1 3 4 5 +10 6",
     "1 3 4 5 6",
     {.waited = 3}},
    {"a gap behind a gap: both are filled",
     "1 3 5 4 2 6",
     "1 2 3 4 5 6",
     {.waited = 4, .reordered = 3}},
    {"late behind the wait: it is no more put back",
     "1 3 +12 4 2 5",
     "1 3 4 2 5",
     {.waited = 1, .too_late = 1}},
    {"a duplicate of a frame that waits goes with it",
     "1 3 3 2",
     "1 2 3 3",
     {.waited = 3, .reordered = 2}},
    {"the counter starts anew: nothing waits for numbers of before",
     "100000 100002 1 2 3",
     "100000 1 100002 2 3",
     {.waited = 1}},
    {"the counter wraps at 30 bits (quirk Q4)",
     "1073741821 1073741822 0 1073741823 1",
     "1073741821 1073741822 1073741823 0 1",
     {.waited = 2, .reordered = 1}},
    {"the counter wraps",
     "4294967294 0 4294967295 1",
     "4294967294 4294967295 0 1",
     {.waited = 2, .reordered = 1}},
};

static void note(void *context, const struct packet *packet)
{
    GString *text = context;
    uint32_t number;
    g_assert_cmpuint(packet->bytes.len, ==, FRAME_LENGTH);
    memcpy(&number, packet->bytes.data, sizeof number);
    g_string_append_printf(text, "%s%u", text->len > 0 ? " " : "", number);
}

static void take(struct frame_order *order, struct sequence *sequence, uint32_t number,
                 int64_t at_ns, uint64_t frame)
{
    uint8_t bytes[FRAME_LENGTH] = {0};
    memcpy(bytes, &number, sizeof number);
    const struct packet packet = {
        .number = frame, .time_ns = at_ns, .bytes = {bytes, sizeof bytes}, .length = sizeof bytes};
    const struct sequence_copy copy = {.number = number, .frame = frame};
    const struct sequence_finding finding = sequence_take(sequence, &copy);
    frame_order_take(order, &packet, &(struct frame_number){sequence, number, &finding});
    memset(bytes, 0xff, sizeof bytes); /* the packet's bytes are borrowed */
}

static void test_one_counter(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GString *went = g_string_new(NULL);
        const struct packet_sink sink = {.context = went, .take = note};
        struct frame_order *order = frame_order_new(WAIT_MS * NS_PER_MS, ROOM, &sink);
        struct sequence *sequence = sequence_new();
        g_auto(GStrv) came = g_strsplit(cases[i].came, " ", -1);
        int64_t at_ms = 0;
        for (guint at = 0; came[at] != NULL; at++) {
            if (came[at][0] == '+')
                at_ms += g_ascii_strtoll(came[at], NULL, 10);
            else
                take(order, sequence, (uint32_t)g_ascii_strtoull(came[at], NULL, 10),
                     ++at_ms * NS_PER_MS, at + 1);
        }
        const struct frame_order_counts counts = frame_order_counts(order);
        frame_order_free(order);
        sequence_free(sequence);
        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(went->str, ==, cases[i].went);
        g_assert_cmpuint(counts.waited, ==, cases[i].counts.waited);
        g_assert_cmpuint(counts.reordered, ==, cases[i].counts.reordered);
        g_assert_cmpuint(counts.too_late, ==, cases[i].counts.too_late);
        g_string_free(went, TRUE);
    }
}

/* A gap of one counter holds up no other, and time alone ends the wait. */
static void test_two_counters(void)
{
    GString *went = g_string_new(NULL);
    const struct packet_sink sink = {.context = went, .take = note};
    struct frame_order *order = frame_order_new(WAIT_MS * NS_PER_MS, ROOM, &sink);
    struct sequence *one = sequence_new();
    struct sequence *other = sequence_new();
    take(order, one, 1, 1 * NS_PER_MS, 1);
    take(order, other, 101, 2 * NS_PER_MS, 2);
    take(order, one, 3, 3 * NS_PER_MS, 3);
    take(order, other, 102, 4 * NS_PER_MS, 4);
    g_assert_cmpstr(went->str, ==, "1 101 102");
    frame_order_pass_time(order, (3 + WAIT_MS) * NS_PER_MS - 1);
    g_assert_cmpstr(went->str, ==, "1 101 102");
    frame_order_pass_time(order, (3 + WAIT_MS) * NS_PER_MS);
    g_assert_cmpstr(went->str, ==, "1 101 102 3");
    frame_order_free(order);
    sequence_free(one);
    sequence_free(other);
    g_string_free(went, TRUE);
}

/* Room for two frames and a bit: the third makes them go. */
static void test_room(void)
{
    GString *went = g_string_new(NULL);
    const struct packet_sink sink = {.context = went, .take = note};
    struct frame_order *order = frame_order_new(WAIT_MS * NS_PER_MS, 500, &sink);
    struct sequence *sequence = sequence_new();
    const uint32_t numbers[] = {1, 3, 4, 5};
    for (uint32_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        take(order, sequence, numbers[i], (i + 1) * NS_PER_MS, i + 1);
    g_assert_cmpstr(went->str, ==, "1 3 4 5");
    g_assert_cmpuint(frame_order_counts(order).crowded, ==, 1);
    frame_order_free(order);
    sequence_free(sequence);
    g_string_free(went, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-order/one-counter", test_one_counter);
    g_test_add_func("/frame-order/two-counters", test_two_counters);
    g_test_add_func("/frame-order/room", test_room);
    return g_test_run();
}
