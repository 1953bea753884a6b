#!/bin/sh
# Every example of the documents is what profq prints.  In doc/ and README.md a
# block is a line "$ COMMAND" and what follows it, in doc/ up to an empty line,
# in README.md, within ```console, up to the next "$ " or the end of the fence.
# A line "..." stands for any lines.
#
# The pictures of README.md are what profq draws, byte for byte.
#
#   tests/examples.sh [FILE...]
#   UPDATE=1 tests/examples.sh    writes what is printed into the files: as many
#                                 lines as were there before and after "..."
#
# Commands run in a folder with the profiles of examples/profiles.list.  What
# asks localhost:6060 gets an answer where python3 is there; what serves a page
# is stopped after three seconds, and its port and its token have no digits here.
top=${top_srcdir:-$(dirname "$0")/..}
: "${PROFQ:?}" "${TESTDATA:?}"
work=$(mktemp -d) || exit 2
server=
trap '[ -z "$server" ] || kill $server; rm -rf "$work"' EXIT
passed=0 failed=0
unset COLUMNS LINES NO_COLOR PAGER GOPATH PPROF_BINARY_PATH
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb BROWSER=true HOME="$work/home"
export GOROOT=/nowhere/go GOMODCACHE=/nowhere/mod XDG_STATE_HOME="$work/state"

mkdir "$work/bin" "$work/blocks" "$work/folder" "$work/home"
printf '#!/bin/sh\nexec %s "$@"\n' "$PROFQ" >"$work/bin/profq"
chmod +x "$work/bin/profq"
PATH=$work/bin:$PATH
sed -e '/^#/d' "$top/examples/profiles.list" | while read -r name path; do
	mkdir -p "$work/folder/$(dirname "$name")" &&
		cp "$TESTDATA/$path" "$work/folder/$name" || exit 2
done || exit 2

# split FILE: writes blocks/N.at (FILE FIRST LAST: lines of the output),
# blocks/N.command and blocks/N.want.
split() {
	awk -v into="$work/blocks/" -v file="$1" '
	function finish() {
		if (at)
			print file, first, FNR - 1 >(into n ".at")
		at = 0
	}
	BEGIN { md = file ~ /\.md$/; getline n <(into "n"); n += 0 }
	md && /^```/ { finish(); fence = /^```console/; next }
	!md && /^@/ { finish(); fence = /^@examples/; next }
	fence && /^\$ / {
		finish()
		n++
		at = 1
		first = FNR + 1
		print substr($0, 3) >(into n ".command")
		printf "" >(into n ".want")
		next
	}
	!md && /^$/ { finish() }
	at { print >(into n ".want") }
	END { FNR++; finish(); print n >(into "n") }' "$1"
}

# matches WANT GOT: with "..." for any lines.
matches() {
	awk -v want="$1" -v got="$2" '
	# Do lines from w on match those from g on?
	function same(w, g) {
		for (; w <= nw && W[w] != "..."; w++ && g++)
			if (g > ng || W[w] != G[g])
				return 0
		if (w > nw)
			return g > ng
		for (; g <= ng + 1; g++)
			if (same(w + 1, g))
				return 1
		return 0
	}
	BEGIN {
		while ((getline line <want) > 0)
			W[++nw] = line
		while ((getline line <got) > 0)
			G[++ng] = line
		exit !same(1, 1)
	}'
}

# shorten WANT GOT: what is to stand in the document for GOT.  With two "..."
# it stays as it is; an empty line would end the block.
shorten() {
	awk -v got="$2" '
	/^\.\.\.$/ { cut++; next }
	cut { tail++; next }
	{ head++ }
	END {
		while ((getline line <got) > 0)
			G[++n] = line
		if (cut && !head && !tail)
			head = n <= 9 ? n : 7
		if (!cut || head + tail >= n)
			head = n
		for (i = 1; i <= head && G[i] != ""; i++)
			print G[i]
		if (i <= n && i <= head)
			tail = 0
		if (i <= n)
			print "..."
		for (i = n - tail + 1; head < n && i <= n; i++)
			print G[i]
	}' "$1"
}

