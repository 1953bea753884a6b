#!/bin/sh
# The manual and the completions say what the tables of commands and options
# say.  With UPDATE=1 the manual's generated parts are written anew.
top=${top_srcdir:-$(dirname "$0")/..}
manual=$top/man/profq.1
: "${PROFQ:?}"
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

complain() {
	echo "docs: $*"
	status=1
}

# $PROFQ may be several words, such as valgrind's.
ask() {
	# shellcheck disable=SC2086
	$PROFQ "$@"
}

# part FORM: what stands in the manual between the markers of a form.
part() {
	sed -n "/^\\.\\\\\" BEGIN $1\$/,/^\\.\\\\\" END $1\$/p" "$manual" |
		sed '1d;$d'
}

# renew FORM: puts $work/FORM between them.
renew() {
	sed -e "/^\\.\\\\\" BEGIN $1\$/r $work/$1" \
		-e "/^\\.\\\\\" BEGIN $1\$/,/^\\.\\\\\" END $1\$/{" \
		-e "/^\\.\\\\\" BEGIN/b" -e "/^\\.\\\\\" END/b" -e d -e '}' \
		"$manual" >"$work/manual" && cat "$work/manual" >"$manual"
}

for form in man-commands man-options; do
	ask help "--$form" >"$work/$form" || complain "no help --$form"
	[ -z "$UPDATE" ] || renew $form
	part $form >"$work/part"
	diff -u "$work/part" "$work/$form" ||
		complain "$manual differs from the tables: make update-docs"
done

# Every option and command stands once where it belongs.
ask help --list-options >"$work/options" || complain 'no list of options'
ask help --list-commands >"$work/commands" || complain 'no list of commands'
tab=$(printf '\t')
while IFS=$tab read -r name rest; do
	n=$(grep -cE "^\\.It Fl $name( |\$)" "$manual")
	[ "$n" = 1 ] || complain "-$name: $n times in the manual"
	kind=${rest%%"$tab"*} want=-$name
	[ "$kind" = bool ] || want=$want=
	ask complete top "-$name" | grep -qxF -e "$want" ||
		complain "-$name is not completed"
	ask help options | grep -qE -e "^  -$name([= ]|\$)" ||
		complain "-$name: not in help options"
done <"$work/options"
while IFS=$tab read -r name rest; do
	n=$(grep -cE "^\\.It Cm $name( |\$)" "$manual")
	[ "$n" = 1 ] || complain "$name: $n times in the manual"
	ask complete "$name" | grep -qxF -e "$name" ||
		complain "$name is not completed"
	ask help commands | grep -qE "^  $name( |\$)" ||
		complain "$name: not in help commands"
	ask help | grep -qE " $name( |\$)" || complain "$name: not in help"
	ask help "$name" >"$work/help" || complain "$name: no help on it"
	n=$(wc -l <"$work/help")
	[ "$n" -le 40 ] || complain "help $name: $n lines, no screen has them"
done <"$work/commands"

# page FORM FILE: a page that is made as a whole.
page() {
	ask help "--$1" >"$work/page" || complain "no help --$1"
	[ -z "$UPDATE" ] || cp "$work/page" "$top/man/$2"
	diff -u "$top/man/$2" "$work/page" ||
		complain "man/$2 differs from the tables: make update-docs"
	grep -q "man/$2" "$top/man/local.mk" ||
		complain "man/$2 is not in man/local.mk"
}

page man-topics profq-topics.7
while IFS=$tab read -r name rest; do
	[ -f "$top/doc/commands/$name.txt" ] || {
		complain "doc/commands/$name.txt: missing, see src/command/pages.h"
		continue
	}
	page "man-$name" "profq-$name.1"
	n=$(grep -c '^\$ ' "$top/doc/commands/$name.txt")
	[ "$n" -ge 2 ] || complain "doc/commands/$name.txt: $n examples, not 2"
	# What is said of a command fits a screen, but for what it prints.
	awk 'length > 80 && !/^\$/ && !shown { print FILENAME ": " $0; bad = 1 }
		/^@/ { shown = /^@examples/ }
		END { exit bad }' "$top/doc/commands/$name.txt" ||
		complain "doc/commands/$name.txt: over 80 columns"
	for option in $(sed -n '/^@options/,/^@/{/^@/!p;}' \
		"$top/doc/commands/$name.txt"); do
		grep -q "^$option$tab" "$work/options" ||
			complain "doc/commands/$name.txt: no option $option"
	done
	for other in $(sed -n '/^@see/,/^@/{/^@/!p;}' \
		"$top/doc/commands/$name.txt"); do
		grep -q "^$other$tab" "$work/commands" ||
			complain "doc/commands/$name.txt: no command $other"
	done
done <"$work/commands"
for text in "$top"/doc/*/*.txt; do
	grep -q "${text#"$top"/}" "$top/doc/local.mk" ||
		complain "$text is not in doc/local.mk"
done

# The budgets of the manual's example are what `check' takes.
sed -n '/^# \.profq\.check/,/^\.Ed/p' "$top/man/profq-budgets.5" |
	sed '$d' >"$work/budgets"
ask check -budget="$work/budgets" -base="$top/testdata/stories/story2/heap.1.pb.gz" \
	"$top/testdata/stories/story2/heap.6.pb.gz" >"$work/check" 2>/dev/null
[ $? = 1 ] && [ "$(grep -c '^FAIL' "$work/check")" = 2 ] ||
	complain 'man/profq-budgets.5: its example does not work'

# The README's figures are those that were measured.
if command -v python3 >/dev/null; then
	python3 "$top/bench/readme" --table >"$work/figures"
	sed -n '/^## Time and memory/,/^## More/p' "$top/README.md" |
		grep -E '^\| [a-z]' | diff - "$work/figures" ||
		complain 'README.md: its figures are not those of bench/README.tsv'
fi

for script in profq.bash _profq profq.fish; do
	grep -q ' complete ' "$top/completions/$script" ||
		complain "completions/$script does not ask profq"
done
grep -q ' help --list-options ' "$top/completions/_profq" ||
	complain "completions/_profq does not say what options do"
if command -v zsh >/dev/null; then
	zsh -n "$top/completions/_profq" || status=1
fi
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$top"/man/*.[1-9] ||
		status=1
fi
exit $status
