/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/session-label.h"

#include <inttypes.h>

static void format_address(const struct address *address, char text[ADDRESS_TEXT_MAX])
{
    address_format(address, text);
    if (address->len == 0)
        g_strlcpy(text, "-", ADDRESS_TEXT_MAX);
}

void session_label_put(const struct report_session *session, char label[static SESSION_LABEL_MAX])
{
    char source[ADDRESS_TEXT_MAX];
    char destination[ADDRESS_TEXT_MAX];
    format_address(&session->state.key.source, source);
    format_address(&session->state.key.destination, destination);
    const char *drops = session->state.drops_only ? " (drops)" : "";
    if (session->state.key.id == SESSION_NO_ID)
        g_snprintf(label, SESSION_LABEL_MAX, "%s > %s%s", source, destination, drops);
    else
        g_snprintf(label, SESSION_LABEL_MAX, "%s > %s, %" PRId64 "%s", source, destination,
                   session->state.key.id, drops);
}
