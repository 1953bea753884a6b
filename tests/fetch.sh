#!/bin/sh
# Profiles from servers: what is asked, what comes of it, what stays on the
# disk, and which process has the network.  A program of Go's is profiled while
# it runs, where there is a go.
: "${PROFQ:?}" "${TESTDATA:?}" "${top_srcdir:?}"
command -v python3 >/dev/null || {
	echo 'fetch: no python3 here'
	exit 77
}
passed=0 failed=0
work=$(mktemp -d) || exit 2
mkdir "$work/home" "$work/out"
HOME=$work/home XDG_STATE_HOME=$work/home TZ=UTC
export HOME XDG_STATE_HOME TZ
unset PPROF_TMPDIR http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# serve NAME COMMAND...: starts a server and sets $address.  It ends with this
# script, which holds the other end of its standard input.
serve() {
	name=$1
	shift
	mkfifo "$work/$name.in"
	"$@" <"$work/$name.in" >"$work/$name.out" 2>"$work/$name.err" &
	eval "exec $next>\"$work/$name.in\""
	next=$((next + 1))
	n=0
	while ! [ -s "$work/$name.out" ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	address=$(cat "$work/$name.out")
}
next=3
trap 'exec 3>&- 4>&- 5>&- 6>&-; wait; rm -rf "$work"' EXIT

# check WHAT STATUS COMMAND...: its output is in $work/so and $work/se.
check() {
	what=$1 wanted=$2
	shift 2
	"$@" >"$work/so" 2>"$work/se" </dev/null
	status=$?
	if [ $status = "$wanted" ]; then
		passed=$((passed + 1))
	else
		fault "$what: status $status, not $wanted: $(cat "$work/se")"
	fi
}

fault() {
	echo "fetch: $*"
	failed=$((failed + 1))
}

# said WORDS: stands on one of the two.
said() {
	if grep -q -- "$1" "$work/so" "$work/se"; then
		passed=$((passed + 1))
	else
		fault "$what: nothing of \"$1\": $(head -n 5 "$work/se")"
	fi
}

# empty FOLDER: no file was left there.
empty() {
	if [ -z "$(find "$1" -type f 2>/dev/null)" ]; then
		passed=$((passed + 1))
	else
		fault "$what: left behind: $(find "$1" -type f)"
	fi
}

# $PROFQ may be several words.
# shellcheck disable=SC2086
profq() {
	(cd "$work/out" && $PROFQ "$@")
}

serve plain python3 "$top_srcdir/tests/live/server.py" \
	"$TESTDATA/stories/story1/heap.pb.gz"
plain=$address
serve other python3 "$top_srcdir/tests/live/server.py" \
	"$TESTDATA/stories/story1/heap.pb.gz"
other=$address

check 'a report' 0 profq top -inuse_objects "http://$plain/debug/pprof/heap"
said 'main.(\*api).handleTrace'
empty "$work/home/pprof"

# What breaks it off leaves nothing.
check 'an endless body' 2 profq top -max_memory=64M -o r.txt \
	"http://$plain/endless"
said 'passes 64 MiB'
empty "$work/out"
check 'a slow server' 2 profq top -timeout=1 -o r.txt "http://$plain/slow"
said 'imed out'
empty "$work/out"
check 'a page that is not there' 2 profq svg -o r.svg "http://$plain/none"
said 'server response: 404'
empty "$work/out"

# A header of the user's goes to the server that was named, and no further.
check 'a redirect to another server' 0 profq top -header='X-Secret: s3cret' \
	"http://$plain/away/$other"
if grep -q 'GET /away/.* s3cret' "$work/plain.err" &&
	grep -q 'GET /heap -' "$work/other.err"; then
	passed=$((passed + 1))
else
	fault "a redirect: $(cat "$work/plain.err" "$work/other.err")"
fi

# Ten requests for one profile, and a path as it was typed.
check 'nine redirects' 0 profq top "http://$plain/hops/9"
check 'ten redirects' 2 profq top -o r.txt "http://$plain/hops/10"
said 'stopped after 10 redirects'
empty "$work/out"
check 'dots in a path' 0 profq top "http://$plain/a/../heap"
if grep -q 'GET /a/../heap ' "$work/plain.err"; then
	passed=$((passed + 1))
else
	fault "dots in a path: $(tail -n 3 "$work/plain.err")"
fi

# A certificate of another name.
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 \
		-keyout "$work/key.pem" -out "$work/cert.pem" \
		-subj /CN=other.example -addext subjectAltName=DNS:other.example \
		2>/dev/null
	serve tls python3 "$top_srcdir/tests/live/server.py" \
		"$TESTDATA/stories/story1/heap.pb.gz" "$work/cert.pem" \
		"$work/key.pem"
	check 'a certificate of another name' 2 profq top -o r.txt \
		-tls_ca="$work/cert.pem" "https://$address/heap"
	said 'ertificate'
	empty "$work/out"
	check 'nobody looks at it' 0 profq top "https+insecure://$address/heap"
fi

# The process that parses has no socket; the one with sockets reads no body.
if [ "$BUILD_KIND" = plain ] && command -v strace >/dev/null &&
	strace -o /dev/null true 2>/dev/null; then
	# shellcheck disable=SC2086
	check 'under strace' 0 strace -f -y -o "$work/trace" \
		-e trace=socket,connect,read,pread64,openat,execve,clone,fork,vfork \
		$PROFQ top "http://$plain/heap"
	main=$(awk '/execve\(/ { print $1; exit }' "$work/trace")
	if ! grep -q "^$main .*pread64(.*profq body\|^$main .*read(.*profq body" \
		"$work/trace"; then
		fault "strace: the parser does not read the body"
	fi
	if grep -E "^$main +(socket|connect)\(" "$work/trace"; then
		fault "strace: the parser has a socket"
	fi
	if grep -v "^$main " "$work/trace" | grep -E 'read.*profq body'; then
		fault "strace: the fetcher reads the body"
	fi
	passed=$((passed + 3))
fi

# A service while it runs.
if [ "$BUILD_KIND" = plain ] && command -v go >/dev/null; then
	cp "$top_srcdir/tests/live/main.go" "$work/main.go"
	(cd "$work" && GOCACHE=$work/cache GO111MODULE=off CGO_ENABLED=0 \
		go build -o "$work/service" main.go) || fault 'go build'
	serve service "$work/service"
	service=http://$address/debug/pprof
	check 'a heap' 0 profq top "$service/heap?gc=1"
	said 'main.remember'
	check 'a CPU profile' 0 profq top -seconds=1 "$service/profile"
	said 'main.work'
	said 'Please wait... (1s)'
	check 'goroutines' 0 profq top "$service/goroutine"
	profq fetch -o first.pb.gz "$service/heap" 2>/dev/null
	sleep 1
	check 'a base' 0 profq top -base=first.pb.gz "$service/heap?gc=1"
	said 'main.remember'
	check 'a series' 0 profq fetch -every=1s -count=6 -o 'heap-%n.pb.gz' \
		"$service/heap?gc=1"
	if [ "$(find "$work/out" -name 'heap-00?.pb.gz' | wc -l)" = 6 ]; then
		passed=$((passed + 1))
	else
		fault "a series: $(ls "$work/out")"
	fi
	if $PROFQ help trend >/dev/null 2>&1; then
		check 'a trend' 0 profq trend heap-001.pb.gz heap-002.pb.gz \
			heap-003.pb.gz heap-004.pb.gz heap-005.pb.gz \
			heap-006.pb.gz
		said 'main.remember'
	fi
	check 'a series of refusals' 2 profq fetch -every=1s -count=2 \
		-o 'none-%n.pb.gz' "http://$plain/none"
	said '2 of 2 fetches were refused'
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
