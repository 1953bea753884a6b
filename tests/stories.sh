#!/bin/sh
# profq-stories(7) shows what profq prints: each block between the comments RUN
# and END is compared with the command's output in that folder of
# testdata/stories.  With UPDATE=1 the blocks are written anew.
top=${top_srcdir:-$(dirname "$0")/..}
manual=$top/man/profq-stories.7
: "${PROFQ:?}" "${TESTDATA:?}"
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0
export LC_ALL=C TZ=UTC XDG_STATE_HOME="$work"

# block STORY: the block of the manual as it would print.
block() {
	sed -n "/^\\.\\\\\" RUN $1\$/,/^\\.\\\\\" END\$/p" "$manual" |
		sed -e '/^\.\\" /d' -e '/^\.Bd/d' -e '/^\.Ed/d'
}

# encode: a line of output as mdoc has it.
encode() {
	sed -e 's/\\/\\e/g' -e 's/±/\\(+-/g'
}

for story in story1 story2 story3; do
	block $story >"$work/block"
	command=$(sed -n '1s/^\$ profq //p' "$work/block")
	[ -n "$command" ] || {
		echo "stories: no command of $story in the manual"
		status=1
		continue
	}
	sed 1q "$work/block" >"$work/printed"
	# shellcheck disable=SC2086
	(cd "$TESTDATA/stories/$story" && $PROFQ $command) | encode \
		>>"$work/printed" || status=1
	if [ -n "$UPDATE" ]; then
		sed -e "/^\\.\\\\\" RUN $story\$/,/^\\.\\\\\" END\$/{" \
			-e '/^\.Bd/b' -e '/^\.\\"/b' -e "/^\\.Ed/{r /dev/null" \
			-e 'b' -e '}' -e "/^\\\$ profq/r $work/printed" \
			-e d -e '}' "$manual" >"$work/manual" &&
			cat "$work/manual" >"$manual"
		continue
	fi
	diff -u "$work/block" "$work/printed" || {
		echo "stories: $story: the manual shows something else"
		status=1
	}
done

# A budget file of the manual is one that check takes.
sed -n '/^\[budget "no function/,/^\.Ed/p' "$manual" | sed '/^\.Ed/d' \
	>"$work/.profq.check"
# shellcheck disable=SC2086
$PROFQ check -budget="$work/.profq.check" \
	-base="$TESTDATA/insight/fixed.pb.gz" \
	"$TESTDATA/insight/fixed-again.pb.gz" >/dev/null 2>"$work/err" || {
	echo 'stories: the budgets of the manual are not taken'
	cat "$work/err"
	status=1
}
exit $status
