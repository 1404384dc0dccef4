// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** A name server on loopback, by UDP and TCP, that answers as a test says. */
final class FakeServer implements AutoCloseable {
  /** The bytes of answers; none for silence. */
  interface Answers {
    byte[][] to(Message query, boolean tcp) throws IOException;
  }

  private final ServerSocket tcp;
  private final DatagramSocket udp;

  /** How it was asked, "tcp" or "udp" each time. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  FakeServer(Answers answers) throws IOException {
    tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    udp = new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> datagrams(answers));
    Thread.ofVirtual().start(() -> streams(answers));
  }

  /** One that builds its answers from the query. */
  static FakeServer of(UnaryOperator<Message> answer) throws IOException {
    return new FakeServer((q, _) -> new byte[][] {answer.apply(q).toWire()});
  }

  /** An empty answer to a query. */
  static Message reply(Message query) {
    Message m = new Message(query.getHeader().getID());
    m.getHeader().setFlag(Flags.QR);
    m.getHeader().setFlag(Flags.RD);
    m.getHeader().setFlag(Flags.RA);
    m.addRecord(query.getQuestion(), Section.QUESTION);
    return m;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
  }

  private void datagrams(Answers answers) {
    byte[] b = new byte[4_096];
    try {
      while (true) {
        DatagramPacket p = new DatagramPacket(b, b.length);
        udp.receive(p);
        asked.add("udp");
        Message query = new Message(Arrays.copyOf(b, p.getLength()));
        for (byte[] answer : answers.to(query, false)) {
          udp.send(new DatagramPacket(answer, answer.length, p.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void streams(Answers answers) {
    try {
      while (true) {
        Socket s = tcp.accept();
        Thread.ofVirtual().start(() -> stream(s, answers));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** Answers until the client ends the connection, as servers do. */
  private void stream(Socket s, Answers answers) {
    try (s) {
      DataInputStream in = new DataInputStream(s.getInputStream());
      DataOutputStream out = new DataOutputStream(s.getOutputStream());
      while (true) {
        Message query = new Message(in.readNBytes(in.readUnsignedShort()));
        asked.add("tcp");
        for (byte[] answer : answers.to(query, true)) {
          out.writeShort(answer.length);
          out.write(answer);
        }
      }
    } catch (IOException e) {
      // the client has ended it
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
