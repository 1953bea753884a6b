#include "export/write_profile.h"

#include "gzip/gzip.h"
#include "format/proto_write.h"

#include "base/banned.h"

static void compress_profile_bytes(void *gz, const void *bytes, size_t n)
{
	pq_gzip_write(gz, bytes, n);
}

void pq_write_profile(const struct pq_profile *p,
		      const struct pq_io_options *io, struct pq_out *out)
{
	struct pq_gzip *gz = pq_gzip_begin(out, io);
	struct pq_byte_sink sink = { compress_profile_bytes, gz };

	pq_proto_write(p, &sink);
	pq_gzip_end(gz);
}
