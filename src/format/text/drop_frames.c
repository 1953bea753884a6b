/*
 * drop_frames.c - the frames that each kind of legacy profile hides.
 * pq_legacy_frames is declared in finish.h.
 */
#include "format/text/builder.h"
#include "format/text/finish.h"

#include "base/banned.h"

/* Functions of allocators: the alternatives of one expression. */
static const char allocators[] =
	"calloc|cfree|malloc|free|memalign|do_memalign|(__)?posix_memalign|"
	"pvalloc|valloc|realloc|"
	"tcmalloc::.*|tc_calloc|tc_cfree|tc_malloc|tc_free|tc_memalign|"
	"tc_posix_memalign|tc_pvalloc|tc_valloc|tc_realloc|tc_new|tc_delete|"
	"tc_newarray|tc_deletearray|tc_new_nothrow|tc_newarray_nothrow|"
	"malloc_zone_malloc|malloc_zone_calloc|malloc_zone_valloc|"
	"malloc_zone_realloc|malloc_zone_memalign|malloc_zone_free|"
	"runtime\\..*|"
	"BaseArena::.*|(::)?do_malloc_no_errno|(::)?do_malloc_pages|"
	"(::)?do_malloc|DoSampledAllocation|MallocedMemBlock::MallocedMemBlock|"
	"_M_allocate|__builtin_(vec_)?delete|__builtin_(vec_)?new|"
	"__gnu_cxx::new_allocator::allocate|__libc_malloc|"
	"__malloc_alloc_template::allocate|allocate|cpp_alloc|"
	"operator new(\\[\\])?|simple_alloc::allocate";

/* Frames of Go's runtime that stand in the middle of a stack, and stay. */
static const char allocators_but[] =
	"runtime\\.panic|runtime\\.reflectcall|runtime\\.call[0-9]*";

/* Functions that take, release and measure locks. */
static const char locks[] =
	"RecordLockProfileData|(base::)?RecordLockProfileData.*|"
	"(base::)?SubmitMutexProfileData.*|"
	"(base::)?SubmitSpinLockProfileData.*|"
	"(base::Mutex::)?AwaitCommon.*|(base::Mutex::)?Unlock.*|"
	"(base::Mutex::)?UnlockSlow.*|(base::Mutex::)?ReaderUnlock.*|"
	"(base::MutexLock::)?~MutexLock.*|"
	"(Mutex::)?AwaitCommon.*|(Mutex::)?Unlock.*|(Mutex::)?UnlockSlow.*|"
	"(Mutex::)?ReaderUnlock.*|(MutexLock::)?~MutexLock.*|"
	"(SpinLock::)?Unlock.*|(SpinLock::)?SlowUnlock.*|"
	"(SpinLockHolder::)?~SpinLockHolder.*";

/* Signal handlers of CPU profilers. */
static const char handlers[] =
	"ProfileData::Add|ProfileData::prof_handler|CpuProfiler::prof_handler|"
	"__pthread_sighandler|__restore";

/* Rules by sample types; a profile of other types is one of CPU. */
static const struct {
	const char *types[5]; /* ends with NULL */
	const char *drop, *keep;
} rules[] = {
	{ { "allocations", "size" }, allocators, allocators_but },
	{ { "objects", "space" }, allocators, allocators_but },
	{ { "inuse_objects", "inuse_space" }, allocators, allocators_but },
	{ { "alloc_objects", "alloc_space" }, allocators, allocators_but },
	{ { "alloc_objects", "alloc_space", "inuse_objects", "inuse_space" },
	  allocators,
	  allocators_but },
	{ { "contentions", "delay" }, locks, "" },
};

static bool has_types(const struct pq_legacy *b, const char *const *types)
{
	size_t n = 0;

	for (; types[n]; n++)
		if (n >= b->p->sample_types.n ||
		    !pq_text_is(pq_intern_text(&b->strings,
					       b->p->sample_types.at[n].type),
				types[n]))
			return false;
	return n == b->p->sample_types.n;
}

void pq_legacy_frames(struct pq_legacy *b)
{
	const char *drop = handlers, *keep = "";

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (has_types(b, rules[i].types)) {
			drop = rules[i].drop;
			keep = rules[i].keep;
		}
	b->p->drop_frames = pq_legacy_string(b, pq_text_of(drop));
	b->p->keep_frames = pq_legacy_string(b, pq_text_of(keep));
}
