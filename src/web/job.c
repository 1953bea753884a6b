#include "web/job.h"

#include <string.h>

#include "web/message.h"

#include "base/banned.h"

const struct pq_answer_code_row pq_answer_codes[PQ_N_ANSWER_CODES] = {
	[PQ_ANSWER_FINE] = { "fine", 200 },
	[PQ_ANSWER_REGEX] = { "regex", 400 },
	[PQ_ANSWER_VALUE] = { "value", 400 },
	[PQ_ANSWER_NO_MATCH] = { "no_match", 400 },
	[PQ_ANSWER_UNKNOWN_TYPE] = { "unknown_type", 400 },
	[PQ_ANSWER_NOT_FOUND] = { "not_found", 404 },
	[PQ_ANSWER_LOADING] = { "loading", 503 },
	[PQ_ANSWER_LIMIT] = { "limit", 503 },
	[PQ_ANSWER_LAYOUT] = { "layout", 503 },
	[PQ_ANSWER_INTERNAL] = { "internal", 500 },
	[PQ_ANSWER_TOKEN] = { "token", 401 },
	[PQ_ANSWER_FORBIDDEN] = { "forbidden", 403 },
	[PQ_ANSWER_METHOD] = { "method", 405 },
	[PQ_ANSWER_TOO_LARGE] = { "too_large", 413 },
	[PQ_ANSWER_URL_TOO_LONG] = { "too_large", 414 },
	[PQ_ANSWER_HEAD_TOO_LONG] = { "too_large", 431 },
	[PQ_ANSWER_CONFLICT] = { "conflict", 409 },
};

void pq_job_pack(const struct pq_job *job, struct pq_buf *to)
{
	/* The order is that of pq_job_unpack: fields have no names. */
	pq_message_put_int(to, job->id);
	pq_message_put_int(to, (int64_t)job->kind);
	pq_message_put_text(to, job->command);
	pq_message_put_int(to, job->has_argument);
	pq_message_put_text(to, job->argument);
	pq_message_put_int(to, job->from);
	pq_message_put_int(to, job->rows);
	pq_message_put_int(to, job->boxes);
	pq_message_put_int(to, job->is_paged);
	pq_message_put_int(to, job->of);
	pq_message_put_int(to, job->old);
	pq_message_put_text(to, job->at);
	pq_message_put_text(to, job->search);
	pq_message_put_text(to, job->format);
	pq_message_put_text(to, job->link);
	/* Options come last, after their number. */
	pq_message_put_int(to, (int64_t)job->n_options);
	for (size_t i = 0; i < job->n_options; i++) {
		pq_message_put_text(to, job->options[i].name);
		pq_message_put_text(to, job->options[i].value);
	}
}

bool pq_job_unpack(struct pq_job *job, struct pq_text message)
{
	struct pq_message m = pq_message_over(message.bytes, message.len);
	int64_t kind;

	memset(job, 0, sizeof(*job));
	job->id = pq_message_take_int(&m);
	kind = pq_message_take_int(&m);
	job->command = pq_message_take_text(&m);
	job->has_argument = pq_message_take_int(&m) != 0;
	job->argument = pq_message_take_text(&m);
	job->from = pq_message_take_int(&m);
	job->rows = pq_message_take_int(&m);
	job->boxes = pq_message_take_int(&m);
	job->is_paged = pq_message_take_int(&m) != 0;
	job->of = pq_message_take_int(&m);
	job->old = pq_message_take_int(&m);
	job->at = pq_message_take_text(&m);
	job->search = pq_message_take_text(&m);
	job->format = pq_message_take_text(&m);
	job->link = pq_message_take_text(&m);
	job->n_options = pq_message_take_count(&m);
	/* Numbers are checked before anything is indexed by them. */
	if (kind < 0 || kind >= PQ_N_JOB_KINDS ||
	    job->n_options > PQ_JOB_MOST_OPTIONS)
		return false;
	job->kind = (enum pq_job_kind)kind;
	for (size_t i = 0; i < job->n_options; i++) {
		job->options[i].name = pq_message_take_text(&m);
		job->options[i].value = pq_message_take_text(&m);
	}
	return pq_message_whole(&m) && job->from >= 0 && job->rows >= 0 &&
	       job->boxes >= 0 && job->of >= 0 && job->old >= 0;
}

void pq_reply_pack(const struct pq_reply *reply, struct pq_buf *to)
{
	pq_message_put_int(to, (int64_t)reply->kind);
	pq_message_put_int(to, reply->id);
	pq_message_put_int(to, reply->done);
	pq_message_put_int(to, reply->all);
	pq_message_put_int(to, (int64_t)reply->code);
	pq_message_put_text(to, reply->option);
	pq_message_put_text(to, reply->text);
}

bool pq_reply_unpack(struct pq_reply *reply, struct pq_text message)
{
	struct pq_message m = pq_message_over(message.bytes, message.len);
	int64_t kind, code;

	memset(reply, 0, sizeof(*reply));
	kind = pq_message_take_int(&m);
	reply->id = pq_message_take_int(&m);
	reply->done = pq_message_take_int(&m);
	reply->all = pq_message_take_int(&m);
	code = pq_message_take_int(&m);
	reply->option = pq_message_take_text(&m);
	reply->text = pq_message_take_text(&m);
	/* Enumerations that are out of range are no reply of ours. */
	if (kind < 0 || kind >= PQ_N_REPLY_KINDS || code < 0 ||
	    code >= PQ_N_ANSWER_CODES)
		return false;
	reply->kind = (enum pq_reply_kind)kind;
	reply->code = (enum pq_answer_code)code;
	return pq_message_whole(&m);
}
