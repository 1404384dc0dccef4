// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ipae.tun.OsException;
import org.ipae.tun.netlink.Netlink;
import org.ipae.tun.netlink.RouteSpec;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;

/**
 * The routes behind those of the tunnel, which end the search, so that packets to a peer never
 * leave in the clear. They outlive the daemon; what is this daemon's stands in {@link HeldFile}.
 * Set in turns of some milliseconds each, and compared with the kernel rather than remembered.
 */
final class HeldRoutes {
  /** Requests to the kernel in one turn. */
  private static final int TURN = 256;

  private final Netlink netlink;
  private final Policy policy;
  private final HeldFile file;

  /** Without {@link IfDown#CLEAR}. */
  private Map<Prefix, IfDown> wanted = Map.of();

  /** On disk, and wanted no more. */
  private final Set<Prefix> leftover = new HashSet<>();

  /** Of an earlier configuration, in other tables. */
  private List<HeldFile.Entry> earlier;

  /** Of an earlier configuration, which lead to the same tables. */
  private final List<Policy> otherRules = new ArrayList<>();

  private final Set<Prefix> todo = new LinkedHashSet<>();
  private final Map<Prefix, String> refused = new HashMap<>();
  private boolean unsure = true;
  private boolean finished;
  private boolean noted;
  private String unwritten = "";

  HeldRoutes(Netlink netlink, Policy policy, HeldFile file) {
    this(netlink, policy, file, file.load());
  }

  private HeldRoutes(Netlink netlink, Policy policy, HeldFile file, List<HeldFile.Entry> there) {
    this.netlink = netlink;
    this.policy = policy;
    this.file = file;
    List<HeldFile.Entry> others = new ArrayList<>();
    noted = there.size() == 1 && there.getFirst().policy().equals(policy.noted());
    for (HeldFile.Entry e : there) {
      if (e.policy().samePlaces(policy)) {
        leftover.addAll(e.prefixes());
        if (e.policy().priority() != policy.priority()) {
          otherRules.add(e.policy());
        }
      } else {
        others.add(e);
      }
    }
    earlier = others;
  }

  /** A moment after {@link Hold}: what it laid is there until a look at the kernel denies it. */
  static HeldRoutes after(Hold.Outcome before, Netlink netlink, Policy policy, HeldFile file) {
    if (!before.complete(policy)) {
      return new HeldRoutes(netlink, policy, file);
    }
    HeldRoutes out = new HeldRoutes(netlink, policy, file, List.of());
    out.wanted = before.held();
    out.unsure = false;
    out.finished = true;
    out.noted = true;
    return out;
  }

  /** Whether the file says just what is wanted. */
  boolean noted() {
    return noted;
  }

  /** What is held, as the configuration wants it. */
  Set<Prefix> prefixes() {
    return wanted.keySet();
  }

  /** Why prefixes are not held, in words for people. */
  Map<Prefix, String> refused() {
    return refused;
  }

  /** These are the only ones that are wanted. Takes effect in turns. */
  void become(Map<Prefix, IfDown> next) {
    Map<Prefix, IfDown> shut = new HashMap<>(next);
    shut.values().removeIf(d -> d == IfDown.CLEAR);
    if (!policy.routes()) {
      shut.clear();
    }
    if (shut.equals(wanted) && finished) {
      return;
    }
    Set<Prefix> known = inFile();
    leftover.addAll(wanted.keySet());
    leftover.removeAll(shut.keySet());
    wanted = Map.copyOf(shut);
    refused.keySet().retainAll(shut.keySet());
    unsure = true;
    finished = false;
    if (!known.containsAll(wanted.keySet())) {
      save(); // before anything is laid: a daemon that is killed must know it again
    } else {
      noted &= leftover.isEmpty();
    }
  }

  /** Whether {@link #turn} has something to do. */
  boolean waiting() {
    return unsure || !todo.isEmpty() || !finished;
  }

  void turn() {
    if (unsure) {
      try {
        compare(netlink.routes(policy.protocol()));
      } catch (OsException e) {
        Log.debug("routes not read: " + e.getMessage());
        compare(List.of());
      }
    }
    Iterator<Prefix> all = todo.iterator();
    for (int n = 0; n < TURN && all.hasNext(); n++) {
      Prefix p = all.next();
      all.remove();
      IfDown how = wanted.get(p);
      if (how == null) {
        remove(policy, p);
        leftover.remove(p);
      } else {
        lay(p, how);
      }
    }
    if (todo.isEmpty() && !finished) {
      finish();
    }
  }

