#include "fetch/http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "fetch/decoding.h"

#include "base/banned.h"

#define LIBRARY "libcurl.so.4"
#define MOST_REDIRECTS 10 /* the one to which it leads is not asked */
#define CONNECT_MS 10000L
/* Added to every time limit; and the limit of what has none. */
#define GRACE_SECONDS 5
#define USUAL_SECONDS 60
/* A server's words in a message. */
#define WORDS_BYTES 4096
/* Words of a server that refuses are not waited for without end. */
#define MOST_WORDS_BYTES ((uint64_t)1 << 20)

struct pq_http {
	const struct pq_http_settings *settings;
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	void (*easy_cleanup)(CURL *easy);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_perform)(CURLM *multi, int *running);
	CURLMcode (*multi_poll)(CURLM *multi, struct curl_waitfd extra[],
				unsigned n, int ms, int *ready);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	struct curl_slist *(*slist_append)(struct curl_slist *list,
					   const char *line);
	void (*slist_free_all)(struct curl_slist *list);
};

/* One request and those that redirects make of it. */
struct transfer {
	struct pq_http *h;
	struct pq_http_job *job;
	size_t i; /* the job's position */
	CURL *easy;
	struct curl_slist *headers;
	int64_t until_ms;
	unsigned redirects, retries;
	/* the answer that comes: */
	uint64_t bytes;
	char status[128]; /* "404 Not Found" */
	bool is_go, is_text, is_too_large;
	struct pq_decoding decoding;
	char words[WORDS_BYTES];
	size_t n_words;
	char error[CURL_ERROR_SIZE];
};

/* ---- the library ---- */

static void *find_curl_function(void *library, const char *name, bool *found)
{
	void *symbol = dlsym(library, name);

	*found = *found && symbol;
	return symbol;
}

struct pq_http *pq_http_new(const struct pq_http_settings *settings,
			    struct pq_error *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	struct pq_http *h = pq_alloc_zeroed(sizeof(*h));
	bool found = library != NULL;

	/* Loaded for a fetch only: other runs start without the library. */
	h->settings = settings;
#define FIND(name)                                                         \
	*(void **)&h->name =                                               \
		found ? find_curl_function(library, "curl_" #name, &found) \
		      : NULL
	FIND(global_init);
	FIND(easy_init);
	FIND(easy_setopt);
	FIND(easy_getinfo);
	FIND(easy_strerror);
	FIND(easy_cleanup);
	FIND(multi_init);
	FIND(multi_add_handle);
	FIND(multi_remove_handle);
	FIND(multi_perform);
	FIND(multi_poll);
	FIND(multi_info_read);
	FIND(multi_cleanup);
	FIND(slist_append);
	FIND(slist_free_all);
#undef FIND
	if (found && !h->global_init(CURL_GLOBAL_ALL))
		return h;
	pq_free(h);
	pq_fail(err, PQ_EIO,
		"cannot fetch: libcurl is not installed (" LIBRARY
		"; Debian: libcurl4)");
	return NULL;
}

/* ---- callbacks: nothing is allocated, nothing unwinds ---- */

static bool write_at(int fd, const char *bytes, size_t n, uint64_t offset)
{
	while (n) {
		ssize_t written = pwrite(fd, bytes, n, (off_t)offset);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			n -= (size_t)written;
			offset += (uint64_t)written;
		}
	}
	return true;
}

static bool is_success(const struct transfer *t)
{
	return !strncmp(t->status, "200", 3);
}

/* Keeps the first words of a refusal, for the message. */
static bool keep_words(struct transfer *t, const char *bytes, size_t n)
{
	size_t room = sizeof(t->words) - t->n_words;
	size_t kept = n < room ? n : room;

	memcpy(t->words + t->n_words, bytes, kept);
	t->n_words += kept;
	t->bytes += n;
	/* no refusal is endless */
	return t->bytes <= MOST_WORDS_BYTES;
}

static bool keep_body(void *transfer, const char *bytes, size_t n)
{
	struct transfer *t = transfer;

	/* The bodies of redirects and refusals must not reach the file. */
	if (!is_success(t))
		return keep_words(t, bytes, n);
	if (t->bytes + n > t->h->settings->most_bytes) {
		t->is_too_large = true;
		return false;
	}
	if (!write_at(t->job->fd, bytes, n, t->bytes))
		return false;
	t->bytes += n;
	return true;
}

