// SPDX-License-Identifier: Apache-2.0
/**
 * The language-neutral engine: isolates, their pools and stock, admission, and scaling.
 *
 * <p>An {@link dev.polyloom.isolates.Isolate} is one pooled isolated context that runs one
 * function's code. A {@link dev.polyloom.isolates.Pool} owns a function's isolates (its replicas),
 * admits inputs to them and queues what does not fit. Nothing here knows GraalVM, HTTP or a guest
 * language.
 *
 * <h2>Map</h2>
 *
 * <ul>
 *   <li>{@link dev.polyloom.isolates.Pool}: {@code acquire} gives an {@link
 *       dev.polyloom.isolates.Admission}: a {@link dev.polyloom.isolates.Lease}, or a refusal with
 *       its reason.
 *   <li>{@link dev.polyloom.isolates.PoolConfig}: what the function declares.
 *   <li>{@link dev.polyloom.isolates.ScalingPolicy}: {@link dev.polyloom.isolates.PoolSnapshot} to
 *       {@link dev.polyloom.isolates.ScalingDecision}, a pure function; {@link
 *       dev.polyloom.isolates.TargetScaling} is the one in use.
 *   <li>{@link dev.polyloom.isolates.ReplicaBudget} and {@link dev.polyloom.isolates.MemoryGuard}:
 *       what all pools of a host share, gathered with the clock in {@link
 *       dev.polyloom.isolates.PoolRuntime}.
 *   <li>{@link dev.polyloom.isolates.Stock}: things made ahead of need, by key; {@link
 *       dev.polyloom.isolates.StockRest} puts making them off.
 *   <li>{@link dev.polyloom.isolates.PoolObserver}: every event, for metrics and logs.
 * </ul>
 *
 * <h2>Life of a replica</h2>
 *
 * <table>
 *   <caption>Legal steps, as {@link dev.polyloom.isolates.ReplicaState} has them</caption>
 *   <tr><th>from</th><th>to</th><th>when</th></tr>
 *   <tr><td>claimed</td><td>starting</td><td>it has a place in the budget and a start slot</td></tr>
 *   <tr><td>claimed</td><td>closed</td><td>it is wanted no more</td></tr>
 *   <tr><td>starting</td><td>ready</td><td>start and warm-up have ended well</td></tr>
 *   <tr><td>starting</td><td>failed</td><td>they threw, or took longer than allowed</td></tr>
 *   <tr><td>starting</td><td>closed</td><td>the pool ends</td></tr>
 *   <tr><td>ready</td><td>draining</td><td>it is retired; its inputs may end</td></tr>
 *   <tr><td>ready</td><td>failed</td><td>its isolate has died</td></tr>
 *   <tr><td>draining</td><td>closed</td><td>its isolate has stopped</td></tr>
 * </table>
 *
 * <h2>Invariants</h2>
 *
 * <ol>
 *   <li>No input is lost or admitted twice: each {@code acquire} ends in exactly one lease, one
 *       refusal or one interruption, within the queue's and the start's time; an interrupted one
 *       holds no place.
 *   <li>Limits are never exceeded: a replica has at most {@code maxInputs} inputs, one in all where
 *       replicas are for one use; a pool has at most {@code maxReplicas} and the host at most its
 *       budget of replicas that are claimed, starting or ready. Of the budget, a claimed replica
 *       takes a place only once it may start.
 *   <li>No replica is leaked: each one that was made ends closed or failed, its isolate is started
 *       at most once, it is stopped only when no input runs on it, and its place in the budget is
 *       given back once.
 *   <li>Per function inputs are admitted first come first served: an input that begins to wait
 *       before another one arrives is admitted before it, unless it gave up.
 *   <li>No input waits while a ready replica has room for it.
 * </ol>
 *
 * <p>Unit tests check them one by one, {@code PoolRandomTest} under random interleavings, and the
 * {@code stress} tests with jcstress where two threads meet.
 */
@NullMarked
package dev.polyloom.isolates;

import org.jspecify.annotations.NullMarked;
