/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking at what functions print.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdio.h>
#include <unistd.h>

/* Call @print with stdout in a file; returns the text, until the next call. */
static const char *capture(void (*print)(const void *), const void *data)
{
	static char text[4096];
	int saved = dup(STDOUT_FILENO);
	FILE *file = tmpfile();
	size_t n;

	if (!file)
		return "no temporary file";
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	print(data);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

#endif
