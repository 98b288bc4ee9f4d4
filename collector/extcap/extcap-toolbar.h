/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The toolbar that Wireshark shows while it captures. Its two FIFOs carry messages; no message is
 * waited for, in either direction.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_TOOLBAR_H
#define COLLECTOR_EXTCAP_EXTCAP_TOOLBAR_H

#include <glib.h>

#include "collector/extcap/extcap-answers.h"

struct extcap_toolbar {
    int in;  /* -1: none */
    int out; /* likewise */
    char shown[EXTCAP_CONTROLS][32];
};

/** Opens the FIFOs. @p in, @p out  names; NULL: there is none. FALSE after an error. */
gboolean extcap_toolbar_open(struct extcap_toolbar *toolbar, const char *in, const char *out,
                             GError **error);

/** Shows the text in the control, if it is not shown yet. */
void extcap_toolbar_show(struct extcap_toolbar *toolbar, enum extcap_control control,
                         const char *text);

/** Takes what Wireshark sent, which is nothing that matters. */
void extcap_toolbar_listen(const struct extcap_toolbar *toolbar);

void extcap_toolbar_close(struct extcap_toolbar *toolbar);

#endif
