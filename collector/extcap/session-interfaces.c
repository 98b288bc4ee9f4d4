/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/session-interfaces.h"

#include <inttypes.h>

enum stated_direction { STATED_UNKNOWN, STATED_INGRESS, STATED_EGRESS };

/* Only Type III states the direction. */
static const char *const directions[] = {
    [STATED_UNKNOWN] = "",
    [STATED_INGRESS] = " ingress",
    [STATED_EGRESS] = " egress",
};

struct interface_key {
    struct session_key key;
    bool has_key;
    uint32_t link;
    enum stated_direction direction;
};

struct entry {
    struct interface_key place; /* the first member: it is the key of the table */
    guint index;
    struct session_interface interface;
};

struct session_interfaces {
    GHashTable *by_place; /* struct entry */
    GPtrArray *all;       /* likewise */
    struct entry *last;
};

static guint hash_place(gconstpointer data)
{
    const struct interface_key *place = data;
    uint32_t hash = place->has_key ? session_key_hash(&place->key) : 0;
    return hash + place->link * 4 + (guint)place->direction;
}

static gboolean equal_places(gconstpointer first, gconstpointer second)
{
    const struct interface_key *one = first;
    const struct interface_key *other = second;
    return one->link == other->link && one->direction == other->direction &&
           one->has_key == other->has_key &&
           (!one->has_key || session_key_equal(&one->key, &other->key));
}

struct session_interfaces *session_interfaces_new(void)
{
    struct session_interfaces *interfaces = g_new0(struct session_interfaces, 1);
    interfaces->by_place = g_hash_table_new(hash_place, equal_places);
    interfaces->all = g_ptr_array_new_with_free_func(g_free);
    return interfaces;
}

void session_interfaces_free(struct session_interfaces *interfaces)
{
    g_hash_table_destroy(interfaces->by_place);
    g_ptr_array_free(interfaces->all, TRUE);
    g_free(interfaces);
}

static void put_address(const struct address *address, char text[ADDRESS_TEXT_MAX])
{
    if (address->len == 0)
        g_strlcpy(text, "-", ADDRESS_TEXT_MAX);
    else
        address_format(address, text);
}

static void name_it(struct session_interface *interface, const struct interface_key *place)
{
    char source[ADDRESS_TEXT_MAX];
    char destination[ADDRESS_TEXT_MAX];
    char session[32] = "";
    if (!place->has_key) {
        g_strlcpy(interface->name, "other sessions", sizeof interface->name);
        g_strlcpy(interface->description, "Frames of sessions that have no interface of their own",
                  sizeof interface->description);
        return;
    }
    put_address(&place->key.source, source);
    put_address(&place->key.destination, destination);
    if (place->key.id != SESSION_NO_ID)
        g_snprintf(session, sizeof session, " session %" PRId64, place->key.id);
    g_snprintf(interface->name, sizeof interface->name, "%s%s%s", source, session,
               directions[place->direction]);
    g_snprintf(interface->description, sizeof interface->description,
               "Frames mirrored by %s to %s%s%s", source, destination, session,
               directions[place->direction]);
}

static struct entry *add(struct session_interfaces *interfaces, const struct interface_key *place)
{
    struct entry *entry = g_new0(struct entry, 1);
    entry->place = *place;
    entry->index = interfaces->all->len;
    entry->interface.link = place->link;
    entry->interface.number = -1;
    name_it(&entry->interface, place);
    g_ptr_array_add(interfaces->all, entry);
    g_hash_table_insert(interfaces->by_place, &entry->place, entry);
    return entry;
}

static enum stated_direction direction_of(const struct copy *copy)
{
    if (copy->mirror != MIRROR_ERSPAN || copy->header.type != ERSPAN_TYPE_III)
        return STATED_UNKNOWN;
    return copy->header.egress ? STATED_EGRESS : STATED_INGRESS;
}

static struct entry *find(struct session_interfaces *interfaces, const struct interface_key *place)
{
    if (interfaces->last != NULL && equal_places(&interfaces->last->place, place))
        return interfaces->last;
    struct entry *entry = g_hash_table_lookup(interfaces->by_place, place);
    if (entry != NULL || !place->has_key)
        return entry != NULL ? entry : add(interfaces, place);
    if (interfaces->all->len < SESSION_INTERFACES_MAX)
        return add(interfaces, place);
    const struct interface_key others = {.link = place->link};
    return find(interfaces, &others);
}

guint session_interfaces_count(struct session_interfaces *interfaces,
                               const struct mirrored_frame *frame)
{
    const struct session *session = frame->copy->session;
    struct interface_key place = {.link = frame->packet.link};
    if (session != NULL) {
        place.has_key = true;
        place.key = session->key;
        place.direction = direction_of(frame->copy);
    }
    struct entry *entry = find(interfaces, &place);
    interfaces->last = entry;
    entry->interface.received++;
    entry->interface.news = true;
    const struct sequence_finding *finding = mirrored_frame_sequence(frame, NULL);
    if (finding != NULL)
        sequence_counts_add(&entry->interface.sequences, finding);
    return entry->index;
}

guint session_interfaces_size(const struct session_interfaces *interfaces)
{
    return interfaces->all->len;
}

struct session_interface *session_interfaces_at(const struct session_interfaces *interfaces,
                                                guint index)
{
    struct entry *entry = g_ptr_array_index(interfaces->all, index);
    return &entry->interface;
}
