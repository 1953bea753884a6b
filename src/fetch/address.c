#include "fetch/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/vec.h"
#include "fetch/url.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* The parts of an URL, as they stand in the word. */
struct url_parts {
	struct pq_text scheme, authority, path, query;
	bool ends_in_mark; /* "?" and no query: it stays, as in Go */
};

/* ---- taking a word apart ---- */

static struct pq_text lower_scheme(struct pq_text scheme,
				   struct pq_arena *arena)
{
	struct pq_buf b = { 0 };
	struct pq_text lower;

	for (size_t i = 0; i < scheme.len; i++) {
		char c = scheme.bytes[i];

		pq_buf_char(&b, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	lower = pq_arena_text(arena, pq_buf_view(&b));
	pq_buf_release(&b);
	return lower;
}

/* The query is behind the mark, which may be at the end or nowhere. */
static void take_query(struct url_parts *u, struct pq_text rest, size_t mark)
{
	u->ends_in_mark = mark + 1 == rest.len;
	u->query = pq_text_slice(rest, mark < rest.len ? mark + 1 : mark,
				 rest.len);
}

/* False without "scheme://", or where Go's parser finds a fault. */
static bool split_url(struct pq_text word, struct pq_arena *arena,
		      struct url_parts *u)
{
	size_t colon = pq_text_find(word, 0, "://"), slash, mark;
	struct pq_text rest;

	if (colon == word.len || !pq_text_is_url(word))
		return false;
	u->scheme = lower_scheme(pq_text_slice(word, 0, colon), arena);
	/* Fragments stay with the client: they are cut off. */
	rest = pq_text_slice(word, colon + 3, pq_text_find(word, 0, "#"));
	mark = pq_text_find(rest, 0, "?");
	take_query(u, rest, mark);
	rest = pq_text_slice(rest, 0, mark);
	slash = pq_text_find(rest, 0, "/");
	u->authority = pq_text_slice(rest, 0, slash);
	u->path = pq_text_slice(rest, slash, rest.len);
	return true;
}

/* A host and no port of more than 16 bits. */
static bool has_host(const struct url_parts *u)
{
	struct pq_text host = u->authority;
	size_t at = host.len, port = 0;

	/* Digits at the end are a port only behind a colon. */
	while (at && pq_is_digit(host.bytes[at - 1]))
		at--;
	if (at && host.bytes[at - 1] == ':') {
		/* leading zeros do not count, and the first digit too many ends */
		for (size_t i = at; i < host.len && port <= 65535; i++)
			port = port * 10 + (size_t)(host.bytes[i] - '0');
		host.len = at - 1;
	}
	return host.len && port <= 65535;
}

/* A number as inet_aton(3) takes it: decimal, 0octal or 0xhex. */
static bool is_host_number(struct pq_text t)
{
	bool hex = t.len > 2 && t.bytes[0] == '0' && (t.bytes[1] | 0x20) == 'x';

	for (size_t i = hex ? 2 : 0; i < t.len; i++)
		if (hex ? pq_hex_digit(t.bytes[i]) < 0
			: !pq_is_digit(t.bytes[i]))
			return false;
	return t.len > 0;
}

static bool is_byte_of_address(struct pq_text t)
{
	int64_t value;

	return t.len <= 3 && (t.len == 1 || t.bytes[0] != '0') &&
	       pq_number_decimal(t, &value) && value <= 255;
}

/*
 * A host of numbers that are no address as 127.0.0.1 is one: to the reference
 * it is an unknown name, to libcurl an address that nobody reads off it.
 */
static bool is_odd_host(struct pq_text authority)
{
	size_t from = authority.len, end, n = 0, at = 0;
	bool plain = true;

	/* the host stands behind the last @, and before a port */
	while (from && authority.bytes[from - 1] != '@')
		from--;
	authority = pq_text_slice(authority, from, authority.len);
	authority =
		pq_text_slice(authority, 0, pq_text_find(authority, 0, ":"));
	for (; at <= authority.len; at = end + 1, n++) {
		struct pq_text part;

		end = pq_text_find(authority, at, ".");
		part = pq_text_slice(authority, at, end);
		/* a dot at the end ends a name as well */
		if (!part.len && n && end == authority.len)
			plain = false;
		else if (!is_host_number(part))
			return false;
		plain = plain && is_byte_of_address(part);
	}
	return !plain || n != 4;
}

/*
 * The reference tries the word as it is, then as the rest of an http URL; with
 * a scheme that leads nowhere sensible, and here it is not tried.
 */
static bool find_parts(const char *word, struct pq_arena *arena,
		       struct url_parts *u)
{
	struct pq_text text = pq_text_of(word);
	struct pq_buf b = { 0 };
	bool found;

	if (split_url(text, arena, u) && u->authority.len)
		return has_host(u);
	/* A word with a scheme is no more tried; host:port needs its colon. */
	if (pq_text_find(text, 0, ":") == text.len ||
	    pq_text_find(text, 0, "://") < text.len)
		return false;
	pq_buf_str(&b, "http://");
	pq_buf_text(&b, text);
	found = split_url(pq_arena_text(arena, pq_buf_view(&b)), arena, u) &&
		has_host(u);
	pq_buf_release(&b);
	return found;
}

/* ---- escapes ---- */

static bool is_in(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       pq_is_digit(c) || is_in(c, "-_.~");
}

static void escape_byte(struct pq_buf *to, char c)
{
	static const char digits[] = "0123456789ABCDEF";

	pq_buf_char(to, '%');
	pq_buf_char(to, digits[(unsigned char)c >> 4]);
	pq_buf_char(to, digits[(unsigned char)c & 15]);
}

/* Undoes escapes; false where a % begins none. */
static bool unescape(struct pq_buf *to, struct pq_text text, bool plus_is_blank)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		if (c == '+' && plus_is_blank) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < text.len
					   ? pq_hex_digit(text.bytes[i + 1])
					   : -1;
			int low = high < 0 ? -1
					   : pq_hex_digit(text.bytes[i + 2]);

			if (low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		pq_buf_char(to, c);
	}
	return true;
}

/* A path stays as it was typed where every byte of it may stand there. */
static void put_path(struct pq_buf *to, struct pq_text path)
{
	struct pq_buf plain = { 0 };
	bool valid = true;

	for (size_t i = 0; i < path.len; i++)
		valid = valid && (is_unreserved(path.bytes[i]) ||
				  is_in(path.bytes[i], "%/!$&'()*+,;=:@[]"));
	if (valid || !unescape(&plain, path, false)) {
		pq_buf_text(to, path);
		pq_buf_release(&plain);
		return;
	}
	/* Escapes are made anew, as Go's net/url writes a path. */
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.data[i];

		if (is_unreserved(c) || is_in(c, "/$&+,:;=@"))
			pq_buf_char(to, c);
		else
			escape_byte(to, c);
	}
	pq_buf_release(&plain);
}

