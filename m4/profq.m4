# profq.m4 - options and compiler flags, without autoconf-archive.

# PQ_ENABLE(NAME, HELP): --enable-NAME, off unless asked for; any other word
# than yes and no is refused.
AC_DEFUN([PQ_ENABLE], [
AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [$2])], [],
	      [enable_$1=no])
AS_CASE([$enable_$1], [yes|no], [],
	[AC_MSG_ERROR([--enable-$1 takes no value])])
])

# PQ_WITH(NAME, VARIABLE, MODULE, HELP): a library that is taken when it is
# found; --with-NAME wants it, --without-NAME does not.  Defines PQ_VARIABLE
# and the condition VARIABLE, and sets pq_with_NAME to yes or no.
AC_DEFUN([PQ_WITH], [
AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [$4 (auto)])], [],
	    [with_$1=auto])
pq_with_$1=no
AS_CASE([$with_$1],
	[no], [],
	[yes], [PKG_CHECK_MODULES([$2], [$3], [pq_with_$1=yes])],
	[auto], [PKG_CHECK_MODULES([$2], [$3], [pq_with_$1=yes], [:])],
	[AC_MSG_ERROR([--with-$1 takes no value])])
AS_IF([test $pq_with_$1 = yes],
      [AC_DEFINE([PQ_$2], [1], [Define to use $3.])])
AM_CONDITIONAL([$2], [test $pq_with_$1 = yes])
])

# PQ_COMPILE_FLAGS(LANGUAGE, VARIABLE, FLAGS): appends the flags that the
# compiler takes without a warning.
AC_DEFUN([PQ_COMPILE_FLAGS], [
AC_LANG_PUSH([$1])
m4_foreach_w([pq_flag], [$3], [
AS_VAR_PUSHDEF([pq_cache], [pq_cv_]_AC_LANG_ABBREV[_]pq_flag)
AC_CACHE_CHECK([whether the $1 compiler takes pq_flag], [pq_cache], [
	pq_save_cppflags=$CPPFLAGS
	CPPFLAGS="$CPPFLAGS -Werror pq_flag"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
			  [AS_VAR_SET([pq_cache], [yes])],
			  [AS_VAR_SET([pq_cache], [no])])
	CPPFLAGS=$pq_save_cppflags
])
AS_VAR_IF([pq_cache], [yes], [$2="$$2 pq_flag"])
AS_VAR_POPDEF([pq_cache])
])
AC_LANG_POP([$1])
])

# PQ_LINK_FLAGS(VARIABLE, FLAGS): the same for the linker.
AC_DEFUN([PQ_LINK_FLAGS], [
m4_foreach_w([pq_flag], [$2], [
AC_MSG_CHECKING([whether the linker takes ]m4_defn([pq_flag]))
pq_save_ldflags=$LDFLAGS
LDFLAGS="$LDFLAGS m4_defn([pq_flag])"
AC_LINK_IFELSE([AC_LANG_PROGRAM()],
	       [AC_MSG_RESULT([yes])
		$1="$$1 m4_defn([pq_flag])"],
	       [AC_MSG_RESULT([no])])
LDFLAGS=$pq_save_ldflags
])
])

# PQ_REQUIRE_LINK(FLAGS): stops when a program does not link with them.
AC_DEFUN([PQ_REQUIRE_LINK], [
AC_MSG_CHECKING([whether $CC links with $1])
pq_save_ldflags=$LDFLAGS
LDFLAGS="$LDFLAGS $1"
AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])],
	       [AC_MSG_RESULT([no])
		AC_MSG_ERROR([$CC does not link with $1])])
LDFLAGS=$pq_save_ldflags
])

