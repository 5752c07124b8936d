// SPDX-License-Identifier: Apache-2.0
// Numbers that must not be mixed up carry a compile-time brand. At run time they are numbers.

declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** A point in time, milliseconds since the Unix epoch. */
export type TimestampMs = Branded<'TimestampMs'>;
/** A length of time in milliseconds. */
export type DurationMs = Branded<'DurationMs'>;

export const timestampMs = (value: number): TimestampMs => value as TimestampMs;
export const durationMs = (value: number): DurationMs => value as DurationMs;
export const nowMs = (): TimestampMs => Date.now() as TimestampMs;
