#include "session/fetched.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "export/write_profile.h"
#include "fetch/fetcher.h"
#include "fetch/saving.h"
#include "fetch/symbolz.h"

#include "base/banned.h"

/* A body that nobody gave a limit may have this size. */
#define USUAL_MOST_BYTES ((uint64_t)4 << 30)

/* ---- what is to be fetched ---- */

static void find_address(struct pq_inputs *in, const struct pq_options *o,
			 struct pq_source *source)
{
	struct pq_address address;
	struct stat st;

	/* A file of that name comes first: a word may be both. */
	if (!source->name || source->fd >= 0 || !stat(source->name, &st) ||
	    !pq_address_parse(source->name, o->seconds, &in->arena, &address))
		return;
	*pq_vec_push(&in->addresses) = address;
	source->address = (uint32_t)in->addresses.n;
}

static void find_addresses(struct pq_inputs *in, const struct pq_options *o)
{
	for (size_t i = 0; i < in->sources.n; i++)
		find_address(in, o, &in->sources.at[i]);
	find_address(in, o, &in->base);
}

/* ---- settings ---- */

static const char *string_or_null(struct pq_text text)
{
	return text.len ? pq_unchecked_bytes(text.bytes) : NULL;
}

static bool check_tls_pair(const struct pq_options *o, struct pq_error *err)
{
	if (o->tls_cert.len && !o->tls_key.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-tls_cert is specified, so -tls_key must also "
			       "be specified");
	if (o->tls_key.len && !o->tls_cert.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-tls_key is specified, so -tls_cert must also "
			       "be specified");
	return true;
}

/* The library's own words for a file that is not there name no file. */
static bool check_tls_files(const struct pq_options *o, struct pq_error *err)
{
	const char *ca = string_or_null(o->tls_ca);
	const char *cert = string_or_null(o->tls_cert);
	const char *key = string_or_null(o->tls_key);

	if (ca && access(ca, R_OK))
		return pq_fail(err, PQ_EIO,
			       "could not load CA specified by -tls_ca: open "
			       "%s: %s",
			       ca, strerror(errno));
	if ((cert && access(cert, R_OK)) || (key && access(key, R_OK)))
		return pq_fail(err, PQ_EIO,
			       "could not load certificate/key pair specified "
			       "by -tls_cert and -tls_key: %s",
			       strerror(errno));
	return true;
}

static void add_header(struct pq_inputs *in, const char *line, size_t n)
{
	char *copy = pq_arena_alloc(&in->arena, n + 1);

	/* A line of a file may end with \r, which no header may have. */
	while (n && (line[n - 1] == '\r' || line[n - 1] == ' '))
		n--;
	if (!n)
		return;
	memcpy(copy, line, n);
	copy[n] = '\0';
	*pq_vec_push(&in->headers) = copy;
}

/* -header=@FILE: a header a line, so that no secret is in a list of processes. */
static bool add_header_file(struct pq_inputs *in, const char *path,
			    struct pq_error *err)
{
	enum { MOST_HEADER_BYTES = 1 << 20 };
	struct pq_buf b = { 0 };
	int fd = pq_io_open(path, err);
	bool ok = fd >= 0 && pq_io_read_all(fd, &b, MOST_HEADER_BYTES);
	struct pq_text all = pq_buf_view(&b);
	size_t at = 0;

	/* The error of reading names no option: it is said again with it. */
	if (!ok || all.len >= MOST_HEADER_BYTES) {
		struct pq_error reason = *err;

		pq_error_clear(err);
		pq_fail(err, PQ_EIO, "-header=@%s: %s", path,
			!ok ? reason.msg : "longer than a megabyte");
		ok = false;
	}
	while (ok && at < all.len) {
		size_t end = pq_text_find(all, at, "\n");

		add_header(in, pq_unchecked_bytes(all.bytes) + at, end - at);
		at = end + 1;
	}
	if (fd >= 0)
		close(fd);
	pq_buf_release(&b);
	return ok;
}

