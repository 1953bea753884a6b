#include "shell/edit.h"

#include <dlfcn.h>
#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "shell/history.h"
#include "shell/signals.h"

#include "base/banned.h"

#define LIBRARY "libedit.so.2"

/* What a terminal is told, so that it marks what is pasted. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define PASTE_BEGINS "\033[200~"

/* The functions of the library that are used, found when it is loaded. */
static struct {
	typeof(&el_init) init;
	typeof(&el_end) end;
	typeof(&el_reset) reset;
	typeof(&el_gets) read_line;
	typeof(&el_wgetc) wgetc;
	typeof(&el_push) push;
	typeof(&el_set) set;
	typeof(&el_wset) wset;
	typeof(&el_source) source;
	typeof(&el_resize) resize;
	typeof(&el_line) line;
	typeof(&el_insertstr) insertstr;
	typeof(&el_deletestr) deletestr;
	typeof(&history_init) history_init;
	typeof(&history_end) history_end;
	typeof(&history) history;
} lib;

static struct {
	const struct pq_edit_user *user;
	EditLine *el;
	History *history;
	FILE *out;	 /* the terminal, whatever standard output is */
	FILE *own_out;	 /* opened for it, or NULL */
	bool pasting;	 /* between the brackets of a paste */
	bool dropped;	 /* Ctrl-C ended the line */
	bool is_empty;	 /* ... which had nothing in it */
	unsigned keys;	 /* read so far */
	unsigned tab_at; /* what `keys' was at the last TAB that did nothing */
	int ahead;	 /* bytes typed before the line was asked for */
	char end_key;	 /* the terminal's, mostly Ctrl-D */
} editor;

/* ---- loading ---- */

static bool load_library(void)
{
	const struct {
		const char *name;
		void *to;
	} wanted[] = {
		{ "el_init", &lib.init },
		{ "el_end", &lib.end },
		{ "el_reset", &lib.reset },
		{ "el_gets", &lib.read_line },
		{ "el_wgetc", &lib.wgetc },
		{ "el_push", &lib.push },
		{ "el_set", &lib.set },
		{ "el_wset", &lib.wset },
		{ "el_source", &lib.source },
		{ "el_resize", &lib.resize },
		{ "el_line", &lib.line },
		{ "el_insertstr", &lib.insertstr },
		{ "el_deletestr", &lib.deletestr },
		{ "history_init", &lib.history_init },
		{ "history_end", &lib.history_end },
		{ "history", &lib.history },
	};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; library && i < sizeof(wanted) / sizeof(*wanted);
	     i++) {
		void *found = dlsym(library, wanted[i].name);

		/* An older library without one of them is as good as none. */
		if (!found)
			return false;
		memcpy(wanted[i].to, &found, sizeof(found));
	}
	return library != NULL;
}

