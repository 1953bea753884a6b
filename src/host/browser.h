/*
 * browser.h - shows a file in a browser.
 *
 * $BROWSER, whose words are separated by spaces, or else the first that there
 * is of those usually installed; xdg-open only where there is a display.
 * Source: the reference, which waits for the browser too.
 */
#ifndef PQ_HOST_BROWSER_H
#define PQ_HOST_BROWSER_H

#include "base/error.h"

bool pq_browser_show(const char *path, struct pq_error *err);

/* The same of an address, for who goes on meanwhile; false: there is none. */
bool pq_browser_start(const char *address);

#endif
