/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspandump: an interface "ERSPAN" in Wireshark, on which the mirrored frames come.
 * docs/handoff.md says how to use it.
 */
#include <stdio.h>

#include "collector/extcap/extcap-answers.h"
#include "collector/extcap/extcap-capture.h"
#include "collector/source/packet-filter.h"
#include "common/errors.h"

/* Wireshark shows what is said on standard output as what is wrong with the filter. */
static gboolean check_filter(const char *expression)
{
    GError *wrong = NULL;
    struct packet_filter *filter = packet_filter_new(expression, &wrong);
    if (filter != NULL) {
        packet_filter_free(filter);
        return TRUE;
    }
    puts(wrong->message);
    g_error_free(wrong);
    return TRUE;
}

static gboolean answer(const struct extcap_options *options, GError **error)
{
    switch (options->request) {
    case EXTCAP_VERSION:
        puts("erspandump " ERSPANDUMP_VERSION);
        return TRUE;
    case EXTCAP_INTERFACES:
        extcap_answer_interfaces(stdout, ERSPANDUMP_VERSION);
        return TRUE;
    case EXTCAP_DLTS:
        extcap_answer_dlts(stdout);
        return TRUE;
    case EXTCAP_CONFIG:
        extcap_answer_config(stdout);
        return TRUE;
    case EXTCAP_CHECK_FILTER:
        return check_filter(options->filter);
    case EXTCAP_CAPTURE:
        break;
    }
    return extcap_capture(options, error);
}

int main(int argc, char **argv)
{
    g_set_prgname("erspandump");
    struct extcap_options options;
    GError *error = NULL;
    int status = STATUS_OK;
    if (!extcap_options_parse(&options, argc, argv, &error) || !answer(&options, &error)) {
        status = errors_print(error);
        g_error_free(error);
    }
    extcap_options_clear(&options);
    return status;
}
