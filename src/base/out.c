#include "base/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

#include "base/banned.h"

#define FLUSH_BYTES ((size_t)64 << 10)

void pq_out_open_fd(struct pq_out *out, int fd)
{
	memset(out, 0, sizeof(*out));
	out->fd = fd;
}

void pq_out_open_memory(struct pq_out *out)
{
	pq_out_open_fd(out, -1);
}

static void write_bytes(struct pq_out *out, const void *bytes, size_t n)
{
	if (!out->failed_errno && !pq_io_write_all(out->fd, bytes, n))
		out->failed_errno = errno;
}

static void write_buffer(struct pq_out *out, const struct pq_buf *b)
{
	write_bytes(out, pq_unchecked_bytes(b->data), b->len);
}

/* A line waits for its end, unless it is longer than the buffer. */
static size_t complete_lines(struct pq_text all)
{
	size_t n = all.len;

	while (n && all.bytes[n - 1] != '\n')
		n--;
	return n ? n : all.len;
}

static void write_spelled(struct pq_out *out, bool last)
{
	struct pq_text all = pq_buf_view(&out->buf);
	size_t n = last ? all.len : complete_lines(all);
	struct pq_buf spelled = { 0 };

	out->spell(pq_text_slice(all, 0, n), &spelled);
	write_buffer(out, &spelled);
	memmove(out->buf.data, out->buf.data + n, all.len - n);
	out->buf.len = all.len - n;
	pq_buf_release(&spelled);
}

static void flush_buffer(struct pq_out *out, bool last)
{
	if (out->before_write && out->buf.len) {
		void (*hook)(struct pq_out *, bool) = out->before_write;

		/* Taken off first: the hook itself may write. */
		out->before_write = NULL;
		hook(out, last);
	}

	if (out->spell && out->buf.len) {
		write_spelled(out, last);
		return;
	}
	write_buffer(out, &out->buf);
	pq_buf_clear(&out->buf);
}

static inline void wrote(struct pq_out *out)
{
	if (out->buf.len >= FLUSH_BYTES && out->fd >= 0)
		flush_buffer(out, false);
}

void pq_out_text(struct pq_out *out, struct pq_text text)
{
	pq_text_encode(&out->buf, text);
	wrote(out);
}

void pq_out_str(struct pq_out *out, const char *string)
{
	pq_buf_str(&out->buf, string);
	wrote(out);
}

void pq_out_raw(struct pq_out *out, const void *bytes, size_t n)
{
	/* A large piece leaves from where it is: a copy costs as a write does. */
	if (n >= FLUSH_BYTES && out->fd >= 0 && !out->before_write &&
	    !out->spell) {
		flush_buffer(out, false);
		write_bytes(out, bytes, n);
		return;
	}
	pq_buf_bytes(&out->buf, bytes, n);
	wrote(out);
}

void pq_out_printf(struct pq_out *out, const char *format, ...)
{
	char small[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	if (n < 0)
		return;
	/* Most texts fit; a longer one is printed again where it belongs. */
	if ((size_t)n < sizeof(small)) {
		pq_buf_bytes(&out->buf, small, (size_t)n);
	} else {
		pq_buf_reserve(&out->buf, (size_t)n + 1);
		va_start(args, format);
		vsnprintf(out->buf.data + out->buf.len, (size_t)n + 1, format,
			  args);
		va_end(args);
		out->buf.len += (size_t)n;
	}
	wrote(out);
}

void pq_out_int(struct pq_out *out, int64_t value, size_t width)
{
	pq_buf_int(&out->buf, value, width);
	wrote(out);
}

void pq_out_style(struct pq_out *out, enum pq_style style)
{
	static const char *const codes[] = {
		[PQ_STYLE_NONE] = "\033[0m",
		[PQ_STYLE_BOLD] = "\033[1m",
		[PQ_STYLE_DIM] = "\033[2m",
		[PQ_STYLE_RED] = "\033[31m",
	};

	/* The end of no style would be bytes for nothing. */
	if (!out->color || (style == PQ_STYLE_NONE && !out->styled))
		return;
	out->styled = style != PQ_STYLE_NONE;
	pq_out_str(out, codes[style]);
}

void pq_out_pad(struct pq_out *out, struct pq_text text, int width)
{
	size_t want = (size_t)abs(width);
	size_t start = out->buf.len, used, missing;

	pq_text_encode(&out->buf, text);
	used = pq_text_width(
		pq_text_slice(pq_buf_view(&out->buf), start, out->buf.len));
	missing = used < want ? want - used : 0;
	pq_buf_repeat(&out->buf, ' ', missing);
	/* The width is known only when the text is encoded: it moves. */
	if (width > 0 && missing) {
		char PQ_RAW *p = out->buf.data + start;

		memmove(p + missing, p, out->buf.len - start - missing);
		memset(p, ' ', missing);
	}
	wrote(out);
}

bool pq_out_stopped(const struct pq_out *out)
{
	return out->failed_errno != 0;
}

bool pq_out_flush(struct pq_out *out, const char *name, struct pq_error *err)
{
	if (out->fd >= 0)
		flush_buffer(out, true);
	if (out->failed_errno && out->failed_errno != EPIPE)
		return pq_fail(err, PQ_EIO, "%s: cannot write: %s", name,
			       strerror(out->failed_errno));
	return true;
}

bool pq_out_close(struct pq_out *out, const char *name, struct pq_error *err)
{
	bool ok = pq_out_flush(out, name, err);

	pq_buf_release(&out->buf);
	return ok;
}
