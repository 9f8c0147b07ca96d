# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Owns the first half of the demo: the life of a guest, a real Debian, as an admin types it. Continues demo.sh.
#
# The machine has two disks: an empty one, and an archive of Debian as mmdebstrap makes it from the packages of the
# mirror, because the machine itself has no network.

# A disk for the guests, and a network card.
prepare_host() {
	{
		mke2fs -q -t ext4 -F /dev/vda && mkdir -p /vservers && mount -t ext4 /dev/vda /vservers &&
			ip link add eth0 type dummy && ip addr add 10.221.34.1/24 dev eth0 && ip link set eth0 up &&
			ip route add default via 10.221.34.2
	} >/tmp/demo.out 2>&1 || {
		cat /tmp/demo.out
		exit 1
	}
}

say "A kernel with virtual servers, and a host that is new."
run uname -r
run cat /proc/virtual/info
claim "the kernel has contexts" worked
prepare_host
run vserver-setup
claim "the host is prepared" worked
run vserver-setup --check
claim "nothing is missing" worked

say "This machine has no mirror of Debian, but an archive of its packages, unpacked." \
	"What an admin writes down once, so that newvserver takes it:"
mkdir -p /etc/vservers/.distributions/stable
run ln -s /dev/vdb /etc/vservers/.distributions/stable/template
run "echo METHOD=template >/etc/newvserver-vars"

say "A guest."
run newvserver --hostname candy --domain mesina.net --ip 10.221.34.12
claim "there is a new guest" worked
claim "it tells how to go on" shows "type 'vserver candy start' to start"
type_at "" "" vserver candy start
claim "it starts" worked
claim "it tells so" shows '^Starting the virtual server candy$'
claim "its name" shows '^Host name is now candy$'
claim "its context" shows '^New security context is 40000$'

say "Its init starts what the distribution's packages want to be started."
claim "it comes up" boots 2
run vserver candy status
claim "it runs" shows "^Vserver 'candy' is running at context '40000'$"

say "Inside."
type_at "# " "uname -a
ps ax
tty
id -un
exit
" vserver candy enter
claim "one can go in and out again" worked
claim "its address" shows '^ipv4root is now 10.221.34.12$'
claim "its context" shows '^New security context is 40000$'
claim "its name" shows '^Linux candy '
claim "its init is process 1" shows '^ +1 .* init'
claim "its services" shows 'sshd'
claim "nothing else" hides 'kthreadd'
claim "a terminal of its own" shows '^/dev/pts/'
claim "out again" shows '^logout'

say "From the host."
run "vps ax | grep -v '   0 MAIN'"
claim "its processes, with the name of the guest" shows '^ *[0-9]+ 40000 candy .* /usr/sbin/cron'
run vserver-stat
claim "the guest and the host" shows '^40000 .* candy$'
claim "the guest and the host" shows '^0 .* root server$'
run vserver list
claim "in the list" shows '^candy +40000 running'

say "The end."
type_at "" "" vserver candy stop
claim "it stops" worked
run vserver candy status
claim "it is stopped" shows "^Vserver 'candy' is stopped$"
claim "its context has ended" until_true context_is_gone 40000
