#include "format/refused.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "format/json_head.h"

#include "base/banned.h"

/* Where in the first bytes the sign of a kind of file must stand. */
enum place {
	AT,	     /* at an offset */
	AT_ANY_CASE, /* behind blanks, whatever its case */
	IN_LINES,    /* at the start of one of the first lines */
};

/* A kind of file that is no profile, known by its first bytes. */
struct refused_file {
	enum place place;
	size_t offset;
	const char *sign;
	size_t length;
	const char *message;
};

#define SIGN_AT(offset, sign, message)                      \
	{                                                   \
		AT, offset, sign, sizeof(sign) - 1, message \
	}
#define SIGN(sign, message) SIGN_AT(0, sign, message)
#define MARKUP(sign, message)                                   \
	{                                                       \
		AT_ANY_CASE, 0, sign, sizeof(sign) - 1, message \
	}
#define LINE(sign, message)                                  \
	{                                                    \
		IN_LINES, 0, sign, sizeof(sign) - 1, message \
	}

#define IS_HTML                                                             \
	"this is an HTML page, not a profile: the server answered with an " \
	"error or a login page (look at it in a browser, then fetch the "   \
	"profile again)"
#define IS_REPORT                                                           \
	"this is a report that pprof or profq has printed, not a profile: " \
	"name the profile that it was made of"
#define IS_CALLGRIND                                                        \
	"this is callgrind's output, not a profile: callgrind_annotate or " \
	"KCachegrind shows it"
#define IS_METRICS                                                      \
	"this is a page of metrics (Prometheus), not a profile: fetch " \
	"/debug/pprof/profile or /debug/pprof/heap from the same server"
#define IS_MACHO "this is a Mach-O binary, not a profile"
#define IS_PICTURE                                                 \
	"this is a picture, not a profile: name the profile that " \
	"it was drawn from"
#define IS_PYTHON                                                              \
	"this is a profile of Python's cProfile, which has no stacks: "        \
	"python3 -m pstats FILE shows it; py-spy record -f raw writes stacks " \
	"that profq reads"
#define IS_ART                                                                \
	"this is a method trace of Android's ART, not a profile: Android "    \
	"Studio shows it; simpleperf record -g and its report_sample.py "     \
	"write the text of perf script, which profq reads"
#define IS_STACKPROF                                                         \
	"this is a dump of Ruby's stackprof, not a profile: stackprof "      \
	"--stackcollapse FILE writes stacks that profq reads, where it was " \
	"recorded with raw: true"

