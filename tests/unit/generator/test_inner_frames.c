/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a session keeps of its mirrored frames is what would be made anew, for any frame.
 */
#include "generator/traffic/inner-frames.h"

#include <glib.h>

#include "generator/scenario/scenario.h"

static const char *const kinds[] = {"tcp", "udp",  "echo",   "nd",   "arp",
                                    "stp", "lldp", "random", "rtp",  "syslog",
                                    "bfd", "vrrp", "hsrp",   "ospf", "lacp"};

enum { FLOWS_MAX = 16000, FRAME_ROOM = 2048 };

static const uint32_t flows[] = {1, 2, 7, FLOWS_MAX};
static const int64_t sizes[] = {AUTO, 50, 64, 1400};

/* The first, some that come again, and identifications at both ends of their 16 bits. */
static const uint64_t events[] = {0, 1, 2, 3, 5, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x123456789abc};

static void compare(const struct inner_plan *plan, struct inner_frames *frames, uint64_t n)
{
    uint8_t expected[FRAME_ROOM];
    uint8_t shown[FRAME_ROOM];
    struct buffer anew = {expected, sizeof expected, 0, false};
    struct buffer kept = {shown, sizeof shown, 0, false};
    buffer_put(&anew, "before", 6);
    buffer_put(&kept, "before", 6);
    inner_write(plan, n, &anew);
    inner_frames_write(frames, n, &kept);
    g_assert_false(anew.overflow);
    g_assert_cmpuint(kept.len, ==, anew.len);
    g_assert_true(bytes_equal((struct bytes){kept.data, kept.len}, 0, anew.data, anew.len));
}

static void compare_all(const struct inner_plan *plan)
{
    struct inner_frames *frames = inner_frames_new(plan);
    for (size_t event = 0; event < G_N_ELEMENTS(events); event++)
        for (uint64_t flow = 0; flow < MIN(plan->flows, 8U); flow++)
            compare(plan, frames, events[event] * plan->flows + flow);
    inner_frames_free(frames);
}

static void test_kept(void)
{
    struct inner_plan plan = {.mac = true, .network = 5, .seed = 3};
    for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
        plan.kind = frame_recipe_find(kinds[kind]);
        for (unsigned variant = 0; variant < 8; variant++) {
            plan.ip_version = variant & 1 ? 6 : 4;
            plan.mac = !(variant & 2) || !(plan.kind->traits & KIND_IP);
            plan.tags = (struct vlan_list){.count = variant & 4 ? 2 : 0, .id = {100, 200}};
            for (size_t i = 0; i < G_N_ELEMENTS(flows) * G_N_ELEMENTS(sizes); i++) {
                plan.flows = flows[i % G_N_ELEMENTS(flows)];
                plan.size = sizes[i / G_N_ELEMENTS(flows)];
                if (plan.size == AUTO || (size_t)plan.size >= inner_shortest(&plan))
                    compare_all(&plan);
            }
        }
    }
}

/* A buffer that is full keeps nothing of the frame, neither now nor later. */
static void test_no_room(void)
{
    struct inner_plan plan = {
        .kind = frame_recipe_find("udp"), .mac = true, .ip_version = 4, .size = 100, .flows = 1};
    struct inner_frames *frames = inner_frames_new(&plan);
    uint8_t bytes[99];
    for (int i = 0; i < 3; i++) {
        struct buffer full = {bytes, sizeof bytes, 0, false};
        inner_frames_write(frames, 0, &full);
        g_assert_true(full.overflow);
        if (i == 1)
            compare(&plan, frames, 0);
    }
    compare(&plan, frames, 0);
    inner_frames_free(frames);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inner-frames/kept", test_kept);
    g_test_add_func("/inner-frames/no-room", test_no_room);
    return g_test_run();
}
