/* Rules on CPU profiles: pq_triage_cpu, pq_triage_collection of triage_rules.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "base/units.h"
#include "insight/frames.h"
#include "insight/name_sums.h"
#include "insight/triage_rules.h"
#include "stats/estimate.h"

#include "base/banned.h"

/* Facts about a stack that one of its frames gives away. */
enum {
	IN_COLLECTOR = 1,
	IN_ASSIST = 2,
	IN_WORKER = 4,
	IN_SWEEP = 8,
	IN_MALLOC = 16,
	IN_SYSCALL = 32,
	IN_REGEXP = 64,
	IS_PREEMPTION = 128,
};

static const struct {
	const char *pattern;
	unsigned flag;
} patterns[] = {
	{ "^runtime\\.(gcBgMarkWorker|gcAssistAlloc1?|gcDrain\\w*|bgsweep|"
	  "bgscavenge|gcStart|gcMarkDone|gcMarkTermination|\\(\\*gcWork\\)\\."
	  "\\w+|deductAssistCredit|sweepone)(\\.func\\d+)*$",
	  IN_COLLECTOR },
	{ "^runtime\\.gcAssist", IN_ASSIST },
	{ "^runtime\\.gcBgMarkWorker", IN_WORKER },
	{ "^runtime\\.(bgsweep|sweepone|bgscavenge)", IN_SWEEP },
	{ "^runtime\\.mallocgc$", IN_MALLOC },
	{ "^(syscall\\.(Raw)?Syscall6?|internal/runtime/syscall\\.Syscall6|"
	  "runtime/internal/syscall\\.Syscall6)$",
	  IN_SYSCALL },
	{ "^regexp\\.(Compile|MustCompile|compile)$", IN_REGEXP },
	{ "^runtime\\.asyncPreempt$", IS_PREEMPTION },
};
#define N_PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

struct cpu {
	struct pq_triage *t;
	const struct pq_triage_file *file;
	struct pq_frames frames;
	uint8_t *flags; /* by frame */
	int64_t total, collector, worker, sweep, assist;
	int64_t malloc, syscalls, regexp;
	struct pq_name_sums malloc_by, syscalls_by, regexp_by;
	struct pq_buf text, command;
};

/* ---- counting ---- */

static void find_flags(struct cpu *c)
{
	struct pq_error ignored;

	c->flags = pq_alloc_zeroed(c->frames.list.n + 1);
	for (size_t k = 0; k < N_PATTERNS; k++) {
		struct pq_regex *regex;

		/* The table's patterns compile: there is no error to tell. */
		pq_error_clear(&ignored);
		regex = pq_regex_new(pq_text_of(patterns[k].pattern), &ignored);
		/* Names are matched once, not again for each sample. */
		for (size_t i = 0; regex && i < c->frames.list.n; i++)
			if (pq_regex_match(regex,
					   c->frames.list.at[i].function))
				c->flags[i] |= (uint8_t)patterns[k].flag;
		pq_regex_free(regex);
	}
}

static void count_collector(struct cpu *c, unsigned flags, int64_t n)
{
	c->collector += n;
	if (flags & IN_ASSIST)
		c->assist += n;
	else if (flags & IN_WORKER)
		c->worker += n;
	else if (flags & IN_SWEEP)
		c->sweep += n;
}

/* A preempted leaf is left out of the stack, not of the count. */
static void count_stack(struct cpu *c, struct pq_frame_stack stack, int64_t n)
{
	struct pq_text owner = pq_frames_owner(&c->frames, stack)->function;
	unsigned flags = 0;

	if (!stack.n)
		return;
	c->total += n;
	if (c->flags[stack.at[0]] & IS_PREEMPTION) {
		stack.at++;
		stack.n--;
	}
	for (size_t i = 0; i < stack.n; i++)
		flags |= c->flags[stack.at[i]];
	/* Allocation within a collection (assists) is the collector's. */
	if (flags & IN_COLLECTOR) {
		count_collector(c, flags, n);
	} else if (flags & IN_MALLOC) {
		c->malloc += n;
		pq_name_sums_add(&c->malloc_by, owner, n);
	}
	/* System calls count at the leaf only: above it Go code runs. */
	if (stack.n && c->flags[stack.at[0]] & IN_SYSCALL) {
		c->syscalls += n;
		pq_name_sums_add(&c->syscalls_by, owner, n);
	}
	if (flags & IN_REGEXP) {
		c->regexp += n;
		pq_name_sums_add(&c->regexp_by, owner, n);
	}
}

static void count_cpu_samples(struct cpu *c, const struct pq_profile *p)
{
	struct pq_frame_list frames = { 0 };
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		pq_frames_put(&c->frames, &w.sample, &frames);
		count_stack(c, (struct pq_frame_stack){ frames.at, frames.n },
			    w.sample.values[0]);
	}
	pq_walk_end(&w);
	pq_vec_release(&frames);
}

/* ---- rules ---- */

static double share_of(const struct cpu *c, int64_t n)
{
	return (double)n / (double)c->total;
}

static bool is_large_share(const struct cpu *c, int64_t n, double share,
			   double share_low)
{
	/* The lower limit: a few samples make no large share. */
	return share_of(c, n) >= share &&
	       pq_share_low((double)n, (double)c->total) >= share_low;
}

static void be_quiet(struct cpu *c, const char *rule, int64_t n)
{
	pq_buf_printf(&c->text, "%.0f %%", 100 * share_of(c, n));
	pq_triage_be_quiet(c->t, rule, &c->text);
}

