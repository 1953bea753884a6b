/*
 * token.h - what tells the owner of a server from other users of the machine.
 *
 * File: $XDG_STATE_HOME/profq/web-token, by default below ~/.local/state; 128
 *       random bits as 32 hexadecimal digits, mode 0600 in a folder of 0700.
 *       It stays, so that bookmarks outlive a restart.  Where it cannot be
 *       kept, each start has a token of its own.
 */
#ifndef PQ_WEB_TOKEN_H
#define PQ_WEB_TOKEN_H

#include "web/guard.h"

void pq_token_find(char token[static PQ_TOKEN_CHARS + 1]);

/* Hexadecimal digits by chance. */
void pq_token_make(char *to, size_t chars);

#endif
