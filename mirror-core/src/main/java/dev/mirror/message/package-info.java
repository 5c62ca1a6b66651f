/** What goes over the wire: codes, the sealed families of messages, errors, close reasons, and the JSON codec. */
@NullMarked
package dev.mirror.message;

import org.jspecify.annotations.NullMarked;
