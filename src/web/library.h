/*
 * library.h - libmicrohttpd, loaded when pages are to be served.
 *
 * It brings libraries of its own along, for encryption that is not used here.
 * Linking all of them would cost every other run of the program a millisecond.
 */
#ifndef PQ_WEB_LIBRARY_H
#define PQ_WEB_LIBRARY_H

#include <microhttpd.h>
#include <stdbool.h>

#include "base/error.h"

#define PQ_MHD_CALLS(CALL)                                       \
	CALL(add_connection)                                     \
	CALL(add_response_header)                                \
	CALL(create_response_from_buffer)                        \
	CALL(create_response_from_buffer_with_free_callback_cls) \
	CALL(destroy_response)                                   \
	CALL(get_connection_info)                                \
	CALL(get_connection_values)                              \
	CALL(get_daemon_info)                                    \
	CALL(get_timeout)                                        \
	CALL(lookup_connection_value)                            \
	CALL(queue_response)                                     \
	CALL(resume_connection)                                  \
	CALL(run)                                                \
	CALL(start_daemon)                                       \
	CALL(stop_daemon)                                        \
	CALL(suspend_connection)

/* Each is the library's MHD_NAME. */
struct pq_mhd {
#define CALL(name) __typeof__(MHD_##name) *name;
	PQ_MHD_CALLS(CALL)
#undef CALL
};

extern struct pq_mhd pq_mhd;

/* Once, before any of them is called. */
bool pq_mhd_load(struct pq_error *err);

#endif
