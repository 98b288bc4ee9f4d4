/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/extcap-answers.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "collector/extcap/extcap-options.h"

static const struct {
    const char *display;
    const char *tooltip;
} controls[EXTCAP_CONTROLS] = {
    [EXTCAP_CONTROL_RECEIVED] = {"Received", "Copies that came"},
    [EXTCAP_CONTROL_LOST] = {"Lost",
                             "Copies whose sequence numbers never came: lost before this host, or "
                             "dropped here. - where no session has numbers"},
    [EXTCAP_CONTROL_LATE] = {"Late", "Copies that came behind others with higher numbers"},
    [EXTCAP_CONTROL_DROPPED] = {"Dropped here",
                                "Packets that this host dropped: the kernel's buffer was full, or "
                                "Wireshark read too slowly"},
};

void extcap_answer_interfaces(FILE *stream, const char *version)
{
    fprintf(stream, "extcap {version=%s}{display=ERSPAN}\n", version);
    fprintf(stream, "interface {value=" EXTCAP_INTERFACE "}{display=ERSPAN: mirrored frames}\n");
    for (int i = 0; i < EXTCAP_CONTROLS; i++)
        fprintf(stream, "control {number=%d}{type=string}{display=%s}{tooltip=%s}\n", i,
                controls[i].display, controls[i].tooltip);
}

void extcap_answer_dlts(FILE *stream)
{
    fprintf(stream, "dlt {number=1}{name=EN10MB}{display=Ethernet, and what else comes}\n");
}

/* One that is up and is no loopback is chosen unless told. */
static void put_interfaces(FILE *stream)
{
    struct ifaddrs *all = NULL;
    bool chosen = false;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_PACKET)
            continue;
        bool chooses = !chosen && (one->ifa_flags & (IFF_UP | IFF_LOOPBACK)) == IFF_UP;
        chosen |= chooses;
        fprintf(stream, "value {arg=0}{value=%s}{display=%s}{default=%s}\n", one->ifa_name,
                one->ifa_name, chooses ? "true" : "false");
    }
    freeifaddrs(all);
}

void extcap_answer_config(FILE *stream)
{
    fprintf(stream, "arg {number=0}{call=--interface}{display=Interface}{type=selector}"
                    "{tooltip=The interface to which the mirror comes}\n");
    put_interfaces(stream);
    fprintf(stream,
            "arg {number=1}{call=--session}{display=Sessions}{type=string}"
            "{placeholder=7,10-12}{tooltip=Frames of these session IDs alone. Empty: of all}\n"
            "arg {number=2}{call=--source}{display=Sources}{type=string}"
            "{placeholder=192.0.2.1}{tooltip=Frames of the sources with these addresses alone. "
            "Empty: of all}\n"
            "arg {number=3}{call=--frames}{display=Show}{type=selector}"
            "{tooltip=The mirrored frames, or the copies as they came, with their outer headers}\n"
            "value {arg=3}{value=mirrored}{display=Mirrored frames}{default=true}\n"
            "value {arg=3}{value=copies}{display=Copies as they came}{default=false}\n"
            "arg {number=4}{call=--once}{display=Each frame once}{type=boolflag}{default=false}"
            "{tooltip=Leaves out a frame that was mirrored before, and a copy that came twice}\n"
            "arg {number=5}{call=--in-order}{display=In order, wait (ms)}{type=integer}"
            "{range=0,%d}{default=0}{tooltip=Puts frames back in order by sequence number. Where "
            "one is missing, those behind it wait so long. 0: as they come}\n"
            "arg {number=6}{call=--time}{display=Time}{type=selector}"
            "{tooltip=The time of arrival, or of the source's clock where it is known}\n"
            "value {arg=6}{value=arrival}{display=Of arrival}{default=true}\n"
            "value {arg=6}{value=source}{display=Of the source}{default=false}\n"
            "arg {number=7}{call=--no-comments}{display=No comments}{type=boolflag}"
            "{default=false}{tooltip=Frames have no comment on what is missing, late or double}\n"
            "arg {number=8}{call=--filter}{display=Filter of outer packets}{type=string}"
            "{placeholder=src 192.0.2.1}{tooltip=A BPF expression as in tcpdump, for the packets "
            "that carry copies}\n"
            "arg {number=9}{call=--snap}{display=Bytes of each packet}{type=integer}"
            "{range=%d,%d}{default=%d}{tooltip=What is behind is cut}\n",
            EXTCAP_WAIT_MS_MAX, EXTCAP_SNAP_MIN, EXTCAP_SNAP_MAX, EXTCAP_SNAP_MAX);
}
