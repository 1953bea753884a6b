#!/bin/sh
# What -json prints of each report is valid by the schema that the report
# gives, as a validator of its own sees it (python3-jsonschema), and equal
# input gives equal bytes.
: "${PROFQ:?}" "${TESTDATA:?}"
python=
for candidate in python3 /usr/bin/python3; do
	$candidate -c 'import jsonschema' 2>/dev/null && python=$candidate
done
[ -n "$python" ] || {
	echo 'schema: no python3-jsonschema here'
	exit 77
}
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

cat >"$work/validate.py" <<'PY'
import json
import sys
import jsonschema

schema = json.load(open(sys.argv[1]))
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
validator(schema).validate(json.load(open(sys.argv[2])))
PY

# check REPORT ARGUMENT...
check() {
	report=$1
	# shellcheck disable=SC2086
	$PROFQ schema "$report" >"$work/schema" || status=1
	# shellcheck disable=SC2086
	$PROFQ "$@" -json >"$work/one" 2>/dev/null &&
		$PROFQ "$@" -json >"$work/two" 2>/dev/null || {
		echo "schema: $*: failed"
		status=1
		return
	}
	cmp "$work/one" "$work/two" || status=1
	$python "$work/validate.py" "$work/schema" "$work/one" || {
		echo "schema: $*: does not fit its schema"
		status=1
	}
}

# shellcheck disable=SC2086
for report in $($PROFQ help --list-commands | cut -f 1); do
	$PROFQ schema "$report" >/dev/null 2>&1 || continue
	for profile in "$TESTDATA"/stories/*/*.pb.gz "$TESTDATA"/profiles/*.pb*; do
		[ -f "$profile" ] || continue
		case $report in
		sites | sizes | ladders | churn)
			case $profile in
			*/heap*.pb.gz) check "$report" "$profile" ;;
			esac
			;;
		trend | disasm) ;;
		list | peek) check "$report" . "$profile" ;;
		diff) check "$report" "$profile" "$profile" ;;
		*) check "$report" "$profile" ;;
		esac
	done
done
check trend "$TESTDATA"/stories/story2/heap.*.pb.gz
check trend "$TESTDATA"/insight/restart-*.pb.gz
check disasm shop "$TESTDATA"/symbols/shop.pb.gz \
	-binary_path="$TESTDATA"/symbols
check churn "$TESTDATA"/insight/lifetimes-*.pb.gz
exit $status
