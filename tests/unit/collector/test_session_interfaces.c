/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces of a capture of mirrored frames: how frames share them, their names, their number.
 */
#include <glib.h>

#include "collector/extcap/session-interfaces.h"
#include "core/wire/link.h"

enum { WITHOUT_SESSION = -2 };

/* A frame of a session of 192.0.2.1. */
struct frame {
    const char *case_name;
    int64_t id; /* or WITHOUT_SESSION */
    uint32_t link;
    enum erspan_type type;
    bool egress;
    guint index; /* of its interface */
    const char *name;
};

static const struct frame frames[] = {
    {"a session", 7, LINK_ETHERNET, ERSPAN_TYPE_II, false, 0, "192.0.2.1 session 7"},
    {"another", 8, LINK_ETHERNET, ERSPAN_TYPE_II, false, 1, "192.0.2.1 session 8"},
    {"the first again", 7, LINK_ETHERNET, ERSPAN_TYPE_II, false, 0, "192.0.2.1 session 7"},
    {"Type III states a direction", 7, LINK_ETHERNET, ERSPAN_TYPE_III, false, 2,
     "192.0.2.1 session 7 ingress"},
    {"and the other one", 7, LINK_ETHERNET, ERSPAN_TYPE_III, true, 3, "192.0.2.1 session 7 egress"},
    {"another link type", 7, LINK_RAW, ERSPAN_TYPE_III, true, 4, "192.0.2.1 session 7 egress"},
    {"Type I has no ID", SESSION_NO_ID, LINK_ETHERNET, ERSPAN_TYPE_I, false, 5, "192.0.2.1"},
    {"no session", WITHOUT_SESSION, LINK_ETHERNET, ERSPAN_TYPE_II, false, 6, "other sessions"},
};

static guint count(struct session_interfaces *interfaces, const struct frame *frame)
{
    struct session session = {
        .key = {.source = {.len = 4, .bytes = {192, 0, 2, 1}},
                .destination = {.len = 4, .bytes = {192, 0, 2, 2}},
                .id = frame->id},
    };
    const struct copy copy = {
        .session = frame->id == WITHOUT_SESSION ? NULL : &session,
        .header = {.type = frame->type, .egress = frame->egress},
    };
    const struct mirrored_frame mirrored = {.packet = {.link = frame->link}, .copy = &copy};
    return session_interfaces_count(interfaces, &mirrored);
}

static void test_which_interface(void)
{
    struct session_interfaces *interfaces = session_interfaces_new();
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_test_message("%s", frames[i].case_name);
        guint index = count(interfaces, &frames[i]);
        g_assert_cmpuint(index, ==, frames[i].index);
        const struct session_interface *one = session_interfaces_at(interfaces, index);
        g_assert_cmpstr(one->name, ==, frames[i].name);
        g_assert_cmpuint(one->link, ==, frames[i].link);
        g_assert_cmpint(one->number, ==, -1);
    }
    g_assert_cmpuint(session_interfaces_at(interfaces, 0)->received, ==, 2);
    session_interfaces_free(interfaces);
}

/* Anybody can make up sessions: those beyond the limit share one interface for each link type. */
static void test_limit(void)
{
    struct session_interfaces *interfaces = session_interfaces_new();
    struct frame frame = {.link = LINK_ETHERNET, .type = ERSPAN_TYPE_II};
    for (frame.id = 0; frame.id < 3 * SESSION_INTERFACES_MAX; frame.id++)
        count(interfaces, &frame);
    g_assert_cmpuint(session_interfaces_size(interfaces), ==, SESSION_INTERFACES_MAX + 1);
    const struct session_interface *others =
        session_interfaces_at(interfaces, SESSION_INTERFACES_MAX);
    g_assert_cmpstr(others->name, ==, "other sessions");
    g_assert_cmpuint(others->received, ==, 2 * SESSION_INTERFACES_MAX);
    frame.link = LINK_RAW;
    g_assert_cmpuint(count(interfaces, &frame), ==, SESSION_INTERFACES_MAX + 1);
    frame.id = 0;
    frame.link = LINK_ETHERNET;
    g_assert_cmpuint(count(interfaces, &frame), ==, 0);
    session_interfaces_free(interfaces);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-interfaces/which", test_which_interface);
    g_test_add_func("/session-interfaces/limit", test_limit);
    return g_test_run();
}
