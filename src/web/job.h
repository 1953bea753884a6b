/*
 * job.h - what the front asks of an engine, and what comes back; each is one
 * message (message.h).
 *
 * A job says a command, its argument and options as texts, which were checked
 * by the front and are checked again by the worker.  The answer's bytes come
 * through a pipe, whose write end goes along with the job; a reply says how it
 * ended.
 *
 * Owner:  texts of an unpacked job or reply are views of the message.
 */
#ifndef PQ_WEB_JOB_H
#define PQ_WEB_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "command/query.h"

/* The kind of answer that is wanted. */
enum pq_job_kind {
	PQ_JOB_JSON,	   /* as -json prints it */
	PQ_JOB_TABLE_VIEW, /* the body of a page: rows as html */
	PQ_JOB_FLAME_VIEW,
	PQ_JOB_GRAPH_VIEW,
	PQ_JOB_FLAME,	 /* boxes in columns, as JSON */
	PQ_JOB_SEARCH,	 /* the sum of all that matches */
	PQ_JOB_GRAPH,	 /* a drawing */
	PQ_JOB_CHART,	 /* a picture of numbers */
	PQ_JOB_DOWNLOAD, /* a file of the format that `format` says */
	PQ_JOB_WHOLE,	 /* the profile, whatever the options */
	PQ_N_JOB_KINDS
};

enum { PQ_JOB_MOST_OPTIONS = 64 };

struct pq_job {
	int64_t id;
	enum pq_job_kind kind;
	struct pq_text command;
	bool has_argument;
	struct pq_text argument;
	int64_t from, rows, boxes;
	bool is_paged; /* JSON: from and rows count, and are told */
	/* the file that is meant of several, from 1; 0: not said */
	int64_t of;
	int64_t old; /* an earlier one, to compare it with; or 0 */
	struct pq_text at, search, format;
	struct pq_text link; /* query of the page, for links in it */
	size_t n_options;
	struct {
		struct pq_text name, value;
	} options[PQ_JOB_MOST_OPTIONS];
};

void pq_job_pack(const struct pq_job *job, struct pq_buf *to);
bool pq_job_unpack(struct pq_job *job, struct pq_text message);

/* ---- what an engine says ---- */

enum pq_reply_kind {
	PQ_REPLY_WAITING,  /* for a server: done of all, in seconds */
	PQ_REPLY_FETCHED,  /* text: bodies, with descriptors (birth.h) */
	PQ_REPLY_PROGRESS, /* done of all, in bytes */
	PQ_REPLY_READY,	   /* text: facts of the profile (facts.h) */
	PQ_REPLY_FAILED,   /* text: why it could not be loaded */
	PQ_REPLY_DONE,	   /* id; code, option and message when it failed */
	PQ_N_REPLY_KINDS
};

enum pq_answer_code {
	PQ_ANSWER_FINE,
	PQ_ANSWER_REGEX,
	PQ_ANSWER_VALUE,
	PQ_ANSWER_NO_MATCH,
	PQ_ANSWER_UNKNOWN_TYPE,
	PQ_ANSWER_NOT_FOUND,
	PQ_ANSWER_LOADING,
	PQ_ANSWER_LIMIT,
	PQ_ANSWER_LAYOUT,
	PQ_ANSWER_INTERNAL,
	PQ_ANSWER_TOKEN,
	PQ_ANSWER_FORBIDDEN,
	PQ_ANSWER_METHOD,
	PQ_ANSWER_TOO_LARGE,
	PQ_ANSWER_URL_TOO_LONG,
	PQ_ANSWER_HEAD_TOO_LONG,
	PQ_ANSWER_CONFLICT,
	PQ_N_ANSWER_CODES
};

/* How a code is called in JSON, and its status of HTTP. */
struct pq_answer_code_row {
	const char *name;
	unsigned status;
};
extern const struct pq_answer_code_row pq_answer_codes[PQ_N_ANSWER_CODES];

struct pq_reply {
	enum pq_reply_kind kind;
	int64_t id, done, all;
	enum pq_answer_code code;
	struct pq_text option, text;
};

void pq_reply_pack(const struct pq_reply *reply, struct pq_buf *to);
bool pq_reply_unpack(struct pq_reply *reply, struct pq_text message);

#endif
