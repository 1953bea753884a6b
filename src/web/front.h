/*
 * front.h - the process that browsers talk to.
 *
 * It has one thread, which waits for sockets, pipes of answers, engines and
 * signals, and lets libmicrohttpd work when there is something to do: no lock
 * is needed, and no callback meets another one.  It holds no profile and
 * parses none.
 *
 * Memory: a callback of the library runs under a guard of its own; what must
 *         outlive it is linked in as the last step, when nothing can fail any
 *         more (base/mem.h).
 *
 *     serve.c	     start, the loop, the end
 *     connections.c what is accepted, and who is too slow
 *     requests.c    from a head to a handler
 *     respond.c     from bytes to a response, with the headers of all
 *     questions.c   what engines are asked, and what comes back
 *     handlers.c    what the front answers by itself
 *     pages.c	     the frame around what a worker wrote
 */
#ifndef PQ_WEB_FRONT_H
#define PQ_WEB_FRONT_H

#include "web/cache.h"
#include "web/facts.h"
#include "web/guard.h"
#include "web/library.h"
#include "web/listen.h"
#include "web/nursery.h"
#include "web/params.h"
#include "web/settings.h"

enum {
	PQ_FRONT_UPLOADS = 9,  /* engines[1 ...] compare with an upload */
	PQ_FRONT_SERIES = 9,   /* this one has the files as a series */
	PQ_FRONT_ENGINES = 10, /* the first has what was asked for */
	PQ_FRONT_JOBS = 64,    /* under way at one time, at most */
	PQ_FRONT_WAITING = 256,
	PQ_FRONT_CONNECTIONS = 64,
	PQ_FRONT_IDLE = 32, /* connections that wait for their next request */
	PQ_NONCE_CHARS = 32,
};

#define PQ_FLAME_PATH "/ui/flamegraph"

enum pq_front_state { PQ_FRONT_LOADING, PQ_FRONT_READY, PQ_FRONT_FAILED };

/* An engine, as far as the front knows it. */
struct pq_front_engine {
	int64_t id; /* the profile's; 0: the place is free */
	int socket; /* -1: it is gone */
	int old;    /* the upload, in memory; -1: nothing */
	struct pq_buf name;
	enum pq_front_state state;
	int64_t done, all; /* bytes */
	int64_t waited,
		waits_of; /* seconds, for a server; waits_of 0: unknown */
	bool is_waiting;
	struct pq_buf facts_message, failure;
	struct pq_web_facts *facts; /* once it is ready, else NULL */
	bool was_ready;
	int64_t drawn_id; /* the profile whose first page was drawn ahead */
};

/* The profile that the start page was told to open. */
struct pq_front_opened {
	bool is_set, is_upload;
	struct pq_buf name;
	int fd; /* -1: a file or an address */
};

/* Profiles that were opened before, newest first. */
struct pq_front_recent {
	char **paths;
	size_t n;
};

/* A body that an engine fetched. */
struct pq_front_body {
	struct pq_buf name, why;
	int fd;
	enum pq_code code;
};

/* A question: waiting, or with a pipe that its answer comes through. */
struct pq_front_job {
	struct pq_front_job *next;
	int64_t id;
	struct pq_front_engine *engine;
	int64_t engine_id;
	struct pq_cache_entry *entry;
	struct pq_buf message;
	int pipe; /* -1: not asked yet, or all is read */
	bool is_asked, is_done;
	enum pq_answer_code code;
	struct pq_buf option, text;
};

/* A connection, for who is too slow. */
struct pq_connection {
	int fd;		  /* -1: free */
	int64_t since_ms; /* began to wait for a head, to send or to get one */
	enum {
		PQ_CONNECTION_IDLE,
		PQ_CONNECTION_BUSY,
		PQ_CONNECTION_SENDS
	} what;
	bool has_answered;
	uint64_t body_bytes;
};

struct pq_request {
	struct pq_web_front *front;
	struct MHD_Connection *connection;
	struct pq_connection *place;
	struct pq_request *next, *previous; /* in the list of all requests */
	struct pq_arena arena;
	char *target, *path; /* as sent; and without the query */
	const char *query;
	const struct pq_route *route;
	const char *rest;
	struct pq_params params;
	bool is_judged, is_suspended, is_broken, method_is_put;
	bool is_trusted;    /* passed the guard, and has the token */
	bool is_navigation; /* somebody looks at an empty window */
	bool is_late;	    /* it has waited for long enough: the frame */
	int64_t since_ms;   /* began to wait for its answer */
	char nonce[PQ_NONCE_CHARS + 1]; /* of its answer; empty: none yet */
	struct pq_cache_entry *entry;
	int64_t waits_for; /* id of an engine, or 0 */
	int upload;	   /* memory, or -1 */
	uint64_t upload_bytes;
	enum MHD_Result result;
	const char *data;
	size_t data_bytes;
};

