/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/scenario/capture-interface.h"

#include "core/wire/link.h"
#include "generator/scenario/scenario.h"

static uint16_t link_type(enum link_kind link)
{
    switch (link) {
    case LINK_KIND_SLL:
    case LINK_KIND_SLL_WITHOUT_GRE:
        return LINK_LINUX_SLL;
    case LINK_KIND_RAW:
        return LINK_RAW;
    case LINK_KIND_ETHERNET:
        break;
    }
    return LINK_ETHERNET;
}

struct capture_interface interface_of(const struct outer_plan *plan)
{
    return (struct capture_interface){link_type(plan->link), plan->collector_port};
}

size_t interface_number(const struct interface_list *list, struct capture_interface interface)
{
    size_t number = 0;
    while (number < list->count && (list->interfaces[number].link != interface.link ||
                                    list->interfaces[number].port != interface.port))
        number++;
    return number;
}

static void add(struct interface_list *list, const struct outer_plan *plan)
{
    struct capture_interface interface = interface_of(plan);
    if (interface_number(list, interface) == list->count)
        list->interfaces[list->count++] = interface;
}

struct interface_list interface_list_of(const struct scenario *scenario)
{
    struct interface_list list = {
        0, g_new(struct capture_interface, scenario->sessions->len + scenario->markers->len)};
    for (guint i = 0; i < scenario->sessions->len; i++)
        add(&list, &g_array_index(scenario->sessions, struct session_plan, i).stream.outer);
    for (guint i = 0; i < scenario->markers->len; i++)
        add(&list, &g_array_index(scenario->markers, struct marker_plan, i).stream.outer);
    return list;
}

void interface_list_clear(struct interface_list *list)
{
    g_clear_pointer(&list->interfaces, g_free);
    list->count = 0;
}
