/*
 * weblist.h - the source of matching functions, and below each line its
 * instructions with what was inlined around them.
 *
 * Which:  functions of which name, linker's name or file matches, or the
 *         program that they are in; or that hold the address that the
 *         argument is.  Code up to PQ_WEBLIST_AROUND bytes around their
 *         samples, of at most PQ_WEBLIST_RANGES pieces: those with the largest
 *         values.
 * Shape:  files by name, in each the functions by line.  An instruction stands
 *         below a line of each matching function that it is inlined into.
 * Lines:  lines without code between are shown, and a few around.  Number 0 is
 *         for instructions whose line is not known.
 * Without a program: lines have their values, and no instructions.
 * Errors: PQ_EUSAGE when nothing matches; a program that cannot be opened is
 *         said to the log.
 * Owner:  everything is in the input's arena.
 * Source: the reference's weblist; its ranges may begin before the mapping,
 *         and are then left out, where ours begin with it.
 */
#ifndef PQ_REPORT_WEBLIST_H
#define PQ_REPORT_WEBLIST_H

#include "base/intern.h"
#include "report/report.h"

#define PQ_WEBLIST_AROUND 500
#define PQ_WEBLIST_RANGES 25

/* A call that was inlined: where it stands in its caller. */
struct pq_weblist_call {
	struct pq_text source; /* without blanks around; "" when not found */
	struct pq_text file;   /* its last part */
	int64_t line;
	unsigned depth; /* calls around it */
};

struct pq_weblist_instruction {
	bool starts_block; /* does not follow the one before in the code */
	bool has_code;	   /* else there is no program, and only calls */
	uint64_t address;  /* the file's */
	int64_t flat, cum;
	struct pq_text text;
	struct pq_text file; /* last part; "" when not known */
	int64_t line;
	unsigned depth; /* calls around it */
	/* calls that the instruction before does not have around it */
	const struct pq_weblist_call *calls;
	size_t n_calls;
	uint32_t leads_to; /* 1 + number of a line in the page; 0: none */
	uint64_t target;   /* where a jump leads, for leads_to */
	uint32_t program;  /* targets count within one */
};

enum pq_weblist_kind {
	PQ_WEBLIST_PLAIN, /* no code */
	PQ_WEBLIST_LIVE,  /* with instructions */
	PQ_WEBLIST_DEAD,  /* code, but no program */
};

struct pq_weblist_line {
	int64_t number, flat, cum;
	uint32_t serial; /* in the page, from 1 */
	enum pq_weblist_kind kind;
	struct pq_text source;
	struct pq_weblist_instruction *instructions;
	size_t n_instructions;
};

struct pq_weblist_function {
	struct pq_text name, file;
	int64_t flat, cum;
	struct pq_weblist_line *lines;
	size_t n_lines;
};

struct pq_weblist {
	const struct pq_view *view;
	enum pq_theme theme;
	struct pq_notes header; /* the profile's description */
	struct pq_weblist_function *functions;
	size_t n;
};

/* NULL with the error filled when nothing matches. */
struct pq_weblist *pq_weblist_build(const struct pq_report_input *in,
				    struct pq_error *err);

/* ---- between weblist_code.c and weblist.c ---- */

struct pq_weblist_frame {
	struct pq_text function, file; /* the linker's name, if it is known */
	int64_t line;
};

/* An instruction, or a location of which there is no code. */
struct pq_weblist_code {
	uint64_t address, end;	  /* the process's */
	uint64_t in_file, target; /* the file's; 0: leads nowhere */
	struct pq_text text;
	int64_t flat, cum;
	bool has_code;
	uint32_t program;
	/* innermost first: the ones it is shown by, and its own place */
	const struct pq_weblist_frame *frames;
	size_t n_frames;
	struct pq_text file;
	int64_t line;
};

struct pq_weblist_codes {
	PQ_VEC(struct pq_weblist_code) at; /* largest range first */
	struct pq_intern interest;	   /* names of functions that match */
	/* by the linker's name: position in profile.functions + 1 */
	struct pq_intern names;
	PQ_VEC(uint32_t) functions;
};

/* False when nothing matches; to be released in any case. */
bool pq_weblist_find_codes(struct pq_weblist_codes *c,
			   const struct pq_report_input *in);
void pq_weblist_release_codes(struct pq_weblist_codes *c);

#endif
