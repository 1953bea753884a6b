#!/bin/sh
# Measures each of the programs named, in turn, with each of BENCH_COMMANDS on
# each file of BENCH_DATA, and the first of them as it compares BENCH_PAIR, two
# files; `make bench' calls it.
for file in $BENCH_DATA; do
	echo "$file"
	for command in $BENCH_COMMANDS; do
		for program; do
			printf '%-12.12s %10s' "${program##*/}" "$command"
			bench/measure "$file" "$program" "-$command" "$file"
		done
	done
done
test -n "$BENCH_PAIR" || exit 0
echo "$BENCH_PAIR"
set -- "$1" $BENCH_PAIR
printf '%-12.12s %10s' "${1##*/}" diff
bench/measure "$2" "$1" diff "$2" "$3"
for picture in svg html; do
	printf '%-12.12s %10s' "${1##*/}" "flame $picture"
	bench/measure "$2" "$1" flame -diff "$2" "$3" \
		-output="bench/pair.$picture"
done
rm -f bench/pair.svg bench/pair.html
