#include "web/library.h"

#include <dlfcn.h>

#include "base/banned.h"

#define LIBRARY "libmicrohttpd.so.12"

struct pq_mhd pq_mhd;

bool pq_mhd_load(struct pq_error *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	bool all = library != NULL;

#define CALL(name)                                                          \
	*(void **)&pq_mhd.name = all ? dlsym(library, "MHD_" #name) : NULL; \
	all = all && pq_mhd.name;
	PQ_MHD_CALLS(CALL)
#undef CALL
	return all || pq_fail(err, PQ_EIO,
			      "-http: the library that serves pages (" LIBRARY
			      ") is not installed");
}
