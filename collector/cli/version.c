/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/version.h"

#include <glib.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "common/confinement/confinement.h"

void version_print(void)
{
#ifdef HAVE_XDP
    static const char backends[] = "pcap, packet, xdp, count, strip";
#else
    static const char backends[] = "pcap, packet; not xdp, count and strip, which need "
                                   "scripts/install-dependencies xdp and a new build";
#endif
    struct utsname machine = {0};
    uname(&machine);
    puts("erspanrate " ERSPANRATE_VERSION);
    printf("receives by  %s\n", backends);
    printf("confined by  %s\n", confinement_available());
    printf("libraries    %s; GLib %u.%u.%u; built for Wireshark " ERSPANRATE_WIRESHARK "\n",
           pcap_lib_version(), glib_major_version, glib_minor_version, glib_micro_version);
    printf("runs on      %s %s, %s\n", machine.sysname, machine.release, machine.machine);
}
