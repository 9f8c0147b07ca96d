# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Owns the checks that only read the checkout: shellcheck of all scripts, a licence line in every file. Prints TAP.

# Prints the shell scripts among them. Those of tests/vm/host are parts of vm and checked with it.
shell_scripts() {
	local f first
	while read -r f; do
		case $f in tests/vm/host/*) continue ;; esac
		IFS= read -r first <"$TOP/$f" || true
		case $f:$first in
		*.sh:* | *:'#!'*/sh* | *:'#!'*/bash* | *:'#!'*'env bash'* | *:'# shellcheck shell='*) printf '%s\n' "$f" ;;
		esac
	done < <(checkout_files) 2>/dev/null
}

lint() {
	local f n=0 out missing=()
	cd "$TOP"
	for f in $(shell_scripts); do
		n=$((n + 1))
		if out=$(shellcheck -x -a "$f" 2>&1); then echo "ok $n - shellcheck: $f"; else
			printf '%s\n' "$out" | sed 's/^/# /'
			echo "not ok $n - shellcheck: $f"
		fi
	done
	for f in $(checkout_files); do
		case $f in COPYING* | tests/fuzz/corpus/* | README* | NEWS | AUTHORS | SECURITY* | *.patch | *.gitkeep) continue ;; esac
		head -n 5 "$f" | grep -q 'SPDX-License-Identifier: ' || missing+=("$f")
	done
	n=$((n + 1))
	if [ ${#missing[@]} = 0 ]; then echo "ok $n - every file names its licence"; else
		printf '# no SPDX line: %s\n' "${missing[@]}"
		echo "not ok $n - every file names its licence"
	fi
	echo "1..$n"
}