# PQ_STATIC_LIBS(NAMES): puts -l:libNAME.a in place of -lNAME in the LIBS
# variables NAME_LIBS given as VARIABLE:NAME, where such a program links, and
# the C++ runtime into the program.  Sets pq_cv_static to what was found.
AC_DEFUN([PQ_STATIC_LIBS], [
pq_static=
AC_LANG_PUSH([C++])
pq_save_ldflags=$LDFLAGS
pq_save_libs=$LIBS
m4_foreach_w([pq_pair], [$1], [
m4_pushdef([pq_var], m4_bregexp(pq_pair, [\(.*\):.*], [\1_LIBS]))dnl
m4_pushdef([pq_lib], m4_bregexp(pq_pair, [.*:\(.*\)], [\1]))dnl
AS_IF([test -n "$pq_var"], [
AC_MSG_CHECKING([for a static lib]pq_lib)
LIBS="-Wl,--whole-archive -l:lib[]pq_lib[].a -Wl,--no-whole-archive"
LIBS="$LIBS $ZLIB_LIBS -pthread"
LDFLAGS="$pq_save_ldflags $PQ_LDFLAGS"
AC_LINK_IFELSE([AC_LANG_PROGRAM()], [
	AC_MSG_RESULT([yes])
	pq_var=`AS_ECHO(["$pq_var "]) | sed 's/-l[]pq_lib /-l:lib[]pq_lib[].a /'`
	pq_static="$pq_static pq_lib"
], [AC_MSG_RESULT([no])])
])
m4_popdef([pq_lib])m4_popdef([pq_var])dnl
])
AC_MSG_CHECKING([for a static C++ runtime])
LIBS=$pq_save_libs
LDFLAGS="$pq_save_ldflags $PQ_LDFLAGS -static-libstdc++ -static-libgcc"
AC_LINK_IFELSE([AC_LANG_PROGRAM([#include <string>],
		[std::string s(2, 'x'); return (int)s.size();])], [
	AC_MSG_RESULT([yes])
	PQ_LDFLAGS="$PQ_LDFLAGS -static-libstdc++ -static-libgcc"
	pq_static="$pq_static stdc++"
], [AC_MSG_RESULT([no])])
LDFLAGS=$pq_save_ldflags
LIBS=$pq_save_libs
AC_LANG_POP([C++])
])

# PQ_PIE: position independent programs, where compiler, linker and the static
# libraries that were found agree.
AC_DEFUN([PQ_PIE], [
AC_CACHE_CHECK([whether $CC makes PIE programs], [pq_cv_pie], [
	pq_save_cflags=$CFLAGS
	pq_save_ldflags=$LDFLAGS
	pq_save_libs=$LIBS
	CFLAGS="$CFLAGS -fPIE"
	LDFLAGS="$LDFLAGS -pie"
	LIBS="$IBERTY_LIBS $LIBS"
	AC_LINK_IFELSE([AC_LANG_CALL([], [cplus_demangle])],
		       [pq_cv_pie=yes], [pq_cv_pie=no])
	CFLAGS=$pq_save_cflags
	LDFLAGS=$pq_save_ldflags
	LIBS=$pq_save_libs
])
AS_IF([test "$pq_cv_pie" = yes], [
	PQ_CFLAGS="$PQ_CFLAGS -fPIE"
	PQ_CXXFLAGS="$PQ_CXXFLAGS -fPIE"
	PQ_LDFLAGS="$PQ_LDFLAGS -pie"
])
])

# PQ_FORTIFY: checked string functions; the C library warns without -O.
AC_DEFUN([PQ_FORTIFY], [
AC_CACHE_CHECK([whether $CC can fortify], [pq_cv_fortify], [
	pq_save_cppflags=$CPPFLAGS
	CPPFLAGS="$CPPFLAGS -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"
	AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
#include <stdio.h>
#ifndef __OPTIMIZE__
#error without optimization
#endif
int main(void) { return puts("") < 0; }
]])], [pq_cv_fortify=yes], [pq_cv_fortify=no])
	CPPFLAGS=$pq_save_cppflags
])
AS_IF([test "$pq_cv_fortify" = yes],
      [PQ_CPPFLAGS="$PQ_CPPFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
])
