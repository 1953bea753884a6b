#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records the profiles of this directory again, with the go in PATH.
#
# usage: record.sh [DIR]
#
# Builds app three times, with its dependency dep in the module cache, in
# vendor/, and with -trimpath, and writes a heap profile of each to DIR
# (default: next to this script).  Needs Go 1.18 or newer and python3 (for zip
# files), and no network: dep is served from a directory that is laid out as a
# module proxy.
#
# All is done in /tmp/profq-sources, which must not be there before, so that
# the only paths in the profiles are those and the ones of Go itself.

set -eu

src=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "${1:-$src}" && pwd)
tmp=/tmp/profq-sources

unset GODEBUG GOGC GOMAXPROCS GOMEMLIMIT GOROOT
CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOENV=off GOTOOLCHAIN=local
GOPROXY=file://$tmp/proxy GOSUMDB=off GONOPROXY=none GOPRIVATE=
GOFLAGS=-mod=mod GOPATH=$tmp/gopath GOMODCACHE=$tmp/gopath/pkg/mod
GOCACHE=$tmp/cache
export CGO_ENABLED GO111MODULE GOWORK GOENV GOTOOLCHAIN GOPROXY GOSUMDB \
	GONOPROXY GOPRIVATE GOFLAGS GOPATH GOMODCACHE GOCACHE

mkdir "$tmp"
# The module cache is read-only.
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM

# The module proxy.
versions="$tmp/proxy/example.org/!upper/dep/@v"
files=example.org/Upper/dep@v1.2.3
mkdir -p "$versions" "$tmp/zip/$files"
cp "$src"/dep/* "$tmp/zip/$files"
cp "$src/dep/go.mod" "$versions/v1.2.3.mod"
echo v1.2.3 >"$versions/list"
echo '{"Version":"v1.2.3","Time":"2024-01-02T03:04:05Z"}' \
	>"$versions/v1.2.3.info"
python3 - "$tmp/zip" "$files" "$versions/v1.2.3.zip" <<'END'
import sys
import zipfile
root, files, to = sys.argv[1:]
with zipfile.ZipFile(to, "w") as z:
    for name in "go.mod", "dep.go":
        z.write(f"{root}/{files}/{name}", f"{files}/{name}")
END

# record NAME FLAG...
record() {
	name=$1
	shift
	echo "record.sh: $name"
	(cd "$tmp/app" && go build -buildvcs=false "$@" -o "$tmp/bin/app" .)
	"$tmp/bin/app" "$dir/$name.pb.gz"
}

cp -R "$src/app" "$tmp/app"
record modcache
record trimpath -trimpath
(cd "$tmp/app" && go mod vendor)
record vendor -mod=vendor

# No other path may be in a profile.
bad=0
goroot=$(cd "$(go env GOROOT)/src" && pwd -P)
for f in modcache vendor trimpath; do
	if go tool pprof -symbolize=none -raw "$dir/$f.pb.gz" 2>/dev/null |
		sed "s,[[:space:]]$tmp/,,;s,[[:space:]]$(go env GOROOT)/,,
			s,[[:space:]]${goroot%/src}/,," |
		grep -E '[[:space:]]/'; then
		echo "record.sh: $f: has a path of this machine" >&2
		bad=1
	fi
done
exit $bad
