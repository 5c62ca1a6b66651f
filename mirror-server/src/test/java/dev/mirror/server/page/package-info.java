/** Tests of the web pages, in a real browser. */
@NullMarked
package dev.mirror.server.page;

import org.jspecify.annotations.NullMarked;