/* Taking 0 bytes ends the transfer. */
static size_t receive_body(char *bytes, size_t one, size_t n, void *transfer)
{
	struct transfer *t = transfer;

	(void)one;
	return pq_decoding_take(&t->decoding, bytes, n, keep_body, t) ? n : 0;
}

static bool header_has_name(const char *line, size_t n, const char *name)
{
	size_t length = strlen(name);

	return n > length && line[length] == ':' &&
	       !strncasecmp(line, name, length);
}

static bool mentions(const char *line, size_t n, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= n; i++)
		if (!strncasecmp(line + i, word, length))
			return true;
	return false;
}

/* A status line begins an answer: "HTTP/1.1 404 Not Found". */
static void begin_answer(struct transfer *t, const char *line, size_t n)
{
	size_t at = 0, length;

	while (at < n && line[at] != ' ')
		at++;
	while (at < n && line[at] == ' ')
		at++;
	while (n > at && isspace((unsigned char)line[n - 1]))
		n--;
	length = n - at < sizeof(t->status) ? n - at : sizeof(t->status) - 1;
	memcpy(t->status, line + at, length);
	t->status[length] = '\0';
	/* An earlier answer's headers (a redirect's) count no more. */
	t->is_go = t->is_text = false;
	t->n_words = 0;
	t->bytes = 0;
	pq_decoding_end(&t->decoding);
}

#define ENCODING "Content-Encoding"

static size_t receive_header(char *line, size_t one, size_t n, void *transfer)
{
	struct transfer *t = transfer;

	(void)one;
	if (n > 5 && !memcmp(line, "HTTP/", 5))
		begin_answer(t, line, n);
	t->is_go = t->is_go || header_has_name(line, n, "X-Go-Pprof");
	if (header_has_name(line, n, "Content-Type"))
		t->is_text = mentions(line, n, "text/plain");
	if (header_has_name(line, n, ENCODING))
		t->decoding.encoding = pq_encoding_of(line + sizeof(ENCODING),
						      n - sizeof(ENCODING));
	return n;
}

/* ---- one request ---- */

static int64_t limit_seconds(const struct transfer *t)
{
	int64_t seconds = t->job->address->seconds;

	/* Profiles take `seconds' to record: half as much again is waited. */
	if (t->h->settings->timeout > 0)
		seconds = t->h->settings->timeout;
	else
		seconds = seconds > 0 ? seconds + seconds / 2 : USUAL_SECONDS;
	return seconds + GRACE_SECONDS;
}

static void set_tls(struct transfer *t)
{
	const struct pq_http_settings *s = t->h->settings;
	struct pq_http *h = t->h;

	if (t->job->address->insecure) {
		h->easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 0L);
		h->easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (s->tls_ca)
		h->easy_setopt(t->easy, CURLOPT_CAINFO, s->tls_ca);
	if (s->tls_cert) {
		h->easy_setopt(t->easy, CURLOPT_SSLCERT, s->tls_cert);
		h->easy_setopt(t->easy, CURLOPT_SSLKEY, s->tls_key);
	}
}

static void append_header(struct transfer *t, const char *line)
{
	struct curl_slist *longer = t->h->slist_append(t->headers, line);

	/* Without memory the list stays as it was, and is still released. */
	if (longer)
		t->headers = longer;
}

static void set_headers(struct transfer *t)
{
	for (size_t i = 0; i < t->h->settings->n_headers; i++)
		append_header(t, t->h->settings->headers[i]);
	t->h->easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void drop_headers(struct transfer *t)
{
	t->h->easy_setopt(t->easy, CURLOPT_HTTPHEADER, NULL);
	t->h->slist_free_all(t->headers);
	t->headers = NULL;
}

static void set_time(struct transfer *t)
{
	int64_t left = t->until_ms - pq_clock_ms();

	/* 0 would be no limit at all: a deadline that passed is 1 ms. */
	t->h->easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
			  left > 1 ? (long)left : 1L);
}

