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

# One validator sees all that was printed: starting one takes longer than what
# it is asked.
cat >"$work/validate.py" <<'PY'
import json
import sys
import jsonschema

folder = sys.argv[1]
validators = {}


def validator_of(report):
    if report not in validators:
        schema = json.load(open(f'{folder}/schema.{report}'))
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        validators[report] = kind(schema)
    return validators[report]


bad = 0
printed = [line.rstrip('\n').split(' ', 2) for line in open(f'{folder}/list')]
for number, report, words in printed:
    read = json.load(open(f'{folder}/{number}'))
    for error in validator_of(report).iter_errors(read):
        print(f'schema: {words}: does not fit its schema: {error}')
        bad += 1
        break
print(f'schema: {len(printed)} reports read')
sys.exit(bad > 0 or len(printed) < 100)
PY
n=0

# keep REPORT WORDS FILE: what is to be validated.
keep() {
	[ -f "$work/schema.$1" ] ||
		$PROFQ schema "$1" >"$work/schema.$1" || status=1
	n=$((n + 1))
	mv "$3" "$work/$n"
	echo "$n $1 $2" >>"$work/list"
}

# print_json FILE ARGUMENT...
print_json() {
	file=$1
	shift
	$PROFQ "$@" -json >"$file" 2>/dev/null || {
		echo "schema: $*: failed"
		status=1
		return 1
	}
}

# check REPORT ARGUMENT...: a sanitizer sees nothing more the second time.
check() {
	print_json "$work/one" "$@" || return
	if [ "${BUILD_KIND-}" != testing ]; then
		print_json "$work/two" "$@" || return
		cmp "$work/one" "$work/two" || status=1
	fi
	keep "$1" "$*" "$work/one"
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
		trend | disasm | weblist | check) ;;
		list | peek) check "$report" . "$profile" ;;
		diff) check "$report" "$profile" "$profile" ;;
		*) check "$report" "$profile" ;;
		esac
	done
done
check trend "$TESTDATA"/stories/story2/heap.*.pb.gz
check trend "$TESTDATA"/insight/restart-*.pb.gz
for report in disasm weblist; do
	check $report shop "$TESTDATA"/symbols/shop.pb.gz \
		-binary_path="$TESTDATA"/symbols -source_path="$TESTDATA"/symbols
done
check churn "$TESTDATA"/insight/lifetimes-*.pb.gz
check triage "$TESTDATA"/insight/svc-gc.*.pb.gz
for budgets in tight grow; do
	$PROFQ check -json -budget="$TESTDATA/insight/budgets/$budgets.ini" \
		-base="$TESTDATA/series/growth/01-a.pb.gz" \
		"$TESTDATA/series/growth/01-b.pb.gz" >"$work/one" 2>/dev/null
	keep check "check of $budgets" "$work/one"
done
$python "$work/validate.py" "$work" || status=1

# What check prints for pipelines, as parsers of others read it: SARIF by that
# part of its schema which is used here, JUnit's XML by python's.
cat >"$work/pipeline.py" <<'PY'
import json
import sys
import xml.etree.ElementTree as tree
import jsonschema

kind, path, failed, doubtful = sys.argv[1:]
failed, doubtful = int(failed), int(doubtful)
text = {'type': 'object', 'required': ['text'],
        'properties': {'text': {'type': 'string'}},
        'additionalProperties': False}
location = {
    'type': 'object', 'additionalProperties': False, 'properties': {
        'physicalLocation': {
            'type': 'object', 'required': ['artifactLocation'],
            'additionalProperties': False, 'properties': {
                'artifactLocation': {
                    'type': 'object', 'additionalProperties': False,
                    'properties': {'uri': {
                        'type': 'string',
                        'pattern': "^[A-Za-z0-9%._~/-]+$"}}},
                'region': {
                    'type': 'object', 'additionalProperties': False,
                    'properties': {'startLine': {
                        'type': 'integer', 'minimum': 1}}}}},
        'logicalLocations': {'type': 'array', 'uniqueItems': True, 'items': {
            'type': 'object', 'additionalProperties': False, 'properties': {
                'fullyQualifiedName': {'type': 'string'},
                'kind': {'type': 'string'}}}}}}
result = {
    'type': 'object', 'required': ['message'],
    'additionalProperties': False, 'properties': {
        'ruleId': {'type': 'string'},
        'ruleIndex': {'type': 'integer', 'minimum': 0},
        'level': {'enum': ['none', 'note', 'warning', 'error']},
        'message': text,
        'locations': {'type': 'array', 'items': location},
        'partialFingerprints': {'type': 'object', 'additionalProperties': {
            'type': 'string'}}}}
sarif = {
    'type': 'object', 'required': ['version', 'runs'],
    'additionalProperties': False, 'properties': {
        '$schema': {'type': 'string', 'format': 'uri'},
        'version': {'enum': ['2.1.0']},
        'runs': {'type': 'array', 'minItems': 1, 'items': {
            'type': 'object', 'required': ['tool'],
            'additionalProperties': False, 'properties': {
                'tool': {'type': 'object', 'required': ['driver'],
                         'properties': {'driver': {
                    'type': 'object', 'required': ['name'],
                    'additionalProperties': False, 'properties': {
                        'name': {'type': 'string'},
                        'version': {'type': 'string'},
                        'rules': {'type': 'array', 'items': {
                            'type': 'object', 'required': ['id'],
                            'additionalProperties': False, 'properties': {
                                'id': {'type': 'string'},
                                'shortDescription': text}}}}}}},
                'results': {'type': 'array', 'items': result}}}}}}
if kind == 'sarif':
    read = json.load(open(path))
    jsonschema.validators.validator_for(sarif)(sarif).validate(read)
    results = read['runs'][0]['results']
    rules = [r['id'] for r in read['runs'][0]['tool']['driver']['rules']]
    assert all(rules[r['ruleIndex']] == r['ruleId'] for r in results)
    levels = [r['level'] for r in results]
    assert levels.count('error') == failed, levels
    assert levels.count('warning') == doubtful, levels
else:
    suites = tree.parse(path).getroot()
    assert suites.tag == 'testsuites'
    for suite in [suites] + list(suites):
        assert int(suite.get('failures')) == len(list(suite.iter('failure')))
        assert int(suite.get('tests')) == len(list(suite.iter('testcase')))
    assert len(list(suites.iter('failure'))) == min(failed, 1)
    assert len(list(suites.iter('skipped'))) == doubtful
PY

# pipeline BUDGETS FAILED DOUBTFUL ARGUMENT...
pipeline() {
	budgets=$TESTDATA/insight/budgets/$1.ini failed=$2 doubtful=$3
	shift 3
	for kind in sarif junit; do
		$PROFQ check -format=$kind -budget="$budgets" "$@" \
			>"$work/$kind" 2>/dev/null
		$python "$work/pipeline.py" $kind "$work/$kind" "$failed" \
			"$doubtful" || {
			echo "schema: check -format=$kind of $budgets"
			status=1
		}
	done
}
pipeline grow 6 0 -base="$TESTDATA/series/growth/01-a.pb.gz" \
	"$TESTDATA/series/growth/01-b.pb.gz"
pipeline tight 0 1 -base="$TESTDATA/insight/fixed.pb.gz" \
	"$TESTDATA/insight/fixed-again.pb.gz"
pipeline hostile 1 0 "$TESTDATA/insight/sizesmix.pb.gz"
exit $status
