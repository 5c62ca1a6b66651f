package dev.mirror.sql;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What a store takes from outside: time, chance and threads.
 *
 * @param time the clock; everything that ends, ends by it
 * @param chance where ids, salts and keys come from
 * @param executor runs work that blocks. It must not wait for whoever hands in the work: opening a store waits for it.
 *     {@link SqlStore} says how much may run at once
 */
public record Surroundings(InstantSource time, SecureRandom chance, Executor executor) {}
