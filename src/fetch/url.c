#include "fetch/url.h"

#include <string.h>

#include "format/text/scan.h"

#include "base/banned.h"

static bool is_letter(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static unsigned char byte_at(struct pq_text text, size_t at)
{
	return (unsigned char)text.bytes[at];
}

/* Behind the colon of a scheme; 0: there is none. */
static size_t after_scheme(struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = byte_at(text, i);

		if (c == ':')
			return i ? i + 1 : 0;
		if (!is_letter(c) && (!i || (!pq_is_digit(c) && c != '+' &&
					     c != '-' && c != '.')))
			return 0;
	}
	return 0;
}

static bool has_control(struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (byte_at(text, i) < 0x20 || byte_at(text, i) == 0x7f)
			return true;
	return false;
}

/* Each % begins two hexadecimal digits. */
static bool is_escaped(struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (byte_at(text, i) == '%' &&
		    (i + 2 >= text.len || !pq_is_hex(byte_at(text, i + 1)) ||
		     !pq_is_hex(byte_at(text, i + 2))))
			return false;
	return true;
}

static bool all_in(struct pq_text text, const char *others)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = byte_at(text, i);

		if (!is_letter(c) && !pq_is_digit(c) && !strchr(others, c))
			return false;
	}
	return true;
}

/* In a host what is escaped is not ASCII, or else a percent sign. */
static bool is_host_escaped(struct pq_text text)
{
	for (size_t i = 0; i + 2 < text.len; i++)
		if (byte_at(text, i) == '%' && byte_at(text, i + 1) < '8' &&
		    (byte_at(text, i + 1) != '2' ||
		     byte_at(text, i + 2) != '5'))
			return false;
	return is_escaped(text);
}

/* Where the last c stands; text.len: nowhere. */
static size_t find_last(struct pq_text text, unsigned char c)
{
	for (size_t i = text.len; i; i--)
		if (byte_at(text, i - 1) == c)
			return i - 1;
	return text.len;
}

/* [user@]host[:port]; text beyond ASCII may be in a host. */
static bool is_authority(struct pq_text text)
{
	size_t at = find_last(text, '@'), port;
	struct pq_text user = pq_text_slice(text, 0, at), host = text;

	if (at < text.len) {
		if (!all_in(user, "-._:~!$&'()*+,;=%@") || !is_escaped(user))
			return false;
		host = pq_text_slice(text, at + 1, text.len);
	}
	/* A colon within brackets is of an address, not before a port. */
	port = find_last(host, ':');
	if (host.len && byte_at(host, 0) == '[') {
		port = find_last(host, ']') + 1;
		if (port > host.len)
			return false;
	}
	if (port < host.len && byte_at(host, port) != ':')
		return false;
	/* Ports are digits; a host has no blanks and none of these. */
	for (size_t i = port + 1; i < host.len; i++)
		if (!pq_is_digit(byte_at(host, i)))
			return false;
	for (size_t i = 0; i < host.len; i++)
		if (byte_at(host, i) < 0x80 &&
		    strchr(" \\^`{|}#/?@", byte_at(host, i)))
			return false;
	return is_host_escaped(host);
}

bool pq_text_is_url(struct pq_text text)
{
	size_t at = after_scheme(text), end = pq_text_find(text, 0, "#");
	struct pq_text rest;

	if (!at || has_control(pq_text_slice(text, 0, end)) ||
	    !is_escaped(pq_text_slice(text, end, text.len)))
		return false;
	rest = pq_text_slice(text, at, end);
	rest = pq_text_slice(rest, 0, pq_text_find(rest, 0, "?"));
	if (!rest.len || byte_at(rest, 0) != '/')
		return true; /* opaque, and not looked at */
	if (rest.len >= 2 && byte_at(rest, 1) == '/') {
		size_t slash = pq_text_find(rest, 2, "/");

		if (!is_authority(pq_text_slice(rest, 2, slash)))
			return false;
		rest = pq_text_slice(rest, slash, rest.len);
	}
	return is_escaped(rest);
}

void pq_drop_url_mappings(struct pq_profile *p)
{
	for (size_t i = 0; i < p->mappings.n; i++) {
		struct pq_mapping *m = &p->mappings.at[i];

		if (!pq_string(p, m->build_id).len &&
		    pq_text_is_url(pq_string(p, m->file)))
			m->file = 0;
	}
}
