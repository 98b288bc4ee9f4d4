/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The interfaces of a capture: one for each port of the collector that the scenario names, and one
 * for each link layer at a port.
 */
#ifndef GENERATOR_SCENARIO_CAPTURE_INTERFACE_H
#define GENERATOR_SCENARIO_CAPTURE_INTERFACE_H

#include <glib.h>
#include <stdint.h>

struct outer_plan;
struct scenario;

struct capture_interface {
    uint16_t link;    /* LINKTYPE */
    const char *port; /* of the collector, interned: equal names are one pointer. NULL: no name */
};

struct interface_list {
    size_t count;
    struct capture_interface *interfaces;
};

/** Where the packets of a plan are captured. */
struct capture_interface interface_of(const struct outer_plan *plan);

/** What the frames of a scenario need, in the order in which it names them. */
struct interface_list interface_list_of(const struct scenario *scenario);
void interface_list_clear(struct interface_list *list);

/** The number of the interface of a frame; the list must have it. */
size_t interface_number(const struct interface_list *list, struct capture_interface interface);

#endif
