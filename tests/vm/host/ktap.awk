# SPDX-License-Identifier: GPL-2.0
# Owns the judgement of one test's result: reads its lines as the runner sent them (output after "| ", kernel log
# after "VM KMSG "), and -v name, how (exit:N, signal:N, timeout, lost), plan (1: one must be there).
#
# First line of the answer: PASSED FAILED SKIPPED; then the failing cases with what was said before them.
#
# Results may be nested (KUnit). Those that have sub-results count only if they alone tell of a failure.

function fail(text,    i, first) {
	failed++
	first = nsaid > 20 ? nsaid - 20 : 0
	for (i = first; i < nsaid; i++) report = report "#   " said[i] "\n"
	report = report "# " name ": " text "\n"
	nsaid = 0
}

/^VM KMSG ! / {if (!kernel++) {why = substr($0, 11)} log_lines = log_lines "#   ! " substr($0, 11) "\n"; next}
/^VM KMSG / {log_lines = log_lines "#     " substr($0, 9) "\n"; next}
!/^\| / {next}

{
	line = substr($0, 3)
	sub(/\r$/, "", line)
	match(line, /^ */)
	depth = RLENGTH
	text = substr(line, depth + 1)
}

text ~ /^1\.\.[0-9]+/ {
	want[depth] += substr(text, 4)	# a KUnit run has one for each suite
	planned[depth] = 1
	next
}

text ~ /^(ok|not ok)( |$)/ {
	seen[depth]++
	summary = deeper[depth]
	bad = deeper_bad[depth]
	for (d in deeper) if (d + 0 >= depth) {deeper[d] = 0; deeper_bad[d] = 0}
	for (d = 0; d < depth; d++) deeper[d] = 1
	if (text ~ /^not ok/ && text !~ /# (SKIP|TODO)/) {
		if (!summary || !bad) fail(text)
		for (d = 0; d < depth; d++) deeper_bad[d] = 1
	} else if (!summary) {
		if (text ~ /# SKIP/) skipped++; else passed++
	}
	nsaid = 0
	next
}

text ~ /^Bail out!/ {fail(text); bailed = 1; next}
text ~ /^KTAP version|^TAP version/ {next}
{said[nsaid++] = line}

END {
	if (how == "timeout") fail("not over in time, killed")
	else if (how == "lost") fail("the machine ended or hung during this test")
	else if (how ~ /^signal:/) fail("died of " how)
	else if (plan && !bailed && !planned[0]) fail("ended without a plan (" how ")")
	else if (plan && planned[0] && want[0] != seen[0]) fail("planned " want[0] " cases, had " seen[0] + 0)
	else if (how != "exit:0" && !failed) fail("ended with " how)
	if (kernel) {nsaid = 0; fail("kernel log: " why)}
	printf "%d %d %d\n%s%s", passed, failed, skipped, report, kernel || how != "exit:0" ? log_lines : ""
}
