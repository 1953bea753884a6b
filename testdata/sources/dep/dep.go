// SPDX-License-Identifier: Apache-2.0

// Package dep is a dependency whose path has an upper-case letter in it, which
// the module cache writes as "!u".
package dep

const size = 4096

// Blocks returns n blocks of memory.
//
//go:noinline
func Blocks(n int) [][]byte {
	blocks := make([][]byte, 0, n)
	for len(blocks) < n {
		blocks = append(blocks, make([]byte, size))
	}
	return blocks
}