/* The library reads UTF-8 only where the locale says so; numbers stay C's. */
static void use_utf8(void)
{
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

static bool can_move_cursor(void)
{
	const char *term = getenv("TERM");

	return term && *term && strcmp(term, "dumb") != 0;
}

/* ---- keys ---- */

/* Of the line: whether Ctrl-C on it drops something. */
static void drop_line(void)
{
	const LineInfo *line = lib.line(editor.el);

	editor.dropped = true;
	editor.is_empty = line->lastchar == line->buffer;
	editor.pasting = false;
}

static void redraw_resized(void)
{
	lib.resize(editor.el);
	lib.set(editor.el, EL_REFRESH);
}

/* The terminal is given back while the program is stopped. */
static void stop_and_go_on(void)
{
	/* Pastes are unmarked first: the next program knows no marks. */
	fputs(PASTE_OFF, editor.out);
	fflush(editor.out);
	lib.set(editor.el, EL_PREP_TERM, 0);
	pq_shell_stop();
	lib.set(editor.el, EL_PREP_TERM, 1);
	fputs(PASTE_ON, editor.out);
	fflush(editor.out);
	/* The window may have another size by now. */
	redraw_resized();
}

/*
 * Waits for a byte; false when the line ends here, with errno.  Signals are
 * let in while it waits and at no other time.
 */
static bool wait_for_byte(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t before;
	int n;

	pq_shell_signals_block(&before);
	do {
		/* Flags are tested with signals blocked: ppoll lets them in. */
		if (pq_shell_take_resize())
			redraw_resized();
		if (pq_shell_take_stop())
			stop_and_go_on();
		n = 0;
		if (pq_shell_is_interrupted() || pq_shell_ending_signal())
			break;
		n = ppoll(&p, 1, NULL, &before);
	} while (n < 0 && errno == EINTR);
	/* a signal that came together with a byte comes before it */
	pq_shell_signals_unblock(&before);
	if (n > 0 && (pq_shell_is_interrupted() || pq_shell_ending_signal()))
		n = 0;
	if (!n)
		errno = EINTR;
	return n > 0;
}

/* One byte; 0 at the end of input, -1 when the line ends otherwise. */
static int read_byte(char *byte)
{
	ssize_t n;

	if (!wait_for_byte()) {
		if (errno == EINTR)
			drop_line();
		return -1;
	}
	n = read(STDIN_FILENO, byte, 1);
	/* Linux keeps an end of input typed ahead as a NUL. */
	if (n > 0 && editor.ahead > 0) {
		editor.ahead--;
		*byte = *byte ? *byte : editor.end_key;
	}
	/* a terminal that is gone is the end, too */
	return n > 0 ? 1 : n < 0 && errno == EINTR ? -1 : 0;
}

/* libedit's way to read: a character of several bytes; what is none is left. */
static int read_character(EditLine *el, wchar_t *c)
{
	mbstate_t state;
	char byte;

	(void)el;
	memset(&state, 0, sizeof(state));
	for (;;) {
		int n = read_byte(&byte);
		size_t used;

		if (n <= 0)
			return n;
		used = mbrtowc(c, &byte, 1, &state);
		/* Bytes that begin no character are dropped, one by one. */
		if (used == (size_t)-1)
			memset(&state, 0, sizeof(state));
		else if (used != (size_t)-2)
			break;
	}
	editor.keys++;
	return 1;
}

/* ---- completion ---- */

static unsigned screen_columns(void)
{
	struct winsize size;

	return ioctl(fileno(editor.out), TIOCGWINSZ, &size) || !size.ws_col
		       ? 80
		       : size.ws_col;
}

static unsigned screen_rows(void)
{
	struct winsize size;

	return ioctl(fileno(editor.out), TIOCGWINSZ, &size) || size.ws_row < 4
		       ? 24
		       : size.ws_row;
}

/* Candidates as the terminal may see them, in columns, at most a screen. */
static void put_list(struct pq_buf *b, const struct pq_completion *c)
{
	size_t width = 0, columns, rows, shown;

	/* The widest name makes the columns: all names start below others. */
	for (size_t i = 0; i < c->list.n; i++) {
		struct pq_buf one = { 0 };
		size_t n;

		pq_text_encode(&one, c->list.at[i].shown);
		n = pq_text_width(pq_buf_view(&one));
		width = n > width ? n : width;
		pq_buf_release(&one);
	}
	columns = screen_columns() / (width + 2);
	columns = columns ? columns : 1;
	/* Rows stay free for the prompt and the count of the rest. */
	rows = screen_rows() - 3;
	shown = c->list.n < rows * columns ? c->list.n : rows * columns;
	for (size_t i = 0; i < shown; i++) {
		size_t from = b->len, n;

		pq_text_encode(b, c->list.at[i].shown);
		n = pq_text_width(pq_text_slice(pq_buf_view(b), from, b->len));
		if (i % columns == columns - 1 || i + 1 == shown)
			pq_buf_str(b, "\r\n");
		else
			pq_buf_repeat(b, ' ', width + 2 - n);
	}
	if (shown < c->list.n)
		pq_buf_printf(b, "... %zu more\r\n", c->list.n - shown);
}

static void show_list(const struct pq_completion *c)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "\r\n");
	put_list(&b, c);
	fwrite(pq_unchecked_bytes(b.data), 1, b.len, editor.out);
	fflush(editor.out);
	pq_buf_release(&b);
}