  /** Finds what is to be done, by all routes that the kernel has of our protocol. */
  void compare(List<RouteSpec> routes) {
    unsure = false;
    Map<Prefix, RouteSpec.Kind> there = new HashMap<>();
    for (RouteSpec r : routes) {
      if (isHeld(policy, r)) {
        there.put(Prefix.of(r.prefix(), r.prefixLength()), r.kind());
      }
    }
    wanted.forEach((p, how) -> {
      if (!policy.parts(p).stream().allMatch(part -> there.get(part) == kind(how))) {
        todo.add(p);
      }
    });
    leftover.removeIf(p -> policy.parts(p).stream().noneMatch(there::containsKey));
    todo.addAll(leftover);
  }

  private static RouteSpec.Kind kind(IfDown how) {
    return how == IfDown.DROP ? RouteSpec.Kind.BLACKHOLE : RouteSpec.Kind.PROHIBIT;
  }

  /** Whether it is one of ours or of another ipae. */
  private static boolean isHeld(Policy where, RouteSpec r) {
    return r.protocol() == where.protocol() && r.interfaceIndex() == 0 && inPlace(where, r);
  }

  private static boolean inPlace(Policy where, RouteSpec r) {
    return where.rules()
        ? r.table() == where.heldTable(r.prefixLength())
        : r.table() == where.table() && r.metric() == where.heldMetric();
  }

  /** Whether another daemon holds this. */
  boolean others(RouteSpec r) {
    Prefix p = Prefix.of(r.prefix(), r.prefixLength());
    return isHeld(policy, r) && !wanted.containsKey(p) && !leftover.contains(p);
  }

  private static RouteSpec route(Policy policy, Prefix part, RouteSpec.Kind kind) {
    return new RouteSpec(
        kind,
        part.address(),
        part.length(),
        0,
        null,
        policy.heldTable(part.length()),
        policy.protocol(),
        policy.heldMetric(),
        0);
  }

  private void lay(Prefix p, IfDown how) {
    try {
      for (Prefix part : policy.parts(p)) {
        RouteSpec route = route(policy, part, kind(how));
        if (policy.rules()) {
          netlink.replaceRoute(route); // nothing else belongs into these tables
        } else {
          remove(policy, part);
          netlink.addRoute(route);
        }
      }
      if (refused.remove(p) != null) {
        Log.info(OwnNetworks.text(p) + " is held shut now");
      }
    } catch (OsException e) {
      String why = Reason.of(e);
      if (!why.equals(refused.put(p, why))) {
        Log.error(
            OwnNetworks.text(p)
                + " is not held shut: "
                + why
                + "; without the tunnel, packets to it leave in the clear");
      }
    }
  }

  private void remove(Policy where, Prefix p) {
    for (Prefix part : where.parts(p)) {
      try {
        boolean gone = netlink.removeRoute(route(where, part, RouteSpec.Kind.PROHIBIT));
        if (!gone) {
          netlink.removeRoute(route(where, part, RouteSpec.Kind.BLACKHOLE));
        }
      } catch (OsException e) {
        Log.debug("route not removed: " + e.getMessage());
      }
    }
  }

  /** All is laid: now the tables of an earlier configuration may go. */
  private void finish() {
    for (HeldFile.Entry e : earlier) {
      e.prefixes().forEach(p -> remove(e.policy(), p));
      new OwnRules(netlink, e.policy(), 0, r -> isHeld(e.policy(), r)).close();
    }
    otherRules.forEach(p -> new OwnRules(netlink, p, 0, this::others).close());
    otherRules.clear();
    earlier = List.of();
    finished = true;
    if (!noted) {
      save();
    }
  }

  /** What the file names in the tables of this policy. */
  private Set<Prefix> inFile() {
    Set<Prefix> all = new HashSet<>(wanted.keySet());
    all.addAll(leftover);
    return all;
  }

  private void save() {
    List<HeldFile.Entry> entries = new ArrayList<>(earlier);
    entries.add(new HeldFile.Entry(policy, inFile()));
    noted = false;
    try {
      file.save(entries);
      noted = leftover.isEmpty() && earlier.isEmpty();
      unwritten = "";
    } catch (IOException e) {
      String why = Reason.of(e);
      if (!why.equals(unwritten)) {
        unwritten = why;
        Log.error("what is held shut cannot be noted in the state directory: " + why);
      }
    }
  }

  /** A route appeared: if it is in the place of one of ours, that one is laid again. */
  void added(RouteSpec r) {
    if (inPlace(policy, r) && !isHeld(policy, r)) {
      again(r);
    }
  }

  /** A route went. */
  void gone(RouteSpec r) {
    if (isHeld(policy, r)) {
      again(r);
    }
  }

  private void again(RouteSpec r) {
    Prefix p = Prefix.of(r.prefix(), r.prefixLength());
    if (wanted.containsKey(p)) {
      todo.add(p);
    } else if (!policy.rules()) {
      unsure = true; // a half
    }
  }
}
