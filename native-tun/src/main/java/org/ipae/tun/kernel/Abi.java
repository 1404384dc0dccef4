// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The kernel's binary interface as far as this module uses it: offsets and sizes in bytes, and
 * constants, each with its C name. Valid for 64-bit little-endian Linux on x86-64 and aarch64,
 * which agree on all of it. A test compares this page with the C compiler's view.
 */
public final class Abi {
  // Layouts. "N" = network byte order, "H" = the host's. Unaligned, so that any offset will do.
  public static final ValueLayout.OfShort H16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  public static final ValueLayout.OfInt H32 = ValueLayout.JAVA_INT_UNALIGNED;
  public static final ValueLayout.OfLong H64 = ValueLayout.JAVA_LONG_UNALIGNED;
  public static final ValueLayout.OfShort N16 = H16.withOrder(ByteOrder.BIG_ENDIAN);
  public static final ValueLayout.OfInt N32 = H32.withOrder(ByteOrder.BIG_ENDIAN);
  public static final ValueLayout.OfLong N64 = H64.withOrder(ByteOrder.BIG_ENDIAN);

  // <fcntl.h>
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;

  // <sys/socket.h>
  public static final int AF_UNSPEC = 0;
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_NONBLOCK = O_NONBLOCK;
  public static final int SOCK_CLOEXEC = O_CLOEXEC;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_ERRQUEUE = 0x2000;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_SNDBUF = 7;
  public static final int SO_RCVBUF = 8;
  public static final int SO_REUSEPORT = 15;
  public static final int SO_PEERCRED = 17;
  public static final int SO_ATTACH_FILTER = 26;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int SO_MARK = 36;
  public static final int SO_RXQ_OVFL = 40;
  public static final int SO_ATTACH_REUSEPORT_CBPF = 51;

  // struct sockaddr_in
  public static final int SIZEOF_SOCKADDR_IN = 16;
  public static final int SIN_FAMILY = 0; // u16, host order
  public static final int SIN_PORT = 2; // u16, network order
  public static final int SIN_ADDR = 4;

  // struct sockaddr_in6
  public static final int SIZEOF_SOCKADDR_IN6 = 28;
  public static final int SIN6_PORT = 2;
  public static final int SIN6_FLOWINFO = 4;
  public static final int SIN6_ADDR = 8;
  public static final int SIN6_SCOPE_ID = 24; // u32, host order

  // struct sockaddr_un: sun_family u16, sun_path char[108]
  public static final int SUN_PATH = 2;
  public static final int SIZEOF_SUN_PATH = 108;

  // struct ucred
  public static final int SIZEOF_UCRED = 12;
  public static final int UCRED_PID = 0;

  // struct iovec
  public static final int SIZEOF_IOVEC = 16;
  public static final int IOV_BASE = 0;
  public static final int IOV_LEN = 8;

  // struct msghdr
  public static final int SIZEOF_MSGHDR = 56;
  public static final int MSG_NAME = 0;
  public static final int MSG_NAMELEN = 8;
  public static final int MSG_IOV = 16;
  public static final int MSG_IOVLEN = 24;
  public static final int MSG_CONTROL = 32;
  public static final int MSG_CONTROLLEN = 40;
  public static final int MSG_FLAGS = 48;

  // struct mmsghdr: a msghdr, then msg_len u32
  public static final int SIZEOF_MMSGHDR = 64;
  public static final int MSG_LEN = 56;

  // struct cmsghdr; data follows at CMSG_DATA, the next one at the next multiple of 8
  public static final int CMSG_LEN = 0; // size_t, with the header
  public static final int CMSG_LEVEL = 8;
  public static final int CMSG_TYPE = 12;
  public static final int CMSG_DATA = 16; // == sizeof(struct cmsghdr)

  // <linux/in.h>
  public static final int IPPROTO_IP = 0;
  public static final int IP_TOS = 1;
  public static final int IP_PKTINFO = 8;
  public static final int IP_FREEBIND = 15;
  public static final int IP_MTU_DISCOVER = 10;
  public static final int IP_RECVERR = 11;
  public static final int IP_RECVTOS = 13;
  public static final int IP_PMTUDISC_PROBE = 3;
  // struct in_pktinfo
  public static final int SIZEOF_IN_PKTINFO = 12;
  public static final int IPI_IFINDEX = 0;
  public static final int IPI_SPEC_DST = 4;
  public static final int IPI_ADDR = 8;

