/*
 * process.h - what a process of this program sets up once, before all else.
 *
 * Descriptors: 0, 1 and 2 are open, so that no input takes their place.
 * Signals:     a closed pipe and a file that grows too large are errors of
 *              write(2), not signals (SIGPIPE and SIGXFSZ are ignored; child.h
 *              gives them back to programs).  The others that end a program
 *              by default and that somebody may send (a keyboard, a limit of
 *              CPU time, a timer) first remove the temporary files under way
 *              (base/io.h), then end it.  What is ignored stays ignored.
 * Umask:       is asked for.
 */
#ifndef PQ_HOST_PROCESS_H
#define PQ_HOST_PROCESS_H

void pq_process_begin(void);

#endif
