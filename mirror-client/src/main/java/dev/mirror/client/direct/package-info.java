/**
 * How conversations stand, as {@link dev.mirror.client.MirrorClient#conversations} and the marks of
 * {@link dev.mirror.client.Chat} tell it. Values only.
 */
@NullMarked
package dev.mirror.client.direct;

import org.jspecify.annotations.NullMarked;
