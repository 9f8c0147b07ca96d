#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tasks of the host when a guest starts and stops: NAME.sh PHASE NAME
# The guest's files are not to be trusted: do not write to paths among them.

case $1 in
pre-start)	;;	# a failure ends the start
post-start)	;;
pre-stop)	;;
post-stop)	;;
*)
	echo "$0: unknown phase '$1'" >&2
	exit 1
	;;
esac
