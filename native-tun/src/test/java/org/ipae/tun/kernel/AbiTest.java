// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.ipae.tun.netlink.RouteSpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares {@link Abi} with the headers of both architectures, each by its compiler. */
class AbiTest {
  /** C expression to the figure in {@link Abi}. */
  private final Map<String, Long> expected = new LinkedHashMap<>();

  @ParameterizedTest
  @CsvSource({"x86_64-linux-gnu-gcc,__x86_64__", "aarch64-linux-gnu-gcc,__aarch64__"})
  void offsetsSizesAndConstantsAreThoseOfTheHeadersOf(
      String compiler, String architecture, @TempDir Path folder) throws Exception {
    assumeTrue(
        exists(compiler),
        () -> "no " + compiler + " here; Debian: gcc or gcc-aarch64-linux-gnu, libc6-dev-*-cross");
    structures();
    constants();
    Map<String, Long> all = new LinkedHashMap<>(expected);
    all.put("sizeof(void *)", 8L);
    all.put("sizeof(long)", 8L);
    all.put("__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__", 1L);
    all.put(architecture, 1L);
    assertEquals("", complaints(compiler, folder, all));
    // And it would complain.
    all.put("sizeof(struct iovec)", 15L);
    assertTrue(complaints(compiler, folder, all).contains("sizeof(struct iovec)"));
  }

