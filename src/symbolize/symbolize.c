/*
 * symbolize.c - the -symbolize option, and display names for all functions of
 * a profile; symbolize/demangle/demangle.h declares both.
 */
#include "symbolize/demangle/demangle.h"

#include "base/mem.h"

#include "base/banned.h"

static const struct {
	const char *name;
	enum pq_demangle mode;
} demangle_modes[] = {
	{ "demangle=none", PQ_DEMANGLE_NONE },
	{ "demangle=full", PQ_DEMANGLE_FULL },
	{ "demangle=templates", PQ_DEMANGLE_TEMPLATES },
};

static bool set_demangle_mode(struct pq_text option, struct pq_symbolize *s)
{
	for (size_t i = 0;
	     i < sizeof(demangle_modes) / sizeof(demangle_modes[0]); i++)
		if (pq_text_is(option, demangle_modes[i].name)) {
			s->force = true;
			s->demangle = demangle_modes[i].mode;
			return true;
		}
	return false;
}

static void report_unknown_option(struct pq_text mode, struct pq_log *log)
{
	struct pq_buf line = { 0 };

	pq_buf_str(&line, "ignoring unrecognized symbolization option: ");
	pq_buf_text(&line, mode);
	pq_log_text(log, pq_buf_view(&line));
	pq_buf_release(&line);
	pq_log_say(log, "expecting -symbolize=[local|fastlocal|remote|none]"
			"[:force][:demangle=[none|full|templates|default]");
}

/* Only ASCII letters change: option names have no others. */
static void append_lower_case(struct pq_text text, struct pq_buf *to)
{
	pq_buf_text(to, text);
	for (size_t i = 0; i < to->len; i++)
		if (to->data[i] >= 'A' && to->data[i] <= 'Z')
			to->data[i] += 'a' - 'A';
}

/* The last word of the option on where names come from counts. */
static void set_where(struct pq_symbolize *s, bool local, bool remote)
{
	s->no_local = !local;
	s->no_remote = !remote;
}

/* Sets one option; the message about an unknown one quotes the whole mode. */
static void set_symbolize_option(struct pq_text option, struct pq_text mode,
				 struct pq_symbolize *s, struct pq_log *log)
{
	if (pq_text_is(option, "none") || pq_text_is(option, "no"))
		s->none = true;
	else if (pq_text_is(option, "force"))
		s->force = true;
	else if (pq_text_is(option, "local"))
		set_where(s, true, false);
	else if (pq_text_is(option, "remote"))
		set_where(s, false, true);
	else if (pq_text_is(option, "fastlocal")) {
		set_where(s, true, false);
		s->names_only = true;
	} else if (!set_demangle_mode(option, s) && option.len &&
		   !pq_text_is(option, "demangle=default"))
		report_unknown_option(mode, log);
}

void pq_symbolize_parse(struct pq_text mode, struct pq_symbolize *s,
			struct pq_log *log)
{
	struct pq_buf lower = { 0 };
	struct pq_text options;

	/* Options are compared in lower case, as the reference does. */
	*s = (struct pq_symbolize){ .demangle = PQ_DEMANGLE_DEFAULT };
	append_lower_case(mode, &lower);
	options = pq_buf_view(&lower);

	/* "none" ends the reading: what follows it cannot matter. */
	for (size_t at = 0; at < options.len && !s->none;) {
		size_t end = pq_text_find(options, at, ":");

		set_symbolize_option(pq_text_slice(options, at, end), mode, s,
				     log);
		at = end + 1;
	}
	pq_buf_release(&lower);
}

/* -symbolize=force forgets names that somebody else has demangled. */
static void restore_system_names(struct pq_profile *p)
{
	for (size_t i = 0; i < p->functions.n; i++) {
		struct pq_function *f = &p->functions.at[i];

		if (pq_string(p, f->name).len &&
		    pq_string(p, f->system_name).len)
			f->name = f->system_name;
	}
}

static bool lacks_display_name(const struct pq_profile *p,
			       const struct pq_function *f)
{
	struct pq_text name = pq_string(p, f->name);

	return f->name == f->system_name || !name.len ||
	       pq_text_equal(name, pq_string(p, f->system_name));
}

static bool demangle_function(const struct pq_profile *p,
			      const struct pq_function *f,
			      enum pq_demangle mode, struct pq_buf *to)
{
	struct pq_text name = pq_string(p, f->system_name);

	/* Where the tool could not, the linker's name is left. */
	return f->demangled && !pq_text_starts(name, "_")
		       ? pq_demangled_name(name, mode, to)
		       : pq_demangle_name(name, mode, to);
}

void pq_symbolize_profile(struct pq_profile *p, const struct pq_symbolize *s)
{
	size_t n_strings = p->strings.n; /* display names come after */
	struct pq_buf readable = { 0 };
	uint32_t *names;

	if (s->none)
		return;
	if (s->force)
		restore_system_names(p);
	if (s->demangle == PQ_DEMANGLE_NONE)
		return;

	/*
	 * Functions often share a system name, and demangling is slow: keep
	 * each result.  names[system name] is the display name's id + 1, or 0
	 * before the first demangling.
	 */
	names = pq_alloc_zeroed(pq_size_mul(n_strings + 1, sizeof(*names)));
	for (size_t i = 0; i < p->functions.n; i++) {
		struct pq_function *f = &p->functions.at[i];
		uint32_t *name = &names[f->system_name];

		if (!lacks_display_name(p, f))
			continue;
		if (!*name) {
			pq_buf_clear(&readable);
			/* A name that cannot be demangled is shown as it is. */
			*name = f->system_name + 1;
			if (demangle_function(p, f, s->demangle, &readable))
				*name = 1 + pq_profile_copy_string(
						    p, pq_buf_view(&readable));
		}
		f->name = *name - 1;
	}
	pq_free(names);
	pq_buf_release(&readable);
}