/* Puts the common part in place of what was typed; false: it stands there. */
static bool insert_common(const struct pq_completion *c, struct pq_text line,
			  size_t cursor)
{
	struct pq_text typed = pq_text_slice(line, c->from, cursor);
	struct pq_buf text = { 0 };

	if (!c->common.len || pq_text_equal(c->common, typed))
		return false;
	/* The library deletes characters, and not bytes. */
	if (typed.len)
		lib.deletestr(editor.el, (int)pq_text_width(typed));
	pq_buf_text(&text, c->common);
	lib.insertstr(editor.el, pq_unchecked_bytes(pq_buf_cstr(&text)));
	pq_buf_release(&text);
	return true;
}

struct tab {
	unsigned char does;
};

static void complete_under_guard(void *arg)
{
	struct tab *tab = arg;
	const LineInfo *info = lib.line(editor.el);
	struct pq_text line = { info->buffer,
				(size_t)(info->lastchar - info->buffer) };
	size_t cursor = (size_t)(info->cursor - info->buffer);
	struct pq_completion c;

	pq_complete_line(&c, line, cursor, editor.user->names);
	if (insert_common(&c, line, cursor)) {
		tab->does = CC_REFRESH;
	} else if (c.list.n > 1 && editor.tab_at == editor.keys - 1) {
		/* The second TAB in a row lists; the first one beeped. */
		show_list(&c);
		tab->does = CC_REDISPLAY;
	}
	/* Keys are counted: any other key between makes TAB a first one. */
	editor.tab_at = editor.keys;
	pq_completion_release(&c);
}

/* Nothing unwinds through the library: the guard is this function's own. */
static unsigned char press_tab(EditLine *el, int key)
{
	struct tab tab = { .does = CC_REFRESH_BEEP };
	struct pq_error ignored;

	(void)key;
	/* A TAB in a paste is text: completing would change what follows. */
	if (editor.pasting)
		return lib.insertstr(el, "\t") ? CC_ERROR : CC_REFRESH;
	pq_error_clear(&ignored);
	/* Names are made at the first TAB: without it nobody waits for them. */
	pq_shell_names_make(editor.user->names);
	pq_mem_guard(complete_under_guard, &tab, &ignored);
	return tab.does;
}

/* ---- pastes ---- */

/* Whether the characters that come are those that end a paste. */
static bool paste_ends(EditLine *el)
{
	static const char rest[] = "[201~";

	for (size_t i = 0; rest[i]; i++) {
		wchar_t c;

		if (lib.wgetc(el, &c) != 1)
			return false;
		/* A sequence that turns out to be another one is dropped. */
		if (c != (wchar_t)rest[i])
			return false;
	}
	return true;
}

static void insert_pasted(EditLine *el, wchar_t c)
{
	char text[MB_LEN_MAX + 1];
	mbstate_t state;
	size_t n;

	memset(&state, 0, sizeof(state));
	n = wcrtomb(text, c, &state);
	if (n == (size_t)-1)
		return;
	text[n] = '\0';
	lib.insertstr(el, text);
}

/*
 * Takes what is pasted up to a newline, which runs the line, or to the end.
 * The rest of a paste goes on with the next line.
 */
static unsigned char begin_paste(EditLine *el, int key)
{
	wchar_t c;

	(void)key;
	editor.pasting = true;
	while (lib.wgetc(el, &c) == 1) {
		/* A newline runs the line; pq_edit_line takes the rest. */
		if (c == L'\n' || c == L'\r')
			return CC_NEWLINE;
		if (c == L'\033') {
			if (paste_ends(el)) {
				editor.pasting = false;
				return CC_REFRESH;
			}
		} else if (c >= L' ' || c == L'\t') {
			/* Other control characters would be keys: left out. */
			insert_pasted(el, c);
		}
	}
	return editor.dropped ? CC_EOF : CC_REFRESH;
}

/* ---- open and close ---- */

static char *show_prompt_of_user(EditLine *el)
{
	(void)el;
	return (char *)(uintptr_t)editor.user->prompt; /* it is only read */
}

static bool open_terminal(void)
{
	editor.out = stdout;
	if (isatty(STDOUT_FILENO))
		return true;
	/* Standard output may be a file: the line is edited all the same. */
	editor.own_out = editor.out = fopen("/dev/tty", "we");
	return editor.out != NULL;
}

