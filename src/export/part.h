/*
 * part.h - one profile as rows of the tables, made in any thread; tables.h
 * writes it.
 *
 * Rows:   of samples the text, for it is the same whatever was written before;
 *         of stacks, frames, functions and label sets the ids and what rows
 *         are made of, for only those that are new get one.
 * Stacks: as reports see them: without what drop_frames names, which a part
 *         takes out of its profile; an inlined line is a frame of its own.
 *         Names may be readable already (`raw_names' has those of the file).
 *         Frames are those of all locations, in whatever stack.
 * Ids:    digests of content (base/digest.h), so that hosts agree on them
 *         without asking each other.  lp(s) is the length in 4 bytes, little
 *         endian, then the bytes; i64(n) 8 bytes, little endian.  Bytes are
 *         those of the file, before names are made readable and before repair.
 *
 *     func_id    of the name as the table has it
 *     frame_id   lp(name) lp(system name) lp(file) i64(start line) i64(line)
 *                i64(column) i64(inlined) lp(mapping's file) lp(build id)
 *                i64(address); with a function, build id and address are
 *                nothing, so that stacks of two builds are one; without lines
 *                everything but the last three is, and the address is that in
 *                the file
 *     stack_id   the frame ids, leaf first
 *     label_set  lp(key) i64(is_num) lp(str) i64(num) lp(unit) of all labels,
 *                sorted bytewise, each once; 0 when there are none
 *     profile_id i64(digest of the file without gzip) i64(time) lp(service)
 *                lp(instance) lp(key) lp(value) of the other settings, sorted
 *
 * Owner:  pq_part_free frees a part and raw_names with it; the profile must
 *         outlive it.
 * Errors: PQ_EFORMAT for two sample types of one name: the tables could not
 *         tell them apart.
 */
#ifndef PQ_EXPORT_PART_H
#define PQ_EXPORT_PART_H

#include "base/buf.h"
#include "base/error.h"
#include "export/identity.h"
#include "profile/profile.h"

/* One label as a row of its table. */
struct pq_label_row {
	struct pq_text key, str, unit;
	int64_t num;
	bool is_num;
};

struct pq_label_set {
	int64_t id;
	size_t first, n; /* in pq_part.label_rows */
};

#define PQ_ID_DIGITS 24 /* a comma, a sign, 19 digits, and room to copy */

struct pq_part_frame {
	int64_t id, func_id;
	uint32_t location;
	uint32_t line; /* position in the profile's lines; PQ_NONE: none */
	bool inlined;
	uint8_t id_len, func_len;
	char id_digits[PQ_ID_DIGITS], func_digits[PQ_ID_DIGITS];
};

struct pq_part_stack {
	int64_t id;
	size_t first, n; /* in pq_part.stack_frames, leaf first */
};

struct pq_part {
	struct pq_profile *p;
	uint32_t *raw_names; /* by function: a string of p */
	int64_t profile_id, taken_at_ns, label_set;
	PQ_VEC(struct pq_part_frame) frames;
	PQ_VEC(uint32_t) stack_frames;
	PQ_VEC(struct pq_part_stack) stacks;
	PQ_VEC(struct pq_label_row) label_rows;
	PQ_VEC(struct pq_label_set) label_sets;
	struct pq_buf samples; /* rows */
};

/* raw_names, from pq_alloc, belong to the part in any case. */
struct pq_part *pq_part_new(struct pq_profile *p, uint32_t *raw_names,
			    const struct pq_identity *identity,
			    struct pq_error *err);
void pq_part_free(struct pq_part *part);

/* Things that a frame is of; NULL: nothing. */
struct pq_part_place {
	const struct pq_line *line;
	const struct pq_function *function;
	const struct pq_mapping *mapping;
	int64_t address; /* in its file, of a frame without lines; else 0 */
};

struct pq_part_place pq_part_place(const struct pq_part *part,
				   const struct pq_part_frame *frame);

/* The name of a frame as top prints it, as the table has it. */
void pq_part_frame_name(const struct pq_part *part,
			const struct pq_part_frame *frame, struct pq_buf *to);

#endif