  // <linux/in6.h>
  public static final int IPPROTO_IPV6 = 41;
  public static final int IPV6_MTU_DISCOVER = 23;
  public static final int IPV6_RECVERR = 25;
  public static final int IPV6_V6ONLY = 26;
  public static final int IPV6_RECVPKTINFO = 49;
  public static final int IPV6_FREEBIND = 78;
  public static final int IPV6_PKTINFO = 50;
  public static final int IPV6_RECVTCLASS = 66;
  public static final int IPV6_TCLASS = 67;
  public static final int IPV6_PMTUDISC_PROBE = 3;
  // struct in6_pktinfo
  public static final int SIZEOF_IN6_PKTINFO = 20;
  public static final int IPI6_ADDR = 0;
  public static final int IPI6_IFINDEX = 16;

  // <linux/errqueue.h> struct sock_extended_err; the offender's sockaddr follows
  public static final int SIZEOF_SOCK_EXTENDED_ERR = 16;
  public static final int EE_ERRNO = 0;
  public static final int EE_ORIGIN = 4; // u8
  public static final int EE_INFO = 8; // the path MTU with EMSGSIZE
  public static final int SO_EE_ORIGIN_LOCAL = 1;

  // <poll.h> struct pollfd
  public static final int SIZEOF_POLLFD = 8;
  public static final int POLLFD_FD = 0;
  public static final int POLLFD_EVENTS = 4; // i16
  public static final int POLLFD_REVENTS = 6; // i16
  public static final int POLLIN = 1;
  public static final int POLLERR = 8;
  public static final int POLLNVAL = 0x20;

  // <sys/eventfd.h>
  public static final int EFD_NONBLOCK = O_NONBLOCK;
  public static final int EFD_CLOEXEC = O_CLOEXEC;

  // <time.h> struct timespec
  public static final int SIZEOF_TIMESPEC = 16;
  public static final int TV_SEC = 0;
  public static final int TV_NSEC = 8;
  public static final int CLOCK_BOOTTIME = 7;

  // <sys/random.h>
  public static final int GRND_NONBLOCK = 1;

  // <linux/if.h> struct ifreq
  public static final int SIZEOF_IFREQ = 40;
  public static final int IFNAMSIZ = 16; // char ifr_name[], with the final zero
  public static final int IFR_FLAGS = 16; // i16
  public static final int IFF_UP = 1;

  // <linux/if_tun.h>
  public static final int TUNSETIFF = 0x400454ca;
  public static final int TUNSETOFFLOAD = 0x400454d0;
  public static final int TUNSETVNETHDRSZ = 0x400454d8;
  public static final int TUN_F_CSUM = 0x01;
  public static final int TUN_F_TSO4 = 0x02;
  public static final int TUN_F_TSO6 = 0x04;
  public static final int TUN_F_TSO_ECN = 0x08;
  public static final int TUN_F_USO4 = 0x20;
  public static final int TUN_F_USO6 = 0x40;
  public static final int IFF_TUN = 0x0001;
  public static final int IFF_MULTI_QUEUE = 0x0100;
  public static final int IFF_NO_PI = 0x1000;
  public static final int IFF_TUN_EXCL = 0x8000; // refuse an interface that exists
  public static final int IFF_VNET_HDR = 0x4000;

  // <linux/udp.h>
  public static final int IPPROTO_UDP = 17;
  public static final int UDP_SEGMENT = 103; // u16
  public static final int UDP_GRO = 104; // int

