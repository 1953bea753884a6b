/*
 * weblist_html.c - the page of weblist; weblist.h declares it.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "draw/flame_assets.h"
#include "draw/theme.h"
#include "draw/weblist.h"
#include "render/xml_text.h"
#include "report/cells.h"

#include "base/banned.h"

#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

/* Columns that the text of an instruction is padded to. */
#define TEXT_COLUMNS 80
/* Blanks before an instruction, and for each call around it. */
#define INDENT 4
/* Lines with this part of their function's value stand out. */
#define HOT_PART 10

static const char page_head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	"<meta charset=\"utf-8\"/>\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY
	"\"/>\n"
	"<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>";

static const char all_box[] =
	"<input type=\"checkbox\" id=\"all\"/><label for=\"all\">"
	"instructions of all lines</label>\n";

struct weblist_page {
	struct pq_out *out;
	const struct pq_view *view;
	struct pq_buf scratch, padded;
};

/* ---- pieces ---- */

static void put_page_text(struct weblist_page *p, struct pq_text text)
{
	struct pq_buf b = { 0 };

	pq_xml_text(&b, text);
	pq_out_raw(p->out, pq_unchecked_bytes(b.data), b.len);
	pq_buf_release(&b);
}

/* The room of a column that is empty here; there is none in a narrow window. */
static void put_gap(struct weblist_page *p)
{
	pq_out_printf(p->out, "<span class=\"gap\">%9s</span>", "");
}

static int pad_of(struct pq_text text)
{
	size_t width = pq_text_width(text);

	return width < 10 ? (int)(10 - width) : 0;
}

/* A value in ten columns, after a blank. */
static void put_total(struct weblist_page *p, int64_t value)
{
	struct pq_text text;

	pq_buf_clear(&p->scratch);
	pq_view_value(p->view, &p->scratch, value);
	text = pq_buf_view(&p->scratch);
	pq_out_printf(p->out, "%*s", 1 + pad_of(text), "");
	put_page_text(p, text);
}

/* The same, with a dot for none. */
static void put_page_value(struct weblist_page *p, int64_t value)
{
	if (value)
		put_total(p, value);
	else
		pq_out_printf(p->out, " %10s", ".");
}

/* Columns of a line's blanks, with tabs every eight. */
static size_t indentation_of(struct pq_text source)
{
	size_t column = 0;

	for (size_t i = 0; i < source.len; i++)
		if (source.bytes[i] == ' ')
			column++;
		else if (source.bytes[i] == '\t')
			column = column / 8 * 8 + 8;
		else
			break;
	return column;
}

/*
 * Blanks, and the text without tabs, in TEXT_COLUMNS, into p->padded.  A tab
 * ends at a multiple of 8 from the text's start.
 */
static void pad_text(struct weblist_page *p, size_t indent, struct pq_text text)
{
	struct pq_buf *b = &p->padded;

	pq_buf_clear(b);
	pq_buf_repeat(b, ' ', indent);
	for (size_t i = 0; i < text.len; i++) {
		if (text.bytes[i] != '\t') {
			pq_buf_char(b, text.bytes[i]);
			continue;
		}
		/* Operands of all lengths of mnemonics stand below each other. */
		do
			pq_buf_char(b, ' ');
		while ((b->len - indent) % 8);
	}
	/* Columns are counted, not bytes: names can be of any script. */
	while (pq_text_width(pq_buf_view(b)) < TEXT_COLUMNS)
		pq_buf_char(b, ' ');
}

static void put_page_place(struct weblist_page *p, struct pq_text file,
			   int64_t line)
{
	pq_out_str(p->out, " <span class=\"unimportant\">");
	if (file.len) {
		put_page_text(p, file);
		pq_out_printf(p->out, ":%lld", (long long)line);
	}
	pq_out_str(p->out, "</span>\n");
}

/* ---- instructions ---- */