/* ---- the query ---- */

struct query_pair {
	struct pq_text key, value; /* without escapes */
	size_t i;
};

struct query_pairs {
	struct query_pair *at;
	size_t n, capacity;
};

static int compare_pairs(const void *left, const void *right)
{
	const struct query_pair *a = left, *b = right;
	int order = pq_text_compare(a->key, b->key);

	return order ? order : a->i < b->i ? -1 : 1;
}

/* Go's parser drops a pair with a semicolon or a broken escape. */
static void add_pair(struct query_pairs *pairs, struct pq_text text,
		     struct pq_arena *arena)
{
	size_t equals = pq_text_find(text, 0, "=");
	struct pq_text value = pq_text_slice(
		text, equals < text.len ? equals + 1 : equals, text.len);
	struct pq_buf key_plain = { 0 }, value_plain = { 0 };

	if (text.len && pq_text_find(text, 0, ";") == text.len &&
	    unescape(&key_plain, pq_text_slice(text, 0, equals), true) &&
	    unescape(&value_plain, value, true)) {
		struct query_pair *pair = pq_vec_push(pairs);

		pair->key = pq_arena_text(arena, pq_buf_view(&key_plain));
		pair->value = pq_arena_text(arena, pq_buf_view(&value_plain));
		pair->i = pairs->n;
	}
	pq_buf_release(&key_plain);
	pq_buf_release(&value_plain);
}

static void split_query(struct query_pairs *pairs, struct pq_text query,
			struct pq_arena *arena)
{
	size_t at = 0;