/* A line of a header has one colon behind its name, and no end of a line. */
static bool check_header(const char *line, struct pq_error *err)
{
	size_t name = strcspn(line, ": \t\r\n");

	if (name && line[name] == ':' && !strpbrk(line, "\r\n"))
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "-header: a header is written \"Name: value\", and "
		       "@FILE names a file of them");
}

static bool add_bearer(struct pq_inputs *in, struct pq_text variable,
		       struct pq_error *err)
{
	const char *name = pq_unchecked_bytes(variable.bytes);
	const char *token = getenv(name);
	struct pq_buf b = { 0 };

	if (!token || !*token)
		return pq_fail(err, PQ_EUSAGE,
			       "-bearer_env=%s: there is no such variable, or "
			       "it is empty",
			       name);
	pq_buf_str(&b, "Authorization: Bearer ");
	pq_buf_str(&b, token);
	add_header(in, pq_unchecked_bytes(b.data), b.len);
	pq_buf_release(&b);
	return true;
}

static bool find_headers(struct pq_inputs *in, const struct pq_options *o,
			 struct pq_error *err)
{
	for (size_t i = 0; i < o->header.n; i++) {
		struct pq_text line = o->header.at[i];
		const char *bytes = pq_unchecked_bytes(line.bytes);

		if (bytes[0] != '@')
			add_header(in, bytes, line.len);
		else if (!add_header_file(in, bytes + 1, err))
			return false;
	}
	if (o->bearer_env.len && !add_bearer(in, o->bearer_env, err))
		return false;
	/* Lines of files and tokens are checked like those typed. */
	for (size_t i = 0; i < in->headers.n; i++)
		if (!check_header(in->headers.at[i], err))
			return false;
	return true;
}

static uint64_t most_body_bytes(const struct pq_options *o)
{
	uint64_t machine = pq_machine_budget() / 2;

	/* Half of the budget: a profile made of a body needs room, too. */
	if (o->max_memory > 0)
		return (uint64_t)o->max_memory;
	return machine < USUAL_MOST_BYTES ? machine : USUAL_MOST_BYTES;
}

static bool make_plan(struct pq_inputs *in, const struct pq_options *o,
		      struct pq_error *err)
{
	struct pq_fetch_plan *plan = pq_arena_zeroed(&in->arena, sizeof(*plan));

	if (!check_tls_pair(o, err) || !check_tls_files(o, err) ||
	    !find_headers(in, o, err))
		return false;
	plan->addresses = in->addresses.at;
	plan->n = in->addresses.n;
	plan->settings = (struct pq_http_settings){
		.timeout = o->timeout > 0 ? o->timeout : 0,
		.headers = in->headers.at,
		.n_headers = in->headers.n,
		.tls_cert = string_or_null(o->tls_cert),
		.tls_key = string_or_null(o->tls_key),
		.tls_ca = string_or_null(o->tls_ca),
		.most_bytes = most_body_bytes(o),
		.retries = o->retry > 0 ? (unsigned)o->retry : 0,
	};
	in->plan = plan;
	return true;
}

/* ---- fetching ---- */

