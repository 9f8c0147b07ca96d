// SPDX-License-Identifier: GPL-2.0
/*
 * Files of a configuration: assignments, and the values of all keys.
 */
#include "fuzz.h"
#include "lib/config-shell.h"
#include "vserver-config.h"

static void all_keys(const char *text)
{
	enum vc_config_kind kind;
	const char *key, *meaning;

	for (size_t i = 0; (key = vc_config_key(i, &kind, &meaning)); i++) {
		struct vc_error error = { 0, "" };

		if (vc_config_check(key, text, &error))
			CHECK(*error.text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lv_shell shell = { .file = "x" };
	char *text = fuzz_text(data, size), line[32];
	struct vc_error error = { 0, "" };
	enum vc_config_kind kind;
	struct vc_mount mount;

	if (lv_shell_parse(&shell, text, &error))
		CHECK(!strncmp(error.text, "x:", 2));
	for (size_t i = 0; i < shell.n; i++)
		CHECK(shell.variables[i].value && *shell.variables[i].name);
	lv_shell_free(&shell);
	all_keys(text);
	vc_config_key_kind(text, &kind);
	for (size_t i = 0; vc_config_line(text, i, line, sizeof(line), NULL);
	     i++)
		CHECK(*line && !strchr(line, '\n'));
	if (!vc_mount_parse(text, &mount))
		CHECK(*mount.source && *mount.type);
	free(text);
	return 0;
}
