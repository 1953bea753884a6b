/* regex_re2.cc - the only C++ of the program: RE2 behind regex.h. */
#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include <re2/re2.h>

extern "C" {
#include "base/mem.h"
#include "base/regex.h"
}

struct pq_regex {
	explicit pq_regex(const re2::StringPiece &pattern,
			  const RE2::Options &options)
	    : re(pattern, options)
	{
	}
	RE2 re;
	struct pq_cleanup cleanup = {}; /* ends it when memory runs out */
};

namespace
{

/* RE2's own default: for the program, and for what matching remembers. */
const int64_t MOST_BYTES = (int64_t)8 << 20;

void end_regex(void *regex)
{
	delete static_cast<struct pq_regex *>(regex);
}

/* Go's words for RE2's error codes. */
const char *go_message(RE2::ErrorCode code)
{
	switch (code) {
	case RE2::ErrorBadEscape:
		return "invalid escape sequence";
	case RE2::ErrorBadCharClass:
		return "invalid character class";
	case RE2::ErrorBadCharRange:
		return "invalid character class range";
	case RE2::ErrorMissingBracket:
		return "missing closing ]";
	case RE2::ErrorMissingParen:
		return "missing closing )";
	case RE2::ErrorUnexpectedParen:
		return "unexpected )";
	case RE2::ErrorTrailingBackslash:
		return "trailing backslash at end of expression";
	case RE2::ErrorRepeatArgument:
		return "missing argument to repetition operator";
	case RE2::ErrorRepeatSize:
		return "invalid repeat count";
	case RE2::ErrorRepeatOp:
		return "invalid nested repetition operator";
	case RE2::ErrorBadPerlOp:
		return "invalid or unsupported Perl syntax";
	case RE2::ErrorBadUTF8:
		return "invalid UTF-8";
	case RE2::ErrorBadNamedCapture:
		return "invalid named capture";
	case RE2::ErrorPatternTooLarge:
		return "expression too large";
	default:
		return "internal error";
	}
}

/*
 * Steps over one element of an expression: a byte, an escape with its letter,
 * or everything from \Q up to behind \E.
 */
size_t step(const std::string &pattern, size_t at)
{
	if (pattern.compare(at, 2, "\\Q") == 0) {
		size_t end = pattern.find("\\E", at + 2);

		return end == std::string::npos ? pattern.size() : end + 2;
	}
	return at + (pattern[at] == '\\' ? 2 : 1);
}

/* Finds \C, which RE2 takes outside of brackets and Go nowhere. */
size_t find_byte_escape(const std::string &pattern)
{
	for (size_t at = 0; at < pattern.size(); at = step(pattern, at))
		if (pattern.compare(at, 2, "\\C") == 0)
			return at;
	return std::string::npos;
}

/* Writes (?<name>, new in Go 1.22, in the one way this RE2 knows. */
std::string with_older_names(const std::string &pattern)
{
	std::string to;

	for (size_t at = 0, next; at < pattern.size(); at = next) {
		next = std::min(step(pattern, at), pattern.size());
		to.append(pattern, at, next - at);
		if (pattern.compare(at, 3, "(?<") == 0)
			to.append("?P<"), next = at + 3;
	}
	return to;
}

/* True for the errors that are found at the end of an expression only. */
bool is_found_last(RE2::ErrorCode code)
{
	return code == RE2::NoError || code == RE2::ErrorMissingParen ||
	       code == RE2::ErrorMissingBracket;
}

bool is_ascii(struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.bytes[i] >= 0x80)
			return false;
	return true;
}

/* Go reads a byte that is no UTF-8 as U+FFFD; RE2 lets nothing match it. */
std::string with_runes_for_bytes(struct pq_text text)
{
	std::string repaired;

	for (size_t at = 0, n; at < text.len; at += n ? n : 1) {
		uint32_t rune;

		n = pq_text_rune(text, at, &rune);
		if (n)
			repaired.append(text.bytes + at, n);
		else
			repaired.append("\xef\xbf\xbd");
	}
	return repaired;
}

bool matches(const RE2 &re, const re2::StringPiece &text)
{
	return re.Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

} // namespace

/* An expression that may be bad; throws when there is no memory. */
static struct pq_regex *compile(struct pq_text text, struct pq_error *err)
{
	std::string pattern(text.bytes, text.len);
	/* An error before \C is told first; there is always one with it. */
	size_t refused = find_byte_escape(pattern);
	std::string tried = with_older_names(pattern.substr(0, refused));
	RE2::Options options;

	options.set_log_errors(false);
	options.set_max_mem(MOST_BYTES);
	auto regex = std::make_unique<pq_regex>(tried, options);
	RE2::ErrorCode code = regex->re.error_code();
	std::string part = regex->re.error_arg();

	/* Go tells the first of two errors only. */
	if (refused != std::string::npos && is_found_last(code)) {
		code = RE2::ErrorBadEscape;
		part = "\\C";
	} else if (code == RE2::NoError) {
		return regex.release();
	} else if (code == RE2::ErrorMissingParen) {
		part = pattern;
	}
	pq_fail(err, PQ_EUSAGE, "error parsing regexp: %s: `%s`",
		go_message(code), part.c_str());
	return nullptr;
}

/* No exception may leave for C, which has no way to end what it holds. */
struct pq_regex *pq_regex_new(struct pq_text pattern, struct pq_error *err)
{
	struct pq_regex *regex = nullptr;

	try {
		regex = compile(pattern, err);
	} catch (const std::bad_alloc &) {
		pq_fail(err, PQ_ELIMIT, "out of memory");
	}
	if (regex)
		pq_cleanup_add(&regex->cleanup, end_regex, regex);
	return regex;
}

/*
 * Here an exception meets a caller that cannot fail: it unwinds as every
 * allocation of ours does, but behind the handler, which has to end first.
 */
bool pq_regex_match(const struct pq_regex *regex, struct pq_text text)
{
	try {
		if (is_ascii(text))
			return matches(regex->re,
				       re2::StringPiece(text.bytes, text.len));
		return matches(regex->re, with_runes_for_bytes(text));
	} catch (const std::bad_alloc &) {
	}
	pq_alloc(SIZE_MAX); /* never returns */
	return false;
}

unsigned pq_regex_most_steps(const struct pq_regex *regex)
{
	return (unsigned)regex->re.ProgramSize();
}

void pq_regex_free(struct pq_regex *regex)
{
	if (!regex)
		return;
	pq_cleanup_remove(&regex->cleanup);
	delete regex;
}