static void say_what_is_fetched(const struct pq_inputs *in,
				const struct pq_options *o, struct pq_log *log)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < in->addresses.n; i++) {
		const struct pq_address *a = &in->addresses.at[i];

		pq_buf_clear(&b);
		pq_buf_str(&b, "Fetching profile over HTTP from ");
		pq_buf_str(&b, a->shown);
		pq_log_text(log, pq_buf_view(&b));
		if (o->seconds <= 0)
			continue;
		pq_buf_clear(&b);
		pq_buf_str(&b, "Please wait... (");
		pq_duration_text(&b, o->seconds);
		pq_buf_char(&b, ')');
		pq_log_text(log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
}

struct waiting {
	const struct pq_watch *watch;
	int64_t longest; /* seconds that a server said it takes */
};

static void tell_waiting(void *ctx, int64_t seconds)
{
	struct waiting *w = ctx;

	if (w->watch->waiting)
		w->watch->waiting(w->watch->ctx, seconds, w->longest);
}

static void take_body(const struct pq_inputs *in, struct pq_source *source)
{
	if (!source->address)
		return;
	pq_error_clear(&source->failure);
	source->fd = pq_fetcher_body(in->fetcher, source->address - 1,
				     &source->failure);
}

bool pq_inputs_fetch(struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_watch *watch, struct pq_error *err)
{
	struct waiting w = { .watch = watch };

	find_addresses(in, o);
	if (!in->addresses.n)
		return true;
	if (!make_plan(in, o, err))
		return false;
	/* The longest wait is the one that a person is told to expect. */
	for (size_t i = 0; i < in->addresses.n; i++)
		if (in->addresses.at[i].seconds > w.longest)
			w.longest = in->addresses.at[i].seconds;
	say_what_is_fetched(in, o, watch->log);
	if (!pq_fetcher_start(&in->fetcher, in->plan, err) ||
	    !pq_fetcher_wait(in->fetcher, tell_waiting, &w, err))
		return false;
	/* A body that failed is told of when its source is read. */
	for (size_t i = 0; i < in->sources.n; i++)
		take_body(in, &in->sources.at[i]);
	take_body(in, &in->base);
	return true;
}

static void give_body(struct pq_source *source,
		      const struct pq_fetched_body *bodies, size_t n)
{
	if (!source->address)
		return;
	pq_error_clear(&source->failure);
	for (size_t i = 0; i < n; i++) {
		if (!pq_text_is(bodies[i].name, source->name))
			continue;
		source->fd = bodies[i].fd;
		source->failure = bodies[i].failure;
		return;
	}
	pq_fail(&source->failure, PQ_EIO, "%s: it was not fetched",
		source->name);
}

bool pq_inputs_reuse(struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_fetched_body *bodies, size_t n,
		     struct pq_error *err)
{
	find_addresses(in, o);
	if (!in->addresses.n)
		return true;
	if (!make_plan(in, o, err))
		return false;
	in->plan->has_bodies = true;
	if (!pq_fetcher_start(&in->fetcher, in->plan, err))
		return false;
	for (size_t i = 0; i < in->sources.n; i++)
		give_body(&in->sources.at[i], bodies, n);
	give_body(&in->base, bodies, n);
	return true;
}

/* ---- names from the servers ---- */

void pq_note_origin(struct pq_inputs *in, const struct pq_source *source,
		    struct pq_profile *p)
{
	if (!source->address)
		return;
	for (size_t i = 0; i < p->mappings.n; i++) {
		struct pq_mapping *m = &p->mappings.at[i];
		struct pq_origin *origin = pq_vec_push(&in->origins);

		/* A mapping without a name is known by where it came from. */
		if (!pq_string(p, m->build_id).len &&
		    !pq_string(p, m->file).len)
			m->file = pq_profile_copy_string(
				p,
				pq_text_of(in->addresses.at[source->address - 1]
						   .request));
		origin->key = pq_arena_text(
			&in->arena,
			pq_string(p, pq_string(p, m->build_id).len ? m->build_id
								   : m->file));
		origin->address = source->address - 1;
		origin->start = m->start;
	}
}

static const struct pq_origin *find_origin(const struct pq_inputs *in,
					   const struct pq_profile *p,
					   const struct pq_mapping *m)
{
	struct pq_text file = pq_string(p, m->file);
	struct pq_text build_id = pq_string(p, m->build_id);

	/* Origins are keyed by file or, where there is one, by build id. */
	for (size_t i = 0; file.len && i < in->origins.n; i++)
		if (pq_text_equal(in->origins.at[i].key, file))
			return &in->origins.at[i];
	for (size_t i = 0; build_id.len && i < in->origins.n; i++)
		if (pq_text_equal(in->origins.at[i].key, build_id))
			return &in->origins.at[i];
	return NULL;
}

/* True when the mapping was asked for, or nothing is to be asked. */
static bool name_mapping(const struct pq_inputs *in, struct pq_profile *p,
			 uint32_t i, const struct pq_origin *origin,
			 struct pq_error *err)
{
	struct pq_buf request = { 0 }, answer = { 0 };
	bool ok = true;

	if (pq_symbolz_request(p, i, origin->start, &request))
		ok = pq_fetcher_symbolz(in->fetcher, origin->address,
					pq_buf_view(&request), &answer, err);
	if (ok)
		pq_symbolz_apply(p, i, origin->start, pq_buf_view(&answer));
	pq_buf_release(&request);
	pq_buf_release(&answer);
	return ok;
}

static void say_not_named(const struct pq_inputs *in,
			  const struct pq_origin *origin,
			  const struct pq_error *err, struct pq_log *log)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, in->addresses.at[origin->address].symbolz);
	pq_buf_str(&b, ": ");
	pq_buf_text(&b, pq_text_of(err->msg));
	pq_buf_str(&b, "; addresses have no names");
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

