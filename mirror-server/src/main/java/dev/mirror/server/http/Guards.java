package dev.mirror.server.http;

/**
 * What every request passes.
 *
 * @param addresses tells whom it comes from
 * @param origins tells which page it comes from
 * @param limit counts those that change something
 * @param headers are sent with every answer
 */
record Guards(ClientAddress addresses, OriginCheck origins, AddressLimit limit, SecurityHeaders headers) {}