	while (at < query.len) {
		size_t end = pq_text_find(query, at, "&");

		add_pair(pairs, pq_text_slice(query, at, end), arena);
		at = end + 1;
	}
}

static void put_query_text(struct pq_buf *to, struct pq_text text)
{
	/* Go's encoding: blanks become pluses, all but letters is escaped. */
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		if (c == ' ')
			pq_buf_char(to, '+');
		else if (is_unreserved(c))
			pq_buf_char(to, c);
		else
			escape_byte(to, c);
	}
}

static void put_query(struct pq_buf *to, struct query_pairs *pairs)
{
	/* Keys ascend, as Go's Encode has them; equal keys keep their order. */
	if (pairs->n)
		qsort(pairs->at, pairs->n, sizeof(*pairs->at), compare_pairs);
	for (size_t i = 0; i < pairs->n; i++) {
		pq_buf_char(to, i ? '&' : '?');
		put_query_text(to, pairs->at[i].key);
		pq_buf_char(to, '=');
		put_query_text(to, pairs->at[i].value);
	}
}

/* Puts -seconds in the place of the query's own; returns what is in force. */
static int64_t settle_seconds(struct query_pairs *pairs, int64_t seconds,
			      struct pq_arena *arena)
{
	struct pq_buf b = { 0 };
	size_t kept = 0;
	int64_t found = 0;

	/* Without -seconds the first `seconds' that is a number counts. */
	for (size_t i = 0; i < pairs->n; i++) {
		struct query_pair *pair = &pairs->at[i];

		if (!pq_text_is(pair->key, "seconds") || seconds <= 0)
			pairs->at[kept++] = *pair;
		if (pq_text_is(pair->key, "seconds") && !found &&
		    pair->value.len < 10 &&
		    !pq_number_decimal(pair->value, &found))
			found = 0;
	}
	pairs->n = kept;
	if (seconds <= 0)
		return found;
	pq_buf_printf(&b, "%lld", (long long)seconds);
	*pq_vec_push(pairs) =
		(struct query_pair){ PQ_TEXT("seconds"),
				     pq_arena_text(arena, pq_buf_view(&b)),
				     pairs->n };
	pq_buf_release(&b);
	return seconds;
}

/* ---- the request ---- */

static const char *keep_part(struct pq_arena *arena, const struct pq_buf *b)
{
	char *copy = pq_arena_alloc(arena, b->len + 1);

	if (b->len)
		memcpy(copy, pq_unchecked_bytes(b->data), b->len);
	copy[b->len] = '\0';
	return copy;
}

static bool ends_with(struct pq_text text, const char *ending)
{
	size_t n = strlen(ending);

	return text.len >= n &&
	       pq_text_is(pq_text_slice(text, text.len - n, text.len), ending);
}

/* The last element of the path gives way to that of the names' server. */
static void put_symbolz_path(struct pq_buf *to, struct pq_text path)
{
	static const char *const gperftools[] = {
		"/pprof/heap",	     "/pprof/growth",	  "/pprof/profile",
		"/pprof/pmuprofile", "/pprof/contention",
	};
	bool go = pq_text_find(path, 0, "/debug/pprof/") < path.len;

	/* Go and gperftools serve names as symbol, all others as symbolz. */
	for (size_t i = 0; i < sizeof(gperftools) / sizeof(*gperftools); i++)
		go = go || ends_with(path, gperftools[i]);
	while (path.len && path.bytes[path.len - 1] != '/')
		path.len--;
	put_path(to, path);
	if (!path.len)
		pq_buf_char(to, '/');
	pq_buf_str(to, go ? "symbol" : "symbolz");
}

/* The authority; a password is not shown. */
static void put_authority(struct pq_buf *to, struct pq_text authority,
			  bool shows_password)
{
	size_t at = authority.len, colon;

	/* The last @ ends the user: a password may have one, too. */
	while (at && authority.bytes[at - 1] != '@')
		at--;
	colon = pq_text_find(pq_text_slice(authority, 0, at), 0, ":");
	if (shows_password || colon >= at) {
		pq_buf_text(to, authority);
		return;
	}
	pq_buf_text(to, pq_text_slice(authority, 0, colon + 1));
	pq_buf_str(to, "xxxxx");
	pq_buf_text(to, pq_text_slice(authority, at - 1, authority.len));
}

