# Completions of the shells go where each of them looks.

bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d

dist_zshcompletion_DATA = completions/_profq
dist_fishcompletion_DATA = completions/profq.fish
EXTRA_DIST += completions/profq.bash

# bash-completion looks for a file with the name of the program.
nodist_bashcompletion_DATA = completions/profq
CLEANFILES += completions/profq

completions/profq: $(srcdir)/completions/profq.bash
	$(AM_V_GEN)$(MKDIR_P) completions && \
		cp $(srcdir)/completions/profq.bash $@
