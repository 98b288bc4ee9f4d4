# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a C file that holds a file: cmake -DFROM=FILE -DTO=FILE.c -DNAME=NAME -P embed.cmake
file(READ ${FROM} content HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${content}")
file(WRITE ${TO} "#include <stddef.h>
extern const unsigned char ${NAME}[];
extern const size_t ${NAME}_length;
_Alignas(8) const unsigned char ${NAME}[] = {${bytes}};
const size_t ${NAME}_length = sizeof ${NAME};
")
