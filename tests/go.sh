#!/bin/sh
# Names, lines and inlined calls of a stripped Go program, by the tables of its
# runtime, are those of its debug information at every address of its own
# functions.  One program is built twice; it prints the profile of these
# addresses itself.  Skipped (status 77) where Go is not installed.
: "${PROFQ:?}"
command -v go >/dev/null || {
	echo 'go: skipped: there is no go to build with'
	exit 77
}
status=0
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
export HOME="$work" XDG_STATE_HOME="$work" GOTOOLCHAIN=local GOFLAGS= \
	GOPROXY=off CGO_ENABLED=0 GOENV=off
unset GOCACHE

# $PROFQ may be several words, such as valgrind's.
profq() {
	# shellcheck disable=SC2086
	$PROFQ "$@"
}

printf 'module twin\n\ngo 1.18\n' >go.mod
cat >main.go <<'EOF'
package main

import (
	"os"
	"runtime"
	"unsafe"
)

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return times(s.side, s.side) }

func times(a, b int) int {
	return plus(
		a*b, 0)
}

func plus(a, b int) int { return a + b }

func recurse(n int) int {
	if n == 0 {
		return times(n, 3)
	}
	return recurse(n-1) + plus(n, times(n, n))
}

func closures(n int) (total int) {
	each := func(i int) { total += times(i, plus(i, n)) }
	defer func() { total = plus(total, 1) }()
	for i := 0; i < n; i++ {
		each(i)
	}
	return total
}

func entry(f func()) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// Prints a sample for each byte of a function, as far as its entry says.
func addresses(f func()) {
	const digits = "0123456789abcdef"
	start := entry(f)
	for pc := start; ; pc++ {
		at := runtime.FuncForPC(pc)
		if at == nil || at.Entry() != start {
			return
		}
		text := ""
		for n := pc + 1; n > 0; n /= 16 {
			text = string(digits[n%16]) + text
		}
		os.Stdout.WriteString("1: 8 [1: 8] @ 0x" + text + "\n")
	}
}

func main() {
	var s shape = square{len(os.Args)}
	if s.area()+recurse(3)+closures(4) == 0 {
		return
	}
	os.Stdout.WriteString("heap profile: 1: 8 [1: 8] @ heapprofile\n")
	addresses(main)
	addresses(func() { recurse(plus(1, 2)) })
	r, c := recurse, closures
	addresses(*(*func())(unsafe.Pointer(&r)))
	addresses(*(*func())(unsafe.Pointer(&c)))
	os.Stdout.WriteString("\nMAPPED_LIBRARIES:\n" +
		"00400000-00800000 r-xp 00000000 00:00 0 " + os.Args[0] + "\n")
}
EOF

# names FILE: what the addresses of ./full are in that file.
names() {
	sed "s,/full\$,/$1," profile >"$1.heap"
	profq raw -trust_paths -symbolize=demangle=none "$1.heap" 2>"$1.err" |
		sed -n '/^Locations/,/^Mappings/p'
}

go build -o full . && go build -ldflags='-s -w' -o stripped . || {
	echo 'go: cannot build the program'
	exit 2
}
"$work/full" >profile || exit 2
names full >full.names
names stripped >stripped.names

lines=$(wc -l <full.names)
inlined=$(grep -c ' main\.plus ' full.names)
[ "$lines" -gt 300 ] && [ "$inlined" -gt 0 ] || {
	echo "go: only $lines lines of names, $inlined of what is inlined"
	status=1
}
diff full.names stripped.names >difference || {
	echo 'go: the stripped program has other names:'
	head -n 20 difference
	status=1
}
exit $status
