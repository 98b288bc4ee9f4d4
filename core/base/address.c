/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/address.h"

#include <arpa/inet.h>
#include <stdio.h>

const char *address_format(const struct address *address, char text[ADDRESS_TEXT_MAX])
{
    if (address->len == 4)
        return inet_ntop(AF_INET, address->bytes, text, ADDRESS_TEXT_MAX);
    if (address->len == ADDRESS_MAX_LENGTH)
        return inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT_MAX);
    text[0] = '\0';
    for (size_t i = 0; i < address->len; i++)
        snprintf(text + strlen(text), 4, i == 0 ? "%02x" : ":%02x", address->bytes[i]);
    return text;
}

bool address_parse(const char *text, struct address *address)
{
    enum { IPV4_LENGTH = 4 };
    *address = (struct address){0};
    if (inet_pton(AF_INET, text, address->bytes) == 1)
        address->len = IPV4_LENGTH;
    else if (inet_pton(AF_INET6, text, address->bytes) == 1)
        address->len = ADDRESS_MAX_LENGTH;
    return address->len != 0;
}
