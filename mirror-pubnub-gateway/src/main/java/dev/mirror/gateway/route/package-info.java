/** From a request to the endpoint that answers it: the seam that every service of the gateway plugs into. */
@NullMarked
package dev.mirror.gateway.route;

import org.jspecify.annotations.NullMarked;
