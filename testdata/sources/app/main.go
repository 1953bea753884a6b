// SPDX-License-Identifier: Apache-2.0

// App holds memory that it got in three places: its own code, a dependency, and
// the standard library.
//
// Usage: app FILE        writes its heap profile to FILE
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"

	"example.org/Upper/dep"
)

var (
	own    []byte
	blocks [][]byte
	buffer bytes.Buffer
)

//go:noinline
func fill() {
	own = make([]byte, 2048)
	blocks = dep.Blocks(3)
	buffer.Write(own)
}

func profile(name string) error {
	runtime.GC()
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := pprof.Lookup("heap").WriteTo(f, 0); err != nil {
		return err
	}
	return f.Close()
}

func main() {
	runtime.MemProfileRate = 1
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: app FILE")
		os.Exit(2)
	}
	fill()
	if err := profile(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}
