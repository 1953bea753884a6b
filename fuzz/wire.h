/*
 * wire.h - a profile.proto as a tree of its fields, to be changed and written
 * again: what protobuf-c would drop or put right stays as it is.
 *
 * Shape:  a message is a list of fields in the order of the bytes.  A field
 *         is a number, a text, a packed list of numbers or a message,
 *         depending on its wire type and on what the format says it is;
 *         bytes that do not decode as what they should be stay bytes.
 * Owner:  all memory is the tree's; wire_tree_free frees it at once.
 * Errors: wire_tree_decode says false where the top level is no protobuf.
 *         Memory that cannot be had ends the program.
 */
#ifndef PQ_FUZZ_WIRE_H
#define PQ_FUZZ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_message_type {
	WIRE_PROFILE,
	WIRE_VALUE_TYPE,
	WIRE_SAMPLE,
	WIRE_LABEL,
	WIRE_MAPPING,
	WIRE_LOCATION,
	WIRE_LINE,
	WIRE_FUNCTION,
	WIRE_N_TYPES
};

enum wire_shape {
	WIRE_IS_NUMBER, /* a varint */
	WIRE_IS_FIXED32,
	WIRE_IS_FIXED64,
	WIRE_IS_BYTES,
	WIRE_IS_LIST, /* packed varints */
	WIRE_IS_MESSAGE
};

/* What a number stands for. */
enum wire_meaning {
	WIRE_AMOUNT, /* a value, a time, an address, a line, a flag */
	WIRE_STRING, /* an index into the string table */
	WIRE_LOCATION_ID,
	WIRE_FUNCTION_ID,
	WIRE_MAPPING_ID
};

struct wire_field {
	uint64_t number; /* of the field */
	enum wire_shape shape;
	enum wire_meaning meaning;
	uint64_t value;	 /* of numbers */
	unsigned padded; /* bytes a number is longer than it need be */
	uint8_t *bytes;
	uint64_t *list;
	size_t n; /* of bytes or list */
	struct wire_message *message;
};

struct wire_message {
	enum wire_message_type type;
	struct wire_field *fields;
	size_t n, capacity;
};

struct wire_tree {
	struct wire_message root;
	struct wire_block *blocks;
};

bool wire_tree_decode(struct wire_tree *t, const uint8_t *data, size_t size);
void wire_tree_free(struct wire_tree *t);

/* Bytes of the tree into `to`; 0 when they do not fit. */
size_t wire_tree_encode(const struct wire_tree *t, uint8_t *to, size_t room);

/* Memory of the tree. */
void *wire_alloc(struct wire_tree *t, size_t bytes);

/* A place in a message, at most at its end, for a field that is there then. */
struct wire_field *wire_insert(struct wire_tree *t, struct wire_message *m,
			       size_t at);
void wire_remove(struct wire_message *m, size_t at);

/* A field that shares nothing with the one it is like. */
struct wire_field wire_copy(struct wire_tree *t, const struct wire_field *f);

/* What field `number` of a message is: its meaning, and the message in it or
 * WIRE_N_TYPES; false for a field that the format does not have. */
bool wire_rule(enum wire_message_type in, uint64_t number,
	       enum wire_shape *shape, enum wire_meaning *meaning,
	       enum wire_message_type *child);

#endif
