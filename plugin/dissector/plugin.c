/* plugin.c
 * The face that Wireshark's plugin loader sees
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/compat.h"

#include <ws_version.h>

#if __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#endif

#include "plugin/dissector/mirror-tap.h"
#include "plugin/dissector/packet-erspan-marker.h"
#include "plugin/dissector/packet-erspan.h"
#include "plugin/dissector/packet-everflow.h"

#ifndef WS_DLL_PUBLIC_DEF
#define WS_DLL_PUBLIC_DEF __attribute__((visibility("default")))
#endif

WS_DLL_PUBLIC_DEF const char plugin_version[] = PLUGIN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC_DEF void plugin_register(void);
WS_DLL_PUBLIC_DEF uint32_t plugin_describe(void);

static void register_protocols(void)
{
    proto_register_erspan_copy();
    proto_register_erspan_marker_found();
    proto_register_everflow();
    proto_register_mirror_tap();
}

static void register_handoffs(void)
{
    proto_reg_handoff_erspan_copy();
    proto_reg_handoff_erspan_marker_found();
    proto_reg_handoff_everflow();
    proto_reg_handoff_mirror_tap();
}

void plugin_register(void)
{
    static proto_plugin plugin = {register_protocols, register_handoffs};
    proto_register_plugin(&plugin);
}

uint32_t plugin_describe(void)
{
#ifdef WS_PLUGIN_DESC_DISSECTOR
    return WS_PLUGIN_DESC_DISSECTOR;
#else
    return 1;
#endif
}