/* The first row that fits says what the file is. */
static const struct refused_file refused_files[] = {
	/* binaries */
	SIGN("\x7f"
	     "ELF",
	     "this is an ELF binary, not a profile: name the profile that the "
	     "program wrote"),
	SIGN("MZ", "this is a Windows binary, not a profile"),
	SIGN("\xcf\xfa\xed\xfe", IS_MACHO),
	SIGN("\xca\xfe\xba\xbe", "this is a Java class or a Mach-O binary, not "
				 "a profile"),
	/* recordings */
	SIGN("go 1.",
	     "this is a Go execution trace, not a profile: open it with \"go "
	     "tool trace\", or take a profile from /debug/pprof/profile"),
	SIGN("go1.7 heap dump\n",
	     "this is a heap dump of Go's debug.WriteHeapDump, not a "
	     "profile: take one from /debug/pprof/heap"),
	SIGN("FLR\0", "this is a Java flight recording (JFR), not a profile: "
		      "jfrconv -o collapsed FILE out.txt of "
		      "async-profiler writes stacks that profq reads"),
	SIGN("JAVA PROFILE ", "this is a Java heap dump (hprof), not a "
			      "profile: Eclipse MAT or VisualVM shows it; for "
			      "allocations, asprof -e alloc -o collapsed "
			      "writes stacks that profq reads"),
	SIGN("gmon\1\0\0\0",
	     "this is gprof's gmon.out, which has no stacks: gprof "
	     "BINARY FILE shows it; perf record -g writes stacks that "
	     "profq reads"),
	SIGN("memray\0",
	     "this is a memray file, not a profile: memray "
	     "flamegraph FILE shows it; memray transform speedscope "
	     "FILE, where it is there, writes what profq reads"),
	SIGN("Nettrace", "this is a .NET trace (nettrace), not a profile: "
			 "dotnet-trace convert --format Speedscope FILE makes "
			 "one of it that profq reads"),
	SIGN("\x14\0\0\0!FastSerialization.1",
	     "this is a .NET trace (nettrace), not a profile: dotnet-trace "
	     "convert --format Speedscope FILE makes one of it that profq "
	     "reads"),
	SIGN("SIMPLEPERF", "this is a report of simpleperf in a format of its "
			   "own: gecko_profile_generator.py of simpleperf "
			   "writes a profile that profq reads"),
	SIGN("*version\n", IS_ART),
	SIGN("SLOW\xf3\0", IS_ART),
	SIGN("PERFFILE", "this is a perf.data file of a perf before 2.6.36: "
			 "print it with that perf (perf script), and name the "
			 "text"),
	SIGN("\x17\x08\x44tracing", "this is a trace of ftrace (trace.dat), "
				    "not a profile: trace-cmd report FILE "
				    "shows it; perf record -g writes what "
				    "profq reads"),
	SIGN("SQLite format 3", "this is an SQLite database (as nsys and "
				"others write), not a profile: sqlite3 FILE "
				"shows what is in it"),
	SIGN("{\xa9\x03", IS_PYTHON),
	SIGN("{(\x03\0\0\0", IS_PYTHON),
	SIGN("\x04\x08{", IS_STACKPROF),
	SIGN("\xd4\xc3\xb2\xa1", "this is a recording of network packets "
				 "(pcap), not a profile"),
	/* archives, compression, pointers */
	SIGN("PK\x03\x04",
	     "this is a zip archive: unpack it and name the profile inside"),
	SIGN_AT(257, "ustar",
		"this is a tar archive: unpack it (tar -xf FILE) "
		"and name the profile inside"),
	SIGN("!<arch>\n", "this is an archive of ar or a Debian package, not a "
			  "profile"),
	SIGN("7z\xbc\xaf\x27\x1c", "this is a 7z archive: unpack it (7z x "
				   "FILE) and name the profile inside"),
	SIGN("\x28\xb5\x2f\xfd",
	     "this file is compressed with zstd: run zstd -d on it first"),
	SIGN("BZh",
	     "this file is compressed with bzip2: run bunzip2 on it first"),
	SIGN("\xfd"
	     "7zXZ",
	     "this file is compressed with xz: run unxz on it first"),
	SIGN("\x04\x22\x4d\x18",
	     "this file is compressed with lz4: run lz4 -d on it first"),
	SIGN("\xff\x06\0\0sNaPpY", "this file is compressed with snappy: run "
				   "snzip -d on it first"),
	SIGN("\x78\x9c", "this file is compressed with zlib: run "
			 "zlib-flate -uncompress on it first"),
	SIGN("\x1f\x9d", "this file is compressed with compress: run "
			 "uncompress on it first"),
	SIGN("\x1f\x8b", "this file is gzipped twice: run gunzip on it first"),
	SIGN("version https://git-lfs.github.com/spec/",
	     "this is a pointer of Git LFS, not the file itself: git lfs pull "
	     "gets it"),
	/* pictures and pages */
	SIGN("\x89PNG", IS_PICTURE),
	SIGN("GIF8", IS_PICTURE),
	SIGN("\xff\xd8\xff", IS_PICTURE),
	SIGN("%PDF-", IS_PICTURE),
	SIGN("%!PS", IS_PICTURE),
	MARKUP("<!doctype html", IS_HTML),
	MARKUP("<html", IS_HTML),
	MARKUP("<!doctype svg", IS_PICTURE),
	MARKUP("<svg", IS_PICTURE),
	MARKUP("<!doctype", IS_HTML),
	MARKUP("<?xml", "this is an XML file (pictures in SVG are, and traces "
			"that Instruments exports), not a profile"),
	MARKUP("digraph ", "this is a graph for graphviz, not a profile: name "
			   "the profile that it was made of"),
	/* text of other tools */
	LINE("# callgrind format", IS_CALLGRIND),
	LINE("creator: callgrind", IS_CALLGRIND),
	LINE("creator: xdebug", "this is a cachegrind file of Xdebug, not a "
				"profile: KCachegrind shows it"),
	LINE("creator: ", IS_CALLGRIND),
	LINE("positions: ", IS_CALLGRIND),
	LINE("desc: I1 cache:", "this is cachegrind's output, which has no "
				"stacks: cg_annotate FILE shows it"),
	LINE("time_unit: ", "this is massif's output, not a profile: ms_print "
			    "FILE shows it"),
	LINE("# HELP ", IS_METRICS),
	LINE("# TYPE ", IS_METRICS),
	LINE("Showing nodes accounting for ", IS_REPORT),
	LINE("ROUTINE ====", IS_REPORT),
	LINE("PeriodType: ", IS_REPORT),
	LINE("-----------+----", IS_REPORT),
	LINE("      flat  flat%   sum%", IS_REPORT),
	LINE("# To display the perf.data header info",
	     "this is the output of "
	     "perf report, not a profile: name perf.data, or the output of "
	     "perf script"),
	LINE("mode: set", "this is Go's test coverage, not a profile: go tool "
			  "cover -html=FILE shows it"),
	LINE("mode: count", "this is Go's test coverage, not a profile: go "
			    "tool cover -html=FILE shows it"),
	LINE("mode: atomic", "this is Go's test coverage, not a profile: go "
			     "tool cover -html=FILE shows it"),
	LINE("goos: ", "this is the output of Go benchmarks, not a profile: go "
		       "test -bench=. -cpuprofile=cpu.pb.gz writes one"),
	LINE("Full thread dump ", "this is a thread dump of Java, not a "
				  "profile: asprof -d 30 -o collapsed PID "
				  "writes stacks that profq reads"),
	LINE("Each sample counts as ", "this is the output of gprof, not a "
				       "profile: perf record -g writes "
				       "stacks that profq reads"),
};