  /** What the compiler says of a program that claims all this; it need not run. */
  private static String complaints(String compiler, Path folder, Map<String, Long> claims)
      throws IOException, InterruptedException {
    StringBuilder program =
        new StringBuilder(
            """
            #define _GNU_SOURCE
            #include <stddef.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <time.h>
            #include <sys/eventfd.h>
            #include <sys/ioctl.h>
            #include <sys/random.h>
            #include <sys/socket.h>
            #include <sys/un.h>
            #include <netinet/in.h>
            #include <linux/filter.h>
            #include <linux/if.h>
            #include <linux/if_tun.h>
            #include <linux/if_addr.h>
            #include <linux/if_link.h>
            #include <linux/errqueue.h>
            #include <linux/netlink.h>
            #include <linux/rtnetlink.h>
            #include <linux/fib_rules.h>
            #include <linux/virtio_net.h>
            """);
    claims.forEach((expression, value) ->
        program.append(
            "_Static_assert((long long)(%s) == %dLL, \"%s\");%n"
                .formatted(expression, value, expression)));
    Path source = Files.writeString(folder.resolve("abi.c"), program);
    Process process =
        new ProcessBuilder(compiler, "-fsyntax-only", source.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(output.isEmpty(), process.waitFor() == 0, output);
    return output;
  }

  private void structures() {
    size("struct sockaddr_in", Abi.SIZEOF_SOCKADDR_IN);
    offset("struct sockaddr_in", "sin_family", Abi.SIN_FAMILY);
    offset("struct sockaddr_in", "sin_port", Abi.SIN_PORT);
    offset("struct sockaddr_in", "sin_addr", Abi.SIN_ADDR);
    size("struct sockaddr_in6", Abi.SIZEOF_SOCKADDR_IN6);
    offset("struct sockaddr_in6", "sin6_port", Abi.SIN6_PORT);
    offset("struct sockaddr_in6", "sin6_flowinfo", Abi.SIN6_FLOWINFO);
    offset("struct sockaddr_in6", "sin6_addr", Abi.SIN6_ADDR);
    offset("struct sockaddr_in6", "sin6_scope_id", Abi.SIN6_SCOPE_ID);
    size("struct sockaddr_un", Abi.SUN_PATH + Abi.SIZEOF_SUN_PATH);
    offset("struct sockaddr_un", "sun_path", Abi.SUN_PATH);
    size("struct sock_filter", Abi.SIZEOF_SOCK_FILTER);
    offset("struct sock_filter", "code", Abi.FILTER_CODE);
    offset("struct sock_filter", "k", Abi.FILTER_K);
    size("struct sock_fprog", Abi.SIZEOF_SOCK_FPROG);
    offset("struct sock_fprog", "len", Abi.FPROG_LEN);
    offset("struct sock_fprog", "filter", Abi.FPROG_FILTER);
    size("struct ucred", Abi.SIZEOF_UCRED);
    offset("struct ucred", "pid", Abi.UCRED_PID);
    size("struct iovec", Abi.SIZEOF_IOVEC);
    offset("struct iovec", "iov_base", Abi.IOV_BASE);
    offset("struct iovec", "iov_len", Abi.IOV_LEN);
    size("struct msghdr", Abi.SIZEOF_MSGHDR);
    offset("struct msghdr", "msg_name", Abi.MSG_NAME);
    offset("struct msghdr", "msg_namelen", Abi.MSG_NAMELEN);
    offset("struct msghdr", "msg_iov", Abi.MSG_IOV);
    offset("struct msghdr", "msg_iovlen", Abi.MSG_IOVLEN);
    offset("struct msghdr", "msg_control", Abi.MSG_CONTROL);
    offset("struct msghdr", "msg_controllen", Abi.MSG_CONTROLLEN);
    offset("struct msghdr", "msg_flags", Abi.MSG_FLAGS);
    size("struct mmsghdr", Abi.SIZEOF_MMSGHDR);
    offset("struct mmsghdr", "msg_len", Abi.MSG_LEN);
    size("struct cmsghdr", Abi.CMSG_DATA);
    offset("struct cmsghdr", "cmsg_len", Abi.CMSG_LEN);
    offset("struct cmsghdr", "cmsg_level", Abi.CMSG_LEVEL);
    offset("struct cmsghdr", "cmsg_type", Abi.CMSG_TYPE);
    size("struct in_pktinfo", Abi.SIZEOF_IN_PKTINFO);
    offset("struct in_pktinfo", "ipi_ifindex", Abi.IPI_IFINDEX);
    offset("struct in_pktinfo", "ipi_spec_dst", Abi.IPI_SPEC_DST);
    offset("struct in_pktinfo", "ipi_addr", Abi.IPI_ADDR);
    size("struct in6_pktinfo", Abi.SIZEOF_IN6_PKTINFO);
    offset("struct in6_pktinfo", "ipi6_addr", Abi.IPI6_ADDR);
    offset("struct in6_pktinfo", "ipi6_ifindex", Abi.IPI6_IFINDEX);
    size("struct sock_extended_err", Abi.SIZEOF_SOCK_EXTENDED_ERR);
    offset("struct sock_extended_err", "ee_errno", Abi.EE_ERRNO);
    offset("struct sock_extended_err", "ee_origin", Abi.EE_ORIGIN);
    offset("struct sock_extended_err", "ee_info", Abi.EE_INFO);
    size("struct pollfd", Abi.SIZEOF_POLLFD);
    offset("struct pollfd", "fd", Abi.POLLFD_FD);
    offset("struct pollfd", "events", Abi.POLLFD_EVENTS);
    offset("struct pollfd", "revents", Abi.POLLFD_REVENTS);
    size("struct timespec", Abi.SIZEOF_TIMESPEC);
    offset("struct timespec", "tv_sec", Abi.TV_SEC);
    offset("struct timespec", "tv_nsec", Abi.TV_NSEC);
    size("struct ifreq", Abi.SIZEOF_IFREQ);
    offset("struct ifreq", "ifr_ifru.ifru_flags", Abi.IFR_FLAGS);
    size("struct virtio_net_hdr", Abi.SIZEOF_VIRTIO_NET_HDR);
    offset("struct virtio_net_hdr", "gso_type", Abi.VNET_GSO_TYPE);
    offset("struct virtio_net_hdr", "hdr_len", Abi.VNET_HDR_LEN);
    offset("struct virtio_net_hdr", "gso_size", Abi.VNET_GSO_SIZE);
    offset("struct virtio_net_hdr", "csum_start", Abi.VNET_CSUM_START);
    offset("struct virtio_net_hdr", "csum_offset", Abi.VNET_CSUM_OFFSET);
    size("struct sockaddr_nl", Abi.SIZEOF_SOCKADDR_NL);
    offset("struct sockaddr_nl", "nl_groups", Abi.NL_GROUPS);
    size("struct nlmsghdr", Abi.SIZEOF_NLMSGHDR);
    offset("struct nlmsghdr", "nlmsg_len", Abi.NLMSG_LEN);
    offset("struct nlmsghdr", "nlmsg_type", Abi.NLMSG_TYPE);
    offset("struct nlmsghdr", "nlmsg_flags", Abi.NLMSG_FLAGS);
    offset("struct nlmsghdr", "nlmsg_seq", Abi.NLMSG_SEQ);
    size("struct nlattr", Abi.SIZEOF_NLATTR);
    size("struct ifinfomsg", Abi.SIZEOF_IFINFOMSG);
    offset("struct ifinfomsg", "ifi_index", Abi.IFI_INDEX);
    offset("struct ifinfomsg", "ifi_flags", Abi.IFI_FLAGS);
    offset("struct ifinfomsg", "ifi_change", Abi.IFI_CHANGE);
    size("struct ifaddrmsg", Abi.SIZEOF_IFADDRMSG);
    offset("struct ifaddrmsg", "ifa_prefixlen", Abi.IFA_PREFIXLEN);
    offset("struct ifaddrmsg", "ifa_flags", Abi.IFA_FLAGS);
    offset("struct ifaddrmsg", "ifa_index", Abi.IFA_INDEX);
    size("struct rtmsg", Abi.SIZEOF_RTMSG);
    offset("struct rtmsg", "rtm_dst_len", Abi.RTM_DST_LEN);
    offset("struct rtmsg", "rtm_src_len", Abi.RTM_SRC_LEN);
    offset("struct rtmsg", "rtm_table", Abi.RTM_TABLE);
    offset("struct rtmsg", "rtm_protocol", Abi.RTM_PROTOCOL);
    offset("struct rtmsg", "rtm_scope", Abi.RTM_SCOPE);
    offset("struct rtmsg", "rtm_type", Abi.RTM_TYPE);
    offset("struct rtmsg", "rtm_flags", Abi.RTM_FLAGS);
  }

  private void constants() {
    value("O_RDWR", Abi.O_RDWR);
    value("O_NONBLOCK", Abi.O_NONBLOCK);
    value("O_CLOEXEC", Abi.O_CLOEXEC);
    value("SOCK_NONBLOCK", Abi.SOCK_NONBLOCK);
    value("SOCK_CLOEXEC", Abi.SOCK_CLOEXEC);
    value("EFD_NONBLOCK", Abi.EFD_NONBLOCK);
    value("EFD_CLOEXEC", Abi.EFD_CLOEXEC);
    value("AF_UNSPEC", Abi.AF_UNSPEC);
    value("AF_UNIX", Abi.AF_UNIX);
    value("AF_INET", Abi.AF_INET);
    value("AF_INET6", Abi.AF_INET6);
    value("AF_NETLINK", Abi.AF_NETLINK);
    value("SOCK_STREAM", Abi.SOCK_STREAM);
    value("SO_PEERCRED", Abi.SO_PEERCRED);
    value("SOCK_DGRAM", Abi.SOCK_DGRAM);
    value("SOCK_RAW", Abi.SOCK_RAW);
    value("MSG_TRUNC", Abi.MSG_TRUNC);
    value("MSG_DONTWAIT", Abi.MSG_DONTWAIT);
    value("MSG_ERRQUEUE", Abi.MSG_ERRQUEUE);
    value("MSG_NOSIGNAL", Abi.MSG_NOSIGNAL);
    value("SOL_SOCKET", Abi.SOL_SOCKET);
    value("SO_SNDBUF", Abi.SO_SNDBUF);
    value("SO_RCVBUF", Abi.SO_RCVBUF);
    value("SO_SNDBUFFORCE", Abi.SO_SNDBUFFORCE);
    value("SO_RCVBUFFORCE", Abi.SO_RCVBUFFORCE);
    value("SO_MARK", Abi.SO_MARK);
    value("SO_REUSEPORT", Abi.SO_REUSEPORT);
    value("SO_ATTACH_REUSEPORT_CBPF", Abi.SO_ATTACH_REUSEPORT_CBPF);
    value("SKF_NET_OFF", Abi.SKF_NET_OFF);
    value("BPF_LD | BPF_H | BPF_ABS", Abi.BPF_LOAD_U16);
    value("BPF_ALU | BPF_ADD | BPF_K", Abi.BPF_ADD);
    value("BPF_ALU | BPF_MOD | BPF_K", Abi.BPF_MODULO);
    value("BPF_RET | BPF_A", Abi.BPF_RETURN);
    value("SO_RXQ_OVFL", Abi.SO_RXQ_OVFL);
    value("IPPROTO_IP", Abi.IPPROTO_IP);
    value("IP_TOS", Abi.IP_TOS);
    value("IP_PKTINFO", Abi.IP_PKTINFO);
    value("IP_MTU_DISCOVER", Abi.IP_MTU_DISCOVER);
    value("IP_RECVERR", Abi.IP_RECVERR);
    value("IP_RECVTOS", Abi.IP_RECVTOS);
    value("IP_PMTUDISC_PROBE", Abi.IP_PMTUDISC_PROBE);
    value("IPPROTO_IPV6", Abi.IPPROTO_IPV6);
    value("IPV6_MTU_DISCOVER", Abi.IPV6_MTU_DISCOVER);
    value("IPV6_RECVERR", Abi.IPV6_RECVERR);
    value("IPV6_V6ONLY", Abi.IPV6_V6ONLY);
    value("IPV6_RECVPKTINFO", Abi.IPV6_RECVPKTINFO);
    value("IPV6_PKTINFO", Abi.IPV6_PKTINFO);
    value("IPV6_RECVTCLASS", Abi.IPV6_RECVTCLASS);
    value("IPV6_TCLASS", Abi.IPV6_TCLASS);
    value("IPV6_PMTUDISC_PROBE", Abi.IPV6_PMTUDISC_PROBE);
    value("SO_EE_ORIGIN_LOCAL", Abi.SO_EE_ORIGIN_LOCAL);
    value("POLLIN", Abi.POLLIN);
    value("POLLERR", Abi.POLLERR);
    value("POLLNVAL", Abi.POLLNVAL);
    value("CLOCK_BOOTTIME", Abi.CLOCK_BOOTTIME);
    value("GRND_NONBLOCK", Abi.GRND_NONBLOCK);
    value("IFNAMSIZ", Abi.IFNAMSIZ);
    value("IFF_UP", Abi.IFF_UP);
    value("TUNSETIFF", Abi.TUNSETIFF);
    value("TUNSETOFFLOAD", Abi.TUNSETOFFLOAD);
    value("TUNSETVNETHDRSZ", Abi.TUNSETVNETHDRSZ);
    value("IFF_TUN", Abi.IFF_TUN);
    value("IFF_MULTI_QUEUE", Abi.IFF_MULTI_QUEUE);
    value("IFF_TUN_EXCL", Abi.IFF_TUN_EXCL);
    value("IFF_NO_PI", Abi.IFF_NO_PI);
    value("IFF_VNET_HDR", Abi.IFF_VNET_HDR);
    value("NETLINK_ROUTE", Abi.NETLINK_ROUTE);
    value("SOL_NETLINK", Abi.SOL_NETLINK);
    value("NETLINK_EXT_ACK", Abi.NETLINK_EXT_ACK);
    value("NETLINK_GET_STRICT_CHK", Abi.NETLINK_GET_STRICT_CHK);
    value("NLMSG_ERROR", Abi.NLMSG_ERROR);
    value("NLMSG_DONE", Abi.NLMSG_DONE);
    value("NLM_F_REQUEST", Abi.NLM_F_REQUEST);
    value("NLM_F_ACK", Abi.NLM_F_ACK);
    value("NLM_F_DUMP_INTR", Abi.NLM_F_DUMP_INTR);
    value("NLM_F_CAPPED", Abi.NLM_F_CAPPED);
    value("NLM_F_ACK_TLVS", Abi.NLM_F_ACK_TLVS);
    value("NLM_F_DUMP", Abi.NLM_F_DUMP);
    value("NLM_F_REPLACE", Abi.NLM_F_REPLACE);
    value("NLM_F_EXCL", Abi.NLM_F_EXCL);
    value("NLM_F_CREATE", Abi.NLM_F_CREATE);
    value("NLMSGERR_ATTR_MSG", Abi.NLMSGERR_ATTR_MSG);
    value("NLA_F_NESTED", Abi.NLA_F_NESTED);
    value("NLA_TYPE_MASK & 0xffff", Abi.NLA_TYPE_MASK);
    value("RTM_NEWLINK", Abi.RTM_NEWLINK);
    value("RTM_DELLINK", Abi.RTM_DELLINK);
    value("RTM_GETLINK", Abi.RTM_GETLINK);
    value("RTM_NEWADDR", Abi.RTM_NEWADDR);
    value("RTM_DELADDR", Abi.RTM_DELADDR);
    value("RTM_GETADDR", Abi.RTM_GETADDR);
    value("RTM_NEWROUTE", Abi.RTM_NEWROUTE);
    value("RTM_DELROUTE", Abi.RTM_DELROUTE);
    value("RTM_GETROUTE", Abi.RTM_GETROUTE);
    value("RTM_NEWRULE", Abi.RTM_NEWRULE);
    value("RTM_DELRULE", Abi.RTM_DELRULE);
    value("RTM_GETRULE", Abi.RTM_GETRULE);
    value("RTMGRP_LINK", Abi.RTMGRP_LINK);
    value("RTMGRP_IPV4_IFADDR", Abi.RTMGRP_IPV4_IFADDR);
    value("RTMGRP_IPV4_ROUTE", Abi.RTMGRP_IPV4_ROUTE);
    value("RTMGRP_IPV6_IFADDR", Abi.RTMGRP_IPV6_IFADDR);
    value("RTMGRP_IPV6_ROUTE", Abi.RTMGRP_IPV6_ROUTE);
    value("RTMGRP_IPV4_RULE", Abi.RTMGRP_IPV4_RULE);
    value("1 << (RTNLGRP_IPV6_RULE - 1)", Abi.RTMGRP_IPV6_RULE);
    size("struct fib_rule_hdr", Abi.SIZEOF_FIB_RULE_HDR);
    offset("struct fib_rule_hdr", "family", Abi.FIB_RULE_FAMILY);
    offset("struct fib_rule_hdr", "table", Abi.FIB_RULE_TABLE);
    offset("struct fib_rule_hdr", "action", Abi.FIB_RULE_ACTION);
    offset("struct fib_rule_port_range", "end", 2);
    size("struct fib_rule_port_range", 4);
    value("FR_ACT_TO_TBL", Abi.FR_ACT_TO_TBL);
    value("FR_ACT_GOTO", Abi.FR_ACT_GOTO);
    value("FR_ACT_NOP", Abi.FR_ACT_NOP);
    value("FRA_IIFNAME", Abi.FRA_IIFNAME);
    value("FRA_GOTO", Abi.FRA_GOTO);
    value("FRA_PRIORITY", Abi.FRA_PRIORITY);
    value("FRA_SUPPRESS_PREFIXLEN", Abi.FRA_SUPPRESS_PREFIXLEN);
    value("FRA_TABLE", Abi.FRA_TABLE);
    value("FRA_PROTOCOL", Abi.FRA_PROTOCOL);
    value("FRA_IP_PROTO", Abi.FRA_IP_PROTO);
    value("FRA_SPORT_RANGE", Abi.FRA_SPORT_RANGE);
    value("IFLA_IFNAME", Abi.IFLA_IFNAME);
    value("IFLA_MTU", Abi.IFLA_MTU);
    value("IFLA_AF_SPEC", Abi.IFLA_AF_SPEC);
    value("IFLA_INET6_ADDR_GEN_MODE", Abi.IFLA_INET6_ADDR_GEN_MODE);
    value("IN6_ADDR_GEN_MODE_NONE", Abi.IN6_ADDR_GEN_MODE_NONE);
    value("IFA_ADDRESS", Abi.IFA_ADDRESS);
    value("IFA_LOCAL", Abi.IFA_LOCAL);
    value("IFA_F_NODAD", Abi.IFA_F_NODAD);
    value("RTM_F_CLONED", Abi.RTM_F_CLONED);
    value("RTM_F_FIB_MATCH", Abi.RTM_F_FIB_MATCH);
    value("RTM_F_LOOKUP_TABLE", Abi.RTM_F_LOOKUP_TABLE);
    value("RT_TABLE_UNSPEC", Abi.RT_TABLE_UNSPEC);
    value("RT_TABLE_MAIN", RouteSpec.MAIN_TABLE);
    value("RT_SCOPE_UNIVERSE", Abi.RT_SCOPE_UNIVERSE);
    value("RT_SCOPE_LINK", Abi.RT_SCOPE_LINK);
    value("RT_SCOPE_NOWHERE", Abi.RT_SCOPE_NOWHERE);
    value("RTN_UNICAST", Abi.RTN_UNICAST);
    value("RTN_LOCAL", Abi.RTN_LOCAL);
    value("RTN_BLACKHOLE", Abi.RTN_BLACKHOLE);
    value("RTN_UNREACHABLE", Abi.RTN_UNREACHABLE);
    value("RTN_PROHIBIT", Abi.RTN_PROHIBIT);
    value("RTN_THROW", Abi.RTN_THROW);
    value("RTA_DST", Abi.RTA_DST);
    value("RTA_SRC", Abi.RTA_SRC);
    value("RTA_OIF", Abi.RTA_OIF);
    value("RTA_GATEWAY", Abi.RTA_GATEWAY);
    value("RTA_PRIORITY", Abi.RTA_PRIORITY);
    value("RTA_PREFSRC", Abi.RTA_PREFSRC);
    value("RTA_METRICS", Abi.RTA_METRICS);
    value("RTA_TABLE", Abi.RTA_TABLE);
    value("RTA_MARK", Abi.RTA_MARK);
    value("RTA_VIA", Abi.RTA_VIA);
    value("RTA_IP_PROTO", Abi.RTA_IP_PROTO);
    value("RTA_SPORT", Abi.RTA_SPORT);
    value("RTAX_MTU", Abi.RTAX_MTU);
  }

  private void size(String type, int bytes) {
    value("sizeof(" + type + ")", bytes);
  }

  private void offset(String type, String field, int bytes) {
    value("offsetof(" + type + ", " + field + ")", bytes);
  }

  private void value(String expression, long value) {
    expected.put(expression, value);
  }

  private static boolean exists(String compiler) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, compiler)));
  }
}
