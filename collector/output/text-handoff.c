/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-handoff.h"

#include "core/base/quantity.h"

static void put_line(FILE *stream, uint64_t count, const char *what)
{
    if (count > 0)
        fprintf(stream, "  %s %s\n", quantity_of(count, "frame", "frames").text, what);
}

void text_handed_on(FILE *stream, const struct handed_on *handed_on)
{
    const struct handoff_counts *frames = &handed_on->frames;
    const struct interface_writer_counts *interface = &handed_on->interface;
    fprintf(stream, "\nHanded on: %s\n",
            quantity_of(frames->handed_on, "mirrored frame", "mirrored frames").text);
    put_line(stream, frames->not_chosen, "of other sessions left out");
    put_line(stream, frames->mirrored_before, "left out that had been mirrored before");
    put_line(stream, frames->duplicates, "left out whose copy came twice");
    put_line(stream, frames->order.reordered, "put back in order");
    put_line(stream, frames->order.too_late,
             "handed on out of order: the copies came after the wait");
    if (frames->order.crowded > 0)
        fprintf(stream, "  %s ended a wait early: the frames that wait had no more room\n",
                quantity_of(frames->order.crowded, "time", "times").text);
    if (!handed_on->has_interface)
        return;
    put_line(stream, interface->too_long, "longer than the interface takes: not sent");
    put_line(stream, interface->no_ethernet, "without an Ethernet header: not sent");
    put_line(stream, interface->refused, "refused by the interface: not sent");
}