  // <linux/filter.h> struct sock_filter, struct sock_fprog; <linux/bpf_common.h>
  public static final int SIZEOF_SOCK_FILTER = 8;
  public static final int FILTER_CODE = 0; // u16
  public static final int FILTER_JT = 2; // u8
  public static final int FILTER_JF = 3; // u8
  public static final int FILTER_K = 4; // u32
  public static final int SIZEOF_SOCK_FPROG = 16;
  public static final int FPROG_LEN = 0; // u16, instructions
  public static final int FPROG_FILTER = 8;
  public static final int SKF_NET_OFF = -0x100000; // offsets from the IP header
  public static final int BPF_LOAD_U16 = 0x28; // BPF_LD | BPF_H | BPF_ABS
  public static final int BPF_LOAD_U32 = 0x20; // BPF_LD | BPF_W | BPF_ABS, big-endian
  public static final int BPF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  public static final int BPF_RETURN_K = 0x06; // BPF_RET | BPF_K
  public static final int BPF_ADD = 0x04; // BPF_ALU | BPF_ADD | BPF_K
  public static final int BPF_MODULO = 0x94; // BPF_ALU | BPF_MOD | BPF_K
  public static final int BPF_RETURN = 0x16; // BPF_RET | BPF_A

  // <linux/virtio_net.h> struct virtio_net_hdr; host order
  public static final int SIZEOF_VIRTIO_NET_HDR = 10;
  public static final int VNET_FLAGS = 0; // u8
  public static final int VNET_GSO_TYPE = 1; // u8
  public static final int VNET_HDR_LEN = 2;
  public static final int VNET_GSO_SIZE = 4;
  public static final int VNET_CSUM_START = 6;
  public static final int VNET_CSUM_OFFSET = 8;

  // <linux/netlink.h>
  public static final int NETLINK_ROUTE = 0;
  public static final int SOL_NETLINK = 270;
  public static final int NETLINK_EXT_ACK = 11;
  public static final int NETLINK_GET_STRICT_CHK = 12;
  // struct sockaddr_nl: nl_family u16, pad u16, nl_pid u32, nl_groups u32
  public static final int SIZEOF_SOCKADDR_NL = 12;
  public static final int NL_PID = 4;
  public static final int NL_GROUPS = 8;
  // struct nlmsghdr; host order
  public static final int SIZEOF_NLMSGHDR = 16;
  public static final int NLMSG_LEN = 0;
  public static final int NLMSG_TYPE = 4; // u16
  public static final int NLMSG_FLAGS = 6; // u16
  public static final int NLMSG_SEQ = 8;
  public static final int NLMSG_PID = 12;
  public static final int NLMSG_ERROR = 2;
  public static final int NLMSG_DONE = 3;
  public static final int NLM_F_REQUEST = 0x01;
  public static final int NLM_F_ACK = 0x04;
  public static final int NLM_F_DUMP_INTR = 0x10;
  public static final int NLM_F_CAPPED = 0x100;
  public static final int NLM_F_ACK_TLVS = 0x200;
  public static final int NLM_F_DUMP = 0x300;
  public static final int NLM_F_REPLACE = 0x100;
  public static final int NLM_F_EXCL = 0x200;
  public static final int NLM_F_CREATE = 0x400;
  public static final int NLMSGERR_ATTR_MSG = 1;
  // struct nlattr: nla_len u16 with the header, nla_type u16; padded to 4
  public static final int SIZEOF_NLATTR = 4;
  public static final int NLA_F_NESTED = 0x8000;
  public static final int NLA_TYPE_MASK = 0x3fff;

  // <linux/rtnetlink.h>
  public static final int RTM_NEWLINK = 16;
  public static final int RTM_DELLINK = 17;
  public static final int RTM_GETLINK = 18;
  public static final int RTM_NEWADDR = 20;
  public static final int RTM_DELADDR = 21;
  public static final int RTM_GETADDR = 22;
  public static final int RTM_NEWROUTE = 24;
  public static final int RTM_DELROUTE = 25;
  public static final int RTM_GETROUTE = 26;
  public static final int RTM_NEWRULE = 32;
  public static final int RTM_DELRULE = 33;
  public static final int RTM_GETRULE = 34;
  public static final int RTMGRP_LINK = 0x1;
  public static final int RTMGRP_IPV4_IFADDR = 0x10;
  public static final int RTMGRP_IPV4_ROUTE = 0x40;
  public static final int RTMGRP_IPV4_RULE = 0x80;
  public static final int RTMGRP_IPV6_IFADDR = 0x100;
  public static final int RTMGRP_IPV6_ROUTE = 0x400;
  public static final int RTMGRP_IPV6_RULE = 0x40000; // 1 << RTNLGRP_IPV6_RULE - 1