static bool is_busy_collecting(const struct cpu *c)
{
	return is_large_share(c, c->collector, 0.25, 0.15);
}

static void judge_collector(struct cpu *c)
{
	struct pq_triage *t = c->t;
	struct pq_finding *f;

	if (!is_busy_collecting(c)) {
		be_quiet(c, "gc-cpu", c->collector);
		return;
	}
	pq_buf_printf(&c->text, "garbage collection takes %.0f %% of CPU",
		      100 * share_of(c, c->collector));
	/* Without a heap file the command has a place for one. */
	pq_buf_str(&c->command, "profq sites ");
	pq_buf_text(&c->command,
		    t->heap_file.len ? t->heap_file : PQ_TEXT("HEAP"));
	f = pq_triage_find(t, "gc-cpu", &c->text, t->heap_site,
			   share_of(c, c->collector), &c->command);
	pq_buf_printf(&c->text,
		      "mark workers %.0f %%, assists %.0f %%, sweeping "
		      "%.0f %%",
		      100 * share_of(c, c->worker),
		      100 * share_of(c, c->assist),
		      100 * share_of(c, c->sweep));
	pq_triage_add_evidence(f, &c->text);
	/* A heap file tells which objects the collector is busy with. */
	for (size_t i = 0; i < t->heap_evidence.n; i++) {
		pq_buf_text(&c->text, t->heap_evidence.lines[i]);
		pq_triage_add_evidence(f, &c->text);
	}
}

/* Rules whose site is the owner with most of it. */
struct owner_rule {
	const char *rule, *before, *after, *peek;
	const char *evidence, *evidence_after;
	double share, share_low;
};

static void judge_owner(struct cpu *c, const struct owner_rule *rule, int64_t n,
			const struct pq_name_sums *by)
{
	struct pq_finding *f;
	struct pq_text most;
	int64_t sum;

	if (!is_large_share(c, n, rule->share, rule->share_low)) {
		be_quiet(c, rule->rule, n);
		return;
	}
	/* The runtime's own function helps nobody: its caller is named. */
	most = pq_name_sums_most(by, &sum);
	pq_buf_printf(&c->text, "%s %.0f %% of CPU%s", rule->before,
		      100 * share_of(c, n), rule->after);
	pq_buf_printf(&c->command, "profq peek %s ", rule->peek);
	pq_buf_text(&c->command, c->file->name);
	f = pq_triage_find(c->t, rule->rule, &c->text, most, share_of(c, n),
			   &c->command);
	pq_buf_str(&c->text, rule->evidence);
	pq_buf_text(&c->text, most);
	pq_buf_str(&c->text, rule->evidence_after);
	pq_triage_add_evidence(f, &c->text);
}

static void judge_all(struct cpu *c)
{
	static const struct owner_rule malloc_rule = {
		"alloc-cpu",
		"allocating takes",
		" beside collection",
		"mallocgc",
		"most of it under ",
		"",
		0.25,
		0.15,
	};
	static const struct owner_rule syscall_rule = {
		"syscall",
		"system calls take",
		"",
		"Syscall",
		"most of them under ",
		"",
		0.4,
		0.3,
	};
	static const struct owner_rule regexp_rule = {
		"regexp-compile",
		"compiling regular expressions takes",
		"",
		"regexp.compile",
		"compiled under ",
		": compile once",
		0.1,
		0.05,
	};

	judge_collector(c);
	judge_owner(c, &malloc_rule, c->malloc, &c->malloc_by);
	judge_owner(c, &syscall_rule, c->syscalls, &c->syscalls_by);
	judge_owner(c, &regexp_rule, c->regexp, &c->regexp_by);
}

static void count_cpu(struct cpu *c, const struct pq_profile *p)
{
	pq_frames_init(&c->frames, p);
	pq_name_sums_init(&c->malloc_by);
	pq_name_sums_init(&c->syscalls_by);
	pq_name_sums_init(&c->regexp_by);
	/* Frames are named once, before samples are counted by them. */
	find_flags(c);
	count_cpu_samples(c, p);
}

static void release_cpu(struct cpu *c)
{
	pq_name_sums_release(&c->malloc_by);
	pq_name_sums_release(&c->syscalls_by);
	pq_name_sums_release(&c->regexp_by);
	pq_buf_release(&c->text);
	pq_buf_release(&c->command);
	pq_free(c->flags);
	pq_frames_release(&c->frames);
}

void pq_triage_cpu(struct pq_triage *t, const struct pq_triage_file *file)
{
	struct cpu c = { .t = t, .file = file };

	count_cpu(&c, file->profile);
	/* Shares of a few samples are chance. */
	if (c.total < PQ_TRIAGE_LEAST_SAMPLES) {
		pq_buf_printf(&c.text, "%lld samples of CPU are too few",
			      (long long)c.total);
		pq_triage_be_quiet(t, "cpu", &c.text);
	} else {
		judge_all(&c);
	}
	release_cpu(&c);
}

struct pq_collection pq_triage_collection(const struct pq_profile *p)
{
	struct pq_collection answer = { 0 };
	struct cpu c = { 0 };

	count_cpu(&c, p);
	answer.n_samples = c.total;
	if (c.total > 0)
		answer.share = share_of(&c, c.collector);
	answer.is_large = c.total >= PQ_TRIAGE_LEAST_SAMPLES &&
			  is_busy_collecting(&c);
	release_cpu(&c);
	return answer;
}
