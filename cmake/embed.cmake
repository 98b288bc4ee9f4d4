# SPDX-License-Identifier: GPL-2.0-or-later
# Makes a C file that holds a file as a struct bytes: cmake -DFROM=FILE -DTO=FILE.c -DNAME=NAME -P embed.cmake
file(READ ${FROM} content HEX)
string(REGEX REPLACE "(..)" "0x\\1," values "${content}")
file(WRITE ${TO} "#include \"core/base/bytes.h\"
extern const struct bytes ${NAME};
_Alignas(8) static const uint8_t content[] = {${values}};
const struct bytes ${NAME} = {content, sizeof content};
")
