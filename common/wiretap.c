/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/wiretap.h"

#include <stdlib.h>
#include <wireshark.h>

#include <wiretap/wtap.h>
#include <wsutil/wslog.h>

#include "common/errors.h"

void wiretap_start(void)
{
    static bool started;
    if (started)
        return;
    started = true;
    ws_log_set_level(LOG_LEVEL_WARNING); /* unless told, it logs every step */
    wtap_init(FALSE);
    atexit(wtap_cleanup);
}

/* Errors are errno values above 0, or its own below. */
gboolean wiretap_fail(int code, char *detail, GError **error)
{
    const char *what = code > 0                      ? g_strerror(code)
                       : code == WTAP_ERR_SHORT_READ ? "the file ends in the middle of a record"
                                                     : wtap_strerror(code);
    fail(error, STATUS_FAILED, "%s%s%s", what, detail != NULL ? ": " : "",
         detail != NULL ? detail : "");
    g_free(detail);
    return FALSE;
}
