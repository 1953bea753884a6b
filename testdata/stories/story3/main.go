// SPDX-License-Identifier: Apache-2.0

// Story 3: peak memory three times the data.
//
// A tool reads a dump of a key-value store entry by entry and needs three
// times as much memory as the largest value in it.  See readObjectValue in
// rdb/loader.go for the bug.
//
// The dump is made up while it is read: some thousand small entries, and then
// one list of 65 MB in elements of 1000 bytes.  The profiles are taken at the
// peak, when the buffer for the list has just grown from 64 MB to 128 MB: both
// the old and the new one are there.
//
// Usage: story3 DIR        writes DIR/heap.pb.gz and DIR/heap.debug1.txt
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"example.org/redisport/rdb"
)

const (
	smallEntries = 6000
	smallValue   = 1200
	elementSize  = 1000
	listSize     = 65 << 20
	peak         = 64<<20 + 256<<10 // so much of the list was read at the peak
)

// dump is an io.Reader of a made-up dump.
type dump struct {
	entry   int    // small entries made so far
	list    int    // bytes of the list made so far
	pending []byte // made, but not yet read
	buf     []byte
	ended   bool
	atPeak  func() error
}

func (d *dump) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(d.pending) == 0 {
			if err := d.fill(); err != nil {
				if n > 0 && err == io.EOF {
					return n, nil
				}
				return n, err
			}
		}
		k := copy(p[n:], d.pending)
		d.pending = d.pending[k:]
		n += k
	}
	return n, nil
}

// fill makes up the next piece of the dump.
func (d *dump) fill() error {
	b := d.buf[:0]
	switch {
	case d.entry < smallEntries:
		b = append(b, rdb.TypeString)
		b = appendString(b, []byte(fmt.Sprintf("key:%06d", d.entry)))
		b = appendString(b, make([]byte, smallValue))
		d.entry++
	case d.list == 0:
		b = append(b, rdb.TypeList)
		b = appendString(b, []byte("hugelist"))
		b = appendUvarint(b, (listSize+elementSize-1)/elementSize)
		b = appendElement(b)
		d.list += elementSize
	case d.list < listSize:
		if d.list >= peak && d.atPeak != nil {
			f := d.atPeak
			d.atPeak = nil
			if err := f(); err != nil {
				return err
			}
		}
		b = appendElement(b)
		d.list += elementSize
	case !d.ended:
		b = append(b, rdb.EOF)
		d.ended = true
	default:
		return io.EOF
	}
	d.buf, d.pending = b, b
	return nil
}

var element [elementSize]byte

func appendElement(b []byte) []byte {
	return appendString(b, element[:])
}

func appendString(b, s []byte) []byte {
	return append(appendUvarint(b, uint64(len(s))), s...)
}

func appendUvarint(b []byte, n uint64) []byte {
	var v [binary.MaxVarintLen64]byte
	return append(b, v[:binary.PutUvarint(v[:], n)]...)
}

var garbage []byte

// collect makes garbage until the collector has run once more, but not twice.
//
//go:noinline
func collect() {
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	now := before
	percent := debug.SetGCPercent(10)
	for now.NumGC == before.NumGC {
		garbage = make([]byte, 64<<10)
		runtime.ReadMemStats(&now)
	}
	debug.SetGCPercent(percent)
	garbage = nil
}

// profiles writes what is alive at the peak, in both formats.
//
// The buffer's last growth started a run of the collector, which found both
// the old and the new buffer alive.  The runtime publishes what was alive in
// one run when the next one ends, so let the first one finish and have another
// one.  That must not be runtime.GC, which publishes its own findings: by then
// the old buffer is gone.
func profiles(dir string) error {
	time.Sleep(500 * time.Millisecond)
	collect()
	for mode, name := range []string{"heap.pb.gz", "heap.debug1.txt"} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := pprof.Lookup("heap").WriteTo(f, mode); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// load reads all entries and keeps the small ones.
func load(l *rdb.Loader) ([]*rdb.BinEntry, error) {
	var kept []*rdb.BinEntry
	for {
		e, err := l.NextBinEntry()
		if err != nil {
			return nil, err
		}
		if e == nil {
			return kept, nil
		}
		if e.Type == rdb.TypeString {
			kept = append(kept, e)
		}
	}
}

func run(dir string) error {
	done := false
	d := &dump{atPeak: func() error {
		done = true
		return profiles(dir)
	}}
	kept, err := load(rdb.NewLoader(d))
	if err != nil {
		return err
	}
	if !done || len(kept) != smallEntries {
		return errors.New("the dump was not read as expected")
	}
	runtime.KeepAlive(kept)
	return nil
}

func main() {
	runtime.MemProfileRate = 64 << 10
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: story3 DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "story3:", err)
		os.Exit(1)
	}
}