#define N_REFUSED (sizeof(refused_files) / sizeof(refused_files[0]))

static bool has_sign_at(struct pq_text head, size_t at,
			const struct refused_file *is)
{
	return at <= head.len && head.len - at >= is->length &&
	       !memcmp(head.bytes + at, is->sign, is->length);
}

static size_t pass_blanks(struct pq_text t, size_t at)
{
	while (at < t.len && isspace((unsigned char)t.bytes[at]))
		at++;
	return at;
}

static bool has_markup(struct pq_text head, const struct refused_file *is)
{
	size_t at = pass_blanks(head, 0);

	return head.len - at >= is->length &&
	       !strncasecmp(pq_unchecked_bytes(head.bytes) + at, is->sign,
			    is->length);
}

/* Lines of reports stand behind a heading of a few lines. */
#define LINES_MOST 12

/* The head of a file, and where its first lines begin. */
struct file_head {
	struct pq_text text;
	size_t lines[LINES_MOST];
	int n_lines;
};

static struct file_head find_head_lines(struct pq_text text)
{
	struct file_head head = { .text = text };

	for (size_t at = 0; at < text.len && head.n_lines < LINES_MOST;
	     at = pq_text_find(text, at, "\n") + 1)
		head.lines[head.n_lines++] = at;
	return head;
}

static bool has_sign_in_lines(const struct file_head *head,
			      const struct refused_file *is)
{
	for (int i = 0; i < head->n_lines; i++)
		if (has_sign_at(head->text, head->lines[i], is))
			return true;
	return false;
}

static bool is_refused_by(const struct file_head *head,
			  const struct refused_file *is)
{
	switch (is->place) {
	case AT:
		return has_sign_at(head->text, is->offset, is);
	case AT_ANY_CASE:
		return has_markup(head->text, is);
	default:
		return has_sign_in_lines(head, is);
	}
}

/* ---- kinds that no fixed sign tells ---- */

static bool is_base64_byte(char c)
{
	return isalnum((unsigned char)c) || strchr("+/=-_\r\n", c);
}

/* A whole head of nothing else, and not a single word. */
static bool is_base64(struct pq_text head)
{
	bool all = head.len >= 64 || pq_text_starts(head, "H4sI");

	for (size_t i = 0; i < head.len && all; i++)
		all = head.bytes[i] && is_base64_byte(head.bytes[i]);
	return all;
}

/* "v 10400 3", and a letter at the start of each line behind it. */
static bool is_heaptrack(struct pq_text head)
{
	size_t end = pq_text_find(head, 0, "\n");
	bool all = end > 2 && end + 2 < head.len && head.bytes[0] == 'v' &&
		   head.bytes[1] == ' ' && head.bytes[end + 2] == ' ';

	for (size_t i = 2; i < end && all; i++)
		all = isxdigit((unsigned char)head.bytes[i]) ||
		      head.bytes[i] == ' ';
	return all;
}