serve() {
	command -v python3 >/dev/null || return
	: >"$work/port"
	(cd "$work/folder" && exec python3 -u -m http.server -b 127.0.0.1 0) \
		>"$work/port" 2>/dev/null &
	server=$!
	for _ in $(seq 150); do
		port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$work/port")
		[ -z "$port" ] || return 0
		sleep 0.2
	done
	return 1
}

# run COMMAND: prints what a user sees.
run() {
	case $1 in
	*localhost:6060*)
		(cd "$work/folder" && sh -c "$(echo "$1" |
			sed "s/localhost:6060/localhost:$port/g")") 2>&1 |
			sed "s/localhost:$port/localhost:6060/g"
		return 0
		;;
	*profq\ web\ * | *-http=*)
		# In the foreground no SIGCONT follows, which takes back the
		# SIGSTOP that a search for leaks waits for when it ends.
		(cd "$work/folder" && exec timeout --foreground 3 \
			sh -c "exec $1" >"$work/served" 2>&1)
		[ $? = 124 ] || return
		sed -e 's/localhost:[0-9]*/localhost:PORT/' \
			-e 's/token=[0-9a-f]*/token=TOKEN/' "$work/served"
		return
		;;
	esac
	(cd "$work/folder" && sh -c "$1") 2>&1
	case $? in
	0 | 1 | 3) return 0 ;;
	esac
	return 1
}

# renew N: the block in its file, by what was printed.
renew() {
	read -r file first last <"$work/blocks/$1.at"
	shorten "$work/blocks/$1.want" "$work/got" >"$work/new"
	[ "$(grep -c '^\.\.\.$' "$work/blocks/$1.want")" -lt 2 ] || return
	{
		sed -n "1,$((first - 1))p" "$file"
		cat "$work/new"
		sed "1,${last}d" "$file"
	} >"$work/file" && cat "$work/file" >"$file"
}

check_block() {
	command=$(cat "$work/blocks/$1.command")
	case $command in
	*localhost:6060*)
		[ -n "$server" ] || serve || {
			echo "examples: no python3: $command"
			return
		}
		;;
	esac
	run "$command" >"$work/got" || {
		cat "$work/got"
		echo "examples: $(cat "$work/blocks/$1.at"): fails: $command"
		failed=$((failed + 1))
		return
	}
	[ -z "$UPDATE" ] || renew "$1"
	if [ -z "$UPDATE" ] &&
		! matches "$work/blocks/$1.want" "$work/got"; then
		diff -u "$work/blocks/$1.want" "$work/got"
		echo "examples: $(cat "$work/blocks/$1.at"): $command"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

# picture NAME ARGUMENT...: doc/pictures/NAME is what profq draws.
picture() {
	file=$top/doc/pictures/$1
	shift
	(cd "$work/folder" && profq "$@" -o "$work/picture.svg") 2>/dev/null
	[ -z "$UPDATE" ] || cp "$work/picture.svg" "$file"
	if cmp "$work/picture.svg" "$file"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

[ $# -gt 0 ] || {
	picture leak.svg flame --diff old.pb.gz new.pb.gz
	picture trend.svg trend heap.1.pb.gz heap.2.pb.gz heap.3.pb.gz \
		heap.4.pb.gz heap.5.pb.gz heap.6.pb.gz
}
[ $# -gt 0 ] || set -- "$top"/doc/*/*.txt "$top/README.md"
echo 0 >"$work/blocks/n"
for file; do
	split "$file"
done
n=$(cat "$work/blocks/n")
# Backwards, so that the lines of blocks above stay where they are.
while [ "$n" -gt 0 ]; do
	check_block "$n"
	n=$((n - 1))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
