/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/session.h"

#include "tests/unit/support/support.h"

static struct session_key key(uint8_t source, uint8_t destination, int16_t id)
{
    return (struct session_key){
        .source = {4, {192, 0, 2, source}},
        .destination = {4, {192, 0, 2, destination}},
        .id = id,
    };
}

/* Two sources with the same session ID are two sessions (quirk Q2), as are Type I and session 0. */
static void test_keys(void)
{
    struct session_table *table = session_table_new(100);
    const struct session_key keys[] = {
        key(1, 9, 5),
        key(2, 9, 5),
        key(1, 8, 5),
        key(1, 9, 0),
        key(1, 9, SESSION_NO_ID),
        {.source = {16, {192, 0, 2, 1}}, .destination = {16, {192, 0, 2, 9}}, .id = 5},
        {.id = 5},
    };
    struct session *sessions[G_N_ELEMENTS(keys)];
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_assert_null(session_find(table, &keys[i]));
        sessions[i] = session_get(table, &keys[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_assert_true(session_find(table, &keys[i]) == sessions[i]);
        g_assert_true(session_get(table, &keys[i]) == sessions[i]);
        for (size_t k = 0; k < i; k++)
            g_assert_true(sessions[i] != sessions[k]);
    }
    session_table_free(table);
}

/* Streams count sessions that appeared, in that order, not those that only hold evidence. */
static void test_streams(void)
{
    struct session_table *table = session_table_new(100);
    struct session_key none = key(1, 9, SESSION_NO_ID);
    struct session_key five = key(1, 9, 5);
    struct session_key six = key(1, 9, 6);
    session_get(table, &none);
    g_assert_cmpuint(session_appear(table, session_get(table, &six)), ==, 0);
    g_assert_cmpuint(session_appear(table, session_get(table, &five)), ==, 1);
    g_assert_cmpuint(session_appear(table, session_get(table, &six)), ==, 0);
    g_assert_cmpuint(session_find(table, &none)->stream, ==, SESSION_NO_STREAM);
    session_table_free(table);
}

static void test_limit(void)
{
    struct session_table *table = session_table_new(2);
    struct session_key keys[] = {key(1, 9, 1), key(1, 9, 2), key(1, 9, 3)};
    g_assert_nonnull(session_get(table, &keys[0]));
    g_assert_nonnull(session_get(table, &keys[1]));
    g_assert_null(session_get(table, &keys[2]));
    g_assert_nonnull(session_get(table, &keys[0]));
    session_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/keys", test_keys);
    g_test_add_func("/session/streams", test_streams);
    g_test_add_func("/session/limit", test_limit);
    return g_test_run();
}