static void put_server(struct pq_buf *to, const struct url_parts *u,
		       bool is_shown)
{
	bool insecure = pq_text_is(u->scheme, "https+insecure");

	pq_buf_clear(to);
	/* Servers know no https+insecure: the word is for our checks. */
	if (insecure && !is_shown)
		pq_buf_str(to, "https");
	else
		pq_buf_text(to, u->scheme);
	pq_buf_str(to, "://");
	put_authority(to, u->authority, !is_shown);
}

static void build_request(struct pq_address *a, const struct url_parts *u,
			  int64_t seconds, struct pq_arena *arena)
{
	struct query_pairs pairs = { 0 };
	struct pq_buf b = { 0 };

	a->insecure = pq_text_is(u->scheme, "https+insecure");
	a->has_odd_host = is_odd_host(u->authority);
	split_query(&pairs, u->query, arena);
	a->seconds = settle_seconds(&pairs, seconds, arena);
	/* The shown URL differs in the password and the scheme only. */
	for (int is_shown = 0; is_shown < 2; is_shown++) {
		put_server(&b, u, is_shown);
		put_path(&b, u->path);
		put_query(&b, &pairs);
		if (!pairs.n && u->ends_in_mark)
			pq_buf_char(&b, '?');
		*(is_shown ? &a->shown : &a->request) = keep_part(arena, &b);
	}
	put_server(&b, u, false);
	put_symbolz_path(&b, u->path);
	a->symbolz = keep_part(arena, &b);
	pq_buf_release(&b);
	pq_vec_release(&pairs);
}

/* unix:SOCKET:/path; the host of the request is a name of no meaning. */
static bool parse_unix(const char *word, int64_t seconds,
		       struct pq_arena *arena, struct pq_address *a)
{
	const char *socket = word + strlen("unix:");
	const char *path = strstr(socket, ":/");
	struct url_parts u = { .scheme = PQ_TEXT("http"),
			       .authority = PQ_TEXT("localhost") };
	struct pq_text rest;
	struct pq_buf b = { 0 };
	size_t mark;

	if (!path || path == socket)
		return false;
	rest = pq_text_of(path + 1);
	rest = pq_text_slice(rest, 0, pq_text_find(rest, 0, "#"));
	mark = pq_text_find(rest, 0, "?");
	u.path = pq_text_slice(rest, 0, mark);
	take_query(&u, rest, mark);
	build_request(a, &u, seconds, arena);
	pq_buf_bytes(&b, socket, (size_t)(path - socket));
	a->socket = keep_part(arena, &b);
	/* No password can be in it: the word is shown as it was typed. */
	a->shown = word;
	pq_buf_release(&b);
	return true;
}

bool pq_address_parse(const char *word, int64_t seconds, struct pq_arena *arena,
		      struct pq_address *a)
{
	struct url_parts u;

	memset(a, 0, sizeof(*a));
	memset(&u, 0, sizeof(u));
	if (!strncmp(word, "unix:", 5))
		return parse_unix(word, seconds, arena, a);
	if (!find_parts(word, arena, &u))
		return false;
	build_request(a, &u, seconds, arena);
	return true;
}

/* ---- durations ---- */

void pq_duration_text(struct pq_buf *to, int64_t seconds)
{
	int64_t hours = seconds / 3600, minutes = seconds / 60 % 60;

	if (hours)
		pq_buf_printf(to, "%lldh", (long long)hours);
	if (hours || minutes)
		pq_buf_printf(to, "%lldm", (long long)minutes);
	pq_buf_printf(to, "%llds", (long long)(seconds % 60));
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 'd':
		return 86400;
	case 'h':
		return 3600;
	case 'm':
		return 60;
	case 's':
	case '\0':
		return 1;
	default:
		return 0;
	}
}

int64_t pq_duration_seconds(const char *word)
{
	int64_t all = 0;

	while (*word) {
		char *end;
		long n = strtol(word, &end, 10);
		int64_t unit = unit_seconds(*end);

		/* Bounded parts: no word is long enough for an overflow. */
		if (end == word || n < 0 || n > 1000000000 || !unit)
			return 0;
		all += n * unit;
		word = end + (*end != '\0');
	}
	return all;
}
