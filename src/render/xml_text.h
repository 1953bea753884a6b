/*
 * xml_text.h - text from outside in SVG and HTML.
 *
 * First the encoding for terminals (text.h), then the five characters that
 * mean something, and what XML does not allow at all: the result may stand
 * between tags and in quoted attributes of both languages.
 */
#ifndef PQ_RENDER_XML_TEXT_H
#define PQ_RENDER_XML_TEXT_H

#include "base/buf.h"

void pq_xml_text(struct pq_buf *to, struct pq_text text);

#endif
