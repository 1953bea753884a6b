// SPDX-License-Identifier: Apache-2.0

// Writes every profile of the runtime that has a text form, from a program
// whose goroutines wait in ways that are told apart: one holds a lock that two
// want, three receive from a channel, one sleeps with labels.
//
// Usage: waits DIR        writes DIR/go.NAME.debug1, DIR/go.goroutine.debug2
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

var kept [][]byte

//go:noinline
func lock(mu *sync.Mutex) {
	mu.Lock()
	mu.Unlock()
}

//go:noinline
func receive(c chan int) {
	<-c
}

//go:noinline
func nap() {
	time.Sleep(time.Hour)
}

// descend makes a stack in which one function calls itself.
//
//go:noinline
func descend(n int) {
	if n == 0 {
		kept = append(kept, make([]byte, 1<<20))
		return
	}
	descend(n - 1)
}

func start() {
	var mu sync.Mutex
	var waiting sync.WaitGroup

	mu.Lock()
	for i := 0; i < 2; i++ {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			lock(&mu)
		}()
	}
	time.Sleep(20 * time.Millisecond)
	mu.Unlock()
	waiting.Wait()

	c := make(chan int)
	for i := 0; i < 3; i++ {
		go receive(c)
	}
	go pprof.Do(context.Background(), pprof.Labels("job", "nap"),
		func(context.Context) { nap() })
	descend(3)
	time.Sleep(20 * time.Millisecond)
}

func write(dir, name string, debug int) error {
	file := fmt.Sprintf("go.%s.debug%d", name, debug)
	f, err := os.Create(filepath.Join(dir, file))
	if err != nil {
		return err
	}
	if err := pprof.Lookup(name).WriteTo(f, debug); err != nil {
		return err
	}
	return f.Close()
}

func main() {
	runtime.MemProfileRate = 512 << 10
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	start()
	runtime.GC()
	for _, name := range []string{"heap", "allocs", "goroutine",
		"threadcreate", "block", "mutex"} {
		if err := write(os.Args[1], name, 1); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := write(os.Args[1], "goroutine", 2); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
