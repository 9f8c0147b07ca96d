#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Owns the figures of guests: what a start costs, beside what crun needs to run a program in a container, what a guest
# takes of memory, and how fast a hundred are there. Runs in the machine of ./vm bench guests.
set -euo pipefail
export LC_ALL=C
TIMEFORMAT='%R %U %S'
RUNS=${1:-20}
GUESTS=${2:-100}

# A root with one program and nothing else.
make_root() {
	mkdir -p "$1"/{bin,sbin,proc,tmp,etc,sys} "$1/dev/pts"
	cp -l /srv/busybox "$1/bin/busybox"
	ln -s busybox "$1/bin/sleep"
	ln -s busybox "$1/bin/true"
	ln -s /bin/true "$1/sbin/init"
}

# add NAME XID
add() {
	make_root "/vservers/$1"
	mkdir -p "/etc/vservers/$1/apps/init"
	ln -s "/vservers/$1" "/etc/vservers/$1/vdir"
	echo "$2" >"/etc/vservers/$1/context"
	printf '%s\n' /bin/sleep 100000 >"/etc/vservers/$1/apps/init/cmd.start"
}

# measure COMMAND...: "wall user system" of it, output aside.
measure() { { time "$@" >/dev/null 2>&1; } 2>&1; }

# median COLUMN: of numbers on standard input.
median() { awk -v c="$1" '{print $c}' | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# row NAME FILE: the medians of lines "wall user system".
row() {
	awk -v name="$1" -v wall="$(median 1 <"$2")" -v cpu="$(awk '{print $2 + $3}' "$2" | median 1)" \
		'BEGIN {printf "%-44s %8.0f ms %8.0f ms\n", name, wall * 1000, cpu * 1000}'
}

memory_used() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^MemTotal|^MemFree|^Cached|^Buffers/ {v[$1] = $2} END {print v["MemTotal:"] - v["MemFree:"] - v["Cached:"] - v["Buffers:"]}' /proc/meminfo
}

# The same namespaces, the same control group, no network of its own, as vserver makes it.
write_bundle() {
	make_root "$1/rootfs"
	cat >"$1/config.json" <<'END'
{
	"ociVersion": "1.0.0",
	"process": {
		"terminal": false, "user": {"uid": 0, "gid": 0}, "args": ["/bin/true"], "cwd": "/",
		"env": ["PATH=/bin"], "capabilities": {"bounding": [], "effective": [], "permitted": []},
		"noNewPrivileges": true
	},
	"root": {"path": "rootfs", "readonly": false},
	"hostname": "true",
	"mounts": [
		{"destination": "/proc", "type": "proc", "source": "proc"},
		{"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
		{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}
	],
	"linux": {"namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "cgroup"}]}
}
END
}

start_many() {
	local i
	for ((i = 0; i < GUESTS; i++)); do vserver "n$i" start >/dev/null || return 1; done
}

vserver-setup >/dev/null
cp /usr/bin/busybox /srv/busybox
add one 1000
for ((i = 0; i < RUNS; i++)); do
	measure vserver one start >>/tmp/start
	measure vserver one stop >>/tmp/stop
done
echo "median of $RUNS                                      elapsed          CPU"
row "vserver start, to the exec of its program" /tmp/start
row "vserver stop" /tmp/stop
if command -v crun >/dev/null; then
	write_bundle /srv/bundle
	cd /srv/bundle
	for ((i = 0; i < RUNS; i++)); do
		measure crun --cgroup-manager=cgroupfs run --bundle /srv/bundle "c$i" >>/tmp/crun
	done
	crun --cgroup-manager=cgroupfs run --bundle /srv/bundle last || echo "crun has failed"
	row "crun run true" /tmp/crun
fi

for ((i = 0; i < GUESTS; i++)); do add "n$i" $((2000 + i)); done
before=$(memory_used)
read -r wall _ < <({ time start_many; } 2>&1)
after=$(memory_used)
running=$(vserver list -q --running | wc -l)
awk -v n="$GUESTS" -v running="$running" -v wall="$wall" -v kib="$((after - before))" 'BEGIN {
	printf "%d guests, one after the other: %d running after %.1f s, %.1f a second\n", n, running, wall, n / wall
	printf "memory of a guest with one process: %.0f KiB\n", kib / n
}'
[ "$running" = "$GUESTS" ]
