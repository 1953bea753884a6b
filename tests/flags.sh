#!/bin/sh
# The program is built so that a mistake in it is hard to use: position
# independent, with tables that are read-only once it runs, with guarded stacks
# and checked string functions.
: "${PROFQ:?}"
status=0

if ! command -v readelf >/dev/null || [ ! -f config.log ]; then
	echo 'flags: no readelf, or not in a build directory'
	exit 77
fi

complain() {
	echo "flags: $1"
	status=1
}

# found WHAT PATTERN
found() {
	echo "$1" | grep -q "$2"
}

header=$(readelf -hlW "$PROFQ" 2>/dev/null)
dynamic=$(readelf -dW "$PROFQ")
symbols=$(readelf -sW --dyn-syms "$PROFQ")

grep -q "^pq_cv_pie='\{0,1\}yes" config.log &&
	! found "$header" 'Type: *DYN' && complain 'not position independent'
found "$header" GNU_RELRO || complain 'no read-only relocations'
found "$dynamic" 'BIND_NOW\|Flags: .*NOW' || complain 'symbols bound late'
found "$header" 'GNU_STACK.* RWE' && complain 'the stack can be run'
found "$header" 'LOAD.* RWE' && complain 'a segment is writable and can be run'
found "$dynamic" 'TEXTREL' && complain 'relocations in the code'
found "$dynamic" 'RPATH\|RUNPATH' && complain 'a path for libraries'
found "$symbols" '__stack_chk_fail' || complain 'stacks are not guarded'
grep -q '^pq_cv_fortify=.*yes' config.log &&
	! found "$symbols" '__[a-z]*mem[a-z]*_chk\|__[a-z]*printf_chk' &&
	complain 'string functions are not checked'
exit $status
