/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-handoff.h"

#include "core/base/quantity.h"

static void put_line(FILE *stream, uint64_t count, const char *what)
{
    if (count > 0)
        fprintf(stream, "  %s %s\n", quantity_of(count, "frame", "frames").text, what);
}

/* What the kernel handed on, and what it left to this program. */
static void put_kernel(FILE *stream, const struct kernel_strip_counts *kernel)
{
    put_line(stream, kernel_strip_handed_on(kernel), "handed on in the kernel");
    put_line(stream, kernel->too_long, "longer than the interface takes: not sent by the kernel");
    put_line(stream, kernel->refused, "refused by the interface: not sent by the kernel");
    put_line(stream, kernel->cpu_full, "dropped at the full queue of a processor: see --spread");
    if (kernel->fragments > 0)
        fprintf(stream, "  %s left to user space\n",
                quantity_of(kernel->fragments, "outer fragment", "outer fragments").text);
    if (kernel->unsure > 0)
        fprintf(stream,
                "  %s left to user space, because the kernel was not certain of their contents\n",
                quantity_of(kernel->unsure, "copy", "copies").text);
    if (kernel->unread > 0)
        fprintf(stream, "  %s behind other headers left to user space, which reads them\n",
                quantity_of(kernel->unread, "packet", "packets").text);
    if (kernel->dropped > 0)
        fprintf(stream, "  %s dropped on the way there: see --buffer\n",
                quantity_of(kernel->dropped, "packet", "packets").text);
}

static void put_server(FILE *stream, const struct pcap_server_counts *server)
{
    fprintf(stream, "  %s of pcap over IP, which got %s\n",
            quantity_of(server->clients - server->turned_away, "client", "clients").text,
            quantity_of(server->sent, "frame", "frames").text);
    put_line(stream, server->missed, "that a client did not take in time: not sent to it");
    put_line(stream, server->unheard, "while no client was there");
    put_line(stream, server->no_ethernet, "without an Ethernet header: not sent to clients");
    if (server->turned_away > 0)
        fprintf(stream, "  %s turned away: %d at a time is the limit\n",
                quantity_of(server->turned_away, "client", "clients").text,
                PCAP_SERVER_CLIENTS_MAX);
    if (server->stalled > 0)
        fprintf(stream, "  %s disconnected, because they read nothing\n",
                quantity_of(server->stalled, "client", "clients").text);
}

void text_handed_on(FILE *stream, const struct handed_on *handed_on)
{
    const struct handoff_counts *frames = &handed_on->frames;
    const struct interface_writer_counts *interface = &handed_on->interface;
    fprintf(stream, "\nHanded on: %s\n",
            quantity_of(frames->handed_on + kernel_strip_handed_on(&handed_on->kernel),
                        "mirrored frame", "mirrored frames")
                .text);
    if (handed_on->kernel.strips)
        put_kernel(stream, &handed_on->kernel);
    put_line(stream, frames->not_chosen, "of other sessions left out");
    put_line(stream, frames->mirrored_before, "left out that had been mirrored before");
    put_line(stream, frames->duplicates, "left out whose copy came twice");
    put_line(stream, frames->order.reordered, "put back in order");
    put_line(stream, frames->order.too_late,
             "handed on out of order: the copies came after the wait");
    if (frames->order.crowded > 0)
        fprintf(stream, "  %s ended a wait early: there was no more room for waiting frames\n",
                quantity_of(frames->order.crowded, "time", "times").text);
    if (handed_on->has_server)
        put_server(stream, &handed_on->server);
    if (!handed_on->has_interface)
        return;
    put_line(stream, interface->too_long, "longer than the interface takes: not sent");
    put_line(stream, interface->no_ethernet, "without an Ethernet header: not sent");
    put_line(stream, interface->refused, "refused by the interface: not sent");
}
