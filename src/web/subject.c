#include "web/subject.h"

#include "profile/merge.h"

#include "base/banned.h"

bool pq_web_compares(const struct pq_session *s, const struct pq_job *job)
{
	return s->inputs->takes == PQ_TAKES_SIDES ||
	       (s->inputs->takes == PQ_TAKES_SERIES && job->old);
}

/* ---- profiles joined for the question ---- */

static bool join_for_question(struct pq_web_subject *to, struct pq_session *s,
			      struct pq_profile **list, size_t n, size_t n_old,
			      struct pq_error *err)
{
	struct pq_joined *j = &to->joined;

	j->files = pq_arena_zeroed(&s->arena, n * sizeof(*j->files));
	j->n_files = n;
	j->n_old = n_old;
	/* Names are not shown here: one stands for all. */
	for (size_t i = 0; i < n; i++) {
		j->files[i].name = s->inputs->sources.at[0].name;
		j->files[i].given = i;
	}
	if (!pq_join(j, list, err))
		return false;
	to->subject.joined = j;
	to->subject.p = j->p;
	return true;
}

/* A series of one: reports about heaps want files in columns. */
static bool make_series_of_one(struct pq_web_subject *to, struct pq_session *s,
			       struct pq_profile *p, struct pq_error *err)
{
	to->subject.takes = PQ_TAKES_SERIES;
	return join_for_question(to, s, &p, 1, 1, err);
}

static bool compare_two(struct pq_web_subject *to, struct pq_session *s,
			const struct pq_job *job, struct pq_error *err)
{
	struct pq_profile *list[] = { s->loaded.at[job->old - 1],
				      s->loaded.at[job->of - 1] };

	if (job->old == job->of)
		return pq_fail(err, PQ_EUSAGE,
			       "a profile is not compared with itself");
	to->subject.takes = PQ_TAKES_SIDES;
	to->notice = "Two points of the series are compared.";
	return join_for_question(to, s, list, 2, 1, err);
}

/* ---- one of several ---- */

/* The new side of a comparison, the file that the URL names, or the newest. */
static struct pq_profile *find_single(struct pq_web_subject *to,
				      struct pq_session *s,
				      const struct pq_job *job,
				      struct pq_error *err)
{
	size_t first = s->loaded.n - 1;

	if (s->inputs->takes == PQ_TAKES_KINDS)
		return s->loaded.at[job->of ? job->of - 1 : 0];
	if (s->inputs->takes == PQ_TAKES_SERIES) {
		to->notice = job->of ? "This view shows one profile of the "
				       "series."
				     : "This view shows the newest profile "
				       "alone.";
		return s->loaded.at[job->of ? (size_t)job->of - 1 : first];
	}
	to->notice = "This view shows the new profile alone; Diff and the "
		     "flame graph show both.";
	/* Files of the new side, if several, are added up as ever. */
	first = s->inputs->n_old;
	if (s->loaded.n - first == 1)
		return s->loaded.at[first];
	return pq_combine(s->loaded.at + first, s->loaded.n - first, err);
}

static bool use_single(struct pq_web_subject *to, struct pq_session *s,
		       const struct pq_job *job, enum pq_takes takes,
		       struct pq_error *err)
{
	struct pq_profile *p = find_single(to, s, job, err);

	if (!p)
		return false;
	to->subject.takes = PQ_TAKES_ONE;
	to->subject.p = p;
	return takes != PQ_TAKES_SERIES || make_series_of_one(to, s, p, err);
}

/* ---- by what is loaded ---- */

static void use_kinds(struct pq_web_subject *to, struct pq_session *s)
{
	bool several = s->inputs->takes == PQ_TAKES_KINDS;

	to->subject.takes = PQ_TAKES_KINDS;
	to->subject.kinds = several ? s->loaded.at : &s->profile;
	to->subject.n_kinds = several ? s->loaded.n : 1;
	to->subject.kind_names = several ? s->names
					 : &s->inputs->sources.at[0].name;
	to->subject.p = s->profile;
}

static bool use_merged(struct pq_web_subject *to, struct pq_session *s,
		       enum pq_takes takes, struct pq_error *err)
{
	to->subject.p = s->profile;
	if (takes == PQ_TAKES_SERIES)
		return make_series_of_one(to, s, s->profile, err);
	if (takes != PQ_TAKES_SIDES)
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       s->inputs->sources.n > 1
			       ? "the files are merged to one profile; of=1-2 "
				 "in the address compares the first two"
			       : "there is one profile; Compare... takes "
				 "another one");
}

static bool use_joined(struct pq_web_subject *to, struct pq_session *s,
		       const struct pq_job *job, const struct pq_query *q,
		       struct pq_error *err)
{
	enum pq_takes takes = q->command->report->takes;
	bool wants_sides = takes == PQ_TAKES_SIDES ||
			   (takes == PQ_TAKES_ONE_OR_SIDES && q->options.diff);

	if (wants_sides && job->old)
		return compare_two(to, s, job, err);
	if (takes == PQ_TAKES_SERIES ||
	    (wants_sides && s->inputs->takes == PQ_TAKES_SIDES)) {
		to->subject.joined = &s->joined;
		return true;
	}
	return use_single(to, s, job, takes, err);
}

bool pq_web_subject_find(struct pq_web_subject *to, struct pq_session *s,
			 const struct pq_job *job, const struct pq_query *q,
			 struct pq_error *err)
{
	enum pq_takes takes = q->command->report->takes;
	bool is_several = s->inputs->takes != PQ_TAKES_ONE;

	*to = (struct pq_web_subject){
		.subject = { .takes = s->inputs->takes,
			     .p = s->profile,
			     .program = s->inputs->program }
	};
	/* Numbers come from the URL: the file may not exist. */
	if (is_several &&
	    ((size_t)job->of > s->loaded.n || (size_t)job->old > s->loaded.n))
		return pq_fail(err, PQ_EUSAGE, "of: there are %zu files",
			       s->loaded.n);
	if (takes == PQ_TAKES_KINDS) {
		use_kinds(to, s);
		return true;
	}
	if (!is_several)
		return use_merged(to, s, takes, err);
	return s->joined.p ? use_joined(to, s, job, q, err)
			   : use_single(to, s, job, takes, err);
}
