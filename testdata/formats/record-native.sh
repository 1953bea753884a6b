#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records perf.*, node.* and jemalloc.* again, from the programs in native/.
#
# usage: record-native.sh [DIR]
#
# Needs gcc, perf (linux-perf), node and libjemalloc.so.2 (Debian's libjemalloc2
# is built with profiling; JEMALLOC names another place).  All paths in what is
# written begin with /tmp/profq-formats, which must not exist, or are of Debian.

set -eu

src=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "${1:-$src}" && pwd)
work=/tmp/profq-formats
jemalloc=${JEMALLOC:-/usr/lib/x86_64-linux-gnu/libjemalloc.so.2}

mkdir "$work"
trap 'rm -rf "$work"' EXIT
cp "$src"/native/* "$work"
cp "$jemalloc" "$work/libjemalloc.so.2"
cd "$work"
unset NODE_OPTIONS LD_PRELOAD MALLOC_CONF

for program in work alloc; do
	gcc -g -O1 -fno-omit-frame-pointer -o $program $program.c
done

# perf NAME HASHES SUMS
record_perf() {
	perf record -q -e cpu-clock:u -F 250 -g -o perf.data ./work "$2" "$3"
	perf script -i perf.data >"$dir/$1"
}
record_perf perf.script 300 300
record_perf perf.after.script 300 600

# NAME ROUNDS PASSES
record_node() {
	node --cpu-prof --cpu-prof-dir=. --cpu-prof-name="$1.cpuprofile" \
		work.js "$2" "$3"
	node --heap-prof --heap-prof-dir=. --heap-prof-interval=16384 \
		--heap-prof-name="$1.heapprofile" work.js "$2" 1
	mv "$1.cpuprofile" "$1.heapprofile" "$dir"
}
record_node node 10 5
record_node node.after 20 10

# NAME ROUNDS BYTES; without random addresses, so that two runs compare
record_jemalloc() {
	conf=prof:true,prof_accum:true,prof_final:true,lg_prof_sample:14
	MALLOC_CONF=$conf,prof_prefix:heap LD_PRELOAD=$work/libjemalloc.so.2 \
		setarch -R ./alloc "$2" "$3"
	mv heap.*.f.heap "$dir/$1"
}
record_jemalloc jemalloc.heap 1000 1000
record_jemalloc jemalloc.after.heap 1000 3000

cd "$dir"
chmod 644 node.* perf.* jemalloc.*
if grep -nE '/(home|root|work|build)/' node.* perf.* jemalloc.*; then
	echo "record-native.sh: a path of this machine is in the files above" >&2
	exit 1
fi