static void put_inlined_call(struct weblist_page *p, size_t indent,
			     const struct pq_weblist_call *call)
{
	pad_text(p, indent + INDENT + INDENT * (size_t)call->depth,
		 call->source);
	pq_out_printf(p->out, " %8s %10s %10s %8s  <span class=\"inlinesrc\">",
		      "", "", "", "");
	put_page_text(p, pq_buf_view(&p->padded));
	pq_out_str(p->out, "</span>");
	put_page_place(p, call->file, call->line);
}

/* The text, with a link around the address that the instruction leads to. */
static void put_linked_text(struct weblist_page *p,
			    const struct pq_weblist_instruction *one)
{
	struct pq_text text = pq_buf_view(&p->padded);
	char address[2 + 16 + 1];
	size_t from, to;

	snprintf(address, sizeof(address), "0x%llx",
		 (unsigned long long)one->target);
	from = pq_text_find(text, 0, address);
	if (!one->leads_to || from == text.len) {
		put_page_text(p, text);
		return;
	}

	/* text on both sides is escaped by itself */
	to = from + strlen(address);
	put_page_text(p, pq_text_slice(text, 0, from));
	pq_out_printf(p->out, "<a href=\"#l%u\">", (unsigned)one->leads_to);
	put_page_text(p, pq_text_slice(text, from, to));
	pq_out_str(p->out, "</a>");
	put_page_text(p, pq_text_slice(text, to, text.len));
}

static void put_page_code(struct weblist_page *p, size_t indent,
			  const struct pq_weblist_instruction *one)
{
	if (one->starts_block)
		pq_out_printf(p->out, " %8s %28s\n", "", "\xe2\x8b\xae");
	for (size_t i = 0; i < one->n_calls; i++)
		put_inlined_call(p, indent, &one->calls[i]);
	if (!one->has_code)
		return;

	/* values and address in the columns of the source's line */
	put_gap(p);
	put_page_value(p, one->flat);
	put_page_value(p, one->cum);
	pq_out_printf(p->out, " %8llx: ", (unsigned long long)one->address);
	pad_text(p, indent + INDENT + INDENT * (size_t)one->depth, one->text);
	put_linked_text(p, one);
	put_page_place(p, one->file, one->line);
}

/* ---- lines ---- */

static const char *const line_classes[] = {
	[PQ_WEBLIST_PLAIN] = "nop",
	[PQ_WEBLIST_LIVE] = "livesrc",
	[PQ_WEBLIST_DEAD] = "deadsrc",
};

static bool is_hot(const struct pq_weblist_function *f,
		   const struct pq_weblist_line *line)
{
	return line->cum && pq_abs(line->cum) >= pq_abs(f->cum) / HOT_PART;
}

static void put_page_source(struct weblist_page *p,
			    const struct pq_weblist_function *f,
			    const struct pq_weblist_line *line)
{
	bool opens = line->n_instructions > 0;
	const char *hot = is_hot(f, line) ? " hot" : "";

	/* the box stands before its label, for the style to find both */
	if (opens)
		pq_out_printf(p->out,
			      "<input type=\"checkbox\" id=\"l%u\"/>"
			      "<label class=\"row%s\" for=\"l%u\">",
			      line->serial, hot, line->serial);
	else
		pq_out_printf(p->out, "<span class=\"row%s\" id=\"l%u\">", hot,
			      line->serial);
	pq_out_printf(p->out,
		      "<span class=\"line\"> %6lld</span> <span class=\"%s\"> ",
		      (long long)line->number, line_classes[line->kind]);
	put_page_value(p, line->flat);
	put_page_value(p, line->cum);
	put_gap(p);
	pq_out_str(p->out, "  ");
	put_page_text(p, line->source);
	pq_out_str(p->out, opens ? " </span>\n</label>" : " </span>\n</span>");
}

static void put_page_line(struct weblist_page *p,
			  const struct pq_weblist_function *f,
			  const struct pq_weblist_line *line)
{
	size_t indent = indentation_of(line->source);

	put_page_source(p, f, line);
	if (!line->n_instructions)
		return;
	pq_out_str(p->out, "<span class=\"asm\">");
	for (size_t i = 0; i < line->n_instructions; i++)
		put_page_code(p, indent, &line->instructions[i]);
	pq_out_str(p->out, "</span>");
}