struct pq_web_front {
	struct pq_inputs *inputs;
	const struct pq_options *options;
	struct pq_log *log;
	struct pq_guard guard;
	struct pq_listen listen;
	struct MHD_Daemon *daemon;
	struct pq_nursery nursery;
	struct pq_cache cache;
	struct pq_settings settings;
	struct pq_front_engine engines[PQ_FRONT_ENGINES];
	struct pq_front_opened opened;
	struct pq_front_recent recent;
	struct pq_child memory; /* notes the profile that was opened */
	struct pq_front_body bodies[PQ_BIRTH_BODIES];
	size_t n_bodies;
	int64_t newest_id, newest_job;
	struct pq_front_job *jobs;
	size_t n_jobs, n_asked, most_asked;
	struct pq_connection connections[PQ_FRONT_CONNECTIONS];
	struct pq_request *requests;
	struct pq_buf scratch;
	int signals;
	int64_t failed_ms; /* when loading failed, else 0 */
	bool is_over;
};

/* ---- connections.c ---- */

/* Without room it would be no use to wait for who wants to come in. */
bool pq_connections_have_room(struct pq_web_front *f);
void pq_connections_accept(struct pq_web_front *f, int socket);
void pq_connections_sweep(struct pq_web_front *f);
void pq_connections_note(void *cls, struct MHD_Connection *connection,
			 void **socket_context,
			 enum MHD_ConnectionNotificationCode code);
/* The place of a connection; NULL when the library has not told of it. */
struct pq_connection *pq_connection_of(struct pq_web_front *f,
				       struct MHD_Connection *connection);

/* ---- requests.c ---- */

void *pq_request_begin(void *cls, const char *uri,
		       struct MHD_Connection *connection);
enum MHD_Result pq_request_handle(void *cls, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *data_bytes, void **request);
void pq_request_end(void *cls, struct MHD_Connection *connection,
		    void **request, enum MHD_RequestTerminationCode how);
void pq_request_suspend(struct pq_request *r);
void pq_request_resume(struct pq_request *r);
/*
 * Wakes requests whose page is shown without its answer, as that takes its
 * time, and says in how many ms there is one again, `most' at most; 0: there
 * was one, which the library has to run for.
 */
int64_t pq_requests_wake_late(struct pq_web_front *f, int64_t most);

/* ---- respond.c ---- */

/* The buffer becomes the response's. */
void pq_respond(struct pq_request *r, unsigned status, const char *type,
		struct pq_buf *body);
void pq_respond_entry(struct pq_request *r, struct pq_cache_entry *e,
		      const char *type);
void pq_respond_static(struct pq_request *r, unsigned status, const char *type,
		       struct pq_text body, bool keeps_a_year);
void pq_respond_redirect(struct pq_request *r, unsigned status,
			 struct pq_text to, const char *cookie);
/* An error: JSON below /api/, else a page. */
void pq_respond_error(struct pq_request *r, enum pq_answer_code code,
		      struct pq_text option, struct pq_text message);
void pq_respond_nothing(struct pq_request *r); /* 204 */
/*
 * What scripts within the answer have to name: a new one for each answer, so
 * that it cannot be guessed or used again.
 */
const char *pq_respond_nonce(struct pq_request *r);
/* When there is no memory for anything else. */
enum MHD_Result pq_respond_no_memory(struct MHD_Connection *connection);

/* ---- questions.c ---- */

bool pq_question_ask(struct pq_request *r, struct pq_error *err);
void pq_questions_dispatch(struct pq_web_front *f);
void pq_questions_hear(struct pq_web_front *f, struct pq_front_job *job);
void pq_engine_hear(struct pq_web_front *f, struct pq_front_engine *e);
bool pq_engine_start(struct pq_web_front *f, struct pq_front_engine *e);
void pq_engine_drop(struct pq_web_front *f, struct pq_front_engine *e);
/*
 * That of `base', the series for what is about one, or the first one.  NULL:
 * there is no such profile; id 0: nobody asked for it yet.
 */
struct pq_front_engine *pq_engine_of(struct pq_request *r);
void pq_front_forget_bodies(struct pq_web_front *f);
/* Begins the main one, of a profile that was opened. */
bool pq_engine_open(struct pq_web_front *f);
/* Nothing was named on the command line, and nothing opened since. */
bool pq_front_is_empty(const struct pq_web_front *f);
/* The view that is shown first of what is open. */
const char *pq_front_first_view(const struct pq_web_front *f);
/* Whether the files can be loaded once more: bytes of a pipe are gone. */
bool pq_front_can_load_again(const struct pq_web_front *f);
/* How many files the main profile is of. */
size_t pq_front_count_files(const struct pq_web_front *f);
/* The profile that a request shows; NULL while it is not known. */
const struct pq_facts_profile *pq_front_facts(struct pq_request *r);

/* ---- handlers.c ---- */

void pq_handle_request(struct pq_request *r);

/* ---- pages.c ---- */

/* A page in its frame; the first line of a worker's answer is the title. */
struct pq_page {
	struct pq_text answer; /* empty: only the frame */
	const char *state;     /* NULL: busy, until the script has drawn */
	bool is_start;	       /* no profile is open: what could be */
	bool is_counting;      /* the script asks for the answer */
	enum pq_answer_code code;
	struct pq_text option, message; /* the error's */
};

void pq_page_put(struct pq_request *r, const struct pq_page *page,
		 struct pq_buf *to);

#endif
