/** What was said lately on the channels of keysets, in the one order that a cursor stands for. Knows no HTTP. */
@NullMarked
package dev.mirror.gateway.stream;

import org.jspecify.annotations.NullMarked;
