#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Owns that ./vm demo shows what it claims: the same script on the same two disks.
# shellcheck source=tests/ktap.sh
. /vm/tests/ktap.sh

/vm/demo/demo.sh >/run/transcript 2>&1
status=$?
diag "$(cat /run/transcript)"
is "the demo comes to its end" "$status" 0
# shown TEXT: a line of the transcript, as a pattern.
shown() { like "$1" "$(grep -E -- "$1" /run/transcript)" .; }
shown '^vm# newvserver --hostname candy --domain mesina.net --ip 10.221.34.12$'
shown "^or else just go ahead and type 'vserver candy start' to start$"
shown '^vm# vserver candy start$'
shown '^Starting the virtual server candy$'
shown '^vm# vserver candy enter$'
shown '^Linux candy '
shown '^ipv4root is now 10\.221\.34\.12$'
shown '^vm# vps ax'
shown '^vm# vserver-stat$'
shown '^CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME$'
shown '^vm# vserver candy stop$'
shown '^demo: [0-9]+ claims shown$'
ktap_exit
