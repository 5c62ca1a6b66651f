/** The commands of an operator: back up, restore, check, export, import. */
@NullMarked
package dev.mirror.server.store;

import org.jspecify.annotations.NullMarked;
