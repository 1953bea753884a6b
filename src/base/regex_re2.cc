/* regex_re2.cc - the only C++ of the program: RE2 behind regex.h. */
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

} // namespace

/* An expression that may be bad; throws when there is no memory. */
static struct pq_regex *compile(struct pq_text pattern, struct pq_error *err)
{
	RE2::Options options;
	std::unique_ptr<pq_regex> regex;

	options.set_log_errors(false);
	options.set_max_mem(MOST_BYTES);
	regex = std::make_unique<pq_regex>(
		re2::StringPiece(pattern.bytes, pattern.len), options);
	if (!regex->re.ok()) {
		std::string part = regex->re.error_arg();

		if (regex->re.error_code() == RE2::ErrorMissingParen)
			part = std::string(pattern.bytes, pattern.len);
		pq_fail(err, PQ_EUSAGE, "error parsing regexp: %s: `%s`",
			go_message(regex->re.error_code()), part.c_str());
		return nullptr;
	}
	return regex.release();
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
		return regex->re.Match(re2::StringPiece(text.bytes, text.len),
				       0, text.len, RE2::UNANCHORED, nullptr,
				       0);
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