static bool begin_transfer(struct transfer *t, struct pq_http *h,
			   struct pq_http_job *job, const char *url)
{
	memset(t, 0, sizeof(*t));
	t->h = h;
	t->job = job;
	/* libcurl reads 0x7f.1 as 127.0.0.1, and the reference does not. */
	if (job->address->has_odd_host)
		return pq_fail(&job->err, PQ_EIO,
			       "http fetch: Get \"%s\": no such host (an "
			       "address is four numbers, as 127.0.0.1)",
			       job->address->shown);
	t->easy = h->easy_init();
	if (!t->easy)
		return pq_fail(&job->err, PQ_EIO, "http fetch: no memory");
	/* One limit for the request with its redirects and retries. */
	t->until_ms = pq_clock_ms() + limit_seconds(t) * 1000;
	t->retries = h->settings->retries;
	h->easy_setopt(t->easy, CURLOPT_URL, url);
	/* The server resolves "..", as the path was typed. */
	h->easy_setopt(t->easy, CURLOPT_PATH_AS_IS, 1L);
	/* A redirect must not lead to a file, or to another protocol. */
	h->easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	/* Gzip is asked for, and undone here: other names are often false. */
	h->easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	h->easy_setopt(t->easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	h->easy_setopt(t->easy, CURLOPT_USERAGENT, "profq/" PACKAGE_VERSION);
	/* Signals of the resolver would hit the whole process. */
	h->easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
	h->easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	h->easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE,
		       (curl_off_t)h->settings->most_bytes);
	h->easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, receive_body);
	h->easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	h->easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, receive_header);
	h->easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	h->easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
	h->easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	if (job->address->socket)
		h->easy_setopt(t->easy, CURLOPT_UNIX_SOCKET_PATH,
			       job->address->socket);
	set_tls(t);
	set_headers(t);
	set_time(t);
	return true;
}

static void end_transfer(struct transfer *t)
{
	if (!t->easy)
		return;
	drop_headers(t);
	pq_decoding_end(&t->decoding);
	t->h->easy_cleanup(t->easy);
	t->easy = NULL;
}

/* ---- how it ended ---- */

/* Scheme, host and port: the length of that part of an URL. */
static size_t server_length(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : 0;
}

static bool is_same_server(const char *a, const char *b)
{
	size_t n = server_length(a);

	return n && n == server_length(b) && !strncasecmp(a, b, n);
}

/* Whether the request goes on at another place. */
static bool follow_redirect(struct transfer *t)
{
	struct pq_http *h = t->h;
	char *to = NULL, *from = NULL;
	long code = 0;

	h->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &code);
	h->easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &to);
	h->easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &from);
	if (code < 300 || code > 399 || !to)
		return false;
	if (++t->redirects == MOST_REDIRECTS)
		return pq_fail(&t->job->err, PQ_EIO,
			       "http fetch: Get \"%s\": stopped after %d "
			       "redirects",
			       t->job->address->shown, MOST_REDIRECTS);
	/* Headers may hold credentials: they stay with the server asked. */
	if (!from || !is_same_server(from, to))
		drop_headers(t);
	h->easy_setopt(t->easy, CURLOPT_URL, to);
	set_time(t);
	return true;
}

/* A pod that starts refuses connections for a while. */
static bool is_worth_retrying(struct transfer *t, CURLcode code)
{
	struct timespec second = { 1, 0 };

	if (code != CURLE_COULDNT_CONNECT || !t->retries)
		return false;
	t->retries--;
	nanosleep(&second, NULL);
	set_time(t);
	return true;
}

static void fail_status(struct transfer *t)
{
	struct pq_error *err = &t->job->err;
	int n = (int)t->n_words;

	while (n && isspace((unsigned char)t->words[n - 1]))
		n--;
	if (t->is_go && t->is_text && n)
		pq_fail(err, PQ_EIO, "server response: %s - %.*s", t->status, n,
			t->words);
	else
		pq_fail(err, PQ_EIO, "server response: %s", t->status);
}

/* At limits of the library it says "Out of memory", or how many came. */
static bool has_long_headers(const struct transfer *t, CURLcode code)
{
	return (code == CURLE_OUT_OF_MEMORY && t->status[0] && !t->bytes) ||
	       strstr(t->error, "Too large response headers");
}

