#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records the profiles of the three stories again, with the go in PATH.
#
# usage: record.sh [DIR]
#
# The programs are those next to this script; the profiles go to DIR/story1,
# DIR/story2 and DIR/story3 (default: next to the programs).  Needs Go 1.18 or
# newer, no network, 1 GB of memory and some ten seconds.
#
# -trimpath and a fixed place for the programs keep the paths of the machine
# out of the profiles: source files are example.org/story1/main.go or
# runtime/proc.go, and the mapping is /tmp/profq-stories/bin/story1.

set -eu

src=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$src}
bin=/tmp/profq-stories/bin

unset GODEBUG GOGC GOMAXPROCS GOMEMLIMIT GOFLAGS
CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOPROXY=off
export CGO_ENABLED GO111MODULE GOWORK GOPROXY

mkdir -p "$bin"
for s in story1 story2 story3; do
	mkdir -p "$dir/$s"
	out=$(cd "$dir/$s" && pwd)
	echo "record.sh: $s"
	(cd "$src/$s" && go build -trimpath -buildvcs=false -o "$bin/$s" .)
	"$bin/$s" "$out"
done

# No path may be in a profile but those of the programs.
bad=0
for f in "$dir"/story[123]/*.pb.gz; do
	if go tool pprof -symbolize=none -raw "$f" 2>/dev/null |
	    sed "s,$bin/story[123],,g" | grep -E '[[:space:]]/'; then
		echo "record.sh: $f: has a path of this machine" >&2
		bad=1
	fi
done
for f in "$dir"/story3/heap.debug1.txt; do
	if grep -E '[[:space:]]/[^ ]*/' "$f"; then
		echo "record.sh: $f: has a path of this machine" >&2
		bad=1
	fi
done
exit $bad