static void bind_keys(EditLine *el)
{
	lib.set(el, EL_CLIENTDATA, NULL);
	lib.set(el, EL_PROMPT, show_prompt_of_user);
	/* Signals are the session's own: the library would catch them, too. */
	lib.set(el, EL_SIGNAL, 0);
	lib.set(el, EL_EDITOR, "emacs");
	lib.set(el, EL_GETCFN, read_character);
	/* el_set copies these names, and nobody frees them */
	lib.wset(el, EL_ADDFN, L"profq-complete", L"complete", press_tab);
	lib.set(el, EL_BIND, "^I", "profq-complete", NULL);
	lib.wset(el, EL_ADDFN, L"profq-paste", L"paste", begin_paste);
	lib.set(el, EL_BIND, "\\e[200~", "profq-paste", NULL);
	/* what the user has set for all programs of the library wins */
	lib.source(el, NULL);
}

bool pq_edit_open(const struct pq_edit_user *user)
{
	HistEvent event;

	/* Without an editor lines are read as they come (input.h). */
	if (!can_move_cursor() || !load_library())
		return false;
	memset(&editor, 0, sizeof(editor));
	editor.user = user;
	use_utf8();
	if (!open_terminal())
		return false;
	/* The library only names stdin: bytes come from read_character. */
	editor.el = lib.init("profq", stdin, editor.out, stderr);
	editor.history = lib.history_init();
	if (!editor.el || !editor.history) {
		pq_edit_close();
		return false;
	}
	lib.history(editor.history, &event, H_SETSIZE, PQ_HISTORY_LINES);
	lib.set(editor.el, EL_HIST, lib.history, editor.history);
	bind_keys(editor.el);
	return true;
}

void pq_edit_close(void)
{
	/* The editor goes first: it still knows the history. */
	if (editor.el)
		lib.end(editor.el);
	if (editor.history)
		lib.history_end(editor.history);
	if (editor.own_out)
		fclose(editor.own_out);
	memset(&editor, 0, sizeof(editor));
}

void pq_edit_remember(const char *line)
{
	HistEvent event;

	lib.history(editor.history, &event, H_ENTER, line);
}

/* ---- a line ---- */

/* After a line that was dropped, or that did not come. */
static enum pq_read end_without_line(void)
{
	/* Ctrl-D leaves the cursor behind the prompt: the row is ended. */
	if (!editor.dropped) {
		fputs("\n", editor.out);
		fflush(editor.out);
		return PQ_READ_END;
	}
	fputs("^C\n", editor.out);
	fflush(editor.out);
	/* The library still holds the dropped line: it would come back. */
	lib.reset(editor.el);
	return editor.is_empty ? PQ_READ_SIGNAL : PQ_READ_DROPPED;
}

/*
 * Takes the terminal before the prompt is there, and counts what was typed
 * while it was not ours: an end of input among that is kept by Linux as a NUL.
 */
static void take_terminal(void)
{
	struct termios before;

	editor.end_key = tcgetattr(STDIN_FILENO, &before)
				 ? '\004'
				 : (char)before.c_cc[VEOF];
	lib.set(editor.el, EL_PREP_TERM, 1);
	if (ioctl(STDIN_FILENO, FIONREAD, &editor.ahead))
		editor.ahead = 0;
}

enum pq_read pq_edit_line(struct pq_buf *line)
{
	const char *text;
	int n = 0;

	pq_buf_clear(line);
	editor.dropped = false;
	/* No key so far counts as the TAB before the next one. */
	editor.tab_at = editor.keys - 1;
	take_terminal();
	fputs(PASTE_ON, editor.out);
	fflush(editor.out);
	/* a paste of several lines goes on as it began */
	if (editor.pasting)
		lib.push(editor.el, PASTE_BEGINS);
	/* Ctrl-Z is taken only here: elsewhere it stops the program at once. */
	pq_shell_handle_stop(true);
	text = lib.read_line(editor.el, &n);
	pq_shell_handle_stop(false);
	fputs(PASTE_OFF, editor.out);
	fflush(editor.out);
	if (editor.dropped || !text || n <= 0)
		return end_without_line();
	if (text[n - 1] == '\n')
		n--;
	if (n > PQ_LINE_BYTES)
		return PQ_READ_TOO_LONG;
	pq_buf_bytes(line, text, (size_t)n);
	return PQ_READ_LINE;
}
