// A service with a leak and a busy loop, to be profiled while it runs.  Prints
// its address, then serves until its standard input ends.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"time"
)

type node struct {
	next  *node
	value int
}

var head *node

//go:noinline
func remember(n int) {
	for i := 0; i < n; i++ {
		head = &node{head, i}
	}
}

//go:noinline
func work(until time.Time) (sum int) {
	for time.Now().Before(until) {
		for i := 0; i < 1000; i++ {
			sum += i * i
		}
	}
	return sum
}

func main() {
	runtime.MemProfileRate = 4096
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// There is something to be seen before anybody can ask.  The distance to
	// the first sample is still drawn at the old rate, 512 kB on average: 16
	// MB pass it.
	remember(1000000)
	go http.Serve(listener, nil)
	go func() {
		for {
			remember(20000)
			work(time.Now().Add(100 * time.Millisecond))
		}
	}()
	fmt.Println(listener.Addr())
	io.Copy(io.Discard, os.Stdin)
}
