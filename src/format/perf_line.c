#include "format/perf_line.h"

#include <string.h>

#include "format/text/scan.h"

#include "base/banned.h"

static bool is_word_byte(char c)
{
	return !pq_is_space(c);
}

static struct pq_text take_perf_word(struct pq_scan *s)
{
	pq_scan_spaces(s);
	return pq_scan_run(s, is_word_byte);
}

/* Digits only: perf writes no signs. */
static bool read_perf_number(struct pq_text t, int64_t *value)
{
	return t.len && pq_is_digit(t.bytes[0]) && pq_number_decimal(t, value);
}

/* "26498/26499", "26498"; -1 is what perf prints of a lost thread. */
static bool match_pid_tid(struct pq_text t, struct pq_perf_header *to)
{
	size_t slash = pq_text_find(t, 0, "/");
	struct pq_text last = slash < t.len ? pq_text_slice(t, slash + 1, t.len)
					    : t;

	to->pid = to->tid = -1;
	if (slash < t.len &&
	    !read_perf_number(pq_text_slice(t, 0, slash), &to->pid) &&
	    !pq_text_is(pq_text_slice(t, 0, slash), "-1"))
		return false;
	return read_perf_number(last, &to->tid) || pq_text_is(last, "-1");
}

/* "7339.549984:", with 6 or 9 digits after the point. */
static bool match_time(struct pq_text t, int64_t *nanos)
{
	size_t point = pq_text_find(t, 0, ".");
	struct pq_text part;
	int64_t seconds, fraction;

	if (point >= t.len || t.bytes[t.len - 1] != ':')
		return false;
	part = pq_text_slice(t, point + 1, t.len - 1);
	if (part.len > 9 || !read_perf_number(part, &fraction) ||
	    !read_perf_number(pq_text_slice(t, 0, point), &seconds))
		return false;
	/* The fraction has 6 or 9 digits; nanoseconds have 9. */
	for (size_t i = part.len; i < 9; i++)
		fraction *= 10;
	return !__builtin_mul_overflow(seconds, 1000000000, nanos) &&
	       !__builtin_add_overflow(*nanos, fraction, nanos);
}

static bool is_cpu(struct pq_text t)
{
	int64_t ignored;

	return t.len > 2 && t.bytes[0] == '[' && t.bytes[t.len - 1] == ']' &&
	       read_perf_number(pq_text_slice(t, 1, t.len - 1), &ignored);
}

/* "K", "USp": mode, exec and switch of a sample (-F +misc). */
static bool is_misc(struct pq_text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!memchr("KUHGgMESp", t.bytes[i], 9))
			return false;
	return t.len > 0 && t.len < 5;
}

/* "2000000 cpu-clock:u: ..." */
static bool match_event(struct pq_scan s, struct pq_perf_header *to)
{
	struct pq_text t = take_perf_word(&s);

	to->names_event = false;
	to->record = pq_text_starts(t, "PERF_RECORD_");
	if (to->record)
		return true;
	/* The period before the event may be missing. */
	to->period = 1;
	if (t.len && t.bytes[t.len - 1] != ':') {
		if (!read_perf_number(t, &to->period))
			return false;
		t = take_perf_word(&s);
	}
	/* -F may leave the event out; then the time tells a header. */
	to->names_event = t.len > 0;
	if (!t.len) {
		to->event = PQ_TEXT("events");
		to->rest = PQ_TEXT("");
		return to->nanos >= 0;
	}
	if (t.len < 2 || t.bytes[t.len - 1] != ':' || pq_is_digit(t.bytes[0]))
		return false;
	to->event = pq_text_slice(t, 0, t.len - 1);
	to->rest = pq_text_trim(pq_scan_rest(&s));
	return true;
}

/* Matches "IDS [CPU] TIME: ..." with the event, behind the command. */
static bool match_after_command(struct pq_scan s, struct pq_perf_header *to)
{
	struct pq_scan at;

	if (!match_pid_tid(take_perf_word(&s), to))
		return false;
	/* The processor may be missing, the flags, and the time. */
	at = s;
	if (is_cpu(take_perf_word(&at)))
		s = at;
	at = s;
	if (is_misc(take_perf_word(&at)))
		s = at;
	at = s;
	to->nanos = -1;
	if (match_time(take_perf_word(&at), &to->nanos))
		s = at;
	return match_event(s, to);
}

/*
 * The command may have blanks and numbers in it: it ends before the first
 * word from which on all the rest is as it should be.
 */
bool pq_perf_header(struct pq_text line, struct pq_perf_header *to)
{
	struct pq_scan s = pq_scan_over(pq_text_trim(line));
	const char PQ_RAW *from = s.at;

	take_perf_word(&s);
	/* A command has 15 bytes at most: few words need to be tried. */
	while (s.at < s.end && s.at - from < 64) {
		to->comm = (struct pq_text){ from, (size_t)(s.at - from) };
		/* A word that ends in a colon is a bad time, no command. */
		if (s.at[-1] != ':' && match_after_command(s, to))
			return true;
		take_perf_word(&s);
	}
	return false;
}

/* Takes "+0x2d" off. */
static struct pq_text without_offset(struct pq_text t)
{
	size_t at = t.len;

	while (at && pq_is_hex(t.bytes[at - 1]))
		at--;
	if (at < t.len && at > 3 && !memcmp(t.bytes + at - 3, "+0x", 3))
		return pq_text_slice(t, 0, at - 3);
	return t;
}

static struct pq_text empty_if_unknown(struct pq_text t)
{
	return pq_text_is(t, "[unknown]") ? PQ_TEXT("") : t;
}

bool pq_perf_frame(struct pq_text line, struct pq_perf_frame *to)
{
	struct pq_scan s = pq_scan_over(pq_text_trim(line));
	struct pq_text rest, dso = PQ_TEXT("");
	size_t open;

	if (!pq_number_hex(pq_scan_run(&s, pq_is_hex), &to->address) ||
	    !pq_scan_spaces(&s))
		return false;
	rest = pq_scan_rest(&s);
	open = pq_text_last_pair(rest);
	/* Brackets after a blank are the file; "f(int)" has its own. */
	if (open < rest.len && (!open || rest.bytes[open - 1] == ' ')) {
		dso = pq_text_slice(rest, open + 1, rest.len - 1);
		rest = pq_text_trim(pq_text_slice(rest, 0, open));
	}
	to->inlined = pq_text_is(dso, "inlined");
	to->dso = to->inlined ? PQ_TEXT("") : empty_if_unknown(dso);
	to->symbol = empty_if_unknown(without_offset(rest));
	return true;
}

/* "burn[1ace]", "[kernel.kallsyms][ffffffff81602262]" */
static bool is_unknown_place(struct pq_text t)
{
	size_t at = t.len ? t.len - 1 : 0;

	if (!t.len || t.bytes[at] != ']')
		return false;
	while (at && pq_is_hex(t.bytes[at - 1]))
		at--;
	return at > 1 && at + 1 < t.len && t.bytes[at - 1] == '[';
}

bool pq_perf_place(struct pq_text line, struct pq_text *file,
		   int64_t *line_number)
{
	struct pq_text t = pq_text_trim(line);

	if (is_unknown_place(t)) {
		*file = PQ_TEXT("??");
		*line_number = 0;
		return true;
	}
	*file = t;
	return pq_cut_number_off(file, line_number) && file->len;
}
