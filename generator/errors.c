/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/errors.h"

gboolean fail(GError **error, enum erspangen_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(ERSPANGEN_ERROR, (gint)status, format, arguments));
    va_end(arguments);
    return FALSE;
}
