/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libwiretap 4.0 loses a buffer of 2 KiB when it meets a broken name resolution block of pcapng,
 * which ends the file. What it allocates while it reads is not looked at for leaks, nor are the
 * buffers of records: once one has been freed, libwsutil may give it to libwiretap, which loses it.
 */
#include <sanitizer/lsan_interface.h>
#include <wireshark.h>

#include <wiretap/wtap.h>

/* The linker has all calls come here. */
gboolean __real_wtap_read(wtap *file, wtap_rec *record, Buffer *data, int *code, gchar **detail,
                          gint64 *offset);
gboolean __wrap_wtap_read(wtap *file, wtap_rec *record, Buffer *data, int *code, gchar **detail,
                          gint64 *offset);
void __real_wtap_rec_init(wtap_rec *record);
void __wrap_wtap_rec_init(wtap_rec *record);
void __real_ws_buffer_init(Buffer *buffer, gsize room);
__attribute__((visibility("default"))) void __wrap_ws_buffer_init(Buffer *buffer, gsize room);

gboolean __wrap_wtap_read(wtap *file, wtap_rec *record, Buffer *data, int *code, gchar **detail,
                          gint64 *offset)
{
    __lsan_disable();
    gboolean good = __real_wtap_read(file, record, data, code, detail, offset);
    __lsan_enable();
    return good;
}

void __wrap_wtap_rec_init(wtap_rec *record)
{
    __lsan_disable();
    __real_wtap_rec_init(record);
    __lsan_enable();
}

void __wrap_ws_buffer_init(Buffer *buffer, gsize room)
{
    __lsan_disable();
    __real_ws_buffer_init(buffer, room);
    __lsan_enable();
}