/* ---- functions ---- */

static void put_share(struct weblist_page *p, int64_t value)
{
	struct pq_cells c = { .view = p->view, .out = p->out };

	pq_cells_share(&c, value, p->view->total);
	pq_cells_release(&c);
}

static void put_page_function(struct weblist_page *p,
			      const struct pq_weblist_function *f, size_t i)
{
	pq_out_printf(p->out, "<h2 id=\"f%zu\">", i);
	put_page_text(p, f->name);
	pq_out_str(p->out, "</h2>\n<p class=\"filename\">");
	put_page_text(p, f->file);
	pq_out_str(p->out, "</p>\n<pre tabindex=\"0\">\n  Total: ");
	put_total(p, f->flat);
	put_total(p, f->cum);
	pq_out_str(p->out, " (flat, cum) ");
	put_share(p, f->cum);
	pq_out_str(p->out, "\n");
	for (size_t j = 0; j < f->n_lines; j++)
		put_page_line(p, f, &f->lines[j]);
	pq_out_str(p->out, "</pre>\n");
}

static int64_t first_line_of(const struct pq_weblist_function *f)
{
	return f->n_lines ? f->lines[0].number : 0;
}

/* A list of functions, where there is more than one. */
static void put_contents(struct weblist_page *p, const struct pq_weblist *list)
{
	if (list->n < 2)
		return;
	pq_out_str(p->out, "<nav><ul>\n");
	for (size_t i = 0; i < list->n; i++) {
		pq_out_printf(p->out, "<li><a href=\"#f%zu\">", i);
		put_page_text(p, list->functions[i].name);
		pq_out_str(p->out, "</a> ");
		put_page_value(p, list->functions[i].cum);
		/* One name may be in several files, and places of one. */
		put_page_place(p, pq_text_basename(list->functions[i].file),
			       first_line_of(&list->functions[i]));
		pq_out_str(p->out, "</li>\n");
	}
	pq_out_str(p->out, "</ul></nav>\n");
}

static void put_weblist_title(struct weblist_page *p)
{
	const struct pq_profile *profile = p->view->p;
	struct pq_text file = PQ_TEXT("");

	if (profile->mappings.n)
		file = pq_text_basename(
			pq_string(profile, profile->mappings.at[0].file));
	put_page_text(p, file.len ? file : PQ_TEXT("unknown"));
	pq_out_str(p->out, " ");
	put_page_text(p,
		      p->view->type.len ? p->view->type : PQ_TEXT("unknown"));
}

static void put_weblist_legend(struct weblist_page *p,
			       const struct pq_weblist *list)
{
	pq_out_str(p->out, "<div class=\"legend\">");
	for (size_t i = 0; i < list->header.n; i++) {
		put_page_text(p, list->header.lines[i]);
		pq_out_str(p->out, "<br/>\n");
	}
	pq_out_str(p->out, "Total: ");
	pq_buf_clear(&p->scratch);
	pq_view_value(p->view, &p->scratch, p->view->total);
	put_page_text(p, pq_buf_view(&p->scratch));
	pq_out_str(p->out, "</div>\n");
}

void pq_weblist_html(const void *rows, struct pq_out *out)
{
	const struct pq_weblist *list = rows;
	struct weblist_page p = { .out = out, .view = list->view };

	pq_out_str(out, page_head);
	put_weblist_title(&p);
	pq_out_str(out, "</title>\n<style>\n");
	/* The style is within: the page needs no other file. */
	pq_theme_style(pq_asset_inks_css, list->theme, out);
	pq_theme_style(pq_asset_weblist_css, list->theme, out);
	pq_out_str(out, "</style>\n</head>\n<body>\n");
	put_weblist_legend(&p, list);
	put_contents(&p, list);
	pq_out_str(out, all_box);
	for (size_t i = 0; i < list->n && !pq_out_stopped(out); i++)
		put_page_function(&p, &list->functions[i], i);
	pq_out_str(out, "</body>\n</html>\n");
	pq_buf_release(&p.scratch);
	pq_buf_release(&p.padded);
}
