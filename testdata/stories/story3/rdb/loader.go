// SPDX-License-Identifier: Apache-2.0

// Package rdb reads a simple dump of a key-value store, one entry at a time.
//
// A dump is a sequence of entries and the byte 0xff.  An entry is a byte for
// the type of its value, the key, and the value.  A string is its length as an
// unsigned varint and its bytes; a list is the number of its elements as an
// unsigned varint and that many strings.
package rdb

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Types of values, and the byte after the last entry.
const (
	TypeString = 0x00
	TypeList   = 0x01
	EOF        = 0xff
)

const maxString = 1 << 20

var errTooLong = errors.New("rdb: string too long")

// BinEntry is one entry of a dump with its value as it was in the dump.
type BinEntry struct {
	Type  byte
	Key   []byte
	Value []byte
}

// Loader reads the entries of a dump.
type Loader struct {
	rdbReader
	entries int
}

// NewLoader returns a Loader that reads from r.
func NewLoader(r io.Reader) *Loader {
	return &Loader{rdbReader: rdbReader{in: bufio.NewReaderSize(r, 32<<10)}}
}

// Entries returns the number of entries read so far.
func (l *Loader) Entries() int {
	return l.entries
}

// NextBinEntry returns the next entry, or nil after the last one.
//
//go:noinline
func (l *Loader) NextBinEntry() (*BinEntry, error) {
	t, err := l.in.ReadByte()
	if err != nil {
		return nil, err
	}
	if t == EOF {
		return nil, nil
	}
	key, err := l.readKey()
	if err != nil {
		return nil, err
	}
	value, err := l.readObjectValue(t)
	if err != nil {
		return nil, err
	}
	l.entries++
	return &BinEntry{Type: t, Key: key, Value: value}, nil
}

type rdbReader struct {
	in      *bufio.Reader
	scratch [binary.MaxVarintLen64]byte
	chunk   []byte
}

//go:noinline
func (r *rdbReader) readKey() ([]byte, error) {
	n, err := r.readLength()
	if err != nil {
		return nil, err
	}
	key := make([]byte, n)
	_, err = io.ReadFull(r.in, key)
	return key, err
}

// readObjectValue reads a value of type t and returns its bytes as they are in
// the dump.
//
// The bug: how long a list is can be known only after all of it was read, so
// it is collected piece by piece in a buffer that starts out empty.  Each time
// the buffer is full, a new one of twice the size is made and the old one is
// copied to it.  Right then a value of n bytes takes up 3n: n in the old
// buffer and 2n in the new one.
//
//go:noinline
func (r *rdbReader) readObjectValue(t byte) ([]byte, error) {
	var b bytes.Buffer
	switch t {
	case TypeString:
		if err := r.copyString(&b); err != nil {
			return nil, err
		}
	case TypeList:
		n, err := r.readLength()
		if err != nil {
			return nil, err
		}
		b.Write(r.encodeLength(n))
		for ; n > 0; n-- {
			s, err := r.readString()
			if err != nil {
				return nil, err
			}
			b.Write(r.encodeLength(uint64(len(s))))
			b.Write(s)
		}
	default:
		return nil, fmt.Errorf("rdb: unknown type %#02x", t)
	}
	return b.Bytes(), nil
}

func (r *rdbReader) copyString(b *bytes.Buffer) error {
	s, err := r.readString()
	if err != nil {
		return err
	}
	b.Write(r.encodeLength(uint64(len(s))))
	b.Write(s)
	return nil
}

// readString returns the next string; it is valid until the next call.
func (r *rdbReader) readString() ([]byte, error) {
	n, err := r.readLength()
	if err != nil {
		return nil, err
	}
	if uint64(cap(r.chunk)) < n {
		r.chunk = make([]byte, n)
	}
	r.chunk = r.chunk[:n]
	_, err = io.ReadFull(r.in, r.chunk)
	return r.chunk, err
}

// readLength reads the length of a string or the number of a list's elements.
func (r *rdbReader) readLength() (uint64, error) {
	n, err := binary.ReadUvarint(r.in)
	if err == nil && n > maxString {
		err = errTooLong
	}
	return n, err
}

func (r *rdbReader) encodeLength(n uint64) []byte {
	return r.scratch[:binary.PutUvarint(r.scratch[:], n)]
}