static bool has_json_key(struct pq_text head, const char *outer,
			 const char *inner)
{
	return pq_json_head_has((const uint8_t *)pq_unchecked_bytes(head.bytes),
				head.len, outer, inner);
}

/* JSON that no reader takes: a key, and one inside its object, or NULL. */
static const struct {
	const char *key, *inner, *message;
} refused_json[] = {
	{ "snapshot", "meta",
	  "this is a V8 heap snapshot, not a profile: Chrome's Memory panel "
	  "shows it; node --heap-prof writes a profile that profq reads" },
	{ "dhatFileVersion", NULL,
	  "this is DHAT's output, not a profile: dh_view.html of valgrind "
	  "shows it" },
	{ "gc_samples", NULL, IS_STACKPROF },
};

#define N_REFUSED_JSON (sizeof(refused_json) / sizeof(refused_json[0]))

static const char *find_refused(struct pq_text head)
{
	struct file_head lines;

	if (is_heaptrack(head))
		return "this is a heaptrack file, not a profile: "
		       "heaptrack_print -F stacks.txt FILE writes stacks that "
		       "profq reads";
	for (size_t i = 0; i < N_REFUSED_JSON; i++)
		if (has_json_key(head, refused_json[i].key,
				 refused_json[i].inner))
			return refused_json[i].message;
	if (is_base64(head))
		return "this is text in base64: base64 -d FILE >p.pb.gz makes "
		       "the file of it";
	lines = find_head_lines(head);
	for (size_t i = 0; i < N_REFUSED; i++)
		if (is_refused_by(&lines, &refused_files[i]))
			return refused_files[i].message;
	return NULL;
}

/* "{" and a key or the end, maybe in a list: "{main}" is a frame. */
static bool begins_with_object(struct pq_text head)
{
	size_t at = pass_blanks(head, 0);

	if (at < head.len && head.bytes[at] == '[')
		at = pass_blanks(head, at + 1);
	if (at == head.len || head.bytes[at] != '{')
		return false;
	at = pass_blanks(head, at + 1);
	return at == head.len || head.bytes[at] == '"' || head.bytes[at] == '}';
}

/* A weak sign: formats that show themselves behind the head bid more. */
int pq_refused_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n };

	if (find_refused(text))
		return PQ_SURE_MAGIC;
	return begins_with_object(text) ? PQ_SURE_MAYBE + 1 : PQ_SURE_NO;
}

bool pq_refused_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err)
{
	struct pq_text head = { (const char *)s->window + s->at,
				s->end - s->at };
	const char *message = find_refused(head);

	(void)p;
	if (!message && begins_with_object(head))
		message = "this is a JSON file of no kind that profq reads";
	return pq_fail(err, PQ_EFORMAT, "%s",
		       message ? message : "unrecognized profile format");
}

/* Bytes of a text that are quoted; more of a short one, which says why. */
#define QUOTED_MOST 60
#define ANSWER_MOST 300

void pq_refused_text(const struct pq_stream *s, struct pq_error *err)
{
	struct pq_text all = { (const char *)s->window + s->at,
			       s->end - s->at };
	bool answer = s->eof && all.len <= ANSWER_MOST;
	char quoted[3 * ANSWER_MOST];
	size_t n;

	/* All of an answer is quoted, else the first line that has any. */
	while (all.len && isspace((unsigned char)all.bytes[0]))
		all = pq_text_slice(all, 1, all.len);
	while (all.len && isspace((unsigned char)all.bytes[all.len - 1]))
		all.len--;
	if (!answer) {
		all = pq_text_slice(all, 0, pq_text_find(all, 0, "\n"));
		all = pq_text_slice(all, 0, QUOTED_MOST);
	}
	n = pq_text_encode_into(quoted, sizeof(quoted) - 1, all);
	quoted[n] = '\0';
	pq_fail(err, PQ_EFORMAT,
		answer ? "this is text, not a profile; it says: \"%s\""
		       : "this is text, not a profile of a format that profq "
			 "reads; it begins \"%s\"",
		quoted);
}
