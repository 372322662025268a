// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/**
 * What a function's statistics show.
 *
 * @param backlog inputs that wait for a replica
 * @param totalRunners replicas that are claimed, starting or ready
 * @param runningInputs inputs that run, on draining replicas too
 * @param inputHeadroom inputs that the ready replicas could take on top
 */
public record PoolStats(int backlog, int totalRunners, int runningInputs, int inputHeadroom) {}
