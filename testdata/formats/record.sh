#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records the text profiles of Go again, with the go in PATH.
#
# usage: record.sh [DIR]
#
# The program is in go/ beside this script; -trimpath keeps the paths of the
# machine out of what it writes.

set -eu

src=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "${1:-$src}" && pwd)
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT

unset GODEBUG GOGC GOMEMLIMIT GOFLAGS
GOMAXPROCS=2 CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOPROXY=off
export GOMAXPROCS CGO_ENABLED GO111MODULE GOWORK GOPROXY

(cd "$src/go" && go build -trimpath -buildvcs=false -o "$bin/waits" .)
"$bin/waits" "$dir"
if grep -E '[[:space:]]/[^ ]*/' "$dir"/go.*.debug?; then
	echo "record.sh: a path of this machine is in the files above" >&2
	exit 1
fi