  // struct ifinfomsg
  public static final int SIZEOF_IFINFOMSG = 16;
  public static final int IFI_INDEX = 4;
  public static final int IFI_FLAGS = 8;
  public static final int IFI_CHANGE = 12;
  public static final int IFLA_IFNAME = 3;
  public static final int IFLA_MTU = 4;
  public static final int IFLA_TXQLEN = 13;
  public static final int IFLA_AF_SPEC = 26;
  public static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  public static final int IN6_ADDR_GEN_MODE_NONE = 1;

  // <linux/if_addr.h> struct ifaddrmsg
  public static final int SIZEOF_IFADDRMSG = 8;
  public static final int IFA_FAMILY = 0; // u8
  public static final int IFA_PREFIXLEN = 1; // u8
  public static final int IFA_FLAGS = 2; // u8
  public static final int IFA_INDEX = 4;
  public static final int IFA_ADDRESS = 1; // attribute
  public static final int IFA_LOCAL = 2; // attribute
  public static final int IFA_F_TEMPORARY = 0x01; // of IPv6; of IPv4 it means secondary
  public static final int IFA_F_NODAD = 0x02;

  // struct rtmsg
  public static final int SIZEOF_RTMSG = 12;
  public static final int RTM_FAMILY = 0; // u8, as the next seven
  public static final int RTM_DST_LEN = 1;
  public static final int RTM_SRC_LEN = 2;
  public static final int RTM_TABLE = 4;
  public static final int RTM_PROTOCOL = 5;
  public static final int RTM_SCOPE = 6;
  public static final int RTM_TYPE = 7;
  public static final int RTM_FLAGS = 8; // u32
  public static final int RTM_F_CLONED = 0x200;
  public static final int RTM_F_LOOKUP_TABLE = 0x1000;
  public static final int RTM_F_FIB_MATCH = 0x2000;
  public static final int RT_TABLE_UNSPEC = 0;
  public static final int RT_SCOPE_UNIVERSE = 0;
  public static final int RT_SCOPE_LINK = 253;
  public static final int RT_SCOPE_NOWHERE = 255;
  public static final int RTN_UNICAST = 1;
  public static final int RTN_LOCAL = 2;
  public static final int RTN_BLACKHOLE = 6;
  public static final int RTN_UNREACHABLE = 7;
  public static final int RTN_PROHIBIT = 8;
  public static final int RTN_THROW = 9;
  public static final int RTA_DST = 1;
  public static final int RTA_SRC = 2;
  public static final int RTA_OIF = 4;
  public static final int RTA_GATEWAY = 5;
  public static final int RTA_PRIORITY = 6;
  public static final int RTA_PREFSRC = 7;
  public static final int RTA_METRICS = 8;
  public static final int RTA_TABLE = 15;
  public static final int RTA_MARK = 16;
  public static final int RTA_VIA = 18;
  public static final int RTA_IP_PROTO = 27;
  public static final int RTA_SPORT = 28;
  public static final int RTAX_MTU = 2;
  public static final int IP6_RT_PRIO_USER = 1024; // the metric of an IPv6 route that names none

  // <linux/fib_rules.h> struct fib_rule_hdr
  public static final int SIZEOF_FIB_RULE_HDR = 12;
  public static final int FIB_RULE_FAMILY = 0; // u8, as the next two
  public static final int FIB_RULE_TABLE = 4;
  public static final int FIB_RULE_ACTION = 7;
  public static final int FR_ACT_TO_TBL = 1;
  public static final int FR_ACT_GOTO = 2;
  public static final int FR_ACT_NOP = 3;
  public static final int FRA_IIFNAME = 3;
  public static final int FRA_GOTO = 4;
  public static final int FRA_PRIORITY = 6;
  public static final int FRA_SUPPRESS_PREFIXLEN = 14;
  public static final int FRA_TABLE = 15;
  public static final int FRA_PROTOCOL = 21; // u8
  public static final int FRA_IP_PROTO = 22; // u8
  public static final int FRA_SPORT_RANGE = 23; // u16 first, u16 last

  private Abi() {}
}