void pq_name_remotely(const struct pq_inputs *in, struct pq_profile *p,
		      bool force, struct pq_log *log)
{
	for (uint32_t i = 0; in->fetcher && i < p->mappings.n; i++) {
		struct pq_mapping *m = &p->mappings.at[i];
		const struct pq_origin *origin = find_origin(in, p, m);
		struct pq_error err;

		if (!origin || (m->has_functions && !force))
			continue;
		pq_error_clear(&err);
		if (name_mapping(in, p, i, origin, &err))
			p->mappings.at[i].has_functions = true;
		else
			say_not_named(in, origin, &err, log);
	}
}

/* ---- saving ---- */

static void put_saved_name(struct pq_buf *to, const struct pq_profile *p)
{
	struct pq_text file = PQ_TEXT("");

	/* The reference's name: program and sample types. */
	if (p->mappings.n)
		file = pq_text_basename(pq_string(p, p->mappings.at[0].file));
	pq_buf_str(to, "pprof.");
	if (file.len) {
		pq_saved_name_part(to, file);
		pq_buf_char(to, '.');
	}
	for (size_t i = 0; i < p->sample_types.n; i++) {
		pq_buf_str(to, i ? "." : "");
		pq_saved_name_part(to,
				   pq_string(p, p->sample_types.at[i].type));
	}
}

static void say_lines(struct pq_text lines, struct pq_log *log)
{
	size_t at = 0;

	while (at < lines.len) {
		size_t end = pq_text_find(lines, at, "\n");

		pq_log_text(log, pq_text_slice(lines, at, end));
		at = end + 1;
	}
}

void pq_save_fetched(const struct pq_inputs *in, const struct pq_options *o,
		     const struct pq_profile *p, struct pq_log *log)
{
	const char *folder = getenv("PPROF_TMPDIR");
	struct pq_buf name = { 0 }, notes = { 0 };
	struct pq_error err;
	struct pq_out out;

	if (!in->fetcher || in->plan->has_bodies ||
	    !(o->save || (folder && *folder)))
		return;
	pq_error_clear(&err);
	put_saved_name(&name, p);
	/* Packed in memory, as the file is opened by the fetching process. */
	pq_out_open_memory(&out);
	pq_write_profile(p, NULL, &out);
	pq_fetcher_save(in->fetcher, pq_buf_view(&name), pq_buf_view(&out.buf),
			&notes, &err);
	say_lines(pq_buf_view(&notes), log);
	if (err.code != PQ_OK)
		pq_log_text(log, pq_text_of(err.msg));
	pq_out_close(&out, "memory", &err);
	pq_buf_release(&name);
	pq_buf_release(&notes);
}
