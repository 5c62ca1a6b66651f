/** Hostile and unreliable peers over real sockets, on loopback: frames that no library would send, and faulty networks. */
@NullMarked
package dev.mirror.testkit.net;

import org.jspecify.annotations.NullMarked;
