// SPDX-License-Identifier: Apache-2.0

// Story 1: garbage collector pressure.
//
// A service answers three kinds of requests.  Two of its functions hold a few
// thousand big buffers each; one handler, (*api).handleTrace, keeps one tiny
// object per step of every traced request and never lets go of them.
//
// The bug: the collector's work depends on the number of live objects and
// pointers, not on their bytes.  The big buffers hold no pointers and cost
// next to nothing to mark; the 24 million eight-byte objects are what keeps
// runtime.gcBgMarkWorker busy.  A heap profile by bytes (inuse_space) puts the
// big buffers first and the handler last; only the profile by number of
// objects (inuse_objects) points at the handler.
//
// The handlers are called through an http.ServeMux without any network.
//
// Usage: story1 DIR        writes DIR/cpu.pb.gz and DIR/heap.pb.gz
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
)

const (
	catalogPages  = 1800      // pages kept by loadCatalog
	catalogPage   = 256 << 10 // bytes in each of them
	thumbnails    = 10000     // pictures kept by warmThumbnails
	thumbnailSize = 32 << 10  // bytes in each of them
	traces        = 3000      // requests to /trace
	traceSteps    = 8000      // objects kept for each of them
	renders       = 12000     // requests to /render
	renderBuffer  = 128 << 10 // garbage made by each of them
	gcPercent     = 10        // GOGC
)

// hop is one step of a traced request: eight bytes, all of them a pointer.
type hop struct {
	prev *hop
}

type api struct {
	catalog    [][]byte
	thumbnails map[int][]byte
	traces     []*hop
	checksum   uint32
}

// loadCatalog keeps a small number of big objects without pointers.
//
//go:noinline
func (a *api) loadCatalog() {
	for i := 0; i < catalogPages; i++ {
		a.catalog = append(a.catalog, make([]byte, catalogPage))
	}
}

// warmThumbnails keeps some medium-sized objects without pointers.
//
//go:noinline
func (a *api) warmThumbnails() {
	for i := 0; i < thumbnails; i++ {
		a.thumbnails[i] = make([]byte, thumbnailSize)
	}
}

// handleTrace is the culprit: it remembers each step of each request in an
// object of its own.
//
//go:noinline
func (a *api) handleTrace(w http.ResponseWriter, r *http.Request) {
	var last *hop
	for i := 0; i < traceSteps; i++ {
		last = &hop{prev: last}
	}
	a.traces = append(a.traces, last)
	w.WriteHeader(http.StatusNoContent)
}

// handleRender does the useful work.  Its buffers are garbage at once, so each
// run through the collector is started by it, but it keeps nothing.
//
//go:noinline
func (a *api) handleRender(w http.ResponseWriter, r *http.Request) {
	page := make([]byte, renderBuffer)
	copy(page, a.catalog[len(a.catalog)/2])
	a.checksum = render(page, a.checksum)
	w.WriteHeader(http.StatusOK)
}

//go:noinline
func render(page []byte, sum uint32) uint32 {
	for i := 0; i < len(page); i += 2 {
		page[i] ^= byte(sum)
		sum = sum*16777619 ^ uint32(page[i])
	}
	return sum
}

// serve sends n requests for path to the multiplexer.
func serve(mux *http.ServeMux, path string, n int) {
	for i := 0; i < n; i++ {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		mux.ServeHTTP(httptest.NewRecorder(), req)
	}
}

func run(dir string) error {
	debug.SetGCPercent(gcPercent)

	a := &api{thumbnails: make(map[int][]byte)}
	mux := http.NewServeMux()
	mux.HandleFunc("/trace", a.handleTrace)
	mux.HandleFunc("/render", a.handleRender)

	cpu, err := os.Create(filepath.Join(dir, "cpu.pb.gz"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	a.loadCatalog()
	a.warmThumbnails()
	serve(mux, "/trace", traces)
	serve(mux, "/render", renders)
	pprof.StopCPUProfile()
	if err := cpu.Close(); err != nil {
		return err
	}

	heap, err := os.Create(filepath.Join(dir, "heap.pb.gz"))
	if err != nil {
		return err
	}
	// The second run publishes what the first one found to be alive.
	runtime.GC()
	runtime.GC()
	if err := pprof.Lookup("heap").WriteTo(heap, 0); err != nil {
		return err
	}
	runtime.KeepAlive(a)
	return heap.Close()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: story1 DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "story1:", err)
		os.Exit(1)
	}
}
