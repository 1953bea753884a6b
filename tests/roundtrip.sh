#!/bin/sh
# What proto and merge write is read back as what went in: by profq itself,
# and by the reference (go tool pprof) where it is installed.
: "${PROFQ:?}" "${TESTDATA:?}"
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
HOME=$work XDG_STATE_HOME=$work TZ=UTC
export HOME XDG_STATE_HOME TZ

have_go() {
	go tool pprof -h >/dev/null 2>&1 ||
		go tool pprof -h 2>&1 | grep -q -- -raw
}

# same NAME FILE FILE
same() {
	cmp -s "$2" "$3" && return
	echo "roundtrip: $1"
	diff -u "$2" "$3" | head -n 20
	status=1
}

go_raw() {
	go tool pprof -symbolize=none -raw "$@" 2>/dev/null
}

# $PROFQ may be several words.
# shellcheck disable=SC2086
profq() {
	$PROFQ "$@" 2>/dev/null
}

reference=
command -v go >/dev/null && have_go && reference=yes
for profile in "$TESTDATA"/stories/*/*.pb.gz "$TESTDATA"/profiles/*.pb.gz; do
	profq -proto -symbolize=none -output="$work/once" "$profile" &&
		profq -proto -symbolize=none -output="$work/twice" \
			"$work/once" || {
		echo "roundtrip: $profile: cannot be written"
		status=1
		continue
	}
	same "$profile: written twice" "$work/once" "$work/twice"
	profq -raw -symbolize=none "$profile" >"$work/a"
	profq -raw -symbolize=none "$work/once" >"$work/b"
	same "$profile: read back" "$work/a" "$work/b"
	[ "$reference" ] || continue
	go_raw "$profile" >"$work/a"
	go_raw "$work/once" >"$work/b"
	same "$profile: read by the reference" "$work/a" "$work/b"
done
if [ "$reference" ]; then
	set -- "$TESTDATA"/stories/story2/*.pb.gz
	profq merge -o "$work/merged" "$@"
	go_raw "$@" >"$work/a"
	go_raw "$work/merged" >"$work/b"
	same 'merge: read by the reference' "$work/a" "$work/b"
else
	echo 'roundtrip: no go tool pprof here; read back by profq only'
fi
exit $status