static void fail_transport(struct transfer *t, CURLcode code)
{
	const char *reason = t->error[0] ? t->error : t->h->easy_strerror(code);
	struct pq_error *err = &t->job->err;

	if (t->is_too_large || code == CURLE_FILESIZE_EXCEEDED)
		pq_fail(err, PQ_ELIMIT,
			"http fetch: Get \"%s\": the answer passes %llu MiB; "
			"-max_memory=SIZE allows another size",
			t->job->address->shown,
			(unsigned long long)(t->h->settings->most_bytes >> 20));
	else if (t->decoding.fault)
		pq_fail(err, PQ_EIO, "%s", t->decoding.fault);
	else if (has_long_headers(t, code))
		pq_fail(err, PQ_EIO,
			"http fetch: Get \"%s\": the answer has more headers "
			"than libcurl takes (100 KiB a line, 300 KiB in all)",
			t->job->address->shown);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		pq_fail(err, PQ_EIO,
			"could not load CA specified by -tls_ca: %s", reason);
	else if (code == CURLE_SSL_CERTPROBLEM)
		pq_fail(err, PQ_EIO,
			"could not load certificate/key pair specified by "
			"-tls_cert and -tls_key: %s",
			reason);
	else
		pq_fail(err, PQ_EIO, "http fetch: Get \"%s\": %s",
			t->job->address->shown, reason);
}

/* True when the request goes on. */
static bool settle_transfer(struct transfer *t, CURLcode code)
{
	if (code == CURLE_OK && follow_redirect(t))
		return true;
	if (is_worth_retrying(t, code))
		return true;
	if (t->job->err.code != PQ_OK)
		return false;
	/* A refusal that keep_words cut off ends as a write error. */
	if (t->status[0] && !is_success(t) &&
	    (code == CURLE_OK || code == CURLE_WRITE_ERROR))
		fail_status(t);
	else if (!pq_decoding_finish(&t->decoding) || code != CURLE_OK)
		fail_transport(t, code);
	return false;
}

/* ---- many requests ---- */

static void finish_one(CURLM *multi, struct transfer *t, CURLcode code)
{
	struct pq_http *h = t->h;

	/* An ended handle runs again only after it was removed. */
	h->multi_remove_handle(multi, t->easy);
	if (settle_transfer(t, code)) {
		h->multi_add_handle(multi, t->easy);
		return;
	}
	end_transfer(t);
	if (t->job->done)
		t->job->done(t->job->ctx, t->i, &t->job->err);
}

static void finish_ended(struct pq_http *h, CURLM *multi)
{
	CURLMsg *message;
	int left;

	while ((message = h->multi_info_read(multi, &left))) {
		struct transfer *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		h->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		finish_one(multi, t, message->data.result);
	}
}

static bool has_open(const struct transfer *transfers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (transfers[i].easy)
			return true;
	return false;
}

void pq_http_get_all(struct pq_http *h, struct pq_http_job *jobs, size_t n)
{
	struct transfer *transfers =
		pq_alloc_zeroed(pq_size_mul(n + 1, sizeof(*transfers)));
	CURLM *multi = h->multi_init();
	int running;

	for (size_t i = 0; i < n; i++) {
		if (begin_transfer(&transfers[i], h, &jobs[i],
				   jobs[i].address->request))
			h->multi_add_handle(multi, transfers[i].easy);
		else if (jobs[i].done)
			jobs[i].done(jobs[i].ctx, i, &jobs[i].err);
		transfers[i].i = i;
	}
	while (has_open(transfers, n)) {
		h->multi_perform(multi, &running);
		finish_ended(h, multi);
		if (has_open(transfers, n))
			h->multi_poll(multi, NULL, 0, 1000, NULL);
	}
	h->multi_cleanup(multi);
	pq_free(transfers);
}

void pq_http_post(struct pq_http *h, struct pq_http_job *job,
		  struct pq_text body)
{
	CURLM *multi = h->multi_init();
	struct transfer t;
	int running;

	if (begin_transfer(&t, h, job, job->address->symbolz)) {
		append_header(&t, "Content-Type: application/octet-stream");
		/* An empty Expect spares the wait for "100 Continue". */
		append_header(&t, "Expect:");
		h->easy_setopt(t.easy, CURLOPT_HTTPHEADER, t.headers);
		h->easy_setopt(t.easy, CURLOPT_POSTFIELDSIZE_LARGE,
			       (curl_off_t)body.len);
		h->easy_setopt(t.easy, CURLOPT_POSTFIELDS,
			       pq_unchecked_bytes(body.bytes));
		h->multi_add_handle(multi, t.easy);
	}
	while (t.easy) {
		h->multi_perform(multi, &running);
		finish_ended(h, multi);
		if (t.easy)
			h->multi_poll(multi, NULL, 0, 1000, NULL);
	}
	h->multi_cleanup(multi);
}
