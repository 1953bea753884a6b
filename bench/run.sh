#!/bin/sh
# Measures each of the programs named, in turn, with each of BENCH_COMMANDS on
# each file of BENCH_DATA; `make bench' calls it.
for file in $BENCH_DATA; do
	echo "$file"
	for command in $BENCH_COMMANDS; do
		for program; do
			printf '%-12.12s %10s' "${program##*/}" "$command"
			bench/measure "$file" "$program" "-$command" "$file"
		done
	done
done
