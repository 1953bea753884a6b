// SPDX-License-Identifier: Apache-2.0

// Story 2: a leak from 2 GB to 15 GB, at a scale of 1 to 64.
//
// A server keeps connections open and gives each request a context that adds
// the trace of the connection to the context the connection has.
//
// The bug: (*conn).beginRequest stores the new context back into the
// connection,
//
//	c.ctx = tracedContext{c.ctx}
//
// instead of deriving it from the context the connection was opened with.
// tracedContext is a struct of one interface, so each assignment copies
// sixteen bytes into a new object that refers to the one before it.  The
// connection refers to the newest of them, and so all of them stay alive for
// as long as the connection does: sixteen bytes for each request ever served.
//
// Everything else the server holds (sessions, routes, buffers) is there from
// the start and does not grow.
//
// Usage: story2 DIR        writes DIR/heap.1.pb.gz ... DIR/heap.6.pb.gz
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

const (
	unit = 16 << 20 // what stands for 1 GB

	// What the server holds from the start: 1.2 units.
	sessions    = 16400
	sessionSize = 512
	routes      = 1000
	routeSize   = 2 << 10
	buffers     = 120
	bufferSize  = 64 << 10

	conns     = 64
	leakSize  = 16
	snapshots = 6
)

// leaked is what has leaked at each snapshot, in tenths of a unit: the whole
// heap grows from 2 units to 15.
var leaked = [snapshots]int{8, 34, 60, 86, 112, 138}

type context interface {
	Value(key string) string
}

type emptyContext struct{ name string }

func (e *emptyContext) Value(key string) string {
	if key == "name" {
		return e.name
	}
	return ""
}

// tracedContext adds a trace to a context.  It is a value of sixteen bytes.
type tracedContext struct {
	context
}

func (t tracedContext) Value(key string) string {
	if key == "trace" {
		return "on"
	}
	return t.context.Value(key)
}

type conn struct {
	ctx    context
	served int
}

// beginRequest is the culprit: the context wraps itself again and again.
//
//go:noinline
func (c *conn) beginRequest() {
	c.ctx = tracedContext{c.ctx}
}

//go:noinline
func (c *conn) handleRequest() {
	c.beginRequest()
	if c.ctx.Value("trace") == "on" {
		c.served++
	}
}

type server struct {
	sessions map[int][]byte
	routes   [][]byte
	buffers  [][]byte
	conns    []*conn
}

//go:noinline
func (s *server) loadSessions() {
	s.sessions = make(map[int][]byte, sessions)
	for i := 0; i < sessions; i++ {
		s.sessions[i] = make([]byte, sessionSize)
	}
}

//go:noinline
func (s *server) loadRoutes() {
	s.routes = make([][]byte, routes)
	for i := range s.routes {
		s.routes[i] = make([]byte, routeSize)
	}
}

//go:noinline
func (s *server) fillBufferPool() {
	s.buffers = make([][]byte, buffers)
	for i := range s.buffers {
		s.buffers[i] = make([]byte, bufferSize)
	}
}

//go:noinline
func (s *server) accept() {
	for i := 0; i < conns; i++ {
		s.conns = append(s.conns, &conn{ctx: &emptyContext{"background"}})
	}
}

// serve handles n requests, spread over all the connections.
//
//go:noinline
func (s *server) serve(n int) {
	for i := 0; i < n; i++ {
		s.conns[i%len(s.conns)].handleRequest()
	}
}

func snapshot(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	// The second run publishes what the first one found to be alive.
	runtime.GC()
	runtime.GC()
	if err := pprof.Lookup("heap").WriteTo(f, 0); err != nil {
		return err
	}
	return f.Close()
}

func run(dir string) error {
	s := new(server)
	s.loadSessions()
	s.loadRoutes()
	s.fillBufferPool()
	s.accept()

	served := 0
	for i, tenths := range leaked {
		want := unit / 10 * tenths / leakSize
		s.serve(want - served)
		served = want
		name := fmt.Sprintf("heap.%d.pb.gz", i+1)
		if err := snapshot(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	runtime.KeepAlive(s)
	return nil
}

func main() {
	// More samples than by default: the heap is 64 times smaller than the
	// one it stands for.
	runtime.MemProfileRate = 16 << 10
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: story2 DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "story2:", err)
		os.Exit(1)
	}
}
