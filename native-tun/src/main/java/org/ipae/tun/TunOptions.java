package org.ipae.tun;

/**
 * How to open a TUN interface.
 *
 * @param multiQueue IFF_MULTI_QUEUE: the same name can be opened again, for another queue
 */
public record TunOptions(boolean multiQueue) {
  /** One queue. */
  public static TunOptions defaults() {
    return new TunOptions(false);
  }
}
